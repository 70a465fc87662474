package settings

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// back is where a list is whose entry was moved, retired or restored.
func (h Handler) back(r *http.Request, l *county.List, id int64) (string, error) {
	var found **county.Entry
	if err := h.view(r, func(v *tenant.View) { found = l.Entry(v, id) }); err != nil {
		return "", err
	}
	if *found == nil {
		return "", errs.NotFound
	}
	return path(l, parentOf(**found)), nil
}

func (h Handler) move(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	l, id, up := listOf(r), idOf(r), r.PostFormValue("to") == "up"
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return l.Move(ctx, tx, session.By(r).Audit(), id, int(forms.Number(r, "from")), up)
	})
	if err != nil {
		return err
	}
	to, err := h.back(r, l, id)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to+"#e"+itoa(id), http.StatusSeeOther)
	return nil
}

// retirement is the page that says what is retired along, before it is.
type retirement struct {
	*county.List
	words
	entry  county.Entry
	along  []county.Entry
	missed bool // there is more than the page said before
	problem
}

func (h Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	return h.showRetirement(w, r, &retirement{List: listOf(r)})
}

func (h Handler) showRetirement(w http.ResponseWriter, r *http.Request, s *retirement) error {
	id := idOf(r)
	var found **county.Entry
	inside := &[]county.Entry{}
	err := h.view(r, func(v *tenant.View) {
		found = s.Entry(v, id)
		if s.Children() != nil {
			inside = s.Children().Entries(v, id)
		}
	})
	if err != nil {
		return err
	}
	if *found == nil {
		return errs.NotFound
	}
	s.words, s.entry = listWords[s.List], **found
	if s.entry.Retired {
		return errs.Refuse(errs.Conflict, "“"+s.entry.Name+"”已经停用了。")
	}
	if s.Along() {
		s.along = county.Living(*inside)
	}
	status, f := s.Status(), frame(r, "停用“"+s.entry.Name+"”", s.problem)
	if s.missed {
		status, f.Error = http.StatusConflict, true
	}
	return page.Render(w, r, status, retirePage(f, s))
}

func (h Handler) retire(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	l, id := listOf(r), idOf(r)
	var told []int64
	for _, value := range r.PostForm["along"] {
		if id, err := strconv.ParseInt(value, 10, 64); err == nil {
			told = append(told, id)
		}
	}
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return l.Retire(ctx, tx, session.By(r).Audit(), id, told)
	})
	if _, more := errors.AsType[county.Along](err); more {
		return h.showRetirement(w, r, &retirement{List: l, missed: true})
	}
	if err != nil {
		p, err := forms.ProblemOf(err)
		if err != nil {
			return err
		}
		return h.showRetirement(w, r, &retirement{List: l, problem: p})
	}
	to, err := h.back(r, l, id)
	if err != nil {
		return err
	}
	return forms.Done(w, r, to, "已经停用，需要时可以恢复。")
}

func (h Handler) restore(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	l, id := listOf(r), idOf(r)
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return l.Restore(ctx, tx, session.By(r).Audit(), id, r.PostFormValue("along") != "")
	})
	if err != nil {
		return err
	}
	to, err := h.back(r, l, id)
	if err != nil {
		return err
	}
	return forms.Done(w, r, to+"#e"+itoa(id), "已经恢复，排在最后。")
}
