package checks

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/check"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/stationparts"
	"lianluo/web/uploads"
)

// sheet is one check.
type sheet struct {
	*check.Sheet
	by    auth.Actor
	today calendar.Date
	key   uuid.UUID // of the next post of files
	item  int64     // whose files were refused
	bad   string    // and why
}

func (h Handler) read(r *http.Request) (*sheet, error) {
	key, err := keyOf(r, "key")
	if err != nil {
		return nil, err
	}
	var found **check.Sheet
	if err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) { found = check.SheetOf(v, code(r), key) }); err != nil {
		return nil, err
	}
	if *found == nil {
		return nil, errs.NotFound
	}
	return &sheet{Sheet: *found, by: session.By(r), today: calendar.DateOf(h.DB.Now()), key: uuid.New()}, nil
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.read(r)
	if err != nil {
		return err
	}
	return s.answer(w, r, http.StatusOK)
}

func (s *sheet) answer(w http.ResponseWriter, r *http.Request, status int) error {
	f := page.FrameOf(r)
	f.Title, f.Error = s.Place+"规范化核查", status != http.StatusOK
	return page.Render(w, r, status, s.page(f))
}

func (s *sheet) url() string { return stationparts.ChecksURL(s.Code) + "/" + s.Key.String() }

// attach takes in evidence of one item.
func (h Handler) attach(w http.ResponseWriter, r *http.Request) error {
	s, err := h.read(r)
	if err != nil {
		return err
	}
	if err := s.MayAttach(s.by); err != nil { // before anything is read
		return err
	}
	post, err := uploads.Take(w, r, h.Files, s.by.County, func(ctx context.Context, post uploads.Post) (added bool, err error) {
		item, _ := strconv.ParseInt(post.Values.Get("item"), 10, 64)
		err = h.DB.Update(ctx, s.by.County, func(tx *tenant.Tx) error {
			added, err = check.Attach(ctx, tx, s.by, s.Code, s.Key, item, post.Key, post.Files)
			return err
		})
		return added, err
	})
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		s.item, _ = strconv.ParseInt(post.Values.Get("item"), 10, 64)
		s.bad = invalid[attachment.Field] + invalid["item"]
		return s.answer(w, r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	uploads.Flash(w, post)
	http.Redirect(w, r, s.url()+"#i"+post.Values.Get("item"), http.StatusSeeOther)
	return nil
}

func (h Handler) remove(w http.ResponseWriter, r *http.Request) error {
	key, err := keyOf(r, "key")
	if err != nil {
		return err
	}
	file, err := keyOf(r, "file")
	if err != nil {
		return err
	}
	by := session.By(r)
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		return check.RemoveFile(r.Context(), tx, by, code(r), key, file)
	})
	if err != nil {
		return err
	}
	return forms.Done(w, r, stationparts.ChecksURL(code(r))+"/"+key.String(), "已移除 1 个附件。")
}

// lacking is how many items are missing.
func (s *sheet) lacking() (n int) {
	for _, f := range s.Found {
		if f.Missing != nil {
			n++
		}
	}
	return n
}

// result is the whole in a line.
func (s *sheet) result() string {
	all := strconv.Itoa(len(s.Found)) + " 项"
	if n := s.lacking(); n > 0 {
		return all + "中缺 " + strconv.Itoa(n) + " 项"
	}
	return all + "全部达标"
}

func (s *sheet) lapsed() bool { return s.ValidUntil != nil && s.ValidUntil.Before(s.today) }

// refused is what is wrong with the files of an item.
func (s *sheet) refused(item int64) string {
	if s.item == item {
		return s.bad
	}
	return ""
}

// trouble are the messages that stand first, by the ids of their fields.
func (s *sheet) trouble() map[string]string {
	if s.bad == "" {
		return nil
	}
	for _, f := range s.Found {
		if f.ItemID == s.item {
			return map[string]string{filesID(s.item): s.bad}
		}
	}
	return map[string]string{"": s.bad}
}

func filesID(item int64) string { return "files-" + strconv.FormatInt(item, 10) }

// formKey is the submission key of an item's form.
func (s *sheet) formKey(item int64) uuid.UUID {
	return uuid.NewSHA1(s.key, []byte(strconv.FormatInt(item, 10)))
}

// until is the last day on which what was found holds.
func until(d *calendar.Date, today calendar.Date) string {
	if d == nil {
		return "不过期"
	}
	return d.ChineseIn(today.Year())
}
