package county

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/width"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Profile is what a county says of itself: its names, its public number, and the letters
// that its cases' numbers begin with.
type Profile struct {
	DivisionCode string
	Name         string // 襄垣县
	Office       string // 襄垣县人大常委会
	Phone        string // "": none
	NumberPrefix string // XY
	Frozen       bool   // a number has been given out with the prefix: it stays
	Version      int32
}

const selectProfile = `select division_code, name, office, coalesce(phone, '') as phone, number_prefix, version,
	exists (select from case_numbers n where n.county_id = @county and n.last > 0) as frozen from counties where id = (@county)`

// ProfileOf queues the county's profile.
func ProfileOf(v *tenant.View) *Profile { return tenant.One[Profile](v, selectProfile) }

// ChangeProfile changes the county's names, number and prefix. It returns errs.Invalid by
// field, also for a prefix that is frozen or another county's, and Stale for a form that
// began from another Version. Registering takes its numbers under a lock that this one
// waits for, and the reverse: no number is ever given out with a prefix that is gone.
func ChangeProfile(ctx context.Context, tx *tenant.Tx, by audit.Actor, to Profile) error {
	if err := to.check(); err != nil {
		return err
	}
	if err := Lock(ctx, tx); err != nil {
		return err
	}
	// Read only once the row is held, by a statement of its own: what was registered while
	// this one waited is seen.
	if _, err := postgres.Value[int32](ctx, tx, `select id from counties where id = (@county) for no key update`); err != nil {
		return fmt.Errorf("county: %w", err)
	}
	was, err := postgres.One[Profile](ctx, tx, selectProfile)
	if err != nil {
		return fmt.Errorf("county: %w", err)
	}
	changes := Changes{}
	changes.Set("name", was.Name, to.Name)
	changes.Set("office", was.Office, to.Office)
	changes.Set("phone", was.Phone, to.Phone)
	changes.Set("number_prefix", was.NumberPrefix, to.NumberPrefix)
	subject := "county " + was.DivisionCode
	switch {
	case len(changes) == 0:
		return nil
	case was.Frozen && was.NumberPrefix != to.NumberPrefix:
		return errs.Invalid{"number_prefix": "已经有事项用了 " + was.NumberPrefix + " 开头的编号，前缀不能再改。"}
	case was.Version != to.Version:
		return Overtaken(ctx, tx, subject, to.Version, was.Version)
	}
	_, err = postgres.Exec(ctx, tx, `update counties set name = @name, office = @office, phone = nullif(@phone, ''),
		number_prefix = @number_prefix, version = @version where id = (@county)`,
		pgx.NamedArgs{"name": to.Name, "office": to.Office, "phone": to.Phone, "number_prefix": to.NumberPrefix, "version": was.Version + 1})
	if errors.Is(err, errs.Conflict) {
		return errs.Invalid{"number_prefix": to.NumberPrefix + " 已经被别的县使用，请换一个。"}
	}
	if err != nil {
		return fmt.Errorf("county: %w", err)
	}
	return record(ctx, tx, by, "county", subject, was.Version+1, "", changes)
}

// check tidies what was typed and judges it by field.
func (p *Profile) check() error {
	invalid := errs.Invalid{}
	p.Name, p.Office, p.Phone = Trimmed(p.Name), Trimmed(p.Office), PublicPhone(invalid, "phone", p.Phone)
	p.NumberPrefix = letters(p.NumberPrefix)
	OneLine(invalid, "name", p.Name, "请填县的名称，例如 襄垣县。", 30)
	OneLine(invalid, "office", p.Office, "请填机关名称，例如 襄垣县人大常委会。", 40)
	if !prefixForm.MatchString(p.NumberPrefix) {
		invalid["number_prefix"] = "请填 2 到 4 个英文字母，例如 XY。"
	}
	return invalid.Err()
}

// letters is a code as it was typed, in capital letters of half width.
func letters(typed string) string {
	return strings.ToUpper(strings.TrimSpace(width.Narrow.String(typed)))
}
