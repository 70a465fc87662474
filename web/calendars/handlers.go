// Package calendars is where a county's administrator sees which days count as working
// days, and uploads the year that has just been announced: the file is read, what it would
// change is shown, and nothing happens before that is confirmed.
package calendars

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /settings/calendar.
type Handler struct{ DB *tenant.DB }

const address = "/settings/calendar"

// Routes are mounted under /settings/calendar, for those who have auth.ChangeSettings.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.show))
	r.Post("/", page.Handle(h.upload))
	r.Post("/confirm", page.Handle(h.confirm))
	r.Get("/template", page.Handle(h.template))
}

// load reads what the page shows.
func (h Handler) load(r *http.Request) (*shown, error) {
	var now func() *calendar.Calendar
	var uploads *[]calendar.Upload
	var ahead func() reception.Prospect
	s := &shown{}
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) {
		now, uploads, s.today = calendar.Of(v), calendar.Uploads(v), calendar.DateOf(v.Now())
		ahead = reception.Outlook(v, session.By(r))
	})
	if err != nil {
		return nil, err
	}
	s.calendar, s.uploads, s.ahead = now(), *uploads, ahead()
	s.astray = s.ahead.Astray()
	if s.year = s.next(); s.known(r.FormValue("year")) {
		s.year, _ = strconv.Atoi(r.FormValue("year"))
	}
	return s, nil
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, s.page(s.frame(r)))
}

// The bounds of a post: what is larger than a sheet may be is read so far that its sender
// can be told.
const (
	postWall   = 3 * sheet.MaxFile
	postMemory = 1 << 20
	formSize   = 256 << 10
)

// upload reads a file and shows what it would change; nothing is kept.
func (h Handler) upload(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, postWall)
	invalid := errs.Invalid{}
	if err := r.ParseMultipartForm(postMemory); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return err
		}
		invalid[sheet.Field] = "文件没有完整送到，请再选一次、再传一次。"
	} else {
		defer removeAll(r.MultipartForm)
	}
	s, err := h.load(r)
	if err != nil {
		return err
	}
	if len(invalid) == 0 {
		err = s.preview(h, r)
	} else {
		err = invalid
	}
	return s.answer(w, r, err)
}

// answer shows the preview, or the page again with what is wrong.
func (s *shown) answer(w http.ResponseWriter, r *http.Request, err error) error {
	invalid, bad := errors.AsType[errs.Invalid](err)
	switch {
	case err == nil && s.change != nil:
		return page.Render(w, r, http.StatusOK, s.previewPage(s.frame(r)))
	case err == nil || bad:
		s.invalid = invalid
		return page.Render(w, r, http.StatusUnprocessableEntity, s.page(s.frame(r)))
	case errors.Is(err, errs.Conflict) && errs.Message(err, "") != "":
		s.refused = errs.Message(err, "")
		return page.Render(w, r, http.StatusConflict, s.page(s.frame(r)))
	}
	return err
}

// preview reads the uploaded file into s.change, or what is wrong with its cells into
// s.problems.
func (s *shown) preview(h Handler, r *http.Request) error {
	if !s.known(r.FormValue("year")) {
		return errs.Invalid{"year": "请选择是哪一年的放假安排。"}
	}
	file, header, err := r.FormFile(sheet.Field)
	if err != nil {
		return errs.Invalid{sheet.Field: "请选择文件。"}
	}
	defer file.Close()
	days, problems, err := read(file, header.Size, s.year)
	if s.problems = problems; err != nil || len(problems) > 0 {
		return err
	}
	var change func() (casefile.CalendarChange, error)
	err = h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) {
		change = casefile.PreviewCalendar(v, calendar.Announcement{Year: s.year, Days: days})
	})
	if err != nil {
		return err
	}
	done, err := change()
	if err != nil {
		return err
	}
	s.change = &done
	s.astray = s.ahead.With(done.Announcement, h.DB.Now()).Astray()
	return nil
}

// confirm puts into force what was shown.
func (h Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, formSize); err != nil {
		return err
	}
	s, err := h.load(r)
	if err != nil {
		return err
	}
	days, whole := unpack(r.PostFormValue("days"))
	if !whole || !s.known(r.PostFormValue("year")) || r.PostFormValue("before") == "" {
		return s.answer(w, r, errs.Invalid{sheet.Field: "上传的内容没有完整送到，请重新上传。"})
	}
	var done casefile.CalendarChange
	err = h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) (err error) {
		done, err = casefile.ChangeCalendar(r.Context(), tx, session.By(r), calendar.Announcement{Year: s.year, Days: days}, r.PostFormValue("before"))
		return err
	})
	if err != nil {
		return s.answer(w, r, err)
	}
	page.Flash(w, ui.NoteOK, told(done))
	http.Redirect(w, r, address+"?year="+strconv.Itoa(s.year), http.StatusSeeOther)
	return nil
}

// template is the file to fill in: with the year as it is known, or with its fixed holidays.
func (h Handler) template(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	format, ok := sheet.ParseFormat(r.FormValue("format"))
	if !ok {
		return errs.NotFound
	}
	var out bytes.Buffer
	if err := write(&out, format, s.days()); err != nil {
		return err
	}
	page.Attachment(w, strconv.Itoa(s.year)+"年放假安排"+format.Ending(), format.ContentType(), int64(out.Len()))
	w.Write(out.Bytes())
	return nil
}
