package visits

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// arrived begins the registration of somebody who had an appointment: a draft with the name,
// the number and the matter, so that nothing is typed twice and nothing of it stands in an
// address. Pressed again it goes on with what was begun.
func (h Handler) arrived(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	var drafts func() []casefile.Draft
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { drafts = casefile.Drafts(v, h.Keys, by) }); err != nil {
		return err
	}
	kept := drafts()
	var a reception.Arrival
	key, begun := uuid.Nil, false
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		if a, err = reception.Arriving(r.Context(), tx, h.Keys, by, id); err != nil {
			return err
		}
		key = uuid.NewSHA1(a.Key, []byte("visit by "+strconv.FormatInt(by.UserID, 10)))
		begun = slices.ContainsFunc(kept, func(d casefile.Draft) bool { return d.Key == key })
		return nil
	})
	if ended, is := errors.AsType[reception.Ended](err); is && ended.VisitKey != nil {
		page.Flash(w, ui.NoteWarn, ended.Words()+"下面就是。")
		lead(w, r, "/visits/saved?key="+ended.VisitKey.String())
		return nil
	}
	if err != nil {
		return err
	}
	if !begun {
		f := fresh(h.DB.Now(), a.StationID)
		f.key, f.appointment, f.place = key, id, strconv.FormatInt(a.PlaceID, 10)
		f.name, f.phone, f.matters[0].words = a.Name, a.Phone, a.Topic
		if a.Phone != "" {
			f.replyBy = a.ReplyBy
		}
		s, err := h.load(r, by, a.StationID, f, uuid.Nil)
		if err != nil {
			return err
		}
		s.suggest()
		if err := h.keep(r.Context(), casefile.OwnerOf(by), &s.form, nil, nil); err != nil {
			return err
		}
	}
	lead(w, r, "/visits/new?draft="+key.String())
	return nil
}

// overtaken shows the form as it was typed, with what became of the appointment of which the
// visit was to come: it can be saved as another visit, or dropped.
func (h Handler) overtaken(w http.ResponseWriter, r *http.Request, by auth.Actor, f form, ended reception.Ended) error {
	s, err := h.shownAgain(r, by, f)
	if err != nil {
		return err
	}
	s.ended = &ended
	if err := h.keep(r.Context(), casefile.OwnerOf(by), &f, nil, nil); err == nil {
		s.keptAt = h.DB.Now()
	} else if _, full := errors.AsType[errs.Invalid](err); !full {
		return err
	}
	return s.render(w, r, http.StatusConflict)
}
