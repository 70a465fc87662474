package settings

import (
	"context"
	"net/http"

	"lianluo/internal/county"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

func (h Handler) profile(w http.ResponseWriter, r *http.Request) error {
	stored, err := h.loadProfile(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, profilePage(frame(r, "名称与编号", problem{}), stored, stored, problem{}))
}

func (h Handler) loadProfile(r *http.Request) (county.Profile, error) {
	var stored *county.Profile
	err := h.view(r, func(v *tenant.View) { stored = county.ProfileOf(v) })
	return *stored, err
}

func (h Handler) saveProfile(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	typed := county.Profile{Name: r.PostFormValue("name"), Office: r.PostFormValue("office"), Phone: r.PostFormValue("phone"),
		NumberPrefix: r.PostFormValue("number_prefix"), Version: forms.Began(r)}
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return county.ChangeProfile(ctx, tx, session.By(r).Audit(), typed)
	})
	if err == nil {
		return forms.Done(w, r, "/settings/county", "名称与编号已经保存。")
	}
	p, err := forms.ProblemOf(err)
	if err != nil {
		return err
	}
	stored, err := h.loadProfile(r)
	if err != nil {
		return err
	}
	typed = county.Profile{Name: p.Keep("name", typed.Name), Office: p.Keep("office", typed.Office), Phone: p.Keep("phone", typed.Phone),
		NumberPrefix: p.Keep("number_prefix", typed.NumberPrefix), Version: p.GoesOn(typed.Version)}
	return page.Render(w, r, p.Status(), profilePage(frame(r, "名称与编号", p), typed, stored, p))
}

// prefixHint says whether the prefix can still be changed, and why not.
func prefixHint(stored county.Profile) string {
	if stored.Frozen {
		return "已经有事项用了 " + stored.NumberPrefix + " 开头的编号，前缀不能再改：编号印在回执上、写进档案里，改了就对不上。"
	}
	return "事项的编号以它开头，例如 " + stored.NumberPrefix + "2026-0001。2 到 4 个英文字母，登记第一件事以后就不能再改。"
}
