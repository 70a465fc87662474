package deputy

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Within says how far by may see of one deputy: nil for the county's office, for a station
// that has the deputy in its group, and for the deputy; else errs.Forbidden.
func (r Record) Within(by auth.Actor, groups []Belongs) error {
	if r.on(by, auth.SeeDeputies, groups) {
		return nil
	}
	return fmt.Errorf("deputy %d: %w", r.Number, errs.Forbidden)
}

// Scope is the condition under which by sees a deputy d: Within, as SQL.
func Scope(by auth.Actor) postgres.Where { return where(by, tenant.Ask{}) }

// MayReveal reports whether by may look at the deputy's private number, with a reason.
func (r Record) MayReveal(by auth.Actor, groups []Belongs) bool {
	return r.PhoneMasked != nil && r.on(by, auth.RevealDeputy, groups)
}

// on reports whether a right of by reaches this deputy.
func (r Record) on(by auth.Actor, right auth.Action, groups []Belongs) bool {
	subject := auth.Subject{Deputies: []int64{r.ID}}
	for _, g := range groups {
		if g.ToDate == nil && g.StationID == by.StationID {
			subject.StationID = g.StationID
		}
	}
	return by.MayOn(right, subject)
}

// groups reads the running groups of a deputy, as far as rights ask for them.
func groups(ctx context.Context, tx *tenant.Tx, deputyID int64) ([]Belongs, error) {
	return postgres.All[Belongs](ctx, tx, `select g.id, g.station_id, s.code as station_code, s.short_name as station, g.role, g.from_date, g.to_date
		from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
		where g.county_id = @county and g.deputy_id = @deputy and g.to_date is null`, pgx.NamedArgs{"deputy": deputyID})
}

// Reveal opens a deputy's private number for somebody who gives a reason; the look is
// recorded before anybody sees it. It returns errs.Invalid at reveal_reason,
// errs.Forbidden without the right, errs.NotFound where there is no number.
func Reveal(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, number int32, reason string) (string, error) {
	id, err := IDOf(ctx, tx, number)
	if err != nil {
		return "", err
	}
	r, err := hold(ctx, tx, id)
	if err != nil {
		return "", err
	}
	in, err := groups(ctx, tx, id)
	if err != nil {
		return "", fmt.Errorf("reveal: %w", err)
	}
	if err := r.Within(by, in); err != nil {
		return "", err
	}
	if !r.on(by, auth.RevealDeputy, in) {
		return "", errs.Refuse(errs.Forbidden, "您不能查看代表的私人电话。")
	}
	invalid := errs.Invalid{}
	county.OneLine(invalid, "reveal_reason", reason, "请写明为什么要看电话。", 200)
	if err := invalid.Err(); err != nil {
		return "", err
	}
	if r.PhoneMasked == nil {
		return "", errs.Refuse(errs.NotFound, "这位代表没有登记私人电话。")
	}
	sealed, err := postgres.Value[[]byte](ctx, tx, `select phone_sealed from deputy_private where county_id = @county and deputy_id = @id`,
		pgx.NamedArgs{"id": id})
	if err != nil {
		return "", fmt.Errorf("reveal: %w", err)
	}
	phone, err := keys.Open(sealed, PhoneBind(tx.County(), id))
	if err != nil {
		return "", fmt.Errorf("reveal: %w", err)
	}
	return phone, record(ctx, tx, by, "deputy.reveal_phone", number, map[string]any{"reason": reason})
}

// NumberOf queues the 档案号 of a deputy.
func NumberOf(v *tenant.View, id int64) *int32 {
	return tenant.Value[int32](v, `select number from deputies where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
}
