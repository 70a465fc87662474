package demo

import (
	"fmt"
	"slices"
	"testing"
	"time"

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
	"visits": `select v.submission_key, s.code, p.code, r.date, r.kind, r.starts, v.received_at, v.way, v.persons, v.confidential, v.may_publish, v.reply_by,
		v.notice_version, v.notice_given, v.purpose, v.note, v.entered_late, u.login_name, v.recorded_name, v.created_at, v.in_year, v.in_month from visits v join stations s on s.id = v.station_id
		join stations p on p.id = v.place_id join users u on u.id = v.recorded_by left join receptions r on r.id = v.reception_id
		order by v.created_at, v.submission_key`,
	"visit_numbers": `select s.code, n.year, n.month, n.last from visit_numbers n join stations s on s.id = n.station_id order by 1, 2, 3`,
	"visit_contacts": `select v.submission_key, p.name, p.gender, p.village, p.phone_blind, p.phone_masked from visit_contacts p join visits v on v.id = p.visit_id
		order by v.submission_key`,
	"visit_returns": `select v.submission_key, c.number, x.words, x.created_at from visit_returns x join visits v on v.id = x.visit_id join cases c on c.id = x.case_id
		order by x.created_at, v.submission_key`,
	"county_settings": `select rota_roll, rota_publish, rota_least, rota_leading, rota_remind, rota_version from county_settings`,
	"register_forms": `select f.key, f.kind, f.name, f.paper, f.numbering, f.retired, f.version, f.updated_at, u.login_name
		from register_forms f left join users u on u.id = f.updated_by order by f.key`,
	"register_columns": `select form, field, label, width, position, shown from register_columns order by form, position`,
	"deputies":         `select certificate_no from deputies where leads order by 1`,
	"reception_rules": `select r.submission_key, s.code, p.code, r.kind, r.rule, r.starts, r.ends, r.seats, r.spares, r.theme, r.invited, r.route, r.from_date, r.to_date,
		r.retired, r.version from reception_rules r join stations s on s.id = r.station_id join stations p on p.id = r.place_id order by r.submission_key`,
	"receptions": `select ` + aDay + `, r.ends, r.theme, r.invited, r.route, r.seats, r.spares, r.state, r.reason, r.submission_key, r.meant_on, r.touched, r.withheld,
		r.published_at, r.note, r.organs, r.reported_at, u.login_name, r.reported_name, r.version
		from receptions r left join users u on u.id = r.reported_by ` + ofDay,
	"reception_deputies": `select ` + aDay + `, d.certificate_no, x.substitute, x.came from reception_deputies x join receptions r on r.id = x.reception_id
		join deputies d on d.id = x.deputy_id ` + ofDay + `, d.certificate_no`,
	"reception_events": `select ` + aDay + `, x.kind, d.certificate_no, i.certificate_no as instead, x.from_date, x.to_date, x.reason, u.login_name, x.by_name, x.at
		from reception_events x join receptions r on r.id = x.reception_id left join deputies d on d.id = x.deputy_id left join deputies i on i.id = x.instead_id
		left join users u on u.id = x.by_id ` + ofDay + `, x.id`,
	"reception_notices": `select ` + aDay + `, x.version, x.act, x.body, x.reason, u.login_name, x.by_name, x.at from reception_notices x
		join receptions r on r.id = x.reception_id left join users u on u.id = x.by_id ` + ofDay + `, x.version`,
	"reception_leaves": `select x.submission_key, d.certificate_no, x.from_date, x.to_date, x.reason, u.login_name, x.by_name, x.at, x.ended_at
		from reception_leaves x join deputies d on d.id = x.deputy_id join users u on u.id = x.by_id order by x.submission_key`,
	"appointments": `select x.submission_key, s.code as station, p.code, x.name, x.phone_blind, x.phone_masked, x.reply_by, x.topic, x.wish, x.lookup_hash, x.due_on,
		x.state, r.date, x.at, x.lost_on, x.reason, v.submission_key as visit, x.notice_version,
		e.login_name as entered, x.entered_name, x.created_at, u.login_name, x.answered_name, x.answered_at, x.version from appointments x
		join stations s on s.id = x.station_id join stations p on p.id = x.place_id left join receptions r on r.id = x.reception_id
		left join visits v on v.id = x.visit_id left join users e on e.id = x.entered_by left join users u on u.id = x.answered_by order by x.submission_key`,
	"appointment_events": `select a.submission_key, x.kind, x.state, r.date as day, x.date, x.at, x.reason, u.login_name, x.by_name, x.happened_at
		from appointment_events x join appointments a on a.id = x.appointment_id left join receptions r on r.id = x.reception_id
		left join users u on u.id = x.by_id order by a.submission_key, x.id`,
	"messages about appointments": `select a.submission_key, m.kind, m.round, m.created_at from messages m join appointments a on a.id = m.appointment_id
		order by a.submission_key, m.created_at, m.kind`,
}

// A day is known by where and when it is.
const (
	aDay  = `st.code as station, pl.code as place, r.date, r.starts, r.kind`
	ofDay = `join stations st on st.id = r.station_id join stations pl on pl.id = r.place_id order by st.code, r.date, r.starts, r.kind`
)

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
	for what, sql := range map[string]string{"no visit without a matter": `select from visits where purpose is not null`, "nothing entered late": `select from visits where entered_late`,
		"nobody for the third time": `select from case_events where step = 'come_back' and (detail ->> 'times')::int > 2`, "no group": `select from visits where persons > 5`,
		"no household visit":    `select from visits v join receptions r on r.id = v.reception_id where r.kind = 'household' and v.way = 'household'`,
		"no day that was moved": `select from reception_events where kind = 'moved'`, "none that was cancelled": `select from reception_notices where act = 'withdrawn'`,
		"no swap": `select from reception_notices where act = 'corrected'`, "none of which nobody spoke": `select from receptions where date < '2026-11-20' and state in ('planned', 'published')`} {
		if len(loaded.rows(t, sql)) == 0 {
			t.Errorf("the demonstration has %s", what)
		}
	}
	for name, sql := range histories {
		want := played.rows(t, sql)
		if len(want) == 0 {
			t.Errorf("%s: nothing was played", name)
		}
		if diff := cmp.Diff(want, loaded.rows(t, sql)); diff != "" {
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
		for _, write := range []func() error{x.dictionaries, x.stations, x.deputies, x.units, x.users} {
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
	acts := p.rota()
	for _, v := range p.w.visits {
		acts = append(acts, played{v.registeredAt, "visit", func(tx *tenant.Tx) error { return p.register(tx, v) }})
	}
	for _, k := range p.w.cases {
		for _, e := range k.events {
			if e.step == casefile.Register || e.step == casefile.AnswerNow || e.step == casefile.ComeBack {
				continue // with the visit
			}
			acts = append(acts, played{e.at, fmt.Sprintf("%s: %s by %s", k.number, e.step, e.by.role), func(tx *tenant.Tx) error {
				_, err := casefile.Take(p.t.Context(), tx, p.actor(e.by), p.numbers[k], p.input(k, e))
				return err
			}})
		}
	}
	slices.SortStableFunc(acts, func(a, b played) int { return a.at.Compare(b.at) })
	for _, a := range acts {
		p.site.set(a.at)
		if err := p.site.db.Update(p.t.Context(), p.county, a.do); err != nil {
			p.t.Fatalf("%s at %s: %v", a.what, a.at, err)
		}
	}
}

// played is something that the site does.
type played struct {
	at   time.Time
	what string
	do   func(*tenant.Tx) error
}

func (p *player) register(tx *tenant.Tx, v *visit) error {
	in := casefile.Visit{Key: v.key, StationID: v.station.id, PlaceID: v.place.id, ReceivedAt: v.receivedAt, Way: v.way, Persons: v.persons,
		Name: v.name, Gender: v.gender, Village: v.village.name, Phone: v.phone, Confidential: v.confidential, MayPublish: v.mayPublish,
		ReplyBy: v.replyBy, NoticeGiven: v.notice, Purpose: v.purpose, Note: v.note, Late: v.late}
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
	if v.appointment != nil {
		in.Appointment = v.appointment.id
	}
	for _, back := range v.returns {
		in.Matters = append(in.Matters, casefile.Matter{ReturnTo: p.numbers[back.k], Words: back.words})
	}
	receipts, err := casefile.RegisterVisit(p.t.Context(), tx, p.site.keys, p.actor(actor{v.by, v.byRole}), in)
	if err != nil {
		return err
	}
	for i, k := range v.cases {
		p.numbers[k] = receipts.Matters[i].Number
	}
	return nil
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
