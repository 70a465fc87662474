// Package ratings serves the rating link. Its pages need no session and no script, show
// nobody's name and number, and a GET changes nothing: scanners open links.
package ratings

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
	"lianluo/web/limit"
	"lianluo/web/page"
)

// Handler serves /r/{token}.
type Handler struct {
	DB *tenant.DB

	posts, unknown *limit.Limiter
}

// Routes are mounted at the root, for everybody: no session.
func (h Handler) Routes(r chi.Router) {
	// Only what fails counts: a whole village may stand behind one address.
	h.posts = limit.New(60, 2*time.Second, 20_000, h.DB.Now)
	h.unknown = limit.New(60, 6*time.Second, 20_000, h.DB.Now)
	r.Get("/r/{token}", page.Handle(h.open))
	r.Post("/r/{token}", page.Handle(h.submit))
}

// link is what the pages of one token show.
type link struct {
	*rating.Sheet
	token      string
	reviewDays int // within which somebody decides on a dissatisfied answer

	amend            bool // the form that changes the answer
	result, attitude string
	comment          string
	invalid          errs.Invalid
}

func (h Handler) open(w http.ResponseWriter, r *http.Request) error {
	l, err := h.link(r)
	if err != nil {
		return err
	}
	if l.Sheet != nil && l.MayAmend() && r.URL.Query().Get("amend") == "1" {
		l.amend = true
		l.result, l.attitude = level(l.Result), level(l.Attitude)
	}
	return l.render(w, r)
}

// link reads what the request's token is for; without a Sheet where it is for nothing.
func (h Handler) link(r *http.Request) (*link, error) {
	l := &link{token: chi.URLParam(r, "token")}
	token, ok := rating.ParseToken(l.token)
	if !ok {
		return l, nil
	}
	address := limit.Address(r)
	if !h.unknown.Allow(address) {
		return nil, errs.Refuse(errs.TooMany, "请过几分钟再点一次短信里的链接。")
	}
	var sheet func() *rating.Sheet
	var settings *county.Settings
	err := h.DB.View(r.Context(), token.County, func(v *tenant.View) {
		sheet, settings = rating.Open(v, token), county.SettingsOf(v)
	})
	if errors.Is(err, errs.NotFound) { // no such county
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	if l.Sheet, l.reviewDays = sheet(), settings.ReviewDays; l.Sheet != nil {
		h.unknown.Forgive(address)
	}
	return l, nil
}

// submit takes the answer. What is not to be answered any more is shown as it stands.
func (h Handler) submit(w http.ResponseWriter, r *http.Request) error {
	address := limit.Address(r)
	if !h.posts.Allow(address) {
		return errs.Refuse(errs.TooMany, "请过几分钟再按一次“提交评价”。")
	}
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	token, ok := rating.ParseToken(chi.URLParam(r, "token"))
	if !ok {
		return unknownPage(w, r)
	}
	in := rating.Submission{Result: number(r, "result"), Attitude: number(r, "attitude"),
		Comment: strings.TrimSpace(r.PostForm.Get("comment"))}
	take, amend := rating.Submit, r.PostForm.Get("amend") == "1"
	if amend {
		take = rating.Amend
	}
	err := h.DB.Update(r.Context(), token.County, func(tx *tenant.Tx) error { return take(r.Context(), tx, token, in) })
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.again(w, r, amend, invalid)
	}
	switch {
	case err == nil:
		h.posts.Forgive(address)
	case errors.Is(err, errs.NotFound) && !amend:
		return unknownPage(w, r)
	case errors.Is(err, errs.Conflict), errors.Is(err, errs.Forbidden), errors.Is(err, errs.NotFound):
		// answered before, expired, overtaken: the page says which
	default:
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/r/"+chi.URLParam(r, "token"), http.StatusSeeOther)
	return nil
}

// again shows the form with what was chosen and what is missing.
func (h Handler) again(w http.ResponseWriter, r *http.Request, amend bool, invalid errs.Invalid) error {
	l, err := h.link(r)
	if err != nil {
		return err
	}
	l.invalid, l.comment = invalid, r.PostForm.Get("comment")
	l.result, l.attitude = r.PostForm.Get("result"), r.PostForm.Get("attitude")
	l.amend = amend && l.Sheet != nil && l.MayAmend()
	return l.render(w, r)
}

// render answers with the page that the link's standing asks for.
func (l *link) render(w http.ResponseWriter, r *http.Request) error {
	if l.Sheet == nil {
		return unknownPage(w, r)
	}
	f := page.FrameOf(r)
	f.Site, f.Org, f.Demo = l.Station, l.Office, l.Demo
	f.Privacy = "/c/" + l.Division + "/privacy"
	if l.Phone != nil {
		f.Phone = *l.Phone
	}
	if l.amend || l.Standing() == rating.Live {
		status := http.StatusOK
		if f.Title = "请您评价"; len(l.invalid) > 0 {
			f.Error, status = true, http.StatusUnprocessableEntity
		}
		return page.Render(w, r, status, formPage(f, l))
	}
	if l.Standing() == rating.Answered {
		f.Title = "谢谢您的评价"
		return page.Render(w, r, http.StatusOK, thanksPage(f, l))
	}
	over := l.over()
	f.Title = over.title
	return page.Render(w, r, http.StatusGone, overPage(f, over))
}

func unknownPage(w http.ResponseWriter, r *http.Request) error {
	f := page.FrameOf(r)
	f.Title = unknown.title
	return page.Render(w, r, http.StatusNotFound, overPage(f, unknown))
}

// number is a field's number; 0, which no question takes, for anything else.
func number(r *http.Request, field string) int {
	n, _ := strconv.Atoi(r.PostForm.Get(field))
	return n
}

// level is a stored answer as the form's value.
func level(stored *int16) string {
	if stored == nil {
		return ""
	}
	return strconv.Itoa(int(*stored))
}
