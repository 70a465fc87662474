package registers

import (
	"net/http"

	"lianluo/internal/register"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// blank is the form without anything in it, one sheet, to be written on by hand.
func (h Handler) blank(w http.ResponseWriter, r *http.Request) error {
	l, err := h.open(r, false)
	if err != nil {
		return err
	}
	var places func() []station.Place
	err = h.DB.View(r.Context(), l.reader.By.County, func(v *tenant.View) { places = l.readPlaces(v) })
	if err != nil {
		return err
	}
	l.of(r, places())
	l.empty = true
	for range fitting(l.form) {
		l.lines = append(l.lines, register.Line{Cells: make([]any, len(l.form.Shown()))})
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Print = "空白的"+l.Title, true
	return page.Render(w, r, http.StatusOK, l.printed(frame))
}

// fitting is how many empty lines or cards a sheet takes: a line of a table is 8 mm high, one of a
// book 15, as print.css has them.
func fitting(f register.Form) int {
	high := map[string]int{"landscape": 120, "portrait": 200, "a3": 204, "a5": 62}[f.Paper]
	switch {
	case f.IsBook():
		return (high - 10) / 15 // each sheet is signed
	case !f.IsCards():
		return high / 8
	case f.Paper == "portrait":
		return 2
	}
	return 1
}
