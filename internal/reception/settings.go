package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// Settings are what the county wants of every station's rota.
type Settings struct {
	Roll        rota.Roll // what becomes of a day on a holiday
	PublishDays int       // days ahead that a notice is published by itself; 0: by hand alone
	Least       int       // times a year that each deputy receives
	Leading     bool      // each month has a day with a 领导干部代表
	RemindDays  int       // days after which somebody is asked what came of a day
	AnswerDays  int       // working days in which a request for an appointment is answered
	Version     int32
}

const selectSettings = `select rota_roll as roll, rota_publish as publish_days, rota_least as least, rota_leading as leading,
	rota_remind as remind_days, rota_answer as answer_days, rota_version as version from county_settings where county_id = @county`

// SettingsOf queues the county's settings of the rota.
func SettingsOf(v *tenant.View) *Settings { return tenant.One[Settings](v, selectSettings) }

func settings(ctx context.Context, tx *tenant.Tx) (Settings, error) {
	s, err := postgres.One[Settings](ctx, tx, selectSettings)
	if err != nil {
		return s, fmt.Errorf("settings of the rota: %w", err)
	}
	return s, nil
}

const settingsSubject = "settings rota"

// ChangeSettings sets the county's rules. It returns errs.Forbidden to a station's staff,
// errs.Invalid by field, and county.Stale for a form that began from another version.
func ChangeSettings(ctx context.Context, tx *tenant.Tx, by auth.Actor, to Settings) error {
	if by.Scope(auth.ChangeReceptions) != auth.WholeCounty {
		return errs.Refuse(errs.Forbidden, "接待日程的规定由县里定。")
	}
	if err := to.check(); err != nil {
		return err
	}
	was, err := postgres.One[Settings](ctx, tx, selectSettings+` for update`)
	if err != nil {
		return fmt.Errorf("settings of the rota: %w", err)
	}
	changes := was.differences(to)
	switch {
	case len(changes) == 0:
		return nil
	case was.Version != to.Version:
		return county.Overtaken(ctx, tx, settingsSubject, to.Version, was.Version)
	}
	_, err = postgres.Exec(ctx, tx, `update county_settings set rota_roll = @roll, rota_publish = @publish, rota_least = @least,
		rota_leading = @leading, rota_remind = @remind, rota_answer = @answer, rota_version = @version where county_id = @county`,
		pgx.NamedArgs{"roll": to.Roll, "publish": to.PublishDays, "least": to.Least, "leading": to.Leading, "remind": to.RemindDays, "answer": to.AnswerDays, "version": was.Version + 1})
	if err != nil {
		return fmt.Errorf("settings of the rota: %w", err)
	}
	return audit.Record(ctx, tx, by.Audit(), "reception.settings", settingsSubject, map[string]any{"changes": changes, "version": was.Version + 1})
}

func (s Settings) check() error {
	invalid := errs.Invalid{}
	if rollName(s.Roll) == "" {
		invalid["roll"] = "请选择一项。"
	}
	between(invalid, "publish_days", s.PublishDays, 0, 30)
	between(invalid, "least", s.Least, 0, 60)
	between(invalid, "remind_days", s.RemindDays, 0, 30)
	between(invalid, "answer_days", s.AnswerDays, 1, 30)
	return invalid.Err()
}

func (s Settings) differences(to Settings) county.Changes {
	changes := county.Changes{}
	changes.Set("roll", rollName(s.Roll), rollName(to.Roll))
	changes.Set("publish_days", itoa(s.PublishDays), itoa(to.PublishDays))
	changes.Set("least", itoa(s.Least), itoa(to.Least))
	changes.Set("leading", county.YesNo(s.Leading), county.YesNo(to.Leading))
	changes.Set("remind_days", itoa(s.RemindDays), itoa(to.RemindDays))
	changes.Set("answer_days", itoa(s.AnswerDays), itoa(to.AnswerDays))
	return changes
}

func rollName(roll rota.Roll) string {
	for _, r := range rota.Rolls {
		if r.Roll == roll {
			return r.Name
		}
	}
	return ""
}
