package casefile

import (
	"context"

	"lianluo/internal/auth"
	"lianluo/internal/null"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Exported is a case as a sheet has it: the list's columns, with what else an office asks for.
type Exported struct {
	Item
	VisitID  int64
	Place    string
	Category string
	Parent   *string
	Persons  int32
	Village  *string
	Masked   *string // the phone number
	Sealed   []byte
}

// Export reads every case that the ask shows to by, in its order and as of one moment, and
// calls do for each.
func Export(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask, do func(Exported) error) error {
	list := listFor(by)
	list.Columns += `, c.visit_id, pl.name as place, k.name as category, kp.name as parent, v.persons, p.village,
		p.phone_masked as masked, p.phone_sealed as sealed`
	list.Joins += ` join visits v on v.county_id = @county and v.id = c.visit_id
		join stations pl on pl.county_id = @county and pl.id = c.place_id
		join categories k on k.county_id = @county and k.id = c.category_id
		left join categories kp on kp.county_id = @county and kp.id = k.parent_id`
	return tenant.Stream(ctx, db, by.County, list, ask, where(db.Now(), by, ask), do)
}

// Home is the visitor's address for a sheet: the house hidden, unless full.
func (e Exported) Home(full bool) string {
	if full {
		return null.Value(e.Village)
	}
	return private.MaskAddress(null.Value(e.Village))
}

// Who is the visitor's name and phone number for a sheet of by: masked, unless full; a unit
// gets no number at all.
func (e Exported) Who(keys private.Keys, by auth.Actor, full bool) (name, phone string, err error) {
	switch {
	case e.Visitor == nil:
		name = "匿名"
	case full:
		name = *e.Visitor
	default:
		name = private.MaskName(*e.Visitor)
	}
	switch {
	case e.Masked == nil || by.Role == auth.Unit:
	case full:
		phone, err = keys.Open(e.Sealed, PhoneBind(by.County, e.VisitID))
	default:
		phone = *e.Masked
	}
	return name, phone, err
}
