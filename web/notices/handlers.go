// Package notices tells everybody what becomes of what they say of themselves: a county's
// 个人信息告知书, as it is given at its stations now.
package notices

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/limit"
	"lianluo/web/page"
)

// Handler serves /c/{county}/privacy.
type Handler struct {
	DB *tenant.DB

	addresses *limit.Limiter
}

var tooMany = errs.Refuse(errs.TooMany, "看的次数太多了，请过几分钟再看，或者到联络站要一份纸的。")

// Routes are mounted at the root, for everybody: no session.
func (h Handler) Routes(r chi.Router) {
	h.addresses = limit.New(60, time.Second, 20_000, h.DB.Now)
	r.Get("/c/{county}/privacy", page.Handle(h.show))
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	if !h.addresses.Allow(limit.Address(r)) {
		return tooMany
	}
	c, err := county.ByDivision(r.Context(), h.DB, chi.URLParam(r, "county"))
	if err != nil {
		return err
	}
	var current *county.Notice
	if err := h.DB.View(r.Context(), c.ID, func(v *tenant.View) { current = county.CurrentNotice(v) }); err != nil {
		return err
	}
	f := page.FrameOf(r)
	f.Title, f.Site, f.Org, f.Phone = "个人信息怎么用", c.Name+"人大代表联络站", c.Office, c.Phone
	f.Demo = f.Demo || c.Demo
	page.MayCache(w, 5*time.Minute)
	return page.Render(w, r, http.StatusOK, noticePage(f, *current))
}
