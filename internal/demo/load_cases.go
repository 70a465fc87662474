package demo

import (
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/pinyin"
	"lianluo/internal/private"
	"lianluo/internal/token"
)

func (x *writing) visits() error {
	if err := x.visitNumbers(); err != nil {
		return err
	}
	var rows, contacts, received [][]any
	for _, v := range x.w.visits {
		var reception any
		if v.reception != nil {
			reception = v.reception.id
		}
		at := moment(v.registeredAt)
		rows = append(rows, []any{v.key, v.station.id, v.place.id, reception, moment(v.receivedAt), v.way, v.persons, v.confidential,
			v.mayPublish, v.replyBy, x.w.settings.NoticeVersion, v.notice, text(v.purpose), text(v.note), v.late, v.by.id, v.by.name, at, v.number.InYear, v.number.InMonth})
	}
	err := x.insertIDs(table{"visits", "submission_key, station_id, place_id, reception_id, received_at, way, persons, confidential, " +
		"may_publish, reply_by, notice_version, notice_given, purpose, note, entered_late, recorded_by, recorded_name, created_at, in_year, in_month"}, rows,
		func(i int, id int64) { x.w.visits[i].id = id })
	if err != nil {
		return err
	}
	for _, v := range x.w.visits {
		contacts = append(contacts, x.contact(v))
		for _, d := range v.deputies {
			received = append(received, []any{v.id, d.id})
		}
	}
	if err := x.insert(table{"visit_contacts", "visit_id, name, initials, gender, village, phone_sealed, phone_blind, phone_masked"}, contacts); err != nil {
		return err
	}
	return x.insert(table{"visit_deputies", "visit_id, deputy_id"}, received)
}

// visitNumbers gives each visit its 登记编号, as registering it does, a station's at once.
func (x *writing) visitNumbers() error {
	for _, s := range x.w.stations {
		var came []*visit
		var days []calendar.Date
		for _, v := range x.w.visits {
			if v.station == s {
				came, days = append(came, v), append(days, calendar.DateOf(v.receivedAt))
			}
		}
		numbers, err := casefile.TakeVisitNumbers(x.ctx, x.tx, s.id, days)
		if err != nil {
			return err
		}
		for i, v := range came {
			v.number = numbers[i]
		}
	}
	return nil
}

func (x *writing) contact(v *visit) []any {
	var sealed, blind, masked any
	if v.phone != "" {
		county := x.tx.County()
		sealed = x.keys.Seal(v.phone, casefile.PhoneBind(county, v.id))
		blind = x.keys.Blind(int32(county), "phone", v.phone)
		masked = private.MaskPhone(v.phone)
	}
	return []any{v.id, text(v.name), text(pinyin.Initials(v.name)), text(v.gender), text(v.village.name), sealed, blind, masked}
}

// cases are written with those that others are merged into first.
func (x *writing) cases() error {
	var years [][]any
	for year, last := range x.w.lastNumbers {
		years = append(years, []any{year, last})
	}
	if err := x.insert(table{"case_numbers", "year, last"}, years); err != nil {
		return err
	}
	var leads, followers []*kase
	for _, k := range x.w.cases {
		if k.lead == nil {
			leads = append(leads, k)
		} else {
			followers = append(followers, k)
		}
	}
	for _, some := range [][]*kase{leads, followers} {
		rows := make([][]any, len(some))
		for i, k := range some {
			rows[i] = x.caseRow(k)
		}
		if err := x.insertIDs(caseTable, rows, func(i int, id int64) { some[i].id = id }); err != nil {
			return err
		}
	}
	return nil
}

var caseTable = table{"cases", "number, visit_id, position, station_id, place_id, words, title, nature, category_id, level, proposal, " +
	"state, outcome, returns_to, outer_level, unit_id, lead_case_id, round, version, clock, due_on, due_provisional, answered_now, " +
	"restricted, supervised, has_contact, refusal_reason_id, promise, promise_on, lookup_hash, registered_by, registered_at, closed_at, updated_at"}

func (x *writing) caseRow(k *kase) []any {
	var lead, refusal any
	if k.lead != nil {
		lead = k.lead.id
	}
	if k.refusal != "" {
		refusal = x.refusals[k.refusal]
	}
	code, steps := token.Code(x.keys, x.tx.County(), k.number), k.steps()
	return []any{k.number, k.visit.id, k.position, k.visit.station.id, k.visit.place.id, k.words, k.title, k.matter.nature,
		x.categories[k.matter.category], text(k.level), text(k.proposal), string(k.state), text(k.outcome), text(k.returnsTo), text(k.outer),
		k.unit.key(), lead, k.round, len(steps), text(k.clock), date(k.due), k.provisional, k.answeredNow, k.restricted, k.supervised,
		k.hasContact, refusal, text(k.promise), date(k.promiseOn), token.CodeHash(code), k.visit.by.id, moment(k.registeredAt),
		moment(k.closedAt), moment(steps[len(steps)-1].at)}
}

// histories write what hangs on the cases.
func (x *writing) histories() error {
	for _, write := range []func() error{x.events, x.clocks, x.orders, x.answersAndLinks, x.ratings, x.feedbacks, x.messages, x.returns} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func (x *writing) events() error {
	var rows [][]any
	for _, k := range x.w.cases {
		for _, e := range k.events {
			var unitName any
			if e.unit != nil {
				unitName = e.unit.name
			}
			rows = append(rows, []any{k.id, string(e.step), text(e.from), string(e.to), e.round, e.by.user.key(), e.by.name(), string(e.by.role),
				moment(e.at), text(e.reason), text(e.body), e.unit.key(), unitName, detail(e.detail)})
		}
	}
	return x.insert(table{"case_events", "case_id, step, from_state, to_state, round, actor_id, actor_name, actor_role, at, reason, body, " +
		"unit_id, unit_name, detail"}, rows)
}

// detail names deputies by id and cases by number, as they are known by now.
func detail(some map[string]any) any {
	if some == nil {
		return nil
	}
	known := make(map[string]any, len(some))
	for name, value := range some {
		switch v := value.(type) {
		case *deputy:
			known[name] = v.id
		case *kase:
			known[name] = v.number
		default:
			known[name] = v
		}
	}
	return known
}

func (x *writing) clocks() error {
	var rows [][]any
	for _, k := range x.w.cases {
		for _, c := range k.clocks {
			rows = append(rows, []any{k.id, string(c.kind), c.round, c.started, c.first, c.due, c.provisional, c.fixed, orNil(c.stopped), orNil(c.ended)})
		}
	}
	return x.insert(table{"case_clocks", "case_id, kind, round, started_on, first_due, due_on, provisional, fixed, stopped_on, ended_on"}, rows)
}

func (x *writing) orders() error {
	var rows [][]any
	for _, k := range x.w.cases {
		for _, o := range k.orders {
			rows = append(rows, []any{k.id, o.unit.id, o.part, o.round, o.due, o.mayCall, text(o.note), o.by.key(), moment(o.at),
				o.signedBy.key(), orNil(o.signedAt), orNil(o.opinionAt), orNil(o.endedAt)})
		}
	}
	return x.insert(table{"case_orders", "case_id, unit_id, part, round, due_on, may_call, note, handed_out_by, handed_out_at, " +
		"signed_by, signed_at, opinion_at, ended_at"}, rows)
}

func (x *writing) feedbacks() error {
	var rows [][]any
	for _, k := range x.w.cases {
		for _, f := range k.feedbacks {
			recipient, to := "citizen", any(nil)
			if f.deputy != nil {
				recipient, to = "deputy", f.deputy.id
			}
			rows = append(rows, []any{k.id, f.round, recipient, to, f.way, true, text(f.body), f.on, f.by.name, f.by.id, moment(f.at)})
		}
	}
	return x.insert(table{"case_feedbacks", "case_id, round, recipient, deputy_id, way, reached, body, told_on, told_by, user_id, created_at"},
		rows)
}
