package imports

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/private"
	"lianluo/internal/sheet"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
)

// WriteNetwork writes the county's whole network as it stands into one workbook, which can
// be imported again, here or elsewhere: the functions and
// categories of its settings, the places in use, the units in use, all deputies with their
// mandates and groups, and the accounts in use, for who may change those. full
// has the deputies' private numbers. It returns how many rows there are.
func WriteNetwork(ctx context.Context, db *tenant.DB, keys private.Keys, by auth.Actor, full bool, out io.Writer) (rows int, err error) {
	if !by.May(auth.ImportNetwork) {
		return 0, fmt.Errorf("network: %w", errs.Forbidden)
	}
	var w *world
	err = db.Update(ctx, by.County, func(tx *tenant.Tx) (err error) { w, err = load(ctx, tx, keys); return err })
	if err != nil {
		return 0, err
	}
	book := sheet.NewBook(out)
	defer book.Abort()
	for _, part := range []struct {
		list *list
		rows func(write func(cells ...any))
	}{{&functionList, w.functionRows}, {&categoryList, w.categoryRows}, {&stationList, w.stationRows}, {&unitList, w.unitRows}, {&deputyList, func(write func(...any)) { err = w.deputyRows(full, write) }}, {&staffList, w.staffRows}} {
		if part.list == &staffList && !by.May(auth.ChangeStaff) {
			continue
		}
		n, failed := writeList(book, part.list, part.rows)
		if rows += n; failed != nil || err != nil {
			return rows, fmt.Errorf("network: %w", firstOf(failed, err))
		}
	}
	if err := writeGuide(book, lists, left); err != nil {
		return rows, err
	}
	return rows, book.Close()
}

// CountNetwork queues how many things the workbook has, up to most for each kind.
func CountNetwork(v *tenant.View, most int) *int64 {
	return tenant.Value[int64](v, `select (select count(*) from stations where county_id = @county) + (select count(*) from units where county_id = @county)
		+ (select count(*) from users where county_id = @county) + (select count(*) from functions where county_id = @county)
		+ (select count(*) from categories where county_id = @county) + (select count(*) from (select from deputies where county_id = @county limit @most) d)`,
		pgx.NamedArgs{"most": most})
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func writeList(book *sheet.Book, l *list, rows func(write func(cells ...any))) (n int, err error) {
	out, err := book.Sheet(l.title, l.sheetColumns())
	if err != nil {
		return 0, err
	}
	rows(func(cells ...any) {
		n++
		_ = out.Write(cells) // kept until Close
	})
	return n, out.Close()
}

func (w *world) stationRows(write func(cells ...any)) {
	for _, p := range w.places.all {
		if !p.open() {
			continue
		}
		s, above := p.was, ""
		if parent := w.places.byCode[null.Value(s.Parent)]; parent != nil {
			above = parent.code
		}
		write(s.Code, kindName(s.Kind), s.Name, s.ShortName, w.divisions.township(s.Division), w.divisions.village(s.Division, p.township), above,
			null.Value(s.Address), null.Value(s.Phone), null.Value(s.OpeningHours), orEmpty(s.Longitude), orEmpty(s.Latitude), orEmpty(s.Area),
			w.divisions.villages(s.Villages, p.township), w.functionNames(s.Functions), stateName(s.State), p.why,
			p.names("head"), p.servingSince("head"), p.names("deputy_head"), p.servingSince("deputy_head"), p.names("liaison"), p.servingSince("liaison"))
	}
}

func kindName(kind string) string {
	for _, k := range station.Kinds {
		if k.Kind == kind {
			return k.Name
		}
	}
	return kind
}

func (p *place) names(office string) string {
	_, names := p.serving(office)
	return strings.Join(names, separator)
}

func (w *world) unitRows(write func(cells ...any)) {
	for _, o := range w.units.all {
		if o.was.Retired {
			continue
		}
		at := ""
		if p := w.places.byID[null.Value(o.was.StationID)]; p != nil {
			at = w.places.called(p)
		}
		write(o.name, unit.LevelName(o.was.Level), at, null.Value(o.was.Contact), null.Value(o.was.Phone), w.units.categoryNames(o.was.Categories))
	}
}

// deputyRows writes as many rows of a person as there are mandates or groups, whichever
// are more.
func (w *world) deputyRows(full bool, write func(cells ...any)) error {
	for _, p := range w.people.all {
		phone := null.Value(p.was.PhoneMasked)
		if full && p.was.PhoneSealed != nil {
			open, err := w.keys.Open(p.was.PhoneSealed, deputy.PhoneBind(w.tx.County(), p.id))
			if err != nil {
				return err
			}
			phone = open
		}
		groups := slices.DeleteFunc(slices.Clone(p.groups), func(g *group) bool { return !g.at.open() })
		for i := range max(1, len(p.mandates), len(groups)) {
			cells := w.personCells(p, phone, i == 0)
			cells = append(cells, w.seatCells(p.mandates, i)...)
			write(append(cells, w.groupCells(groups, i)...)...)
		}
	}
	return nil
}

// personCells are what is said of a person: all of it on the first row, the keys on the others.
func (w *world) personCells(p *person, phone string, first bool) []any {
	d := p.was
	number, certificate := int64(d.Number), null.Value(d.CertificateNo)
	if !first {
		return []any{number, d.Name, nil, nil, certificate, nil, nil, nil, nil, nil, nil}
	}
	return []any{number, d.Name, deputy.NameOf(deputy.Genders, null.Value(d.Gender)), orEmpty(d.BirthYear), certificate, null.Value(d.Duties), phone,
		null.Value(d.Ethnicity), null.Value(d.Education), null.Value(d.Party), map[bool]string{true: "是", false: "否"}[d.ApprovedAt != nil]}
}

func (w *world) seatCells(all []*mandate, i int) []any {
	if i >= len(all) {
		return make([]any, 7)
	}
	m := all[i].has
	place := ""
	if m.Division != "" {
		place = w.divisions.name(m.Division, "")
	}
	return []any{deputy.LevelNames[m.Level], m.Term, m.ElectoralUnit, place, m.From, m.To, deputy.NameOf(deputy.EndReasons, m.EndReason)}
}

func (w *world) groupCells(all []*group, i int) []any {
	if i >= len(all) {
		return make([]any, 4)
	}
	g := all[i]
	return []any{w.places.called(g.at), deputy.NameOf(deputy.Roles, g.role), g.has.From, g.has.To}
}

func (w *world) staffRows(write func(cells ...any)) {
	for _, a := range w.staff.all {
		if a.was.Disabled {
			continue
		}
		for _, h := range a.roles {
			write(a.login, a.name, a.title, auth.Names[h.role], w.placeName(h.at), h.from, h.to)
		}
		if len(a.roles) == 0 {
			write(a.login, a.name, a.title, nil, nil, nil, nil)
		}
	}
}

// orEmpty is what a pointer points at, or an empty cell.
func orEmpty[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}
