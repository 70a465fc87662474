package deputy

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// End is how a running mandate ends.
type End struct {
	To     calendar.Date
	Reason string // of EndReasons
	Leave  bool   // whoever has no mandate left leaves the stations' groups
}

// EndMandate ends a running mandate, and returns the version that its deputy has by it.
// Death ends all of a person's mandates and groups. It returns errs.Invalid at to and
// reason; a mandate that ended so already stays as it is.
func EndMandate(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputyID, mandateID int64, end End) (int32, error) {
	if err := mayChange(by); err != nil {
		return 0, err
	}
	d, err := hold(ctx, tx, deputyID)
	if err != nil {
		return 0, err
	}
	m, err := mandate(ctx, tx, deputyID, mandateID)
	if err != nil {
		return 0, err
	}
	if m.ToDate != nil {
		if *m.ToDate == end.To && null.Value(m.EndReason) == end.Reason {
			return d.Version, nil
		}
		return 0, errs.Refuse(errs.Conflict, "这一届的职务已经终止了。要改日期或原因，请用“更正”。")
	}
	if err := end.check(tx, m); err != nil {
		return 0, err
	}
	return d.Version + 1, end.write(ctx, tx, by, d, mandateID)
}

// write ends the mandate, with every other one where somebody died, and records each.
func (e End) write(ctx context.Context, tx *tenant.Tx, by auth.Actor, d Record, mandateID int64) error {
	ended, err := postgres.All[Held](ctx, tx, `update mandates set to_date = greatest(from_date, @to::date), end_reason = @reason
		where county_id = @county and deputy_id = @deputy and to_date is null and (id = @id or @reason = 'death')
		returning id, level, term, electoral_unit, division_code, null as division, from_date, to_date, end_reason`,
		pgx.NamedArgs{"deputy": d.ID, "id": mandateID, "to": e.To, "reason": e.Reason})
	if err != nil {
		return fmt.Errorf("end a mandate: %w", err)
	}
	if err := raise(ctx, tx, d.ID); err != nil {
		return err
	}
	var left []string
	if e.Leave || e.Reason == "death" {
		all, err := leaveWithout(ctx, tx, []int64{d.ID}, e.To)
		if err != nil {
			return err
		}
		left = all[d.ID]
	}
	return audit.Collect(ctx, tx, func(ctx context.Context) error {
		for _, m := range ended {
			detail := m.ended(d.Version + 1)
			if m.ID == mandateID && len(left) > 0 {
				detail["left"] = left
			}
			if err := record(ctx, tx, by, "deputy.end_mandate", d.Number, detail); err != nil {
				return err
			}
		}
		return nil
	})
}

// ended is what the record says of a mandate that has ended.
func (m Held) ended(version int32) map[string]any {
	changes := county.Changes{}
	changes.Set("to", "", day(m.ToDate))
	changes.Set("end_reason", "", NameOf(EndReasons, null.Value(m.EndReason)))
	return map[string]any{"level": LevelNames[m.Level], "term": m.Term, "mandate": m.ID, "changes": changes, "version": version}
}

// leaveWithout takes those of the deputies who have no running mandate out of all groups,
// and returns the stations that each of them left, by deputy.
func leaveWithout(ctx context.Context, tx *tenant.Tx, deputies []int64, day calendar.Date) (map[int64][]string, error) {
	type place struct {
		DeputyID int64
		Station  string
	}
	all, err := postgres.All[place](ctx, tx, `update station_deputies g set to_date = greatest(g.from_date, @day::date)
		where g.county_id = @county and g.deputy_id = any(@deputies) and g.to_date is null
			and not exists (select from mandates m where m.county_id = @county and m.deputy_id = g.deputy_id and m.to_date is null)
		returning g.deputy_id, (select s.short_name from stations s where s.county_id = @county and s.id = g.station_id) as station`,
		pgx.NamedArgs{"deputies": deputies, "day": day})
	if err != nil {
		return nil, fmt.Errorf("leave the groups: %w", err)
	}
	stations := map[int64][]string{}
	for _, p := range all {
		stations[p.DeputyID] = append(stations[p.DeputyID], p.Station)
	}
	return stations, follow(ctx, tx, slices.Sorted(maps.Keys(stations))...)
}

func (e End) check(tx *tenant.Tx, m Held) error {
	invalid := errs.Invalid{}
	if NameOf(EndReasons, e.Reason) == "" {
		invalid["reason"] = "请选择终止的原因。"
	}
	switch today := calendar.DateOf(tx.Now()); {
	case e.To.IsZero():
		invalid["to"] = "请填终止的日期。"
	case e.To.After(today):
		invalid["to"] = "终止的日期不能晚于今天。"
	case e.To.Before(m.FromDate):
		invalid["to"] = "终止的日期不能早于任职的日期（" + m.FromDate.String() + "）。"
	}
	return invalid.Err()
}
