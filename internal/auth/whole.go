package auth

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Staffer is an account of the county's staff, as whoever goes through all of them needs it.
type Staffer struct {
	ID        int64
	LoginName string
	Name      string
	Title     *string
	Disabled  bool
	Version   int32
}

// AllStaff reads the county's accounts by login name.
func AllStaff(ctx context.Context, tx *tenant.Tx) ([]Staffer, error) {
	return postgres.All[Staffer](ctx, tx, `select id, login_name, name, title, disabled_at is not null as disabled, version
		from users where county_id = @county order by login_name`)
}

// StafferRole is a role that somebody holds today, of their own: no stand-in.
type StafferRole struct {
	UserID    int64
	Role      Role
	StationID *int64
	UnitID    *int64
	DeputyID  *int64
}

// AllRoles reads the roles that the county's accounts hold today.
func AllRoles(ctx context.Context, tx *tenant.Tx) ([]StafferRole, error) {
	return postgres.All[StafferRole](ctx, tx, `select user_id, role, station_id, unit_id, deputy_id from user_roles
		where county_id = @county and stands_in_for is null and from_date <= @today and (to_date is null or to_date >= @today)
		order by user_id, id`, pgx.NamedArgs{"today": calendar.DateOf(tx.Now())})
}
