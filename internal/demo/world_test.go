package demo

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	stations "lianluo/internal/station"
)

// city is the whole demonstration, made in memory.
var city = sync.OnceValue(func() []*world {
	var all []*world
	for _, code := range counties() {
		w, err := generate(code, Options{Now: friday, Seed: usualSeed}, county.DefaultSettings())
		if err != nil {
			panic(err)
		}
		all = append(all, w)
	}
	return all
})

func TestCityIsWhole(t *testing.T) {
	t.Parallel()
	var stations, points, posts, deputies, two, cases int
	levels := map[string]int{}
	for _, w := range city() {
		stations += len(w.stations)
		deputies += len(w.deputies)
		cases += len(w.cases)
		for _, s := range w.stations {
			for _, p := range s.points {
				points++
				checkCode(t, w, p)
				if p.kind == "post" {
					posts++
					if w.name != "平顺县" {
						t.Errorf("%s has a post", w.name)
					}
				}
			}
			checkCode(t, w, &s.place)
			checkGroup(t, s)
		}
		for _, d := range w.deputies {
			if len(d.mandates) > 1 {
				two++
			}
			for _, m := range d.mandates {
				levels[m.level]++
			}
		}
	}
	if len(city()) != 12 || stations != 136 || points != 396 || posts == 0 {
		t.Errorf("%d counties, %d stations, %d points and posts, of them %d posts", len(city()), stations, points, posts)
	}
	if deputies < 8900 || deputies > 9300 || len(levels) != 5 || two < 100 {
		t.Errorf("%d deputies, %d with two levels, mandates %v", deputies, two, levels)
	}
	if cases < 11500 || cases > 12500 {
		t.Errorf("%d cases", cases)
	}
}

// checkCode: the address on a poster leads to the county of the place.
func checkCode(t *testing.T, w *world, p *place) {
	t.Helper()
	if got := stations.CountyCode(p.code); got != w.code {
		t.Errorf("the code %s of %s in %s names the county %q", p.code, p.name, w.name, got)
	}
}

func checkGroup(t *testing.T, s *station) {
	t.Helper()
	roles, names := map[string]int{}, map[string]bool{}
	for _, d := range s.group {
		roles[d.role]++
		if names[d.name] {
			t.Errorf("%s has two %s", s.name, d.name)
		}
		names[d.name] = true
	}
	if roles["convener"] != 1 || roles["head"] != 1 || s.head == nil || s.clerk == nil || s.gov.staff == nil || s.service.staff == nil {
		t.Errorf("%s: %v", s.name, roles)
	}
}

// Every county has cases in every state and with every outcome, and nothing that it
// must have is missing.
func TestEveryStateAndOutcome(t *testing.T) {
	t.Parallel()
	for _, w := range city() {
		states, outcomes := map[casefile.State]int{}, map[casefile.Outcome]int{}
		for _, k := range w.cases {
			states[k.state]++
			outcomes[k.outcome]++
		}
		if len(states) != 18 || len(outcomes) != 8 || w.missing > 0 { // seven, and none
			t.Errorf("%s: %d missing, %v, %v", w.name, w.missing, states, outcomes)
		}
	}
}

// Shares are those of a station's life: many answered on the spot, few dissatisfied.
func TestShares(t *testing.T) {
	t.Parallel()
	var cases, now, rated, bad, links, late, open int
	for _, w := range city() {
		for _, k := range w.cases {
			cases++
			if k.answeredNow {
				now++
			}
			if k.open() {
				open++
				if !k.due.IsZero() && k.due.Before(w.today) {
					late++
				}
			}
			for _, r := range k.ratings {
				rated++
				if r.result <= 2 || r.attitude <= 2 {
					bad++
				}
				if r.channel == "link" {
					links++
				}
			}
		}
	}
	for name, share := range map[string]struct{ part, whole, low, high int }{
		"answered on the spot": {now, cases, 34, 44}, "dissatisfied": {bad, rated, 4, 9}, "rated by link": {links, rated, 65, 90},
		"open": {open, cases, 8, 16}, "late": {late, open, 4, 20},
	} {
		if percent := 100 * share.part / share.whole; percent < share.low || percent > share.high {
			t.Errorf("%s: %d of %d", name, share.part, share.whole)
		}
	}
}

// Hardly ever do two neighbours in a county say the same, all slots are filled, words are as long as
// somebody speaks.
func TestWhatIsSaid(t *testing.T) {
	t.Parallel()
	same := 0
	for _, w := range city() {
		for i, k := range w.cases {
			if i > 0 && w.cases[i-1].matter == k.matter && k.lead == nil && !k.follows(w.cases[i-1]) {
				same++
			}
			if n := utf8.RuneCountInString(k.words); n < 30 || n > 120 {
				t.Errorf("%s has %d characters: %s", k.number, n, k.words)
			}
			texts := []string{k.words, k.title, k.proposal, k.promise}
			for _, e := range k.events {
				texts = append(texts, e.body, e.reason)
			}
			if all := strings.Join(texts, ""); strings.ContainsAny(all, "{}~") {
				t.Errorf("%s: %s", k.number, all)
			}
		}
	}
	if same > 2 { // where a town has few matters of a kind
		t.Errorf("%d cases say what the one before says", same)
	}
}

// follows reports whether the case was brought to be merged with before, and came too late.
func (k *kase) follows(before *kase) bool {
	return k.visit.village == before.visit.village && k.visit.station == before.visit.station
}

// Nobody's telephone: the one rule, and no other number anywhere.
func TestNumbersAreNobodys(t *testing.T) {
	t.Parallel()
	mobile, landline := regexp.MustCompile(`^100\d{8}$`), regexp.MustCompile(`^0355-0\d{6}$`)
	for _, w := range city() {
		for _, v := range w.visits {
			if v.phone != "" && !mobile.MatchString(v.phone) {
				t.Errorf("a visitor has %s", v.phone)
			}
		}
		for _, u := range w.units {
			if !landline.MatchString(u.phone) {
				t.Errorf("%s has %s", u.name, u.phone)
			}
		}
		for _, s := range w.stations {
			if !landline.MatchString(s.phone) {
				t.Errorf("%s has %s", s.name, s.phone)
			}
		}
	}
}

// Staff work in office hours of working days, the system at night, and nothing happens
// in the future or backwards.
func TestTimes(t *testing.T) {
	t.Parallel()
	outside, all := 0, 0
	for _, w := range city() {
		for _, k := range w.cases {
			before := k.registeredAt
			for _, e := range k.events {
				if e.at.Before(before) || e.at.After(w.now) {
					t.Errorf("%s: %s at %s", k.number, e.step, e.at)
				}
				before = e.at
				if e.by.user == nil || e.step == casefile.Register || e.step == casefile.AnswerNow {
					continue
				}
				all++
				hour := e.at.In(calendar.Shanghai).Hour()
				if !w.cal.IsWorkday(calendar.DateOf(e.at)) || hour < 8 || hour > 18 {
					outside++
				}
			}
		}
	}
	if outside > all/200 {
		t.Errorf("%d of %d steps of staff are outside office hours", outside, all)
	}
}

// Whenever the demonstration is loaded, everybody of 王桥镇 and of the county has
// something that is due today and something that is late.
func TestWorkOfToday(t *testing.T) {
	t.Parallel()
	for _, now := range []string{"2026-11-20 10:00", "2026-11-22 18:30", "2026-11-23 08:40", "2026-11-24 03:00", "2026-12-31 16:00",
		"2027-01-04 09:00", "2026-10-05 10:00", "2026-02-20 10:00", "2026-02-24 09:30", "2027-06-15 14:00", "2028-03-01 11:00"} {
		t.Run(now, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "140423", Options{Now: at(now), Seed: usualSeed, Cases: 300})
			if w.missing > 0 {
				t.Errorf("%d missing", w.missing)
			}
			today := w.cal.AddWorkdays(w.today, 0) // no period ends on a day off
			station := func(s string) func(*kase) bool { return func(k *kase) bool { return k.visit.station.login == s } }
			of := func(u string) func(*kase) bool {
				return func(k *kase) bool { return k.unit != nil && k.unit.kind == u }
			}
			for _, work := range []struct {
				who   string
				whose func(*kase) bool
				state casefile.State
			}{
				{"wq.clerk", station("wq"), casefile.Registered}, {"wq.clerk", station("wq"), casefile.Approved},
				{"wq.head", station("wq"), casefile.Sorted}, {"wq.head", station("wq"), casefile.Submitted},
				{"xy.office", func(*kase) bool { return true }, casefile.Reported},
				{"xy.water", of("water"), casefile.Assigned}, {"xy.water", of("water"), casefile.Handling},
			} {
				due := slices.ContainsFunc(w.cases, func(k *kase) bool { return work.whose(k) && k.state == work.state && k.due == today })
				late := slices.ContainsFunc(w.cases, func(k *kase) bool {
					return work.whose(k) && k.state == work.state && k.due.Before(w.today)
				})
				if !due || !late {
					t.Errorf("%s, %s: due today %v, late %v", work.who, work.state, due, late)
				}
			}
			if !slices.ContainsFunc(w.receptions, func(r *reception) bool {
				return r.station.login == "wq" && r.date == w.today && r.state == "published"
			}) {
				t.Error("no reception today at 王桥镇")
			}
		})
	}
}
