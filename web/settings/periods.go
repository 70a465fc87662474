package settings

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"lianluo/internal/county"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// periodForm is the periods as they were typed.
type periodForm struct {
	problem
	version int32
	typed   map[string]string
}

func (h Handler) periods(w http.ResponseWriter, r *http.Request) error {
	var stored *county.Settings
	if err := h.view(r, func(v *tenant.View) { stored = county.SettingsOf(v) }); err != nil {
		return err
	}
	form := periodForm{version: stored.Version, typed: map[string]string{}}
	for _, p := range county.Periods {
		form.typed[p.Field] = strconv.Itoa(p.Of(*stored))
	}
	return page.Render(w, r, http.StatusOK, periodsPage(frame(r, "各环节期限", problem{}), form))
}

func (h Handler) savePeriods(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	to, form := county.Settings{Version: forms.Began(r)}, periodForm{typed: map[string]string{}}
	for _, p := range county.Periods {
		form.typed[p.Field] = r.PostFormValue(p.Field)
		n, err := strconv.Atoi(strings.TrimSpace(form.typed[p.Field]))
		if err != nil {
			n = p.Min - 1 // no number is refused as one that is too small
		}
		p.Set(&to, n)
	}
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return county.ChangePeriods(ctx, tx, session.By(r).Audit(), to)
	})
	if err == nil {
		return forms.Done(w, r, "/settings/periods", "期限已经保存，对以后开始的期限有效。")
	}
	if form.problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	form.version = form.GoesOn(to.Version)
	for field, typed := range form.typed {
		form.typed[field] = form.Keep(field, typed)
	}
	return page.Render(w, r, form.Status(), periodsPage(frame(r, "各环节期限", form.problem), form))
}

// periodOrder is the fields as they stand on the page.
func periodOrder() []string {
	var order []string
	for _, p := range county.Periods {
		order = append(order, p.Field)
	}
	return order
}
