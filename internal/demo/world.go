package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/division"
)

// world is one county with everything in it, made in memory; load writes it.
type world struct {
	code     string // of the division
	name     string // 襄垣县
	short    string // 襄垣
	kind     string // 县 or 区
	prefix   string // xy, of login names
	upper    string // XY, of case numbers
	now      time.Time
	today    calendar.Date
	start    calendar.Date // of the twelve months
	cal      *calendar.Calendar
	settings county.Settings
	rng      *rand.Rand
	seed     uint64
	plans    []plan // when each year's days were planned
	want     int    // cases
	fault    error  // a step that is not allowed

	stations   []*station
	deputies   []*deputy
	units      []*unit
	users      []*user
	receptions []*reception
	visits     []*visit
	cases      []*kase

	admin, office, office2, leader *user
	away, gone                     *user            // a head for whom somebody stands in; whose account is disabled
	byKind                         map[string]*unit // the county's departments
	usedNames                      map[string]bool
	apart                          []*kase     // made out of the year's turn: pinned ones and followers
	lastNumbers                    map[int]int // by year
	arrived                        int         // at receptions
	missing                        int         // pins that did not come about
}

type village struct {
	code, name string // 五阳村
	rural      bool
}

// place is a station, a point or a post.
type place struct {
	id             int64
	kind           string
	root           *station
	parent         *place
	code           string
	name, short    string
	division       string
	phone, address string
	hours          string
}

type station struct {
	place
	town     division.Division
	street   bool // 街道
	zone     bool // 开发区 and the like
	login    string
	villages []village // whose people come
	points   []*place
	gov      *unit
	service  *unit
	head     *user
	clerk    *user
	member   *user // a deputy's account
	group    []*deputy
	serving  []*deputy // of the group, those who take turns
	rules    []*rule
	days     []*reception // as they were made
	past     []*reception // those that were held, or will have been today
	leaves   []*leave
	asked    []*appointment
	weight   float64
	said     []*matter // lately, so that neighbours differ
}

type unit struct {
	id       int64
	kind     string
	name     string
	level    string
	station  *station
	phone    string
	position int
	staff    *user
	pace     float64 // how slow it is: 1 is usual
}

type user struct {
	id          int64
	login       string
	name, title string
	roles       []role
}

type role struct {
	role    auth.Role
	station *station
	unit    *unit
	deputy  *deputy
}

type deputy struct {
	id          int64
	name        string
	gender      string
	birth       int
	certificate string
	duties      string
	mandates    []mandate
	station     *station
	role        string // in the station's group
	idle        bool   // entered, and nothing yet
}

type mandate struct {
	level, term, electoral string
	from                   calendar.Date
}

type visit struct {
	id           int64
	key          [16]byte
	number       casefile.VisitNumber // 登记编号, given when it is written
	station      *station
	place        *place
	reception    *reception
	receivedAt   time.Time
	registeredAt time.Time
	way          string
	persons      int
	confidential bool
	mayPublish   bool
	replyBy      string
	notice       string
	by           *user
	byRole       auth.Role
	name, gender string // "": 匿名
	village      village
	phone        string
	deputies     []*deputy
	late         bool   // 补录
	purpose      string // of one without a matter
	note         string
	cases        []*kase
	returns      []*comeBack // to cases that are there already
	appointment  *appointment
}

// reachable is casefile's rule of who can be asked for a rating.
func (v *visit) reachable() bool { return v.replyBy != "none" && (v.phone != "" || v.name != "") }

// generate makes the county with that division code. The same options, code and
// settings give the same county.
func generate(code string, o Options, settings county.Settings) (*world, error) {
	c, _, _, err := division.County(division.Changzhi(), code)
	if err != nil {
		return nil, err
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(code)) // it never fails
	w := &world{
		code: code, name: c.Name, short: division.ShortName(c.Name), kind: "县", upper: county.PrefixOf(code), now: o.Now, cal: calendar.Builtin(),
		settings: settings, rng: rand.New(rand.NewPCG(o.Seed, hash.Sum64())), seed: o.Seed ^ hash.Sum64(), byKind: map[string]*unit{}, usedNames: map[string]bool{},
	}
	w.prefix = strings.ToLower(w.upper)
	if strings.HasSuffix(c.Name, "区") {
		w.kind = "区"
	}
	w.today = calendar.DateOf(o.Now)
	w.start = w.today.AddDays(-365)
	w.makeStations()
	w.want = o.Cases
	if w.want == 0 {
		w.want = 480 + 46*len(w.stations)
	}
	w.makeUnits()
	w.makeDeputies()
	w.makeUsers()
	w.makeServing()
	w.makeReceptions()
	w.makeCases()
	w.makeReturns()
	w.number()
	return w, w.fault
}

// demoStation is where the demonstration's staff work: the first of a county, and
// 王桥镇 in 襄垣县.
func (w *world) demoStation() *station {
	i := slices.IndexFunc(w.stations, func(s *station) bool { return s.code == demoStationCode })
	return w.stations[max(i, 0)]
}

// pick returns one of some.
func pick[T any](r *rand.Rand, some []T) T { return some[r.IntN(len(some))] }

// chance is true with probability p.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// between returns a number from low to high, both included.
func between(r *rand.Rand, low, high int) int { return low + r.IntN(high-low+1) }

// weighted returns an index with the weight that stands there.
func weighted(r *rand.Rand, weights []float64) int {
	total := 0.0
	for _, weight := range weights {
		total += weight
	}
	x := r.Float64() * total
	for i, weight := range weights {
		if x -= weight; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}
