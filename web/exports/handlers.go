// Package exports lets people take a list away as a sheet. A short one comes at once; a long
// one is a task, whose page says how far it is and keeps the file for a day.
package exports

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/export"
	"lianluo/internal/private"
	"lianluo/internal/task"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /exports.
type Handler struct {
	DB    *tenant.DB
	Keys  private.Keys
	Files *blob.Store
}

// Routes are mounted under /exports, for those who have auth.ExportList.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.mine))
	r.Post("/", page.Handle(h.start))
	r.Get("/new", page.Handle(h.new))
	r.Get("/{key}", page.Handle(h.show))
	r.Get("/{key}/file", page.Handle(h.file))
}

// fewTasks is how many of one's exports are listed: they last a day.
const fewTasks = 50

// asked is the form of an export.
type asked struct {
	request export.Request
	by      auth.Actor
	count   export.Size
	back    string
	key     uuid.UUID
	invalid errs.Invalid
}

func (h Handler) new(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	return h.form(w, r, http.StatusOK, asked{request: export.Request{List: query.Get("list"), Query: known(query.Get("in"))}, key: uuid.New()})
}

// known is a list's address as it is kept: read and written anew.
func known(query string) string {
	address, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return address.Encode()
}

func (h Handler) form(w http.ResponseWriter, r *http.Request, status int, a asked) error {
	a.by, _ = session.Actor(r.Context())
	if a.request.Format == "" {
		a.request.Format = a.request.Only()
	}
	checked := a.request
	checked.Full = false
	if err := checked.Check(a.by); err != nil && !errors.As(err, &errs.Invalid{}) {
		return err
	}
	var err error
	if a.request, err = export.Name(r.Context(), h.DB, a.by, a.request); err != nil {
		return err
	}
	if a.count, err = export.Count(r.Context(), h.DB, a.by, checked); err != nil {
		return err
	}
	a.back = a.request.Page()
	if a.request.Query != "" {
		a.back += "?" + a.request.Query
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "导出"+a.request.Title(), len(a.invalid) > 0
	return page.Render(w, r, status, a.page(frame))
}

// start exports at once what is short, and makes a task of what is long.
func (h Handler) start(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	form := r.PostForm
	a := asked{request: export.Request{List: form.Get("list"), Query: known(form.Get("in")), Format: form.Get("format"),
		Full: form.Get("full") != "", Reason: form.Get("reason")}}
	var err error
	if a.key, err = uuid.Parse(form.Get("key")); err != nil {
		a.key = uuid.New()
	}
	account, _ := session.Account(r.Context())
	by := account.Actor
	err = a.request.Check(by)
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		a.invalid = invalid
		return h.form(w, r, http.StatusUnprocessableEntity, a)
	}
	if err != nil {
		return err
	}
	if a.request, err = export.Name(r.Context(), h.DB, by, a.request); err != nil {
		return err
	}
	count, err := export.Count(r.Context(), h.DB, by, a.request)
	if err != nil {
		return err
	}
	a.request.Rows = count.Rows
	if !count.Long() {
		return h.atOnce(w, r, by, a.request)
	}
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		started, err := task.Start(r.Context(), tx, by, account.RoleID, task.New{Key: a.key, Kind: task.Export, Title: "导出" + a.request.Title(), Input: a.request})
		if err != nil || !started {
			return err
		}
		return export.Record(r.Context(), tx, by, a.request)
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/exports/"+a.key.String(), http.StatusSeeOther)
	return nil
}

// atOnce records the export, makes the sheet, and only then answers: a slow line holds no
// connection to the database, and a failure is a page and not half a file.
func (h Handler) atOnce(w http.ResponseWriter, r *http.Request, by auth.Actor, request export.Request) error {
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error { return export.Record(r.Context(), tx, by, request) })
	if err != nil {
		return err
	}
	var sheet bytes.Buffer
	if _, err := export.Write(r.Context(), h.DB, h.Keys, by, request, &sheet, nil); err != nil {
		return err
	}
	page.Attachment(w, request.FileName(calendar.DateOf(h.DB.Now())), request.ContentType(), int64(sheet.Len()))
	_, _ = sheet.WriteTo(w) // whoever has left before the last byte is nobody's error
	return nil
}

func (h Handler) mine(w http.ResponseWriter, r *http.Request) error {
	account, _ := session.Account(r.Context())
	by := account.Actor
	var tasks *[]task.Task
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { tasks = task.Mine(v, by, account.RoleID, task.Export, fewTasks) }); err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title = "我的导出"
	return page.Render(w, r, http.StatusOK, list(frame, *tasks, h.DB.Now()))
}

// show says how far a task is, and asks again by itself until it is over.
func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	t, err := h.task(r)
	if err != nil {
		return err
	}
	if !t.Over() {
		w.Header().Set("Refresh", "2")
	}
	frame := page.FrameOf(r)
	frame.Title = t.Title
	return page.Render(w, r, http.StatusOK, show(frame, t, h.DB.Now()))
}

func (h Handler) task(r *http.Request) (task.Task, error) {
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return task.Task{}, errs.NotFound
	}
	account, _ := session.Account(r.Context())
	by := account.Actor
	var t *task.Task
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { t = task.Of(v, by, account.RoleID, key) }); err != nil {
		return task.Task{}, err
	}
	return *t, nil
}

// file is the sheet, for the one who asked, for a day.
func (h Handler) file(w http.ResponseWriter, r *http.Request) error {
	t, err := h.task(r)
	if err != nil {
		return err
	}
	if !t.HasFile(h.DB.Now()) {
		return errs.Refuse(errs.NotFound, "这个文件已经不在了。导出的文件只保留一天，需要的话请重新导出。")
	}
	by, _ := session.Actor(r.Context())
	file, err := h.Files.Get(r.Context(), by.County, t.FileKey)
	if err != nil {
		return err
	}
	defer file.Close()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(10 * time.Minute)) // a village's line
	page.Attachment(w, *t.FileName, *t.FileType, file.Size)
	_, _ = io.Copy(w, file)
	return nil
}
