package deputies

import (
	"net/http"
	"strings"

	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// managed is a deputy with what can be done about mandates, groups and what is public.
type managed struct {
	deputy.Record
	held   []deputy.Held
	groups []deputy.Belongs
	first  bool // the mandates are what was asked for, not the groups
}

// manage is the page that leads to each mandate's and each group's form.
func (h Handler) manage(w http.ResponseWriter, r *http.Request) error {
	var (
		found  **deputy.Record
		held   *[]deputy.Held
		groups *[]deputy.Belongs
	)
	err := h.view(r, func(v *tenant.View) {
		found, held, groups = deputy.Find(v, number(r)), deputy.MandatesOf(v, number(r)), deputy.GroupsOf(v, number(r))
	})
	if err != nil {
		return err
	}
	if *found == nil || (*found).MergedInto != nil {
		return errs.NotFound
	}
	m := &managed{Record: **found, held: *held, groups: *groups, first: strings.HasSuffix(r.URL.Path, "/mandates")}
	frame := page.FrameOf(r)
	frame.Title = m.Name + "的任职和编组"
	return page.Render(w, r, http.StatusOK, m.page(frame))
}
