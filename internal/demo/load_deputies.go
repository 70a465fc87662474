package demo

import (
	"lianluo/internal/calendar"
	"lianluo/internal/pinyin"
)

// before are the terms before those that sit now, of the congresses that turned here.
var before = map[string]struct {
	term string
	from calendar.Date
}{
	"township": {"第十五届", calendar.NewDate(2016, 6, 20)},
	"county":   {"第十六届", calendar.NewDate(2016, 7, 5)},
}

func (x *writing) deputies() error {
	var rows, mandates, groups [][]any
	busy := x.w.busy()
	for i, d := range x.w.deputies {
		approvedAt, approvedName := any(x.since), any("管理员")
		if !busy[d] && i%53 == 11 { // entered, and nobody has looked yet
			approvedAt, approvedName = nil, nil
		}
		rows = append(rows, []any{i + 1, d.name, pinyin.Initials(d.name), d.gender, d.birth, d.certificate, text(d.duties), approvedAt, approvedName, x.since})
	}
	err := x.insertIDs(table{"deputies", "number, name, initials, gender, birth_year, certificate_no, duties, approved_at, approved_name, created_at"}, rows,
		func(i int, id int64) { x.w.deputies[i].id = id })
	if err != nil {
		return err
	}
	if err := x.insert(table{"deputy_numbers", "last"}, [][]any{{len(x.w.deputies)}}); err != nil {
		return err
	}
	for i, d := range x.w.deputies {
		for _, m := range d.mandates {
			mandates = append(mandates, m.rows(d, i%5 == 0)...)
		}
		if busy[d] || d.role != "member" || i%89 != 7 { // the others have no station yet
			groups = append(groups, []any{d.station.id, d.id, d.role, d.mandates[0].from})
		}
	}
	if err := x.insert(table{"mandates", "deputy_id, level, term, electoral_unit, division_code, from_date, to_date, end_reason"}, mandates); err != nil {
		return err
	}
	if err := x.insert(table{"station_deputies", "station_id, deputy_id, role, from_date"}, groups); err != nil {
		return err
	}
	return x.terms()
}

// busy are the deputies who appear anywhere else: on duty, at a visit, with an account.
func (w *world) busy() map[*deputy]bool {
	busy := map[*deputy]bool{}
	for _, r := range w.receptions {
		for _, d := range r.deputies {
			busy[d] = true
		}
	}
	for _, v := range w.visits {
		for _, d := range v.deputies {
			busy[d] = true
		}
	}
	for _, u := range w.users {
		for _, r := range u.roles {
			busy[r.deputy] = true
		}
	}
	return busy
}

// rows are a mandate and, of somebody who sat before, the one that ended when it began.
func (m mandate) rows(d *deputy, satBefore bool) [][]any {
	var division any
	if m.level == "township" {
		division = d.station.division
	}
	rows := [][]any{{d.id, m.level, m.term, m.electoral, division, m.from, nil, nil}}
	if was, turned := before[m.level]; turned && satBefore && d.birth < 1985 {
		rows = append(rows, []any{d.id, m.level, was.term, m.electoral, division, was.from, m.from.AddDays(-1), "term"})
	}
	return rows
}

// terms are the congresses that sit now, and those before them.
func (x *writing) terms() error {
	var rows [][]any
	for _, level := range []string{"township", "county", "prefecture", "province", "national"} {
		if was, turned := before[level]; turned {
			rows = append(rows, []any{level, was.term, was.from, x.since, "管理员"})
		}
		rows = append(rows, []any{level, terms[level].term, terms[level].from, x.since, "管理员"})
	}
	return x.insert(table{"terms", "level, name, from_date, started_at, started_name"}, rows)
}
