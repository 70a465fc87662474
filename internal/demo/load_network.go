package demo

import (
	"fmt"
	"strings"

	"lianluo/internal/postgres"
)

// area is how large a station is, in m²; of a point nobody has measured it.
func (p *place) area() any {
	if p.kind != "station" {
		return nil
	}
	return 80 + 20*int(p.code[len(p.code)-1]-'0')
}

// serves reports whether a village is the station's own: a zone without one takes in its neighbours'.
func (s *station) serves(v village) bool { return strings.HasPrefix(v.code, s.code) }

// purposes are the functions of a station: all receive, some do more.
func (s *station) purposes(n int) []string {
	switch {
	case s.code == demoStationCode:
		return []string{"代表接待", "立法联系点", "联络站+社会治理"}
	case s.zone:
		return []string{"代表接待", "代表工作室"}
	case n%4 == 1:
		return []string{"代表接待", "预算联系点"}
	case n%4 == 3:
		return []string{"代表接待", "便民服务中心合办"}
	}
	return []string{"代表接待"}
}

// network writes who runs the stations, which villages they serve, what they are for, and
// since when they stand open.
func (x *writing) network() error {
	type row struct {
		ID   int64
		Name string
	}
	all, err := postgres.All[row](x.ctx, x.tx, `select id, name from functions where county_id = @county`)
	if err != nil {
		return fmt.Errorf("functions: %w", err)
	}
	ids := map[string]int64{}
	for _, f := range all {
		ids[f.Name] = f.ID
	}
	var officers, villages, functions, states [][]any
	from := x.w.start.AddDays(-90)
	for n, s := range x.w.stations {
		officers = append(officers, []any{s.id, "head", s.head.name, s.group[0].id, s.head.id, from}, []any{s.id, "liaison", s.clerk.name, nil, s.clerk.id, from})
		for _, v := range s.villages {
			if s.serves(v) {
				villages = append(villages, []any{s.id, v.code})
			}
		}
		for _, name := range s.purposes(n) {
			functions = append(functions, []any{s.id, ids[name]})
		}
		states = append(states, []any{s.id, "open", from, "系统", x.since})
		for _, p := range s.points {
			villages = append(villages, []any{p.id, p.division})
			functions = append(functions, []any{p.id, ids["代表接待"]})
			states = append(states, []any{p.id, "open", from, "系统", x.since})
		}
	}
	for _, rows := range []struct {
		table
		all [][]any
	}{
		{table{"station_officers", "station_id, office, name, deputy_id, user_id, from_date"}, officers},
		{table{"station_villages", "station_id, division_code"}, villages},
		{table{"station_functions", "station_id, function_id"}, functions},
		{table{"station_states", "station_id, state, from_date, by_name, at"}, states},
	} {
		if err := x.insert(rows.table, rows.all); err != nil {
			return err
		}
	}
	return nil
}
