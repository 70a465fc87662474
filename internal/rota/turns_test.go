package rota

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lianluo/internal/calendar"
)

// slots are the days of a rule, two seats and a substitute each.
func slots(t *testing.T, rule Rule, from, to string) []Slot {
	t.Helper()
	var list []Slot
	for i, day := range rule.Between(date(t, from), date(t, to), NextWorkday, calendar.Builtin()) {
		list = append(list, Slot{ID: int64(i + 1), Date: day.Date, Starts: "09:00", Ends: "11:00", Seats: 2, Spare: 1})
	}
	return list
}

// TestTurnsAreFair: with everybody free, a year's turns differ by one at most, and a substitute is
// somebody else. Where the county wants a leading day each month, there is one, though only one
// of thirty leads and the month has one day: without the rule that one would not come all year.
func TestTurnsAreFair(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		rule             Rule
		members, leading int
		wants            Wants
		led              int // months with a leading day
	}{
		{"twice a week", Rule{Every: Weekday, Weekdays: []int{2, 4}}, 13, 0, Wants{}, 0},
		{"once a month", Rule{Every: Weekday, Weekdays: []int{2}, Nth: []int{1}}, 30, 1, Wants{}, 0},
		{"once a month, led", Rule{Every: Weekday, Weekdays: []int{2}, Nth: []int{1}}, 30, 1, Wants{Leading: true}, 12},
		{"twice a week, led", Rule{Every: Weekday, Weekdays: []int{2, 4}}, 30, 1, Wants{Leading: true}, 12},
	} {
		var members []Member
		for id := range int64(c.members) {
			members = append(members, Member{ID: id + 1, Leading: id >= int64(c.members-c.leading)}) // the last in every order
		}
		year := slots(t, c.rule, "2026-01-01", "2026-12-31")
		served, led := map[int64]int{}, map[time.Month]int{}
		for i, turn := range Turns(members, year, nil, c.wants) {
			if len(turn.Deputies) != 2 || len(turn.Spares) != 1 || slices.Contains(turn.Deputies, turn.Spares[0]) || turn.Deputies[0] == turn.Deputies[1] {
				t.Fatalf("%s: %s: %v", c.name, year[i].Date, turn)
			}
			for _, id := range turn.Deputies {
				served[id]++
				if members[id-1].Leading {
					led[year[i].Date.Month()]++
				}
			}
		}
		low, high := 1000, 0
		for _, m := range members {
			if !m.Leading {
				low, high = min(low, served[m.ID]), max(high, served[m.ID])
			}
		}
		if high-low > 1 {
			t.Errorf("%s: between %d and %d turns: %v", c.name, low, high, served)
		}
		if len(led) != c.led {
			t.Errorf("%s: %d months with a leading day, want %d: %v", c.name, len(led), c.led, led)
		}
		for month, n := range led {
			if n > 1 {
				t.Errorf("%s: the only one who leads comes %d times in %s", c.name, n, month)
			}
		}
	}
}

// TestTurnsGoToWhoServedLeast, and to who waits longest where they are even.
func TestTurnsGoToWhoServedLeast(t *testing.T) {
	t.Parallel()
	day := Slot{ID: 1, Date: date(t, "2026-11-24"), Starts: "09:00", Ends: "11:00", Seats: 3, Taken: []int64{5}}
	members := []Member{{ID: 1, Served: 2, Last: date(t, "2026-03-03")}, {ID: 2, Served: 1, Last: date(t, "2026-10-06")}, {ID: 3, Served: 1, Last: date(t, "2026-09-01")},
		{ID: 4, Served: 3}, {ID: 5}}
	if turn := Turns(members, []Slot{day}, nil, Wants{})[0]; !slices.Equal(turn.Deputies, []int64{3, 2}) {
		t.Errorf("%v", turn.Deputies)
	}
	// On leave, or at another station at the time; an hour later is no clash.
	busy := []Duty{{Deputy: 3, From: date(t, "2026-11-20"), To: date(t, "2026-11-24")}, {Deputy: 2, From: day.Date, To: day.Date, Starts: "10:30", Ends: "12:00"},
		{Deputy: 1, From: day.Date, To: day.Date, Starts: "11:00", Ends: "12:00"}}
	if turn := Turns(members, []Slot{day}, busy, Wants{})[0]; !slices.Equal(turn.Deputies, []int64{1, 4}) {
		t.Errorf("%v", turn.Deputies)
	}
	if turn := Turns(members[4:], []Slot{day}, nil, Wants{Leading: true})[0]; len(turn.Deputies) != 0 {
		t.Errorf("the one who is there takes another seat: %v", turn.Deputies)
	}
}

// TestTurnsAreFairToWhoIsThereForLess: one who joins in the autumn, and one who was on leave
// a quarter, come to their share and are not made to catch up; the county's least is met first.
func TestTurnsAreFairToWhoIsThereForLess(t *testing.T) {
	t.Parallel()
	year := slots(t, Rule{Every: Weekday, Weekdays: []int{2, 4}}, "2026-01-01", "2026-12-31")
	served := func(wants Wants) map[int64]int {
		n := map[int64]int{}
		members := []Member{}
		for id := int64(1); id <= 10; id++ {
			members = append(members, Member{ID: id})
		}
		busy := []Duty{{Deputy: 9, From: date(t, "2026-01-01"), To: date(t, "2026-09-30")}, {Deputy: 10, From: date(t, "2026-04-01"), To: date(t, "2026-06-30")}}
		late := 0 // turns that the newcomer has in the first month
		for i, turn := range Turns(members, year, busy, wants) {
			for _, id := range turn.Deputies {
				n[id]++
				if id == 9 && year[i].Date.Month() == time.October {
					late++
				}
			}
		}
		if late > 4 && wants.Least == 0 {
			t.Errorf("who is new has %d turns in the first month", late)
		}
		return n
	}
	n := served(Wants{})
	if whole := n[1]; n[9] < whole/4-1 || n[9] > whole/4+2 || n[10] < whole*3/4-1 || n[10] > whole*3/4+2 {
		t.Errorf("of %d turns, who joined in October has %d, who was away a quarter %d: %v", whole, n[9], n[10], n)
	}
	if n := served(Wants{Least: 12}); n[9] < 12 {
		t.Errorf("the county wants 12, who joined in October has %d", n[9])
	}
	// Who was a substitute often is not one again.
	day := Slot{ID: 1, Date: date(t, "2026-11-24"), Starts: "09:00", Ends: "11:00", Seats: 1, Spare: 1}
	if turn := Turns([]Member{{ID: 1, Served: 3}, {ID: 2, Served: 4, Spared: 5}, {ID: 3, Served: 5, Spared: 1}}, []Slot{day}, nil, Wants{})[0]; turn.Spares[0] != 3 {
		t.Errorf("%v", turn)
	}
}

// TestTurnsHold: whatever the leaves, nobody is at two places, nobody comes from a leave,
// and no seat stays empty that somebody could take.
func TestTurnsHold(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		var members []Member
		for id := range int64(2 + rng.IntN(9)) {
			members = append(members, Member{ID: id + 1, Served: rng.IntN(4), Leading: rng.IntN(3) == 0})
		}
		var days []Slot
		for id := range int64(1 + rng.IntN(30)) {
			starts := []string{"09:00", "10:00", "14:30"}[rng.IntN(3)]
			days = append(days, Slot{ID: id, Date: date(t, "2026-06-01").AddDays(rng.IntN(20)), Starts: starts, Ends: starts[:2] + ":59", Seats: 1 + rng.IntN(3), Spare: rng.IntN(2)})
		}
		var busy []Duty
		for range rng.IntN(6) {
			from := date(t, "2026-06-01").AddDays(rng.IntN(20))
			busy = append(busy, Duty{Deputy: 1 + rng.Int64N(int64(len(members))), From: from, To: from.AddDays(rng.IntN(7))})
		}
		holds(t, seed, members, days, busy)
	}
}

func holds(t *testing.T, seed uint64, members []Member, days []Slot, busy []Duty) {
	t.Helper()
	byID := map[int64]Slot{}
	for _, s := range days {
		byID[s.ID] = s
	}
	turns := Turns(members, days, busy, Wants{Least: int(seed % 3), Leading: true})
	at := map[int64][]Slot{}
	for _, turn := range turns {
		s := byID[turn.Slot]
		if len(turn.Deputies) > s.Seats || len(turn.Spares) > s.Spare {
			t.Fatalf("seed %d: %v has too many", seed, turn)
		}
		for _, id := range slices.Concat(turn.Deputies, turn.Spares) {
			for _, other := range at[id] {
				if other.overlaps(s) {
					t.Fatalf("seed %d: %d is at two places on %s", seed, id, s.Date)
				}
			}
			at[id] = append(at[id], s)
			if slices.ContainsFunc(busy, func(d Duty) bool { return d.Deputy == id && d.hinders(s) }) {
				t.Fatalf("seed %d: %d is on leave on %s", seed, id, s.Date)
			}
		}
	}
	for _, turn := range turns {
		s := byID[turn.Slot]
		if len(turn.Deputies) == s.Seats {
			continue
		}
		for _, m := range members {
			busyThen := slices.ContainsFunc(at[m.ID], s.overlaps) || slices.ContainsFunc(busy, func(d Duty) bool { return d.Deputy == m.ID && d.hinders(s) })
			if !busyThen {
				t.Fatalf("seed %d: a seat on %s stays empty, %d could take it", seed, s.Date, m.ID)
			}
		}
	}
}

// TestWaiting: who is short of the least comes first, then who had fewest turns; what somebody
// missed on leave or before joining is not made up, so that they wait behind who was there.
func TestWaiting(t *testing.T) {
	t.Parallel()
	members := []Member{{ID: 1, Served: 2}, {ID: 2, Served: 1}, {ID: 3, Served: 0, Missed: 9}, {ID: 4, Served: 0}}
	var order []int64
	for _, m := range Waiting(members, Wants{Least: 2}) {
		order = append(order, m.ID)
	}
	if !slices.Equal(order, []int64{4, 2, 3, 1}) || members[2].Load(4) != 3 {
		t.Errorf("%v, %v", order, members[2].Load(4))
	}
	first := Turns(members, []Slot{{ID: 1, Date: date(t, "2026-05-12"), Starts: "09:00", Ends: "11:00", Seats: 2}}, nil, Wants{Least: 2})
	if !slices.Equal(first[0].Deputies, order[:2]) {
		t.Errorf("%v are proposed", first[0].Deputies)
	}
}
