package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
)

// purposes are what somebody comes for who has nothing to be handled.
var purposes = []struct {
	what  string
	notes []string
}{
	{"ask", []string{"问代表接待日是哪几天。", "问医保缴费在哪里办，已告知便民服务中心窗口。", "问养老金资格认证怎么做，帮着在手机上办了。", "问村里修路的事定了没有，已告知进展。", "问怎样反映问题，给了一张联系卡。", ""}},
	{"thanks", []string{"路灯修好了，来道谢。", "上次反映的水管换了，专门来说一声。", "送来一面锦旗。", ""}},
	{"other", []string{"送来村里的活动通知。", "来借代表联系卡，贴在村务公开栏。"}},
}

// comeBack is a later visit about a case (再次来访).
type comeBack struct {
	k     *kase
	words string
}

var comeBackWords = []string{"上次说的事，到现在还没有人来看，再来问问。", "来问问办得怎么样了。", "修了一回，过了几天又不行了，再来说说。", "村里人让我再来问一声，年前能不能办好。",
	"电话里说快了，等了半个月没动静。", "又有两户也是这样，一并说说。", ""}

// makeReturns lets some come again about what they brought, a few of them for the third time:
// more often where it is still open.
func (w *world) makeReturns() {
	r := rand.New(rand.NewPCG(w.seed, 0))
	back := 0
	for _, k := range slices.Clone(w.cases) {
		p := 0.03
		if k.open() {
			p = 0.12
			if k.visit.station == w.demoStation() {
				p = 0.2
			}
		}
		from := k.registeredAt
		for times := 2; times <= 4 && chance(r, p); times++ {
			at, ok := w.mayReturn(r, k, from)
			if !ok {
				break
			}
			w.comesBack(r, k, at, times)
			back++
			if from, p = at, 0.2; back%3 == 1 && times == 2 {
				p = 1
			}
		}
	}
	slices.SortStableFunc(w.visits, func(a, b *visit) int { return a.registeredAt.Compare(b.registeredAt) })
}

// mayReturn is a time at which somebody comes again about a case.
func (w *world) mayReturn(r *rand.Rand, k *kase, from time.Time) (time.Time, bool) {
	at := officeTime(r, w.cal.AddWorkdays(calendar.DateOf(from), between(r, 5, 18)))
	if k.restricted || k.visit.confidential || k.visit.name == "" || at.After(w.now.Add(-30*time.Minute)) {
		return at, false
	}
	to := k.stands(at).to
	return at, to != casefile.Closed && to != casefile.Archived
}

// stands is the last event of the case at a time.
func (k *kase) stands(at time.Time) *event {
	last := k.events[0]
	for _, e := range k.events {
		if e.at.Before(at) {
			last = e
		}
	}
	return last
}

// comesBack makes the visit, by who came first, and tells it in the case's history.
func (w *world) comesBack(r *rand.Rand, k *kase, at time.Time, times int) {
	rng := w.rng
	w.rng = r
	v := w.visitAt(arrival{at: at, station: k.visit.station, way: pick(r, []string{"visit", "visit", "call"})})
	w.rng = rng
	first := k.visit
	v.name, v.gender, v.phone, v.village, v.replyBy, v.confidential = first.name, first.gender, first.phone, first.village, first.replyBy, false
	back := &comeBack{k: k, words: pick(r, comeBackWords)}
	v.returns = append(v.returns, back)
	w.visits = append(w.visits, v)
	was := k.stands(v.registeredAt)
	i := slices.Index(k.events, was)
	k.events = slices.Insert(k.events, i+1, &event{step: casefile.ComeBack, from: was.to, to: was.to, round: was.round, by: actor{v.by, v.byRole}, at: v.registeredAt,
		body: back.words, detail: map[string]any{"times": times}})
}

// steps are the events that moved the case: who came again moves nothing.
func (k *kase) steps() []*event {
	return slices.DeleteFunc(slices.Clone(k.events), func(e *event) bool { return e.step == casefile.ComeBack })
}
