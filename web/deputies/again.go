package deputies

import (
	"net/http"

	"github.com/a-h/templ"

	"lianluo/web/forms"
	"lianluo/web/page"
)

func (f *form) frame(r *http.Request, title string) page.Frame {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = title, f.Any()
	return frame
}

// again shows a form once more with what is wrong, everything that was typed kept.
func (h Handler) again(w http.ResponseWriter, r *http.Request, f *form, failed error, title string, draw func(page.Frame) templ.Component) error {
	var err error
	if f.Problem, err = forms.ProblemOf(failed); err != nil {
		return err
	}
	if err := h.load(r, f); err != nil {
		return err
	}
	return page.Render(w, r, f.Status(), draw(f.frame(r, title)))
}
