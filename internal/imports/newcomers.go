package imports

import (
	"slices"

	"lianluo/internal/deputy"
)

// newcomer is a person whom the file makes: all of them are made together, for each by
// itself would take thousands of round trips.
type newcomer struct {
	person *person
	rows   []*row
	facts  deputy.Facts
	seats  []newSeat
	groups []newPlace
}

type newSeat struct {
	row *row
	has deputy.Mandate
}

type newPlace struct {
	row *row
	at  *place
	has deputy.Membership
}

// bring makes the newcomers of a list. What is wrong with one stands in its rows.
func (r *run) bring() error {
	var asked []*newcomer
	var all []*deputy.Listed
	for _, n := range r.newcomers {
		if listed := n.listed(); !slices.ContainsFunc(n.rows, (*row).bad) {
			asked, all = append(asked, n), append(all, listed)
		}
	}
	if err := deputy.CreateMany(r.ctx, r.tx, r.keys, r.by, all); err != nil {
		return err
	}
	for i, n := range asked {
		if err := n.take(all[i]); err != nil {
			return err
		}
	}
	return nil
}

// listed is the newcomer as package deputy makes one; a row that names a place which was
// not made is refused.
func (n *newcomer) listed() *deputy.Listed {
	listed := &deputy.Listed{Facts: n.facts}
	for _, s := range n.seats {
		listed.Mandates = append(listed.Mandates, s.has)
	}
	for _, g := range n.groups {
		g.has.StationID, _ = g.at.ready(g.row, colGroup)
		listed.Groups = append(listed.Groups, g.has)
	}
	return listed
}

// take tells the rows what came of their person.
func (n *newcomer) take(listed *deputy.Listed) error {
	n.person.id, n.person.number = listed.ID, listed.Number
	if err := n.rows[0].refuseAll(listed.Err); err != nil {
		return err
	}
	for i, err := range listed.MandateErrs {
		if err := n.seats[i].row.refuseAll(err); err != nil {
			return err
		}
	}
	for i, err := range listed.GroupErrs {
		if err := n.groups[i].row.refuseGroup(err); err != nil {
			return err
		}
	}
	return nil
}

// groupColumns are where the fields of a place in a group are typed: the dates of a
// mandate are called the same.
var groupColumns = map[string]string{"from": colGroupFrom, "to": colGroupTo, "role": colGroupRole, "station_id": colGroup}
