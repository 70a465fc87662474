package cases

import (
	"cmp"
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// card is 意见建议处理反馈卡: the life of one matter on one page.
type card struct {
	*shown
	register.Form // as the county has it
	rows          [][]register.Cell
	office        string
	at            string
}

// card prints the case as a card, with the visitor's name and number masked.
func (h Handler) card(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r, chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	var (
		forms func() []register.Form
		read  func(register.Form) ([]register.Line, error)
	)
	if err := h.DB.View(r.Context(), s.by.County, func(v *tenant.View) {
		forms, read = register.Forms(v), register.FeedbackOf(v, register.Reader{By: s.by}, s.sheet.Number)
	}); err != nil {
		return err
	}
	key := register.Key(cmp.Or(r.URL.Query().Get("form"), string(register.Feedback)))
	if key.Source() != register.Feedback {
		return errs.NotFound
	}
	form, err := register.Standing(forms(), key).Printed()
	if err != nil {
		return err
	}
	lines, err := read(form)
	if err != nil {
		return err
	}
	if len(lines) != 1 {
		return errs.NotFound
	}
	frame := page.FrameOf(r)
	c := card{s, form, form.Entry(lines[0]), frame.Org, page.FullDateTime(h.DB.Now())}
	frame.Title, frame.Print = c.Name+"："+s.sheet.Number, true
	return page.Render(w, r, http.StatusOK, c.page(frame))
}
