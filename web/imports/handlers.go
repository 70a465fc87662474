// Package imports is where the county's office brings whole lists in: it takes a template,
// uploads the filled list, sees what each row would do, and lets all of it become true.
package imports

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"mime/multipart"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/imports"
	"lianluo/internal/sheet"
	"lianluo/internal/task"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /imports.
type Handler struct {
	DB    *tenant.DB
	Files *blob.Store
}

const address = "/imports"

// Routes are mounted under /imports, for those who have auth.ImportNetwork.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.index))
	r.Post("/", page.Handle(h.upload))
	r.Get("/template", page.Handle(h.template))
	r.Get("/{key}", page.Handle(h.show))
	r.Get("/{key}/problems", page.Handle(h.problems))
	r.Post("/{key}/confirm", page.Handle(h.confirm))
	r.Post("/{key}/again", page.Handle(h.again))
}

func account(r *http.Request) (auth.Actor, int64) {
	a, _ := session.Account(r.Context())
	return a.Actor, a.RoleID
}

// fewImports is how many of one's imports are listed.
const fewImports = 20

func (h Handler) index(w http.ResponseWriter, r *http.Request) error {
	return h.form(w, r, http.StatusOK, start{key: uuid.New(), kind: imports.Kind(r.URL.Query().Get("kind"))})
}

func (h Handler) form(w http.ResponseWriter, r *http.Request, status int, s start) error {
	by, roleID := account(r)
	s.by = by
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { s.mine, s.now = imports.Mine(v, by, roleID, fewImports), v.Now() })
	if err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "批量导入", len(s.invalid) > 0
	return page.Render(w, r, status, s.page(frame))
}

// The bounds of a post: what is larger than a sheet may be is read so far that its sender
// can be told.
const (
	postWall   = 3 * sheet.MaxFile
	postMemory = 1 << 20
)

// upload keeps a file and has it compared; what is no list of the kind is refused at once.
func (h Handler) upload(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, postWall)
	s := start{key: uuid.New()}
	if err := r.ParseMultipartForm(postMemory); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return err
		}
		s.invalid = errs.Invalid{sheet.Field: "文件没有完整送到，请再选一次、再传一次。"}
		return h.form(w, r, http.StatusUnprocessableEntity, s)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	s.kind = imports.Kind(r.PostFormValue("kind"))
	if key, err := uuid.Parse(r.PostFormValue("key")); err == nil {
		s.key = key
	}
	err := h.take(r, s)
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		s.invalid = invalid
		return h.form(w, r, http.StatusUnprocessableEntity, s)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, address+"/"+s.key.String(), http.StatusSeeOther)
	return nil
}

// take judges a file by its header, and starts its comparison.
func (h Handler) take(r *http.Request, s start) error {
	by, roleID := account(r)
	err := s.kind.Check(by)
	if errors.Is(err, errs.NotFound) {
		return errs.Invalid{"kind": "请选择表里是什么。"}
	}
	if err != nil {
		return err
	}
	file, header, err := r.FormFile(sheet.Field)
	if err != nil {
		return errs.Invalid{sheet.Field: "请选择文件。"}
	}
	defer file.Close()
	if err := imports.Check(file, header.Size, s.kind); err != nil {
		return err
	}
	return h.keep(r.Context(), by, roleID, file, imports.Upload{Key: s.key, FileKey: uuid.New(), FileName: fileName(header.Filename), FileSize: header.Size, Kind: s.kind})
}

// keep puts the file into the store first: an import has its file. One that was uploaded
// by a second press is nobody's, and goes.
func (h Handler) keep(ctx context.Context, by auth.Actor, roleID int64, file multipart.File, u imports.Upload) error {
	if err := h.Files.Put(ctx, by.County, u.FileKey, file); err != nil {
		return err
	}
	var started bool
	err := h.DB.Update(ctx, by.County, func(tx *tenant.Tx) (err error) {
		started, err = imports.Start(ctx, tx, by, roleID, u)
		return err
	})
	if err != nil || !started {
		err = errors.Join(err, h.Files.Delete(context.WithoutCancel(ctx), by.County, u.FileKey))
	}
	return err
}

func (h Handler) template(w http.ResponseWriter, r *http.Request) error {
	kind, by := imports.Kind(r.URL.Query().Get("kind")), actor(r)
	format, ok := sheet.ParseFormat(r.URL.Query().Get("format"))
	if !ok || kind == imports.Network {
		return errs.NotFound
	}
	if err := kind.Check(by); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := kind.WriteTemplate(&out, format); err != nil {
		return err
	}
	page.Attachment(w, kind.Title()+"模板"+format.Ending(), format.ContentType(), int64(out.Len()))
	_, _ = out.WriteTo(w)
	return nil
}

// fileName is what a file is called on pages.
func fileName(sent string) string {
	name := []rune(blob.PlainName(sent))
	return cmp.Or(string(name[:min(len(name), 120)]), "名单")
}

func actor(r *http.Request) auth.Actor { by, _ := account(r); return by }

// load reads an import of the reader's own.
func (h Handler) load(r *http.Request) (imports.Import, error) {
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return imports.Import{}, errs.NotFound
	}
	by, roleID := account(r)
	var i *imports.Import
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) { i = imports.Of(v, by, roleID, key) })
	return *i, err
}

// show says how far an import is, and asks again by itself while something goes on.
func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	i, err := h.load(r)
	if err != nil {
		return err
	}
	by, roleID := account(r)
	s := shown{Import: i, now: h.DB.Now(), state: lists.State{Path: link(i)}}
	s.state.Address, s.state.Ask = imports.Address(r.URL.Query()), imports.Ask(r.URL.Query(), lists.PageSize)
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		s.task = task.Of(v, by, roleID, i.Task())
		s.rows = imports.Rows(v, i, s.state.Ask)
	})
	if err != nil {
		return err
	}
	s.state.Prev, s.state.Next = s.rows.Prev, s.rows.Next
	if s.running() {
		w.Header().Set("Refresh", "2")
	}
	frame := page.FrameOf(r)
	frame.Title = s.title()
	return page.Render(w, r, http.StatusOK, s.page(frame))
}

func (h Handler) problems(w http.ResponseWriter, r *http.Request) error {
	i, err := h.load(r)
	if err != nil {
		return err
	}
	format, ok := sheet.ParseFormat(r.URL.Query().Get("format"))
	if !ok {
		return errs.NotFound
	}
	var out bytes.Buffer
	if err := imports.WriteProblems(r.Context(), h.DB, actor(r), i, format, &out); err != nil {
		return err
	}
	page.Attachment(w, "要改的地方"+format.Ending(), format.ContentType(), int64(out.Len()))
	_, _ = out.WriteTo(w)
	return nil
}

func (h Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, imports.Confirm)
}
func (h Handler) again(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, imports.Again)
}

func (h Handler) act(w http.ResponseWriter, r *http.Request, do func(context.Context, *tenant.Tx, auth.Actor, int64, uuid.UUID) error) error {
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return errs.NotFound
	}
	by, roleID := account(r)
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error { return do(r.Context(), tx, by, roleID, key) })
	if err != nil {
		return err
	}
	http.Redirect(w, r, address+"/"+key.String(), http.StatusSeeOther)
	return nil
}
