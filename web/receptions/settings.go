package receptions

import (
	"context"
	"net/http"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// settingsForm is the county's rules.
type settingsForm struct {
	problem
	kept reception.Settings
}

func (h Handler) settings(w http.ResponseWriter, r *http.Request) error {
	if session.By(r).Scope(auth.ChangeReceptions) != auth.WholeCounty {
		return errs.Refuse(errs.Forbidden, "接待日程的规定由县里定。")
	}
	return h.settingsForm(w, r, problem{})
}

func (h Handler) settingsForm(w http.ResponseWriter, r *http.Request, p problem) error {
	var kept *reception.Settings
	if err := h.view(r, func(v *tenant.View) { kept = reception.SettingsOf(v) }); err != nil {
		return err
	}
	return page.Render(w, r, p.Status(), settingsForm{p, *kept}.page(frame(r, "接待日程的规定", p)))
}

func (h Handler) saveSettings(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	to := reception.Settings{Roll: rota.Roll(f.Get("roll")), PublishDays: f.number("publish_days"), Least: f.number("least"),
		Leading: f.Get("leading") != "", RemindDays: f.number("remind_days"), AnswerDays: f.number("answer_days"), Version: f.version()}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, session.By(r), to)
	})
	if err == nil {
		return forms.Done(w, r, root+"/settings", "规定已经保存。换了放假的办法，请再“按规则排接待日”。")
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.settingsForm(w, r, p)
}

func rollOptions() []ui.Option {
	options := make([]ui.Option, len(rota.Rolls))
	for i, roll := range rota.Rolls {
		options[i] = ui.Option{Value: string(roll.Roll), Name: roll.Name}
	}
	return options
}
