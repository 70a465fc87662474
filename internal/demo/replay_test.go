package demo

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/tenant"
)

// histories are what the site writes about a case, without ids.
var histories = map[string]string{
	"cases": `select c.number, v.submission_key, c.position, s.code, p.code, c.words, c.title, c.nature, cat.name as category, c.level, c.proposal,
		c.state, c.outcome, c.returns_to, c.outer_level, u.name as unit, l.number as lead, c.round, c.version, c.clock, c.due_on,
		c.due_provisional, c.answered_now, c.restricted, c.supervised, c.has_contact, r.name as refusal, c.promise, c.promise_on, c.lookup_hash,
		us.login_name, c.registered_at, c.closed_at, c.updated_at
		from cases c join visits v on v.id = c.visit_id join stations s on s.id = c.station_id join stations p on p.id = c.place_id
		join categories cat on cat.id = c.category_id join users us on us.id = c.registered_by left join units u on u.id = c.unit_id
		left join cases l on l.id = c.lead_case_id left join refusal_reasons r on r.id = c.refusal_reason_id order by c.number`,
	"case_events": `select c.number, e.step, e.from_state, e.to_state, e.round, u.login_name, e.actor_name, e.actor_role, e.at, e.reason, e.body,
		un.name as unit, e.unit_name, e.detail - 'deputy_id' from case_events e join cases c on c.id = e.case_id left join users u on u.id = e.actor_id
		left join units un on un.id = e.unit_id order by c.number, e.id`,
	"case_clocks": `select c.number, k.kind, k.round, k.started_on, k.first_due, k.due_on, k.provisional, k.fixed, k.stopped_on, k.ended_on
		from case_clocks k join cases c on c.id = k.case_id order by c.number, k.id`,
	"case_orders": `select c.number, u.name, o.part, o.round, o.due_on, o.fixed, o.may_call, o.note, b.login_name as by, o.handed_out_at, sb.login_name as signed_by,
		o.signed_at, o.opinion_at, o.ended_at from case_orders o join cases c on c.id = o.case_id join units u on u.id = o.unit_id
		left join users b on b.id = o.handed_out_by left join users sb on sb.id = o.signed_by order by c.number, o.id`,
	"case_answers": `select c.number, a.round, u.name, a.class, a.body, a.promise, a.promise_on, us.login_name, a.author_name, a.submitted_at
		from case_answers a join cases c on c.id = a.case_id left join units u on u.id = a.unit_id join users us on us.id = a.author_id order by c.number, a.id`,
	"case_feedbacks": `select c.number, f.round, f.recipient, d.certificate_no, f.way, f.reached, f.body, f.told_on, f.told_by, u.login_name, f.created_at
		from case_feedbacks f join cases c on c.id = f.case_id left join deputies d on d.id = f.deputy_id left join users u on u.id = f.user_id
		order by c.number, f.id`,
	"messages": `select c.number, m.kind, m.round, m.created_at from messages m join cases c on c.id = m.case_id order by c.number, m.id`,
	"visits": `select v.submission_key, s.code, p.code, v.reception_id is null, v.received_at, v.way, v.persons, v.confidential, v.may_publish, v.reply_by,
		v.notice_version, v.notice_given, u.login_name, v.recorded_name, v.created_at from visits v join stations s on s.id = v.station_id
		join stations p on p.id = v.place_id join users u on u.id = v.recorded_by where exists (select from cases c where c.visit_id = v.id)
		order by v.created_at, v.submission_key`,
	"visit_contacts": `select v.submission_key, p.name, p.gender, p.village, p.phone_blind, p.phone_masked from visit_contacts p join visits v on v.id = p.visit_id
		where exists (select from cases c where c.visit_id = v.id) order by v.submission_key`,
}

// TestReplay lets the site itself do what the demonstration says was done, step by step,
// and finds the same rows: nothing in a demonstration could not have come about.
func TestReplay(t *testing.T) {
	t.Parallel()
	const cases = 120
	loaded, played := newSite(t), newSite(t)
	loaded.load(t, small, cases)
	p := &player{t: t, site: played, numbers: map[*kase]string{}}
	p.settle(Options{Now: friday, Seed: usualSeed, Cases: cases})
	p.play()
	for name, sql := range histories {
		if diff := cmp.Diff(played.rows(t, sql), loaded.rows(t, sql)); diff != "" {
			if len(diff) > 6000 {
				diff = diff[:6000] + "…"
			}
			t.Errorf("%s: the site (-) and the demonstration (+) differ:\n%s", name, diff)
		}
	}
}

// player plays a world on a site.
type player struct {
	t       *testing.T
	site    *site
	w       *world
	x       *writing
	county  tenant.County
	numbers map[*kase]string
}

// settle writes the county without its visits and cases.
func (p *player) settle(o Options) {
	p.t.Helper()
	ctx := p.t.Context()
	c := county.New{DivisionCode: small, Demo: true}
	id, err := county.Reserve(ctx, p.site.db, c)
	if err != nil {
		p.t.Fatal(err)
	}
	p.county, p.w = id, newWorld(p.t, small, o)
	err = p.site.db.Update(ctx, id, func(tx *tenant.Tx) error {
		if err := county.Make(ctx, tx, c); err != nil {
			return err
		}
		if err := county.SendAtOnce(ctx, tx); err != nil {
			return err
		}
		x := &writing{writer: &writer{ctx: ctx, tx: tx, sql: map[string]string{}}, w: p.w, keys: p.site.keys, hash: "none", since: p.w.start.Start()}
		p.x = x
		for _, write := range []func() error{x.dictionaries, x.stations, x.deputies, x.units, x.users, x.receptions} {
			if err := write(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// play does everything in the order in which it happened.
func (p *player) play() {
	type act struct {
		k *kase
		i int // of the event
		v *visit
	}
	var acts []act
	for _, v := range p.w.visits {
		if len(v.cases) > 0 {
			acts = append(acts, act{v: v})
		}
	}
	for _, k := range p.w.cases {
		for i, e := range k.events {
			if e.step != casefile.Register && (e.step != casefile.AnswerNow) {
				acts = append(acts, act{k: k, i: i})
			}
		}
	}
	when := func(a act) int64 {
		if a.v != nil {
			return a.v.registeredAt.UnixNano()
		}
		return a.k.events[a.i].at.UnixNano()
	}
	slices.SortStableFunc(acts, func(a, b act) int { return int(min(max(when(a)-when(b), -1), 1)) })
	for _, a := range acts {
		if a.v != nil {
			p.register(a.v)
			continue
		}
		e := a.k.events[a.i]
		p.site.set(e.at)
		err := p.site.db.Update(p.t.Context(), p.county, func(tx *tenant.Tx) error {
			_, err := casefile.Take(p.t.Context(), tx, p.actor(e.by), p.numbers[a.k], p.input(a.k, e))
			return err
		})
		if err != nil {
			p.t.Fatalf("%s: %s by %s at %s: %v", a.k.number, e.step, e.by.role, e.at, err)
		}
	}
}

func (p *player) register(v *visit) {
	p.site.set(v.registeredAt)
	in := casefile.Visit{Key: v.key, StationID: v.station.id, PlaceID: v.place.id, ReceivedAt: v.receivedAt, Way: v.way, Persons: v.persons,
		Name: v.name, Gender: v.gender, Village: v.village.name, Phone: v.phone, Confidential: v.confidential, MayPublish: v.mayPublish,
		ReplyBy: v.replyBy, NoticeGiven: v.notice}
	for _, d := range v.deputies {
		in.Deputies = append(in.Deputies, d.id)
	}
	for _, k := range v.cases {
		m := casefile.Matter{Words: k.words, CategoryID: p.x.categories[k.matter.category], Nature: k.matter.nature}
		if e := k.last(casefile.AnswerNow); e != nil {
			m.AnswerNow, m.Answer = true, e.body
		}
		in.Matters = append(in.Matters, m)
	}
	var receipts casefile.Receipts
	err := p.site.db.Update(p.t.Context(), p.county, func(tx *tenant.Tx) (err error) {
		receipts, err = casefile.RegisterVisit(p.t.Context(), tx, p.site.keys, p.actor(actor{v.by, v.byRole}), in)
		return err
	})
	if err != nil {
		p.t.Fatalf("visit at %s: %v", v.registeredAt, err)
	}
	for i, k := range v.cases {
		p.numbers[k] = receipts.Matters[i].Number
	}
}

func (p *player) actor(a actor) auth.Actor {
	if a.user == nil {
		return auth.Actor{County: p.county, Role: a.role, Name: auth.Names[a.role]}
	}
	one := auth.Actor{County: p.county, UserID: a.user.id, Name: a.user.name, LoginName: a.user.login, Role: a.role}
	for _, r := range a.user.roles {
		if r.role == a.role && r.station != nil {
			one.StationID = r.station.id
		}
		if r.role == a.role && r.unit != nil {
			one.UnitID = r.unit.id
		}
	}
	return one
}

// input is what the form would have sent for an event.
func (p *player) input(k *kase, e *event) casefile.Input {
	in := casefile.Input{Step: e.step, Reason: e.reason, Text: e.body}
	if e.unit != nil {
		in.UnitID = e.unit.id
	}
	for _, o := range k.orders {
		if !o.at.Equal(e.at) {
			continue
		}
		in.MayCall = in.MayCall || o.mayCall
		if o.part == "co" {
			in.Co = append(in.Co, casefile.CoOrder{UnitID: o.unit.id})
		}
	}
	for _, a := range k.answers {
		if a.at.Equal(e.at) {
			in.Class, in.Promise, in.PromiseOn = a.class, a.promise, a.promiseOn
		}
	}
	switch e.step {
	case casefile.Sort:
		in.Title, in.Proposal, in.CategoryID, in.Level = k.title, e.body, p.x.categories[k.matter.category], "county"
		if k.matter.township() {
			in.Level = "township"
		}
	case casefile.Report:
		in.Proposal, in.Text = e.body, ""
	case casefile.Refuse, casefile.Refer, casefile.Keep:
		in.RefusalID = p.x.refusals[k.matter.refusal.reason]
	case casefile.Merge:
		in.LeadNumber = p.numbers[e.detail["lead"].(*kase)]
	case casefile.Suggest:
		in.DeputyID, in.Reference = e.detail["deputy_id"].(*deputy).id, e.detail["reference"].(string)
		for _, c := range k.clocks {
			in.Broad = in.Broad || c.kind == casefile.ClockSuggest && c.first.Sub(c.started) > 120
		}
	case casefile.RequestExtension:
		in.Days = e.detail["days"].(int)
	case casefile.Pause, casefile.Supervise:
		in.Day, _ = calendar.ParseDate(e.detail["day"].(string))
	case casefile.GiveFeedback:
		p.told(k, e, &in)
	case casefile.Rate, casefile.Amend:
		in.Result, in.Attitude, in.Channel = e.detail["result"].(int), e.detail["attitude"].(int), e.detail["channel"].(string)
	case casefile.Conclude:
		in.Handle = e.to != casefile.Closed
	}
	return in
}

func (p *player) told(k *kase, e *event, in *casefile.Input) {
	for _, f := range k.feedbacks {
		if !f.at.Equal(e.at) {
			continue
		}
		if f.deputy == nil {
			in.Citizen = casefile.Told{Way: f.way, On: f.on}
		} else {
			in.Deputies = append(in.Deputies, casefile.Told{DeputyID: f.deputy.id, Way: f.way, On: f.on})
		}
	}
}
