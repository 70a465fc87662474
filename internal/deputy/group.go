package deputy

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Membership is a place in a station's group, as a form or a sheet has it.
type Membership struct {
	StationID int64  // a 联络站, not a point
	Role      string // of Roles; "": member
	From      calendar.Date
	To        *calendar.Date // nil: running
}

// Join puts a deputy into a station's group, and returns the place's id. Put in twice one
// is there once. It returns errs.Invalid at station_id, also where the deputy is there
// already in another role (ChangeRole), role, from and to.
func Join(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputyID int64, m Membership) (int64, error) {
	if err := mayChange(by); err != nil {
		return 0, err
	}
	place, err := m.check(ctx, tx)
	if err != nil {
		return 0, err
	}
	d, err := hold(ctx, tx, deputyID)
	if err != nil {
		return 0, err
	}
	if same, err := m.beside(ctx, tx, deputyID); err != nil || same != 0 {
		return same, err
	}
	if err := m.oneHead(ctx, tx, deputyID); err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, insertPlace+` returning id`, m.args(deputyID))
	if err != nil {
		return 0, fmt.Errorf("join: %w", err)
	}
	return id, record(ctx, tx, by, "deputy.join", d.Number, map[string]any{"station": place, "role": NameOf(Roles, m.Role), "from": m.From.String(), "to": day(m.To)})
}

const insertPlace = `insert into station_deputies (county_id, station_id, deputy_id, role, from_date, to_date)
	values (@county, @station, @deputy, @role, @from, @to)`

func (m Membership) args(deputyID int64) pgx.NamedArgs {
	return pgx.NamedArgs{"station": m.StationID, "deputy": deputyID, "role": m.Role, "from": m.From, "to": m.To}
}

// Leave takes a deputy out of a station's group, from the day after to. Where the deputy is
// not in it there is nothing to do.
func Leave(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputyID, stationID int64, to calendar.Date) error {
	d, place, err := holdPlace(ctx, tx, by, deputyID, stationID)
	if err != nil || place == nil {
		return err
	}
	if err := place.mayEnd(tx, "to", to); err != nil {
		return err
	}
	if err := endPlace(ctx, tx, place.ID, to); err != nil {
		return err
	}
	if err := follow(ctx, tx, deputyID); err != nil {
		return err
	}
	return record(ctx, tx, by, "deputy.leave", d.Number, map[string]any{"station": place.Station, "to": to.String()})
}

// LeaveAll takes everybody out of the groups of some stations, from the day after to, and
// returns whom: once for each place that ends.
func LeaveAll(ctx context.Context, tx *tenant.Tx, by auth.Actor, stations []int64, to calendar.Date) ([]int64, error) {
	if err := mayChange(by); err != nil {
		return nil, err
	}
	type place struct {
		ID, DeputyID int64
		Number       int32
		Station      string
	}
	all, err := postgres.All[place](ctx, tx, `select g.id, g.deputy_id, d.number, s.short_name as station from station_deputies g
		join deputies d on d.county_id = @county and d.id = g.deputy_id join stations s on s.county_id = @county and s.id = g.station_id
		where g.county_id = @county and g.station_id = any(@stations) and g.to_date is null order by d.id, g.id for no key update of d`,
		pgx.NamedArgs{"stations": stations})
	if err != nil {
		return nil, fmt.Errorf("groups: %w", err)
	}
	places, deputies := make([]int64, len(all)), make([]int64, len(all))
	for i, p := range all {
		places[i], deputies[i] = p.ID, p.DeputyID
		if err := record(ctx, tx, by, "deputy.leave", p.Number, map[string]any{"station": p.Station, "to": to.String()}); err != nil {
			return nil, err
		}
	}
	_, err = postgres.Exec(ctx, tx, `update station_deputies set to_date = greatest(from_date, @to::date)
		where county_id = @county and id = any(@places) and to_date is null`, pgx.NamedArgs{"places": places, "to": to})
	if err != nil {
		return nil, fmt.Errorf("leave the groups: %w", err)
	}
	return deputies, follow(ctx, tx, deputies...)
}

// ChangeRole gives a deputy another role in a station's group from a day on. The place that
// was ends the day before, so that who was what remains.
func ChangeRole(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputyID, stationID int64, role string, from calendar.Date) error {
	m := Membership{StationID: stationID, Role: role, From: from}
	_, wrong := m.check(ctx, tx) // it holds the station before the deputy, as whoever closes it does
	d, place, err := holdPlace(ctx, tx, by, deputyID, stationID)
	if err != nil {
		return err
	}
	if place == nil {
		return errs.Refuse(errs.Conflict, "这位代表已经不在这个联络站的组里了。")
	}
	if place.Role == role {
		return nil
	}
	if wrong != nil {
		return wrong
	}
	if err := place.mayEnd(tx, "from", from); err != nil {
		return err
	}
	if err := m.oneHead(ctx, tx, deputyID); err != nil {
		return err
	}
	if err := endPlace(ctx, tx, place.ID, from.AddDays(-1)); err != nil {
		return err
	}
	if _, err := postgres.Exec(ctx, tx, insertPlace, m.args(deputyID)); err != nil {
		return fmt.Errorf("change a role: %w", err)
	}
	return record(ctx, tx, by, "deputy.role", d.Number, map[string]any{"station": place.Station, "from": from.String(),
		"role": NameOf(Roles, role)})
}

// holdPlace holds a deputy and reads the place in a station's group: nil where there is none.
func holdPlace(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputyID, stationID int64) (Record, *Belongs, error) {
	if err := mayChange(by); err != nil {
		return Record{}, nil, err
	}
	d, err := hold(ctx, tx, deputyID)
	if err != nil {
		return Record{}, nil, err
	}
	places, err := postgres.All[Belongs](ctx, tx, `select g.id, g.station_id, s.code as station_code, s.short_name as station, g.role, g.from_date, g.to_date
		from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
		where g.county_id = @county and g.deputy_id = @deputy and g.station_id = @station and g.to_date is null`,
		pgx.NamedArgs{"deputy": deputyID, "station": stationID})
	if err != nil || len(places) == 0 {
		return d, nil, err
	}
	return d, &places[0], nil
}

// endPlace ends a place in a group, on its first day at the earliest.
func endPlace(ctx context.Context, tx *tenant.Tx, id int64, to calendar.Date) error {
	_, err := postgres.Exec(ctx, tx, `update station_deputies set to_date = greatest(from_date, @to::date)
		where county_id = @county and id = @id and to_date is null`, pgx.NamedArgs{"id": id, "to": to})
	if err != nil {
		return fmt.Errorf("leave a group: %w", err)
	}
	return nil
}

func (b Belongs) mayEnd(tx *tenant.Tx, field string, on calendar.Date) error {
	switch {
	case on.IsZero():
		return errs.Invalid{field: "请填日期。"}
	case on.After(calendar.DateOf(tx.Now())):
		return errs.Invalid{field: "日期不能晚于今天。"}
	case on.Before(b.FromDate):
		return errs.Invalid{field: "日期不能早于进组的日期（" + b.FromDate.String() + "）。"}
	}
	return nil
}

// check judges a place by field, and returns the station's short name.
func (m *Membership) check(ctx context.Context, tx *tenant.Tx) (station string, err error) {
	invalid := m.judge(calendar.DateOf(tx.Now()))
	station, err = openStation(ctx, tx, m.StationID, m.To != nil, invalid)
	if err != nil {
		return "", err
	}
	return station, invalid.Err()
}

// judge completes a place and judges what needs no database.
func (m *Membership) judge(today calendar.Date) errs.Invalid {
	invalid := errs.Invalid{}
	if m.Role == "" {
		m.Role = "member"
	}
	if NameOf(Roles, m.Role) == "" {
		invalid["role"] = "请选择在组里做什么。"
	}
	switch {
	case m.From.IsZero():
		invalid["from"] = "请填进组的日期。"
	case m.From.After(today):
		invalid["from"] = "进组的日期不能晚于今天。"
	case m.From.Year() < firstYear:
		invalid["from"] = tooEarly
	}
	if m.To != nil && (m.To.Before(m.From) || m.To.After(today)) {
		invalid["to"] = "离开的日期要在进组以后、今天以前。"
	}
	return invalid
}

// openStation is the short name of a 联络站 that one can join; past is about one that may
// be closed by now. The station is held until the transaction ends, against being closed
// meanwhile; it is held before deputies are.
func openStation(ctx context.Context, tx *tenant.Tx, id int64, past bool, invalid errs.Invalid) (string, error) {
	found, err := postgres.All[joinable](ctx, tx, `select id, short_name, state from stations where county_id = @county and id = @id and kind = 'station' for share`,
		pgx.NamedArgs{"id": id})
	if err != nil {
		return "", fmt.Errorf("station: %w", err)
	}
	place := joinable{}
	if len(found) > 0 {
		place = found[0]
	}
	place.judge(len(found) > 0, past, invalid)
	return place.ShortName, nil
}

// joinable is a 联络站 that one may want to join.
type joinable struct {
	ID               int64
	ShortName, State string
}

func (s joinable) judge(known, past bool, invalid errs.Invalid) {
	switch {
	case !known:
		invalid["station_id"] = "请选择一个联络站。"
	case !past && (s.State == "closed" || s.State == "merged"):
		invalid["station_id"] = s.ShortName + "联络站已经关闭，请选别的联络站。"
	}
}

// beside refuses a place that one has already at that time. The same once more is no
// mistake: its id is returned.
func (m Membership) beside(ctx context.Context, tx *tenant.Tx, deputyID int64) (same int64, err error) {
	type row struct {
		ID       int64
		Role     string
		FromDate calendar.Date
		ToDate   *calendar.Date
	}
	others, err := postgres.All[row](ctx, tx, `select id, role, from_date, to_date from station_deputies
		where county_id = @county and deputy_id = @deputy and station_id = @station
			and from_date < coalesce(@to::date, 'infinity') and coalesce(to_date, 'infinity') > @from order by from_date desc, id`,
		pgx.NamedArgs{"deputy": deputyID, "station": m.StationID, "from": m.From, "to": m.To})
	if err != nil {
		return 0, fmt.Errorf("groups: %w", err)
	}
	if len(others) == 0 {
		return 0, nil
	}
	if o := others[0]; o.Role != m.Role || o.FromDate != m.From || day(o.ToDate) != day(m.To) {
		return 0, clash(o.Role, o.FromDate, o.ToDate)
	}
	return others[0].ID, nil
}

// oneHead refuses a second 组长 of a group. Of two who are made one at once, the second
// waits for the station and finds the first.
func (m Membership) oneHead(ctx context.Context, tx *tenant.Tx, deputyID int64) error {
	if m.Role != "head" || m.To != nil {
		return nil
	}
	_, err := postgres.Exec(ctx, tx, `select id from stations where county_id = @county and id = @station for no key update`, pgx.NamedArgs{"station": m.StationID})
	if err != nil {
		return fmt.Errorf("groups: %w", err)
	}
	heads, err := postgres.All[struct{ Name string }](ctx, tx, `select d.name from station_deputies g join deputies d on d.county_id = @county and d.id = g.deputy_id
		where g.county_id = @county and g.station_id = @station and g.role = 'head' and g.to_date is null and g.deputy_id <> @deputy order by d.id`,
		pgx.NamedArgs{"station": m.StationID, "deputy": deputyID})
	if err != nil {
		return fmt.Errorf("groups: %w", err)
	}
	if len(heads) > 0 {
		return errs.Invalid{"role": "这个组的组长是" + heads[0].Name + "。一个组只有一名组长，请先改" + heads[0].Name + "的组内分工。"}
	}
	return nil
}

// clash says that one is in the group already at that time.
func clash(role string, from calendar.Date, to *calendar.Date) error {
	if to == nil {
		return errs.Invalid{"station_id": "已经在这个联络站的组里（" + NameOf(Roles, role) + "，" + from.String() + " 起）。"}
	}
	return errs.Invalid{"from": "和以前在这个组里的时间（" + from.String() + " 至 " + day(to) + "）重叠，请核对日期。"}
}
