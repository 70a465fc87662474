package imports

import (
	"context"
	"regexp"
	"slices"

	"lianluo/internal/deputy"
	"lianluo/internal/null"
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
	claimed  *filed    // rows of the file that name the person by 代表证号 or 档案号
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
	last          int32 // 档案号 that was given
	all           []*person
	byID          map[int64]*person
	byCertificate map[string]*person
	byName        map[string][]*person
	byNumber      map[string]*person // 档案号: the county's, but where the file says its own
	merged        map[string]string  // 代表证号 of a record that went into another → its name
}

func (w *world) loadPeople(ctx context.Context, tx *tenant.Tx) error {
	w.people = people{byID: map[int64]*person{}, byCertificate: map[string]*person{}, byName: map[string][]*person{}, byNumber: map[string]*person{},
		merged: map[string]string{}}
	var err error
	if w.people.last, err = deputy.LastNumber(ctx, tx); err != nil { // first: whoever comes now is noticed
		return err
	}
	all, err := deputy.All(ctx, tx)
	if err != nil {
		return err
	}
	for i := range all {
		d := &all[i]
		w.people.add(&person{id: d.ID, number: d.Number, version: d.Version, name: d.Name, no: null.Value(d.CertificateNo), was: d})
	}
	merged, err := deputy.MergedCertificates(ctx, tx)
	if err != nil {
		return err
	}
	for _, h := range merged {
		w.people.byCertificate[h.CertificateNo], w.people.merged[h.CertificateNo] = w.people.byID[h.ID], h.WasName
	}
	mandates, err := deputy.AllMandates(ctx, tx)
	if err != nil {
		return err
	}
	for _, m := range mandates {
		if p := w.people.byID[m.DeputyID]; p != nil {
			p.mandates = append(p.mandates, &mandate{id: m.ID, has: deputy.Mandate{Level: m.Level, Term: m.Term, ElectoralUnit: m.ElectoralUnit,
				Division: null.Value(m.DivisionCode), From: m.FromDate, To: m.ToDate, EndReason: null.Value(m.EndReason)}})
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
		all.byID[p.id], all.byNumber[number(p.number)] = p, p
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

// numbered is a name with a 档案号 behind it, by which one of several of that name is meant.
var numbered = regexp.MustCompile(`^(.+?)[（(]档案号 *([0-9]+)[)）]$`)

// called is what a list calls a deputy: by 代表证号, by name, or by both name and 档案号 where
// one cannot tell.
func (all *people) called(p *person) string {
	switch {
	case p.no != "":
		return p.no
	case len(all.byName[p.name]) > 1:
		return p.name + "（档案号 " + number(p.number) + "）"
	}
	return p.name
}

// find is the one deputy with that 代表证号 or name, or what is wrong.
func (all *people) find(typed string) (*person, string) {
	if p := all.byCertificate[deputy.CleanCertificate(typed)]; p != nil {
		return p, ""
	}
	if m := numbered.FindStringSubmatch(typed); m != nil {
		if p := all.byNumber[m[2]]; p != nil && p.name == deputy.CleanName(m[1]) {
			return p, ""
		}
	}
	switch named := all.byName[deputy.CleanName(typed)]; len(named) {
	case 0:
		return nil, "没有找到“" + typed + "”这位代表"
	case 1:
		return named[0], ""
	}
	return nil, "叫“" + typed + "”的代表不止一位，请写代表证号，或者像“" + typed + "（档案号 1）”这样写"
}
