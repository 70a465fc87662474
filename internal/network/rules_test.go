package network_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/network"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// weekly is a rule for every Thursday at a place of 王桥镇, of which the days of 2026 are made.
func (c county) weekly(place int64) {
	c.t.Helper()
	from := calendar.NewDate(2026, 1, 1)
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		_, err = reception.AddRule(ctx, tx, c.Admin, uuid.New(), reception.RuleInput{From: &from, Rule: rota.Rule{Every: rota.Weekday, Weekdays: []int{4}},
			Facts: reception.Facts{StationID: c.Station, PlaceID: place, Kind: "fixed", Starts: "09:00", Ends: "11:00", Seats: 1}})
		if err != nil {
			return err
		}
		_, err = reception.Generate(ctx, tx, c.Admin, c.Station, 2026, reception.Omit{})
		return err
	}))
}

// preview is what the rules would do to a year at a station.
func (c county) preview(station int64, year int) reception.Plan {
	c.t.Helper()
	var ahead func() reception.Prospect
	c.View(func(v *tenant.View) { ahead = reception.Preview(v, c.Admin, station, year) })
	return ahead().Plan(year)
}

// TestRulesGoAlong: the rule of a point that goes on under the station that takes over brings
// its days there, this year's the same and next year's anew; the rule of what ends is ended,
// and the preview has said so.
func TestRulesGoAlong(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.weekly(c.Point)
	c.weekly(c.Station)
	_, will, err := network.Preview(t.Context(), c.DB, c.Admin, wangqiao, merging())
	c.must(err)
	if will.Rules != 1 || len(will.RulesEnded) != 1 || will.RulesEnded[0].Words() != "每星期四 09:00–11:00 王桥镇人大代表联络站" {
		t.Errorf("%d go along, %+v end", will.Rules, will.RulesEnded)
	}
	if _, err := c.close(c.Admin, wangqiao, merging()); err != nil {
		t.Fatal(err)
	}
	if p := c.preview(c.OtherStation, 2026); !p.Nothing() || p.Same == 0 {
		t.Errorf("this year: %d added, %d changed, %d dropped, %d the same", len(p.Add), len(p.Change), len(p.Drop), p.Same)
	}
	if p := c.preview(c.OtherStation, 2027); len(p.Add) < 50 || slices.ContainsFunc(p.Add, func(d reception.PlannedDay) bool { return d.Rule.PlaceID != c.Point }) {
		t.Errorf("next year: %d", len(p.Add))
	}
	if n := c.number(`select count(*) from reception_rules where county_id = @county and station_id = @station and not retired`, pgx.NamedArgs{"station": c.Station}); n != 0 {
		t.Errorf("%d rules are left with what is merged", n)
	}
}
