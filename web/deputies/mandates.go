package deputies

import (
	"context"
	"net/http"
	"net/url"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

func (f *form) mandate() deputy.Mandate {
	return deputy.Mandate{Level: f.typed.Get("level"), Term: f.typed.Get("term"), ElectoralUnit: f.typed.Get("electoral_unit"), Division: f.typed.Get("division"),
		From: f.date("from"), To: f.maybeDate("to"), EndReason: f.typed.Get("end_reason")}
}

// terms are the names of the terms that began, for the field to suggest.
func (f *form) termNames() []string {
	var names []string
	for _, t := range f.terms {
		names = append(names, t.Name)
	}
	return unique(names)
}

func unique(all []string) (once []string) {
	seen := map[string]bool{}
	for _, s := range all {
		if !seen[s] {
			once, seen[s] = append(once, s), true
		}
	}
	return once
}

func (h Handler) newMandate(w http.ResponseWriter, r *http.Request) error {
	f := &form{typed: url.Values{}}
	if err := h.load(r, f); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, f.newMandatePage(f.frame(r, "登记届次")))
}

func (h Handler) addMandate(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: r.PostForm}
	err := h.write(r, f, func(ctx context.Context, tx *tenant.Tx) error {
		id, err := deputy.IDOf(ctx, tx, number(r))
		if err != nil {
			return err
		}
		_, err = deputy.AddMandate(ctx, tx, session.By(r), id, f.mandate())
		return err
	})
	if err == nil {
		return forms.Done(w, r, path(number(r)), "届次已经登记。")
	}
	return h.again(w, r, f, err, "登记届次", f.newMandatePage)
}

func (h Handler) mandate(w http.ResponseWriter, r *http.Request) error {
	f, err := h.ofMandate(r)
	if err != nil {
		return err
	}
	m := f.held
	f.typed = url.Values{"version": {itoa(f.d.Version)}, "level": {m.Level}, "term": {m.Term}, "electoral_unit": {m.ElectoralUnit},
		"division": {null.Value(m.DivisionCode)}, "from": {m.FromDate.String()}, "end_reason": {null.Value(m.EndReason)}}
	if m.ToDate != nil {
		f.typed.Set("to", m.ToDate.String())
	}
	return page.Render(w, r, http.StatusOK, f.mandatePage(f.frame(r, "更正届次")))
}

// ofMandate is a form about the mandate in the address.
func (h Handler) ofMandate(r *http.Request) (*form, error) {
	f := &form{typed: url.Values{}}
	if err := h.load(r, f); err != nil {
		return nil, err
	}
	if f.held.ID == 0 {
		return nil, errs.NotFound
	}
	return f, nil
}

func (h Handler) changeMandate(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: r.PostForm}
	err := h.write(r, f, func(ctx context.Context, tx *tenant.Tx) error {
		deputyID, err := deputy.IDOf(ctx, tx, number(r))
		if err != nil {
			return err
		}
		return deputy.ChangeMandate(ctx, tx, session.By(r), deputyID, id(r), forms.Began(r), f.mandate())
	})
	if err == nil {
		return forms.Done(w, r, path(number(r)), "届次已经更正。")
	}
	return h.again(w, r, f, err, "更正届次", f.mandatePage)
}

func (h Handler) ending(w http.ResponseWriter, r *http.Request) error {
	f, err := h.ofMandate(r)
	if err != nil {
		return err
	}
	if f.held.ToDate != nil {
		http.Redirect(w, r, f.path()+"/mandates/"+itoa(f.held.ID), http.StatusSeeOther)
		return nil
	}
	f.typed = url.Values{"to": {calendar.DateOf(h.DB.Now()).String()}, "leave": {"1"}}
	return page.Render(w, r, http.StatusOK, f.endPage(f.frame(r, "终止代表职务")))
}

func (h Handler) endMandate(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: r.PostForm}
	err := h.write(r, f, func(ctx context.Context, tx *tenant.Tx) error {
		deputyID, err := deputy.IDOf(ctx, tx, number(r))
		if err != nil {
			return err
		}
		_, err = deputy.EndMandate(ctx, tx, session.By(r), deputyID, id(r),
			deputy.End{To: f.date("to"), Reason: f.typed.Get("reason"), Leave: f.ticked("leave")})
		return err
	})
	if err == nil {
		return forms.Done(w, r, path(number(r)), "职务已经终止，届次和经历都还在。")
	}
	return h.again(w, r, f, err, "终止代表职务", f.endPage)
}
