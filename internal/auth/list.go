package auth

import (
	"context"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// CountyRoles are the roles that a county gives, in the order of pages.
var CountyRoles = []Role{CountyAdmin, CountyHandler, CountyLeader, StationHead, Clerk, Deputy, Unit}

// running is true of a role that somebody holds today.
const running = `r.from_date <= @today and (r.to_date is null or r.to_date >= @today)`

// held is a column of everybody's roles of today, in one order for all such columns.
func held(column string) string {
	return `array(select ` + column + ` from user_roles r
		left join stations s on s.county_id = @county and s.id = r.station_id
		left join units n on n.county_id = @county and n.id = r.unit_id
		left join user_roles stood on stood.county_id = @county and stood.id = r.stands_in_for
		left join users away on away.county_id = @county and away.id = stood.user_id
		where r.county_id = @county and r.user_id = u.id and ` + running + ` order by r.id)`
}

// having is true of who holds a role of today for which the condition is true.
func having(condition string) string {
	return `exists (select from user_roles r where r.county_id = @county and r.user_id = u.id and ` + running + ` and ` + condition + `)`
}

// staff is the list of a county's accounts.
var staff = postgres.List{
	Columns: `u.id, u.login_name, u.name, u.title, u.disabled_at, u.has_password, u.signed_in_at, u.created_at, ` +
		held(`r.role`) + ` as roles, ` + held(`coalesce(s.short_name, n.name, '')`) + ` as places, ` + held(`coalesce(away.name, '')`) + ` as stands_for`,
	From: `users u`,
	ID:   `u.id`,
	Orders: []postgres.Order{
		{Name: "name", By: `left(coalesce(u.initials, u.name), 1) || u.name`, Type: "text"},
		{Name: "login", By: `u.login_name`, Type: "text"},
		{Name: "seen", By: `u.signed_in_at`, Type: "timestamptz", Desc: true, Nullable: true},
	},
	Filters: []postgres.Filter{
		{Name: "role", Kind: postgres.Choice, Of: names(CountyRoles), Where: having(`r.role = @role`)},
		{Name: "station", Kind: postgres.ID, Where: having(`r.station_id = @station`)},
		{Name: "unit", Kind: postgres.ID, Where: having(`r.unit_id = @unit`)},
		{Name: "state", Kind: postgres.Choice, Of: []string{"unset", "never", "none", "standin", "disabled"}, Where: `case @state
			when 'unset' then u.disabled_at is null and not u.has_password
			when 'never' then u.disabled_at is null and u.has_password and u.signed_in_at is null
			when 'none' then u.disabled_at is null and not ` + having(`true`) + `
			when 'standin' then u.disabled_at is null and ` + having(`r.stands_in_for is not null`) + `
			else u.disabled_at is not null end`},
	},
	Text: []string{`u.name`, `coalesce(u.initials, '')`, `u.login_name`, `coalesce(u.title, '')`},
}

func names(roles []Role) []string {
	all := make([]string, len(roles))
	for i, r := range roles {
		all[i] = string(r)
	}
	return all
}

// Item is an account in the list. Nothing secret is in it.
type Item struct {
	tenant.Row
	ID          int64
	LoginName   string
	Name        string
	Title       *string
	DisabledAt  *time.Time
	HasPassword bool
	SignedInAt  *time.Time
	CreatedAt   time.Time
	Roles       []string // held today
	Places      []string // of the same: the station or the unit, or ""
	StandsFor   []string // of the same: in whose stead, or ""
}

// Acting is each role of today in words: 联络员（代武小芹）.
func (i Item) Acting() []string {
	all := make([]string, len(i.Roles))
	for at, role := range i.Roles {
		all[at] = InStead(Names[Role(role)], i.StandsFor[at])
	}
	return all
}

// StateName is how the account stands, as pages say it; "" where there is nothing to say.
func (i Item) StateName() string {
	switch {
	case i.DisabledAt != nil:
		return "已停用"
	case !i.HasPassword:
		return "还没设密码"
	case len(i.Roles) == 0:
		return "没有角色"
	case i.SignedInAt == nil:
		return "从未登录"
	}
	return ""
}

// Ask reads the address of the list of accounts.
func Ask(address url.Values, limit int) tenant.Ask { return staff.Ask(address, limit) }

// Address is what of an address the list knows, without the place in it.
func Address(address url.Values) url.Values { return staff.Address(address) }

// List reads one page of the county's accounts, for those who may see them (ChangeStaff).
func List(v *tenant.View, by Actor, ask tenant.Ask) *tenant.Page[Item] {
	return tenant.PageOf[Item](v, &staff, ask, where(by, v.Now()))
}

// Count counts what the ask shows, up to most.
func Count(v *tenant.View, by Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, &staff, ask, where(by, v.Now()), most)
}

// Export reads every account that the ask shows, in its order, and calls do for each.
func Export(ctx context.Context, db *tenant.DB, by Actor, ask tenant.Ask, do func(Item) error) error {
	return tenant.Stream(ctx, db, by.County, &staff, ask, where(by, db.Now()), do)
}

func where(by Actor, now time.Time) postgres.Where {
	w := postgres.Where{SQL: []string{`u.county_id = @county`}, Args: pgx.NamedArgs{"today": calendar.DateOf(now)}}
	if by.Scope(ChangeStaff) != WholeCounty {
		w.SQL = append(w.SQL, `false`)
	}
	return w
}
