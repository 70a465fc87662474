package reception

import (
	"testing"

	"lianluo/internal/calendar"
	"lianluo/internal/rota"
)

// Days is how many days a prospect has read.
func (p Prospect) Days() int { return len(p.made) }

// BenchmarkProspect looks at three years of twenty stations with two days a week each.
func BenchmarkProspect(b *testing.B) {
	p := Prospect{planner{year: 2026, today: calendar.NewDate(2026, 9, 10), out: map[Meant]Omission{}, calendar: calendar.Builtin()}}
	for id := range int64(20) {
		rule := Rule{ID: id + 1, StationID: id + 1, PlaceID: id + 1, Kind: "fixed", Starts: "09:00", Ends: "11:30", Seats: 2,
			FromDate: calendar.NewDate(2026, 1, 1), Rule: rota.Rule{Every: rota.Weekday, Weekdays: []int{2, 4}}}
		p.rules = append(p.rules, rule)
		for _, d := range rule.Rule.Between(rule.FromDate, calendar.NewDate(2028, 12, 31), p.settings.Roll, p.calendar) {
			p.made = append(p.made, Made{ID: int64(len(p.made)) + 1, RuleID: rule.ID, StationID: rule.StationID, MeantOn: d.Meant, Date: d.Date, State: Planned,
				PlaceID: rule.PlaceID, Kind: rule.Kind, Starts: rule.Starts, Ends: rule.Ends, Seats: rule.Seats})
		}
	}
	for name, do := range map[string]func(){"plan": func() { p.Plan(2026) }, "others": func() { p.Others(2026) }, "astray": func() { p.Astray() }} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
		})
	}
}
