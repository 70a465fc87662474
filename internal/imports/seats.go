package imports

import (
	"strconv"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
)

// seat is the mandate that a row says.
func (r *run) seat(w *row) deputy.Mandate {
	m := deputy.Mandate{Level: r.level(w.Text(colSeat)), Term: deputy.CleanName(w.Text(colTerm)), ElectoralUnit: w.Text(colElectoral),
		Division: w.Text(colSeatPlace), From: w.Date(colSeatFrom), EndReason: deputy.ValueOf(deputy.EndReasons, w.Text(colSeatEnd))}
	if to := w.Date(colSeatTo); !to.IsZero() {
		m.To = &to
	}
	if typed := w.Text(colSeatEnd); typed != "" && m.EndReason == "" {
		w.Refuse(colSeatEnd, "请写“届满”“辞职”“罢免”“去世”或“调离”")
	}
	if m.Division != "" && m.Level == "township" {
		code, problem := r.divisions.find(m.Division, "", townshipCode)
		if problem != "" {
			w.Refuse(colSeatPlace, problem)
		}
		m.Division = code
	}
	return m
}

// seats compares a person's mandates: those that end go before those that begin.
func (r *run) seats(f *filed, p *person) {
	var adding []func()
	for _, w := range f.rows {
		m := r.seat(w)
		if m.Level == "" {
			if (m.Term != "" || m.ElectoralUnit != "" || !m.From.IsZero()) && !w.Bad(colSeat) {
				w.Refuse(colSeat, "请填层级")
			}
			continue
		}
		held := p.mandate(m)
		if held == nil {
			held = &mandate{has: m, row: w}
			p.mandates = append(p.mandates, held)
			adding = append(adding, func() { r.addSeat(w, p, m) })
			continue
		}
		r.changeSeat(w, p, held, m)
	}
	for _, add := range adding {
		add()
	}
}

// mandate is the one that a row means: of the level and the electoral unit, and of the
// term where it says one, else the running one.
func (p *person) mandate(said deputy.Mandate) *mandate {
	for _, m := range p.mandates {
		if m.has.Level == said.Level && m.has.ElectoralUnit == said.ElectoralUnit &&
			(m.has.Term == said.Term || said.Term == "" && m.has.To == nil) {
			return m
		}
	}
	return nil
}

func (r *run) addSeat(w *row, p *person, m deputy.Mandate) {
	if p.new != nil {
		p.new.seats = append(p.new.seats, newSeat{w, m})
		return
	}
	w.given("届次", "", deputy.LevelNames[m.Level]+" "+m.Term+" "+m.ElectoralUnit)
	r.then(w, func() error {
		_, err := deputy.AddMandate(r.ctx, r.tx, r.by, p.id, m)
		return err
	})
}

// changeSeat compares a row with a mandate that is there.
func (r *run) changeSeat(w *row, p *person, held *mandate, said deputy.Mandate) {
	was, is := held.has, held.has
	changes := len(w.changes)
	if said.Division != "" && w.given(colSeatPlace, r.divisions.byCode[was.Division], r.divisions.byCode[said.Division]) {
		is.Division = said.Division
	}
	if !said.From.IsZero() && w.given(colSeatFrom, was.From.String(), said.From.String()) {
		is.From = said.From
	}
	corrected := len(w.changes) > changes
	if said.To != nil && w.given(colSeatTo, day(was.To), said.To.String()) {
		is.To = said.To
	}
	if said.EndReason != "" && w.given(colSeatEnd, deputy.NameOf(deputy.EndReasons, was.EndReason), deputy.NameOf(deputy.EndReasons, said.EndReason)) {
		is.EndReason = said.EndReason
	}
	if len(w.changes) == changes {
		return
	}
	if held.row != nil {
		w.Refuse(colSeat, "和第 "+strconv.Itoa(held.row.Number)+" 行是同一届，写的不一样")
		return
	}
	held.has, held.row = is, w
	r.then(w, func() (err error) {
		if !corrected && was.To == nil && is.To != nil {
			return deputy.EndMandate(r.ctx, r.tx, r.by, p.id, held.id, deputy.End{To: *is.To, Reason: is.EndReason})
		}
		err = deputy.ChangeMandate(r.ctx, r.tx, r.by, p.id, held.id, p.version, is)
		p.version++
		return err
	})
}

// group compares a row's place in a station's group.
func (r *run) group(w *row, p *person) {
	typed, role := w.Text(colGroup), deputy.ValueOf(deputy.Roles, w.Text(colGroupRole))
	if named := w.Text(colGroupRole); named != "" && role == "" {
		w.Refuse(colGroupRole, "请写“组员”“召集人”“副组长”或“组长”")
	}
	from, to := w.Date(colGroupFrom), w.Date(colGroupTo)
	if typed == "" {
		if role != "" || !from.IsZero() || !to.IsZero() {
			w.Refuse(colGroup, "请填编入哪个联络站")
		}
		return
	}
	at, problem := r.places.find(typed, "station")
	if problem != "" {
		w.Refuse(colGroup, problem)
		return
	}
	if held := p.group(at, from, to); held != nil {
		r.changeGroup(w, p, held, role, from, to)
		return
	}
	m := deputy.Membership{Role: role, From: from}
	if m.From.IsZero() {
		m.From = calendar.DateOf(r.tx.Now())
	}
	if !to.IsZero() {
		m.To = &to
	}
	if m.Role == "" {
		m.Role = "member"
	}
	p.groups = append(p.groups, &group{at: at, role: m.Role, has: m, row: w})
	if p.new != nil {
		p.new.groups = append(p.new.groups, newPlace{w, at, m})
		return
	}
	w.given(colGroup, "", at.short)
	r.then(w, func() error {
		id, made := at.ready(w, colGroup)
		if !made {
			return nil
		}
		m.StationID = id
		_, err := deputy.Join(r.ctx, r.tx, r.by, p.id, m)
		return w.refuseGroup(err)
	})
}

// group is the place in a station's group that a row means: the one from that day, else
// the running one.
func (p *person) group(at *place, from, to calendar.Date) (running *group) {
	for _, g := range p.groups {
		if g.at != at {
			continue
		}
		if g.has.From == from && (g.has.To == nil || to.IsZero() || *g.has.To == to) {
			return g
		}
		if g.has.To == nil && (from.IsZero() || !from.Before(g.has.From)) {
			running = g
		}
	}
	return running
}

// changeGroup compares a row with a place that is there.
func (r *run) changeGroup(w *row, p *person, held *group, role string, from, to calendar.Date) {
	today := calendar.DateOf(r.tx.Now())
	other := role != "" && role != held.role && held.has.To == nil
	leaves := !to.IsZero() && held.has.To == nil
	moved := !from.IsZero() && from != held.has.From && !other
	if held.row != nil && (other || leaves || moved) {
		w.Refuse(colGroup, "和第 "+strconv.Itoa(held.row.Number)+" 行是同一个联络站，写的不一样")
		return
	}
	switch {
	case moved:
		w.Refuse(colGroupFrom, "系统里的入组日期是 "+held.has.From.String()+"，要改请在代表页面上改")
	case leaves:
		w.given(colGroupTo, "", to.String())
		r.then(w, func() error { return w.refuseGroup(deputy.Leave(r.ctx, r.tx, r.by, p.id, held.at.id, to)) })
	case other:
		if from.IsZero() || from == held.has.From {
			from = today
		}
		w.given(colGroupRole, deputy.NameOf(deputy.Roles, held.role), deputy.NameOf(deputy.Roles, role))
		r.then(w, func() error { return w.refuseGroup(deputy.ChangeRole(r.ctx, r.tx, r.by, p.id, held.at.id, role, from)) })
	}
	held.row = w
}

// ready reports whether the person is made; a row is refused where the person's own was wrong.
func (p *person) ready(w *row) bool {
	if p.id == 0 {
		w.Refuse("", "这个人前面的一行有错，请先改好它")
	}
	return p.id != 0
}

func day(d *calendar.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
