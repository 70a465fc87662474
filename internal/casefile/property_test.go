package casefile_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lianluo/internal/null"

	"github.com/google/uuid"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

var (
	firstSeed = flag.Uint64("seed", 1, "of the first sequence of TestProperty")
	sequences = flag.Uint64("sequences", 200, "that TestProperty plays")
)

const (
	longest  = 36 // steps that a sequence tries
	perWorld = 25 // sequences on one database; a crowded one is slow without statistics
)

// TestProperty plays random sequences of allowed and forbidden steps, and after each step
// compares the database with the model and with what must be true of every case.
func TestProperty(t *testing.T) {
	t.Parallel()
	n := *sequences
	if testing.Short() {
		n = min(n, 2*perWorld)
	}
	end := *firstSeed + n
	for first := *firstSeed; first < end; first += perWorld {
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			t.Parallel()
			w := casetest.New(t)
			actors := w.Actors()
			names := slices.Sorted(maps.Keys(actors)) // a seed plays the same sequence every time, on its calendar
			times := &times{calendar.Builtin()}
			for seed := first; seed < min(first+perWorld, end); seed++ {
				(&player{t: t, w: w, first: first, times: times, actors: actors, names: names, rand: rand.New(rand.NewPCG(seed, 2026))}).play(seed)
			}
			if n, err := audit.Verify(t.Context(), w.DB, w.County); err != nil || n == 0 {
				t.Error(n, err)
			}
		})
	}
}

// player plays one sequence.
type player struct {
	t        *testing.T
	w        *casetest.World
	first    uint64 // sequence on this world, whose calendar they share
	times    *times
	actors   map[string]auth.Actor
	names    []string
	rand     *rand.Rand
	m        *model
	number   string
	lead     string // a case that this one may be merged into, once there is one
	before   snapshot
	last     casefile.Input // the last step that was taken, with its key
	lastUser int64          // who took it
	trace    []string
}

// snapshot is everything that the database says of the case.
type snapshot struct {
	c      casefile.Case
	digest string
	clocks []timer
	orders []order
}

func (p *player) chance(percent int) bool { return p.rand.IntN(100) < percent }

func (p *player) play(seed uint64) {
	p.w.Set(calendar.DateOf(casetest.Monday).AddDays(p.rand.IntN(90)).String() + " 10:30")
	visit := p.w.Visit("村里自来水管冻裂，一个多月没水了。")
	if p.chance(25) {
		visit.Name, visit.Phone, visit.ReplyBy = "", "", "none"
	}
	receipts, err := p.w.RegisterVisit(p.w.Clerk, visit)
	if err != nil {
		p.t.Fatal(err)
	}
	p.number, p.m = receipts.Matters[0].Number, newModel(p.w, p.times, visit.ReplyBy != "none")
	p.before = p.look()
	for range longest {
		if p.chance(35) {
			p.w.Advance(p.days())
		}
		if p.chance(4) {
			p.announce()
		}
		p.step()
		if p.t.Failed() {
			p.t.Fatalf("sequence %d (-seed %d -sequences %d), %s:\n%s", seed, p.first, seed-p.first+1, p.number, strings.Join(p.trace, "\n"))
		}
	}
	contiguous(p.t, p.before.c, p.w.Events(p.number))
	if p.before.c.Outcome != nil {
		whole(p.t, p.w, p.number)
	}
	if p.t.Failed() {
		p.t.Fatalf("sequence %d, %s:\n%s", seed, p.number, strings.Join(p.trace, "\n"))
	}
}

// days is how far the clock moves: mostly a little, sometimes to just around a clock's end.
func (p *player) days() int {
	due := p.before.c.DueOn
	switch roll := p.rand.IntN(10); {
	case roll < 5:
		return p.rand.IntN(4)
	case roll < 8 && due != nil && due.After(p.w.Today()):
		return due.Sub(p.w.Today()) + p.rand.IntN(3) - 1
	case roll == 8:
		return 80 + p.rand.IntN(20)
	}
	return p.rand.IntN(20)
}

// announce uploads another calendar of this year or the next.
func (p *player) announce() {
	a := casetest.Announcement(p.w.Today().Year() + p.rand.IntN(2))
	for range p.rand.IntN(4) {
		d := calendar.NewDate(a.Year, 1, 1+p.rand.IntN(365))
		if slices.ContainsFunc(a.Days, func(known calendar.Day) bool { return known.Date == d }) {
			continue
		}
		kind := calendar.Holiday
		if day := d.Weekday(); day == time.Saturday || day == time.Sunday {
			kind = calendar.Workday
		}
		a.Days = append(a.Days, calendar.Day{Date: d, Kind: kind, Name: "临时安排"})
	}
	change := p.w.Announce(a)
	var now func() *calendar.Calendar
	p.w.View(func(v *tenant.View) { now = calendar.Of(v) })
	p.m.announced(now())
	p.times.Calendar = now()
	p.trace = append(p.trace, fmt.Sprintf("%s the calendar of %d moves %d cases", p.w.Today(), a.Year, change.Cases))
	p.before = p.look()
	p.compare(p.before)
	p.invariants(p.before)
}

// step tries one step and checks what came of it.
func (p *player) step() {
	who, in := p.choose()
	by := p.actors[who]
	sameKey := in.Key != uuid.Nil && in.Key == p.last.Key
	repeated := sameKey && in.Step == p.last.Step && by.UserID == p.lastUser
	borrowed := sameKey && !repeated // another's key, or another step's, repeats nothing
	stale := in.Version != 0 && in.Version != p.before.c.Version
	want := !stale && !sameKey && p.m.take(who, by, in)
	_, err := p.w.Take(by, p.number, in)
	p.trace = append(p.trace, fmt.Sprintf("%s %s by %s, version %d, repeated %v: %v; wanted %v, now %s", p.w.Today(), in.Step, who, in.Version, repeated, err, want, p.m.state))
	after := p.look()
	switch {
	case repeated && err != nil && p.m.may(who, by, in.Step):
		p.t.Errorf("a repeated step is refused: %v", err)
	case borrowed && err == nil:
		p.t.Errorf("%s by %s is taken for a repetition of %s", in.Step, who, p.last.Step)
	case !repeated && want != (err == nil):
		p.t.Errorf("%s by %s: %v, want taken %v", in.Step, who, err, want)
	case err != nil && !known(err):
		p.t.Errorf("%s by %s fails: %v", in.Step, who, err)
	case !want && after.digest != p.before.digest:
		p.t.Errorf("%s by %s was not taken, and changed the case", in.Step, who)
	}
	if want {
		p.last, p.lastUser = in, by.UserID
	}
	p.before = after
	p.compare(after)
	p.invariants(after)
}

func known(err error) bool {
	_, invalid := errors.AsType[errs.Invalid](err)
	return invalid || errors.Is(err, errs.Conflict) || errors.Is(err, errs.Forbidden)
}

// choose picks an actor and a step: mostly what the rules allow, else anything.
func (p *player) choose() (string, casefile.Input) {
	who, step := p.anything()
	if p.chance(75) {
		who, step = p.allowed()
	}
	by := p.actors[who]
	in := full(p.w, by, step, p.leadFor(step))
	in.Result, in.Attitude = 1+p.rand.IntN(5), 1+p.rand.IntN(5)
	in.Handle, in.Broad, in.Key = p.chance(50), p.chance(50), uuid.New()
	if p.chance(40) {
		in.Class, in.Promise, in.PromiseOn = "B", "换管", p.w.Today().AddDays(p.rand.IntN(30))
	}
	if by.Level() == "county" && p.chance(40) {
		in.Co = []casefile.CoOrder{{UnitID: p.w.RoadsUnit}}
	}
	if p.chance(25) {
		in.DueOn = p.w.Today().AddDays(p.rand.IntN(40))
	}
	p.spoil(&in)
	return who, in
}

// spoil now and then takes something away, or sends an old form.
func (p *player) spoil(in *casefile.Input) {
	if p.chance(50) {
		in.Version = p.before.c.Version
	}
	switch roll := p.rand.IntN(100); {
	case roll < 8:
		*in = casefile.Input{Step: in.Step, Key: in.Key}
	case roll < 10:
		in.Text = ""
	case roll < 12:
		in.Reason = ""
	case roll < 14:
		in.Result = 0
	case roll < 17:
		in.Version = int32(p.rand.IntN(longest))
	case roll < 20 && p.last.Key != uuid.Nil:
		in.Key = p.last.Key
	}
}

func (p *player) anything() (string, casefile.Step) {
	steps := allSteps()
	return p.names[p.rand.IntN(len(p.names))], steps[p.rand.IntN(len(steps))]
}

// mainWay are the steps on the way to a verdict, aside those that lead away from it.
var (
	mainWay = []casefile.Step{"sort", "report", "hand_out", "sign", "submit", "approve", "give_feedback", "rate", "escalate", "conclude"}
	aside   = []casefile.Step{"answer_now", "refuse", "refer", "keep", "merge", "raise", "withdraw", "archive"}
)

// allowed picks a step that the rules allow, the main way first, and somebody for it.
func (p *player) allowed() (string, casefile.Step) {
	who := map[casefile.Step][]string{}
	var lots []casefile.Step
	for _, r := range paper {
		for _, name := range p.names {
			if len(rules(r.step, p.m.state)) > 0 && p.m.may(name, p.actors[name], r.step) && !slices.Contains(who[r.step], name) {
				who[r.step] = append(who[r.step], name)
			}
		}
		switch {
		case who[r.step] == nil || slices.Contains(lots, r.step):
		case slices.Contains(mainWay, r.step):
			lots = append(lots, slices.Repeat([]casefile.Step{r.step}, 24)...)
		case r.row != 0 && !slices.Contains(aside, r.step):
			lots = append(lots, slices.Repeat([]casefile.Step{r.step}, 8)...)
		case r.row == 0 && p.chance(80): // nearly all of these are open to somebody at any time
		default:
			lots = append(lots, r.step, r.step)
		}
	}
	if lots == nil {
		return p.anything()
	}
	step := lots[p.rand.IntN(len(lots))]
	return who[step][p.rand.IntN(len(who[step]))], step
}

// leadFor is the case to merge into; now and then its result is approved.
func (p *player) leadFor(step casefile.Step) string {
	switch {
	case step == casefile.Merge && p.lead == "":
		p.lead = p.w.DriveNew(casefile.Sorted)
	case step == casefile.FollowLead && p.m.state == casefile.Merged && !p.m.leadApproved && p.chance(70):
		p.w.Drive(p.lead, casefile.Approved)
		p.m.leadApproved = true
	}
	if p.m.leadApproved {
		return "" // who has a result leads no more
	}
	return p.lead
}

// look reads everything about the case at once.
func (p *player) look() snapshot {
	var c *casefile.Case
	var digest *string
	var clocks *[]timer
	var open *[]order
	p.w.View(func(v *tenant.View) {
		c, digest = casefile.Find(v, p.number), digestIn(v, p.number)
		clocks = timersIn(v, p.number)
		open = ordersIn(v, p.number)
	})
	return snapshot{*c, *digest, *clocks, *open}
}

// compare checks the case against the model.
func (p *player) compare(now snapshot) {
	m, c := p.m, now.c
	outcome := casefile.Outcome("")
	if c.Outcome != nil {
		outcome = *c.Outcome
	}
	if c.State != m.state || outcome != m.outcome || int(c.Round) != m.round || int(c.Version) != m.version || null.Value(c.UnitID) != m.lead || c.Restricted != m.restricted {
		p.t.Errorf("case: %s %q round %d version %d unit %d, model: %s %q %d %d %d", c.State, outcome, c.Round, c.Version, null.Value(c.UnitID),
			m.state, m.outcome, m.round, m.version, m.lead)
	}
	clocks := map[casefile.Clock]span{}
	for _, k := range now.clocks {
		if k.EndedOn == nil {
			clocks[k.Kind] = span{k.StartedOn, k.DueOn, null.Value(k.StoppedOn), k.Fixed}
		}
	}
	if fmt.Sprint(clocks) != fmt.Sprint(m.clocks) {
		p.t.Errorf("clocks: %v, model: %v", clocks, m.clocks)
	}
}

// invariants are true of every case, whatever happened to it.
func (p *player) invariants(now snapshot) {
	c, nearest, open := now.c, (*timer)(nil), 0
	for i, k := range now.clocks {
		if k.EndedOn != nil {
			continue
		}
		if open++; k.StoppedOn == nil && (nearest == nil || k.DueOn.Before(nearest.DueOn)) {
			nearest = &now.clocks[i]
		}
	}
	if (nearest == nil) != (c.DueOn == nil) || nearest != nil && *c.DueOn != nearest.DueOn {
		p.t.Errorf("the case shows %v, its clocks are %+v", c.DueOn, now.clocks)
	}
	closed := c.State == casefile.Closed || c.State == casefile.Archived
	if closed != (c.Outcome != nil) || closed != (c.ClosedAt != nil) || closed && open > 0 || !closed && c.State != casefile.Merged && nearest == nil {
		p.t.Errorf("%s, outcome %v, closed %v, %d clocks", c.State, c.Outcome, c.ClosedAt, open)
	}
	working := slices.Contains([]casefile.State{"assigned", "return_requested", "handling", "extension_requested", "paused", "submitted"}, c.State) && c.UnitID != nil
	lead := 0
	for _, o := range now.orders {
		if o.EndedAt != nil {
			continue
		}
		if !working {
			p.t.Errorf("%s, and an order runs: %+v", c.State, o)
		}
		if o.Part == "lead" {
			if lead++; o.UnitID != *c.UnitID || o.Round != c.Round || o.DueOn != p.m.clocks[casefile.ClockHandle].due {
				p.t.Errorf("order %+v of %+v", o, c)
			}
		}
	}
	if working != (lead == 1) {
		p.t.Errorf("%s with %d orders to lead", c.State, lead)
	}
}
