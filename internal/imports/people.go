package imports

import (
	"context"
	"slices"

	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
)

// person is a deputy, of the county or of the file.
type person struct {
	id       int64 // 0: not made yet
	number   int32
	version  int32
	name     string
	no       string        // 代表证号
	was      *deputy.Whole // nil: the file makes it
	mandates []*mandate
	groups   []*group
	new      *newcomer // of the file
}

// mandate is a mandate of a person, of the county or of the file.
type mandate struct {
	id  int64
	has deputy.Mandate
	row *row // of the file
}

// group is a place in a station's group.
type group struct {
	at   *place
	role string
	has  deputy.Membership
	row  *row
}

// people are a county's deputies.
type people struct {
	all           []*person
	byID          map[int64]*person
	byCertificate map[string]*person
	byName        map[string][]*person
}

func (w *world) loadPeople(ctx context.Context, tx *tenant.Tx) error {
	w.people = people{byID: map[int64]*person{}, byCertificate: map[string]*person{}, byName: map[string][]*person{}}
	all, err := deputy.All(ctx, tx)
	if err != nil {
		return err
	}
	for i := range all {
		d := &all[i]
		w.people.add(&person{id: d.ID, number: d.Number, version: d.Version, name: d.Name, no: value(d.CertificateNo), was: d})
	}
	mandates, err := deputy.AllMandates(ctx, tx)
	if err != nil {
		return err
	}
	for _, m := range mandates {
		if p := w.people.byID[m.DeputyID]; p != nil {
			p.mandates = append(p.mandates, &mandate{id: m.ID, has: deputy.Mandate{Level: m.Level, Term: m.Term, ElectoralUnit: m.ElectoralUnit,
				Division: value(m.DivisionCode), From: m.FromDate, To: m.ToDate, EndReason: value(m.EndReason)}})
		}
	}
	groups, err := deputy.AllGroups(ctx, tx)
	for _, g := range groups {
		if p := w.people.byID[g.DeputyID]; p != nil {
			p.groups = append(p.groups, &group{at: w.places.byID[g.StationID], role: g.Role,
				has: deputy.Membership{StationID: g.StationID, Role: g.Role, From: g.FromDate, To: g.ToDate}})
		}
	}
	return err
}

func (all *people) add(p *person) {
	all.all = append(all.all, p)
	all.byName[p.name] = append(all.byName[p.name], p)
	if p.was != nil {
		all.byID[p.id] = p
	}
	all.certified(p, p.no)
}

// certified notes the person's 代表证号.
func (all *people) certified(p *person, no string) {
	if p.no = no; no != "" {
		all.byCertificate[no] = p
	}
}

// holds reports whether the person has or had a seat of the level for the electoral unit.
func (p *person) holds(level, electoralUnit string) bool {
	return slices.ContainsFunc(p.mandates, func(m *mandate) bool { return m.has.Level == level && m.has.ElectoralUnit == electoralUnit })
}

// find is the one deputy with that 代表证号 or name, or what is wrong.
func (all *people) find(typed string) (*person, string) {
	if p := all.byCertificate[deputy.CleanCertificate(typed)]; p != nil {
		return p, ""
	}
	switch named := all.byName[deputy.CleanName(typed)]; len(named) {
	case 0:
		return nil, "没有找到“" + typed + "”这位代表"
	case 1:
		return named[0], ""
	}
	return nil, "叫“" + typed + "”的代表不止一位，请写代表证号"
}
