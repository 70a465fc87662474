package auth

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Sheet is an account as its page shows it.
type Sheet struct {
	ID          int64
	LoginName   string
	Name        string
	Title       string
	Version     int32
	DisabledAt  *time.Time
	HasPassword bool
	SignedInAt  *time.Time
	CreatedAt   time.Time
	LinkBy      *string    // who made the link that still waits to be used; nil: none waits
	LinkUntil   *time.Time // and until when it waits
}

// SheetOf reads the county's account of that login name; errs.NotFound where there is none.
func SheetOf(v *tenant.View, login string) *Sheet {
	return tenant.One[Sheet](v, `
		select u.id, u.login_name, u.name, coalesce(u.title, '') as title, u.version, u.disabled_at, u.has_password, u.signed_in_at, u.created_at,
			l.made_name as link_by, l.expires_at as link_until
		from users u
		left join password_links l on l.county_id = @county and l.user_id = u.id and l.used_at is null and l.revoked_at is null and l.expires_at > @now
		where u.county_id = @county and u.login_name = @login`, pgx.NamedArgs{"login": normalLogin(login), "now": v.Now()})
}

// Held is a role that an account holds, held or will hold.
type Held struct {
	ID        int64
	Role      Role
	Place     string // the station, the unit or the deputy by name; "" of a role of the county
	FromDate  calendar.Date
	ToDate    *calendar.Date
	StandsFor string // whose role it is, where the account stands in
	AwayLogin string // and that one's login name
	Reason    string
	GrantedBy string // "" for the system
	InStead   string // who stands in for it today or will: 李岚（11月1日至11月20日）
}

// Name is the role as pages say it: 联络员（代武小芹）.
func (h Held) Name() string { return InStead(Names[h.Role], h.StandsFor) }

// Over reports whether the role ended before day.
func (h Held) Over(day calendar.Date) bool { return h.ToDate != nil && h.ToDate.Before(day) }

// RolesOf reads an account's roles, those that run first and the last given first.
func RolesOf(v *tenant.View, login string) *[]Held {
	return tenant.All[Held](v, `
		select r.id, r.role, coalesce(s.short_name, n.name, d.name, '') as place, r.from_date, r.to_date,
			coalesce(away.name, '') as stands_for, coalesce(away.login_name, '') as away_login, coalesce(r.reason, '') as reason,
			coalesce(g.name, '') as granted_by,
			coalesce((select string_agg(su.name || '（' || to_char(x.from_date, 'FMMM月FMDD日') || '至' || to_char(x.to_date, 'FMMM月FMDD日') || '）', '、' order by x.from_date)
				from user_roles x join users su on su.county_id = @county and su.id = x.user_id
				where x.county_id = @county and x.stands_in_for = r.id and x.to_date >= @today), '') as in_stead
		from user_roles r
		join users u on u.county_id = @county and u.id = r.user_id
		left join stations s on s.county_id = @county and s.id = r.station_id
		left join units n on n.county_id = @county and n.id = r.unit_id
		left join deputies d on d.county_id = @county and d.id = r.deputy_id
		left join user_roles stood on stood.county_id = @county and stood.id = r.stands_in_for
		left join users away on away.county_id = @county and away.id = stood.user_id
		left join users g on g.county_id = @county and g.id = r.granted_by
		where r.county_id = @county and u.login_name = @login
		order by (r.to_date is not null and r.to_date < @today), r.id desc`,
		pgx.NamedArgs{"login": normalLogin(login), "today": calendar.DateOf(v.Now())})
}

// Place is where a role can be: a 联络站 or a unit.
type Place struct {
	Kind string // station or unit
	ID   int64
	Name string
}

// Places reads the stations and the units in use, for a form to choose from.
func Places(v *tenant.View) *[]Place {
	return tenant.All[Place](v, `
		select kind, id, name from (
			select 'station' as kind, s.id, s.short_name as name, s.code as place from stations s
			where s.county_id = @county and s.kind = 'station' and s.state not in ('closed', 'merged')
			union all
			select 'unit', n.id, n.name, lpad(n.position::text, 8, '0') from units n where n.county_id = @county and not n.retired) places
		order by kind, place, id`)
}

// Colleague is an account to choose.
type Colleague struct {
	LoginName string
	Name      string
	Title     string
}

// Colleagues reads the accounts in use, by name, for a form to choose from.
func Colleagues(v *tenant.View) *[]Colleague {
	return tenant.All[Colleague](v, `select login_name, name, coalesce(title, '') as title from users
		where county_id = @county and disabled_at is null order by coalesce(initials, name), id`)
}

// DeputyNamed finds a deputy by 代表证号 or by name. It returns errs.Invalid (deputy) where
// there is none, and where several have that name.
func DeputyNamed(ctx context.Context, tx *tenant.Tx, who string) (int64, error) {
	type row struct {
		ID      int64
		Certain bool
	}
	who = county.Trimmed(who)
	found, err := postgres.All[row](ctx, tx, `select id, coalesce(certificate_no = @who, false) as certain from deputies
		where county_id = @county and merged_into is null and (name = @who or certificate_no = @who) order by 2 desc limit 2`, pgx.NamedArgs{"who": who})
	switch {
	case err != nil:
		return 0, err
	case len(found) == 0:
		return 0, errs.Invalid{"deputy": "代表名册里没有“" + who + "”。请核对姓名，或者填代表证号"}
	case len(found) > 1 && !found[0].Certain:
		return 0, errs.Invalid{"deputy": "代表名册里有几位都叫“" + who + "”，请填代表证号"}
	}
	return found[0].ID, nil
}
