package demo

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/message"
	"lianluo/internal/private"
	receptions "lianluo/internal/reception"
	"lianluo/internal/token"
)

// appointments are written once the visits are, to which some came.
func (x *writing) appointments() error {
	var rows, events, messages [][]any
	var all []*appointment
	of := x.tx.County()
	for _, s := range x.w.stations {
		for _, a := range s.asked {
			var sealed, blind, masked, by, byName, at, visit any
			if a.phone != "" {
				sealed, blind, masked = x.keys.Seal(a.phone, receptions.PhoneBind(of, a.key)), x.keys.Blind(int32(of), "phone", a.phone), private.MaskPhone(a.phone)
			}
			last := settled{kind: "asked"}
			if len(a.steps) > 0 {
				last = a.steps[len(a.steps)-1]
				by, byName, at = last.by.key(), last.by.name, moment(last.at)
			}
			if a.visit != nil {
				visit = a.visit.id
			}
			all = append(all, a)
			rows = append(rows, []any{a.key, s.id, a.place.id, a.name, sealed, blind, masked, a.replyBy, a.topic, text(a.wish), token.CodeHash(receptions.CodeOf(x.keys, of, a.key)),
				a.due(x.w, a.at), last.kind, last.day.ref(), text(last.hour), text(last.reason), visit, x.w.settings.NoticeVersion, a.by.key(), a.enteredBy(), moment(a.at),
				by, byName, at, 1 + len(a.steps)})
		}
	}
	err := x.insertIDs(table{"appointments", "submission_key, station_id, place_id, name, phone_sealed, phone_blind, phone_masked, reply_by, topic, wish, lookup_hash, " +
		"due_on, state, reception_id, at, reason, visit_id, notice_version, entered_by, entered_name, created_at, answered_by, answered_name, answered_at, version"}, rows,
		func(i int, id int64) { all[i].id = id })
	if err != nil {
		return err
	}
	for _, a := range all {
		events = append(events, []any{a.id, "asked", "asked", nil, nil, nil, nil, a.by.key(), a.enteredBy(), moment(a.at)})
		for _, s := range a.steps {
			var day any
			if s.day != nil {
				day = s.day.date
			}
			events = append(events, []any{a.id, s.kind, s.kind, s.day.ref(), day, text(s.hour), text(s.reason), s.by.key(), s.by.name, moment(s.at)})
		}
		messages = append(messages, x.told(a)...)
	}
	if err := x.insert(table{"appointment_events", "appointment_id, kind, state, reception_id, date, at, reason, by_id, by_name, happened_at"}, events); err != nil {
		return err
	}
	return x.insert(table{"messages", "appointment_id, kind, round, state, body, send_after, sent_at, channel, created_at"}, messages)
}

func (a *appointment) enteredBy() string {
	if a.by == nil {
		return auth.Names[auth.Citizen]
	}
	return a.by.name
}

func (r *reception) ref() any {
	if r == nil {
		return nil
	}
	return r.id
}

// told is what the citizen was told: by message, or by whoever answered.
func (x *writing) told(a *appointment) [][]any {
	var rows [][]any
	tell := func(kind message.Kind, version int, s settled, at time.Time) {
		by := channel
		if a.replyBy != "message" {
			by = message.Call
		}
		rows = append(rows, []any{a.id, string(kind), version, string(message.IsSent), x.wordsOf(a, kind, s), moment(at), moment(at), by, moment(at)})
	}
	if a.replyBy == "message" {
		tell(message.AppointmentAsked, 1, settled{}, a.at)
	}
	for i, s := range a.steps {
		if s.told != "" {
			tell(s.told, i+2, s, s.at)
		}
	}
	if at := a.reminded(x.w); !at.IsZero() {
		version, s := a.when()
		tell(message.AppointmentReminder, version, s, at)
	}
	return rows
}

// when is the day that was settled at last, and the version that settled it.
func (a *appointment) when() (version int, last settled) {
	for i, s := range a.steps {
		if s.kind == "confirmed" || s.kind == "moved" {
			version, last = i+2, s
		}
	}
	return version, last
}

// wordsOf are what the sending job says, with names of deputies whom citizens see.
func (x *writing) wordsOf(a *appointment, kind message.Kind, s settled) string {
	k, _ := county.KindOf(string(kind))
	values := county.TextValues{county.FieldOffice: x.w.name + "人大常委会", county.FieldStation: a.station.name, county.FieldDue: a.due(x.w, a.at).Chinese(),
		county.FieldPhone: a.station.phone, county.FieldReason: s.reason}
	if r := s.day; r != nil {
		var names []string
		for _, d := range r.deputies {
			names = append(names, d.name)
		}
		slices.Sort(names)
		values[county.FieldDay], values[county.FieldTime] = r.date.ChineseLong(), cmp.Or(s.hour, r.starts+"–"+r.ends)
		values[county.FieldPlace], values[county.FieldDeputy] = r.place.name+"（"+r.place.address+"）", strings.Join(names, "、")+"代表"
	}
	return county.RenderText(k.Default, values)
}
