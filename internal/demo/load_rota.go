package demo

import (
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/postgres"
)

// receptions writes the rota, with what became of each day.
func (x *writing) receptions() error {
	for _, write := range []func() error{x.wishes, x.rules, x.days, x.duties, x.leaves} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// What the county wants of a rota.
const (
	rotaLeast   = 1
	rotaLeading = true
)

// wishes are the county's, and who of a group leads: the head of it does.
func (x *writing) wishes() error {
	_, err := postgres.Exec(x.ctx, x.tx, `update county_settings set rota_least = @least, rota_leading = @leading, rota_version = rota_version + 1 where county_id = @county`,
		pgx.NamedArgs{"least": rotaLeast, "leading": rotaLeading})
	if err != nil {
		return err
	}
	var leads []int64
	for _, s := range x.w.stations {
		leads = append(leads, s.group[0].id)
	}
	_, err = postgres.Exec(x.ctx, x.tx, `update deputies set leads = true where county_id = @county and id = any(@ids)`, pgx.NamedArgs{"ids": leads})
	return err
}

func (x *writing) rules() error {
	var rows [][]any
	var all []*rule
	for _, s := range x.w.stations {
		for _, r := range s.rules {
			rule, err := json.Marshal(r.rule)
			if err != nil {
				return err
			}
			all = append(all, r)
			rows = append(rows, []any{r.key, s.id, r.place.id, r.kind, string(rule), r.starts, r.ends, r.seats, r.spares, text(r.route), x.w.start})
		}
	}
	return x.insertIDs(table{"reception_rules", "submission_key, station_id, place_id, kind, rule, starts, ends, seats, spares, route, from_date"}, rows,
		func(i int, id int64) { all[i].id = id })
}

func (x *writing) days() error {
	var rows [][]any
	for _, r := range x.w.receptions {
		var key, rule, by, byName any
		if r.rule != nil {
			rule = r.rule.id
		} else {
			key = r.key
		}
		if r.reportedBy != nil {
			by, byName = r.reportedBy.id, r.reportedBy.name
		}
		rows = append(rows, []any{key, r.station.id, r.place.id, r.date, r.starts, r.ends, r.kind, text(r.theme), text(r.invited), text(r.route), r.seats, r.spares,
			r.state, text(r.reason), rule, date(r.meant), r.touched, moment(r.publishedAt), text(r.note), text(r.organs), moment(r.reportedAt), by, byName, r.version})
	}
	return x.insertIDs(table{"receptions", "submission_key, station_id, place_id, date, starts, ends, kind, theme, invited, route, seats, spares, " +
		"state, reason, rule_id, meant_on, touched, published_at, note, organs, reported_at, reported_by, reported_name, version"}, rows,
		func(i int, id int64) { x.w.receptions[i].id = id })
}

// duties are who is on each day, and what was done about it.
func (x *writing) duties() error {
	var duty, events, notices [][]any
	for _, r := range x.w.receptions {
		for _, one := range r.duty {
			duty = append(duty, []any{r.id, one.deputy.id, one.spare, orNil(one.came)})
		}
		version := 0
		for _, h := range r.history {
			name := auth.Names[auth.System]
			if h.by != nil {
				name = h.by.name
			}
			if h.kind == "turns" {
				for _, one := range h.seats {
					events = append(events, []any{r.id, "joined", one.deputy.key(), nil, nil, nil, nil, h.by.key(), name, moment(h.at)})
				}
			}
			if h.kind != "turns" && h.kind != "published" {
				events = append(events, []any{r.id, h.kind, h.deputy.key(), h.instead.key(), date(h.from), date(h.to), text(h.reason), h.by.key(), name, moment(h.at)})
			}
			if h.act != "" {
				version++
				notices = append(notices, []any{r.id, version, h.act, h.body, text(h.reason), h.by.key(), name, moment(h.at)})
			}
		}
	}
	if err := x.insert(table{"reception_deputies", "reception_id, deputy_id, substitute, came"}, duty); err != nil {
		return err
	}
	if err := x.insert(table{"reception_events", "reception_id, kind, deputy_id, instead_id, from_date, to_date, reason, by_id, by_name, at"}, events); err != nil {
		return err
	}
	return x.insert(table{"reception_notices", "reception_id, version, act, body, reason, by_id, by_name, at"}, notices)
}

func (x *writing) leaves() error {
	var rows [][]any
	for _, s := range x.w.stations {
		for _, l := range s.leaves {
			rows = append(rows, []any{l.key, l.deputy.id, l.from, l.to, l.reason, l.by.id, l.by.name, moment(l.at)})
		}
	}
	return x.insert(table{"reception_leaves", "submission_key, deputy_id, from_date, to_date, reason, by_id, by_name, at"}, rows)
}

// returns are the visits about cases that were there already.
func (x *writing) returns() error {
	var rows [][]any
	for _, v := range x.w.visits {
		for _, back := range v.returns {
			rows = append(rows, []any{v.id, back.k.id, text(back.words), moment(v.registeredAt)})
		}
	}
	return x.insert(table{"visit_returns", "visit_id, case_id, words, created_at"}, rows)
}
