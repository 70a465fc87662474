package deputy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Placing is 混合编组: many deputies go into a station's group at once.
type Placing struct {
	Deputies    []int64
	StationID   int64
	Role        string
	From        calendar.Date
	LeaveOthers bool // they leave the groups that they are in, the day before
}

// Placed is what a Placing is or was for one deputy.
type Placed struct {
	Person
	Already string // the role that the deputy has there already, and keeps; "": joins
	Left    []Place
}

// Person is a deputy with the groups that one is in.
type Person struct {
	ID     int64
	Number int32
	Name   string
	Levels []string
	Places []Place
}

// Place is a running place in a group.
type Place struct {
	ID        int64  `json:"id"`
	StationID int64  `json:"station_id"`
	Station   string `json:"station"`
	Role      string `json:"role"`
}

const selectPeople = `select d.id, d.number, d.name,
		` + RunningLevels + ` as levels,
		coalesce((select json_agg(json_build_object('id', g.id, 'station_id', g.station_id, 'station', s.short_name, 'role', g.role) order by s.code)
			from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null), '[]') as places
	from deputies d where d.county_id = @county and d.merged_into is null`

const byName = ` order by coalesce(d.initials, d.name), d.id`

// People queues the deputies with those 档案号, with the groups that they are in, by name.
func People(v *tenant.View, numbers []int32) *[]Person {
	return tenant.All[Person](v, selectPeople+` and d.number = any(@numbers)`+byName, pgx.NamedArgs{"numbers": numbers})
}

// IDsOf are the ids of the deputies with those 档案号; unknown ones are passed over.
func IDsOf(ctx context.Context, tx *tenant.Tx, numbers []int32) ([]int64, error) {
	all, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from deputies where county_id = @county and number = any(@numbers) and merged_into is null`,
		pgx.NamedArgs{"numbers": numbers})
	ids := make([]int64, len(all))
	for i, one := range all {
		ids[i] = one.ID
	}
	return ids, err
}

// Plan is what the placing does with people as they are.
func (p Placing) Plan(people []Person) []Placed {
	all := make([]Placed, len(people))
	for i, person := range people {
		all[i] = Placed{Person: person}
		for _, place := range person.Places {
			switch {
			case place.StationID == p.StationID:
				all[i].Already = place.Role
			case p.LeaveOthers:
				all[i].Left = append(all[i].Left, place)
			}
		}
	}
	return all
}

// Place puts deputies into a station's group in the caller's transaction, and returns what
// became of each. Who is there already stays as one is, so that pressed twice it is done
// once. It returns errs.Invalid at deputies, station_id, role and from.
func (p Placing) Place(ctx context.Context, tx *tenant.Tx, by auth.Actor) ([]Placed, error) {
	if err := mayChange(by); err != nil {
		return nil, err
	}
	m := Membership{StationID: p.StationID, Role: p.Role, From: p.From}
	station, err := m.check(ctx, tx)
	if err != nil {
		return nil, err
	}
	p.Role = m.Role
	people, err := p.hold(ctx, tx)
	if err != nil {
		return nil, err
	}
	plan := p.Plan(people)
	if err := p.beside(ctx, tx, plan); err != nil {
		return nil, err
	}
	if err := p.oneHead(ctx, tx, plan); err != nil {
		return nil, err
	}
	if err := tx.Batch(ctx, p.statements(plan)); err != nil {
		return nil, fmt.Errorf("place: %w", err)
	}
	var moved []int64
	for _, one := range plan {
		if len(one.Left) > 0 {
			moved = append(moved, one.ID)
		}
	}
	if err := follow(ctx, tx, moved...); err != nil {
		return nil, err
	}
	return plan, audit.Collect(ctx, tx, func(ctx context.Context) error { return p.note(ctx, tx, by, station, plan) })
}

// hold reads the people, once their rows are held in the order of their ids.
func (p Placing) hold(ctx context.Context, tx *tenant.Tx) ([]Person, error) {
	if len(p.Deputies) == 0 {
		return nil, errs.Invalid{"deputies": "请至少勾选一位代表。"}
	}
	args := pgx.NamedArgs{"ids": p.Deputies}
	if _, err := postgres.Exec(ctx, tx, `select id from deputies where county_id = @county and id = any(@ids) order by id for no key update`, args); err != nil {
		return nil, fmt.Errorf("place: %w", err)
	}
	people, err := postgres.All[Person](ctx, tx, selectPeople+` and d.id = any(@ids)`+byName, args)
	if err != nil {
		return nil, fmt.Errorf("place: %w", err)
	}
	if len(people) == 0 {
		return nil, errs.Invalid{"deputies": "勾选的代表已经不在名单里，请回到列表重新勾选。"}
	}
	return people, nil
}

// beside refuses a day on which some of those who join were still in the group.
func (p Placing) beside(ctx context.Context, tx *tenant.Tx, plan []Placed) error {
	var ids []int64
	for _, one := range plan {
		if one.Already == "" {
			ids = append(ids, one.ID)
		}
	}
	type former struct {
		Name  string
		Until calendar.Date
	}
	still, err := postgres.All[former](ctx, tx, `select d.name, max(g.to_date) as until from station_deputies g
		join deputies d on d.county_id = @county and d.id = g.deputy_id
		where g.county_id = @county and g.station_id = @station and g.deputy_id = any(@ids) and g.to_date > @from
		group by d.id, d.name order by until desc, d.id`, pgx.NamedArgs{"station": p.StationID, "ids": ids, "from": p.From})
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	if len(still) > 0 {
		return errs.Invalid{"from": still[0].Name + "以前在这个组里，到 " + still[0].Until.String() + " 才离开，请把日期往后改。"}
	}
	return nil
}

// oneHead refuses several 组长 at once, and one beside the one that there is.
func (p Placing) oneHead(ctx context.Context, tx *tenant.Tx, plan []Placed) error {
	joining := slices.DeleteFunc(slices.Clone(plan), func(one Placed) bool { return one.Already != "" })
	switch {
	case p.Role != "head" || len(joining) == 0:
		return nil
	case len(joining) > 1:
		return errs.Invalid{"role": OneHead}
	}
	return Membership{StationID: p.StationID, Role: p.Role}.oneHead(ctx, tx, joining[0].ID)
}

// OneHead is why several cannot become 组长 of a group at once.
const OneHead = "一个组只有一名组长，请一次只编一名。"

func (p Placing) statements(plan []Placed) []tenant.Statement {
	var all []tenant.Statement
	for _, one := range plan {
		for _, place := range one.Left {
			all = append(all, tenant.Statement{SQL: `update station_deputies set to_date = greatest(from_date, @to::date)
				where county_id = @county and id = @id and to_date is null`, Args: pgx.NamedArgs{"id": place.ID, "to": p.From.AddDays(-1)}})
		}
		if one.Already == "" {
			all = append(all, tenant.Statement{SQL: insertPlace,
				Args: Membership{StationID: p.StationID, Role: p.Role, From: p.From}.args(one.ID)})
		}
	}
	return all
}

// note writes one entry for everybody whom the placing moved.
func (p Placing) note(ctx context.Context, tx *tenant.Tx, by auth.Actor, station string, plan []Placed) error {
	for _, one := range plan {
		left := stations(one.Left)
		var err error
		switch {
		case one.Already == "":
			err = record(ctx, tx, by, "deputy.join", one.Number, map[string]any{"station": station, "role": NameOf(Roles, p.Role),
				"from": p.From.String(), "left": left})
		case left != "":
			err = record(ctx, tx, by, "deputy.leave", one.Number, map[string]any{"station": left, "to": p.From.AddDays(-1).String()})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func stations(places []Place) string {
	var names []string
	for _, p := range places {
		if !slices.Contains(names, p.Station) {
			names = append(names, p.Station)
		}
	}
	return strings.Join(names, "、")
}
