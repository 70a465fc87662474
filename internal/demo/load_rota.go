package demo

import (
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
)

// rules writes the rule by which each station receives, and who of its group leads: the
// head of it does.
func (x *writing) rules() error {
	var rows [][]any
	var leads []int64
	for _, s := range x.w.stations {
		rule, err := json.Marshal(s.rule)
		if err != nil {
			return err
		}
		rows = append(rows, []any{uuid.NewSHA1(uuid.NameSpaceOID, []byte("rule "+s.code)), s.id, s.id, "fixed", string(rule), "09:00", "11:30", 2, 1, x.w.start})
		leads = append(leads, s.group[0].id)
	}
	err := x.insertIDs(table{"reception_rules", "submission_key, station_id, place_id, kind, rule, starts, ends, seats, spares, from_date"}, rows,
		func(i int, id int64) { x.w.stations[i].ruleID = id })
	if err != nil {
		return err
	}
	_, err = postgres.Exec(x.ctx, x.tx, `update deputies set leads = true where county_id = @county and id = any(@ids)`, pgx.NamedArgs{"ids": leads})
	return err
}

// ruled is what a day says of the rule that brought it: nothing where there is none. People
// have looked at it since, so the rule leaves it alone.
func (r *reception) ruled() []any {
	if r.meant.IsZero() {
		return []any{nil, nil, true}
	}
	return []any{r.station.ruleID, r.meant, true}
}
