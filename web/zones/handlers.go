// Package zones is where a place says what it is divided into: its 功能区, what is there, and
// photographs of it.
package zones

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/stationparts"
	"lianluo/web/uploads"
)

// Handler serves /stations/{code}/zones.
type Handler struct {
	DB    *tenant.DB
	Files *blob.Store
}

// Routes are mounted under /stations/{code}/zones, for those who have auth.SeeStations.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Post("/", page.Handle(h.add))
	r.Get("/{key}", page.Handle(h.edit))
	r.Post("/{key}", page.Handle(h.change))
	r.Post("/{key}/raise", page.Handle(h.raise))
	r.Get("/{key}/remove", page.Handle(h.confirm))
	r.Post("/{key}/remove", page.Handle(h.remove))
	r.Post("/{key}/photos", page.Handle(h.photos))
	r.Post("/{key}/photos/{photo}/remove", page.Handle(h.removePhoto))
}

func code(r *http.Request) string { return strings.ToUpper(chi.URLParam(r, "code")) }

// shown is a place with its zones, or with the one that is changed.
type shown struct {
	forms.Problem
	place *station.Record
	by    auth.Actor
	zones []station.Zone
	zone  *station.Zone     // of the zone's own page
	key   uuid.UUID         // of the next form
	typed station.ZoneFacts // in it
	began int32             // the version that it goes on from
}

func (s *shown) may() bool { return s.place.MayZone(s.by) == nil }

func (s *shown) url() string { return stationparts.ZonesURL(s.place.Code) }

func (s *shown) at(z station.Zone) string { return s.url() + "/" + z.Key.String() }

// read reads the place of the address with its zones.
func (h Handler) read(r *http.Request) (*shown, error) {
	var place **station.Record
	var zones *[]station.Zone
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) { place, zones = station.RecordOf(v, code(r)), station.Zones(v, code(r)) })
	if err != nil {
		return nil, err
	}
	if *place == nil {
		return nil, errs.NotFound
	}
	return &shown{place: *place, by: session.By(r), zones: *zones, key: uuid.New()}, nil
}

// readOne is read, and the zone of the address, for somebody who may change it.
func (h Handler) readOne(r *http.Request) (*shown, error) {
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return nil, errs.NotFound
	}
	s, err := h.read(r)
	if err != nil {
		return nil, err
	}
	if err := s.place.MayZone(s.by); err != nil {
		return nil, err
	}
	for i := range s.zones {
		if s.zones[i].Key == key {
			s.zone = &s.zones[i]
			s.typed, s.began = station.ZoneFacts{Name: s.zone.Name, What: null.Value(s.zone.What)}, s.zone.Version
			return s, nil
		}
	}
	return nil, errs.Refuse(errs.NotFound, "这个功能区已经撤销了。")
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	s, err := h.read(r)
	if err != nil {
		return err
	}
	return s.answer(w, r)
}

// answer shows the page of all zones, or that of the one.
func (s *shown) answer(w http.ResponseWriter, r *http.Request) error {
	f := page.FrameOf(r)
	f.Title, f.Error = s.place.Name+"的功能区", s.Any()
	if s.zone != nil {
		f.Title = s.zone.Name
		return page.Render(w, r, s.Status(), s.zonePage(f))
	}
	return page.Render(w, r, s.Status(), s.page(f))
}

// postSize is more than a form of words holds.
const postSize = 64 << 10

func typed(w http.ResponseWriter, r *http.Request) (station.ZoneFacts, error) {
	err := page.ParseForm(w, r, postSize)
	return station.ZoneFacts{Name: r.PostFormValue("name"), What: r.PostFormValue("what")}, err
}

func (h Handler) update(r *http.Request, write func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error) error {
	return h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) error { return write(r.Context(), tx, session.By(r)) })
}

// again shows a form with what was wrong, or returns what no form can say.
func (s *shown) again(w http.ResponseWriter, r *http.Request, err error) error {
	if s.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	s.typed = station.ZoneFacts{Name: s.Keep("name", s.typed.Name), What: s.Keep("what", s.typed.What)}
	s.began = s.GoesOn(s.began)
	return s.answer(w, r)
}

func (h Handler) add(w http.ResponseWriter, r *http.Request) error {
	in, err := typed(w, r)
	if err != nil {
		return err
	}
	s, err := h.read(r)
	if err != nil {
		return err
	}
	s.typed = in
	if key, err := uuid.Parse(r.PostFormValue("key")); err == nil {
		s.key = key
	}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
		return station.AddZone(ctx, tx, by, s.place.Code, s.key, in)
	})
	if err != nil {
		return s.again(w, r, err)
	}
	return forms.Done(w, r, s.url()+"/"+s.key.String(), "已经添加，可以在下面放照片。")
}

func (h Handler) edit(w http.ResponseWriter, r *http.Request) error {
	s, err := h.readOne(r)
	if err != nil {
		return err
	}
	return s.answer(w, r)
}

func (h Handler) change(w http.ResponseWriter, r *http.Request) error {
	in, err := typed(w, r)
	if err != nil {
		return err
	}
	s, err := h.readOne(r)
	if err != nil {
		return err
	}
	s.typed, s.began = in, forms.Began(r)
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
		return station.ChangeZone(ctx, tx, by, s.place.Code, s.zone.Key, s.began, in)
	})
	if err != nil {
		return s.again(w, r, err)
	}
	return forms.Done(w, r, s.url(), "已经保存。")
}

func (h Handler) raise(w http.ResponseWriter, r *http.Request) error {
	s, err := h.readOne(r)
	if err != nil {
		return err
	}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
		return station.RaiseZone(ctx, tx, by, s.place.Code, s.zone.Key)
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, s.url()+"#z"+s.zone.Key.String(), http.StatusSeeOther)
	return nil
}

func (h Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	s, err := h.readOne(r)
	if err != nil {
		return err
	}
	f := page.FrameOf(r)
	f.Title = "撤销“" + s.zone.Name + "”"
	return page.Render(w, r, http.StatusOK, s.removePage(f))
}

func (h Handler) remove(w http.ResponseWriter, r *http.Request) error {
	s, err := h.readOne(r)
	if err != nil {
		return err
	}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
		return station.RemoveZone(ctx, tx, by, s.place.Code, s.zone.Key)
	})
	if err != nil {
		return err
	}
	return forms.Done(w, r, s.url(), "已经撤销。")
}

func (h Handler) photos(w http.ResponseWriter, r *http.Request) error {
	s, err := h.readOne(r) // before anything is read
	if err != nil {
		return err
	}
	post, err := uploads.Take(w, r, h.Files, s.by.County, func(ctx context.Context, post uploads.Post) (added bool, err error) {
		err = h.DB.Update(ctx, s.by.County, func(tx *tenant.Tx) error {
			added, err = station.AddPhotos(ctx, tx, s.by, s.place.Code, s.zone.Key, post.Key, post.Files)
			return err
		})
		return added, err
	})
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		s.Invalid = errs.Invalid{attachment.Field: invalid[attachment.Field]}
		return s.answer(w, r)
	}
	if err != nil {
		return err
	}
	uploads.Flash(w, post)
	http.Redirect(w, r, s.at(*s.zone), http.StatusSeeOther)
	return nil
}

func (h Handler) removePhoto(w http.ResponseWriter, r *http.Request) error {
	photo, err := uuid.Parse(chi.URLParam(r, "photo"))
	if err != nil {
		return errs.NotFound
	}
	s, err := h.readOne(r)
	if err != nil {
		return err
	}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
		return station.RemovePhoto(ctx, tx, by, s.place.Code, s.zone.Key, photo)
	})
	if err != nil {
		return err
	}
	return forms.Done(w, r, s.at(*s.zone), "已移除 1 张照片。")
}
