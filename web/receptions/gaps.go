package receptions

import (
	"net/http"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
)

// gaps is where the rota falls short.
func (h Handler) gaps(w http.ResponseWriter, r *http.Request) error {
	var gaps func() reception.Gaps
	year := h.yearIn(r)
	if err := h.view(r, func(v *tenant.View) { gaps = reception.GapsOf(v, session.By(r), year) }); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, gapsPage(frame(r, "差什么", problem{}), gaps(), year, calendar.DateOf(h.DB.Now()), session.By(r).May(auth.ChangeReceptions)))
}
