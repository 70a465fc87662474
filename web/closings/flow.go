package closings

import (
	"errors"
	"net/http"

	"lianluo/internal/network"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// longestForm bounds what is read of a form.
const longestForm = 64 << 10

func parse(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, longestForm)
}

// acts are what the buttons of a form ask for. The first is without a name: a form that
// somebody else wrote closes nothing.
const (
	actEdit    = "edit"
	actConfirm = "confirm"
)

// flow is the way of a closing, of a place as of a unit: its form, the page that says what
// will happen, and the button that does it.
type flow struct {
	problem *forms.Problem
	show    func() error                              // shows the form, with the problem
	preview func() (network.Done, error)              // does it and takes it back
	look    func(refused string) error                // shows what will happen
	confirm func(tx *tenant.Tx) (network.Done, error) // does it
	done    func(done network.Done) error             // leads on
}

// staleRefusal is why a confirmed closing shows its preview again.
const staleRefusal = "从您看到这一页到现在，情况有变化，还没有撤并。请再核对一次。"

// press does what the pressed button asks for.
func (h Handler) press(r *http.Request, f flow) error {
	switch r.PostFormValue("act") {
	case actEdit:
		return f.show()
	case actConfirm:
		done, err := h.close(r, f)
		switch {
		case errors.Is(err, network.ErrChanged):
			return f.foresee(staleRefusal)
		case err != nil:
			return f.again(err)
		}
		return f.done(done)
	}
	return f.foresee("")
}

// close closes it, and ends the sessions of those whose roles have moved or ended.
func (h Handler) close(r *http.Request, f flow) (done network.Done, err error) {
	err = h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) (err error) {
		done, err = f.confirm(tx)
		return err
	})
	if err != nil {
		return done, err
	}
	return done, h.leave(r, done)
}

// foresee shows what would happen, or what is wrong with the form.
func (f flow) foresee(refused string) error {
	will, err := f.preview()
	switch {
	case err != nil:
		return f.again(err)
	case will.Again:
		return f.done(will)
	}
	return f.look(refused)
}

// again shows the form with what is wrong.
func (f flow) again(err error) error {
	if *f.problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return f.show()
}

func frame(r *http.Request, title string, problem forms.Problem) page.Frame {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = title, problem.Any()
	return frame
}
