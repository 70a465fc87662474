package demo

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
)

// arrival is when and where somebody comes.
type arrival struct {
	at        time.Time
	station   *station
	reception *reception // where it falls into its hours
	way       string
	entered   time.Time // 补录: where it was written on paper first, a day without power
}

// registered is about when it is registered.
func (a arrival) registered() time.Time {
	if a.entered.IsZero() {
		return a.at
	}
	return a.entered
}

// arrive draws an arrival within the last twelve months: at a reception, on some working
// day, or at leisure on any day.
func (w *world) arrive(s *station) arrival {
	for {
		a := arrival{station: s, way: "visit"}
		switch x := w.rng.Float64(); {
		case x < 0.42:
			if len(s.past) == 0 {
				continue
			}
			r := pick(w.rng, s.past)
			if a.reception, a.at = r, w.within(r); r.kind == "household" {
				a.way = "household"
			}
			if w.arrived++; w.arrived%14 == 5 {
				if a.entered = officeTime(w.rng, w.cal.AddWorkdays(r.date, between(w.rng, 1, 2))); a.entered.After(w.now) {
					a.entered = time.Time{}
				}
			}
		case x < 0.94:
			d := w.start.AddDays(w.rng.IntN(366))
			if !w.cal.IsWorkday(d) {
				continue
			}
			a.at = officeTime(w.rng, d)
			a.way = pick(w.rng, []string{"visit", "visit", "visit", "call", "call", "household", "letter", "on_behalf"})
		default:
			a.at = atLeisure(w.rng, w.start.AddDays(w.rng.IntN(366)))
			a.way = pick(w.rng, []string{"household", "call", "on_behalf"})
		}
		if a.at.Before(w.now.Add(-25*time.Minute)) && a.at.After(w.start.Start()) {
			return a
		}
	}
}

// within is a moment in a reception's hours.
func (w *world) within(r *reception) time.Time {
	from := minutes(r.starts)
	return clockTime(r.date, from+w.rng.IntN(minutes(r.ends)-from-10), w.rng.IntN(60))
}

// visitAt makes the visit of an arrival, with who came and who received.
func (w *world) visitAt(a arrival) *visit {
	s, r := a.station, w.rng
	v := &visit{station: s, place: &s.place, receivedAt: a.at.Truncate(time.Minute), way: a.way, persons: 1 + weighted(r, []float64{62, 22, 9, 4, 3}),
		mayPublish: chance(r, 0.7), notice: pick(r, []string{"read_out", "read_out", "shown", "paper"}), village: pick(r, s.villages)}
	v.registeredAt = v.receivedAt.Add(time.Duration(between(r, 4, 22))*time.Minute + time.Duration(r.IntN(60))*time.Second)
	if chance(r, 0.04) {
		v.persons = between(r, 6, 17)
	}
	if !a.entered.IsZero() {
		v.registeredAt, v.late = a.entered, true
	}
	w.where(v, a)
	w.received(v, a)
	w.registrar(v)
	w.contact(v)
	binary.BigEndian.PutUint64(v.key[:8], r.Uint64())
	binary.BigEndian.PutUint64(v.key[8:], r.Uint64())
	v.key[6], v.key[8] = v.key[6]&0x0f|0x40, v.key[8]&0x3f|0x80 // a version 4 UUID
	return v
}

// where: at the station, at the reception's place, or at the village's own point. A visit
// belongs to a reception as reception.ForArrival has it.
func (w *world) where(v *visit, a arrival) {
	if a.reception != nil {
		v.place = a.reception.place
	} else if chance(w.rng, 0.3) && len(v.station.points) > 0 {
		v.place = pick(w.rng, v.station.points)
	}
	for _, village := range v.station.villages { // at a point its own village comes
		if village.code == v.place.code && chance(w.rng, 0.8) {
			v.village = village
		}
	}
	day, clock := calendar.DateOf(v.receivedAt), v.receivedAt.In(calendar.Shanghai).Add(time.Hour).Format("15:04")
	for _, r := range v.station.days {
		come := v.way == "visit" && r.kind != "household" && (r.place == v.place || r.kind == "mobile") || v.way == "household" && r.kind == "household"
		if come && r.date == day && r.state != "cancelled" && r.starts <= clock {
			v.reception = r
		}
	}
}

// received: by those on duty, by whoever visits, or by nobody.
func (w *world) received(v *visit, a arrival) {
	from, n := v.station.serving, between(w.rng, 0, 1)
	switch {
	case a.reception != nil:
		from, n = a.reception.deputies, between(w.rng, 1, 2) // past days have somebody
	case v.way == "household", v.way == "on_behalf":
		n = 1
	case v.way == "visit":
		n = between(w.rng, 0, 2)
		from = v.station.serving[:min(len(v.station.serving), 12)] // those who live near come by
	}
	for len(v.deputies) < min(n, len(from)) {
		if d := pick(w.rng, from); !slices.Contains(v.deputies, d) {
			v.deputies = append(v.deputies, d)
		}
	}
	if v.way == "visit" && chance(w.rng, 0.06) && len(v.deputies) > 0 && !slices.Contains(v.deputies, v.station.member.roles[0].deputy) {
		v.deputies[0] = v.station.member.roles[0].deputy
	}
	slices.SortFunc(v.deputies, func(a, b *deputy) int { return strings.Compare(a.certificate, b.certificate) })
}

func (w *world) registrar(v *visit) {
	v.by, v.byRole = v.station.clerk, auth.Clerk
	switch x := w.rng.Float64(); {
	case x < 0.06:
		v.by, v.byRole = v.station.head, auth.StationHead
	case x < 0.1 && (v.way == "call" || v.way == "letter"):
		v.by, v.byRole = w.office, auth.CountyHandler
	}
}

// contact is who came: some without a name, most with a number that nobody has; now and
// then somebody comes again.
func (w *world) contact(v *visit) {
	r := w.rng
	v.gender = w.gender(0.42)
	v.name = personName(r, v.gender, between(r, 1938, 2001))
	if chance(r, 0.85) {
		v.phone = phone(r)
	}
	if old := w.visits; len(old) > 20 && chance(r, 0.05) {
		again := old[len(old)-1-r.IntN(20)]
		if again.station == v.station && again.name != "" {
			v.name, v.gender, v.phone, v.village = again.name, again.gender, again.phone, again.village
		}
	}
	switch {
	case chance(r, 0.07):
		v.name, v.gender, v.phone = "", "", "" // 匿名
	case v.way == "call" && v.phone == "":
		v.phone = phone(r)
	}
	v.confidential = chance(r, 0.02)
	if v.confidential {
		v.mayPublish = false
	}
	switch {
	case v.name == "" || chance(r, 0.03):
		v.replyBy = "none"
	case v.phone == "":
		v.replyBy = pick(r, []string{"person", "person", "letter"})
	default:
		v.replyBy = pick(r, []string{"phone", "phone", "message", "message", "message", "person"})
	}
}
