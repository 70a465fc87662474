package network

import (
	"context"
	"errors"

	"lianluo/internal/auth"
	"lianluo/internal/tenant"
)

// Receiver is an open place that may take over.
type Receiver struct {
	Code    string
	Kind    string
	Name    string
	Station string // the 联络站 that it belongs to, in short
	InUse   bool   // open; else suspended
}

// Receivers queues the county's places that are neither closed nor merged.
func Receivers(v *tenant.View) *[]Receiver {
	return tenant.All[Receiver](v, `select s.code, s.kind, s.name, r.short_name as station, s.state = 'open' as in_use from stations s
		join stations r on r.county_id = @county and r.id = s.root_id
		where s.county_id = @county and s.state in ('open', 'suspended') order by r.code, case s.kind when 'station' then 0 when 'point' then 1 else 2 end, s.code`)
}

// UnitChoice is a unit in use.
type UnitChoice struct {
	ID      int64
	Name    string
	Station *string // its township's, in short; nil: a department
}

// UnitChoices queues the county's units in use.
func UnitChoices(v *tenant.View) *[]UnitChoice {
	return tenant.All[UnitChoice](v, `select u.id, u.name, s.short_name as station from units u
		left join stations s on s.county_id = @county and s.id = u.station_id
		where u.county_id = @county and not u.retired order by u.level, s.code, u.position, u.id`)
}

// errPreview takes a transaction back whose outcome alone was asked for.
var errPreview = errors.New("only a preview")

// Preview is what Close would do: it is done, and taken back.
func Preview(ctx context.Context, db *tenant.DB, by auth.Actor, t Target, c Closing) (e Ending, done Done, err error) {
	c.Seen = ""
	err = db.Update(ctx, by.County, func(tx *tenant.Tx) error {
		if e, err = Look(ctx, tx, t); err != nil {
			return err
		}
		if done, err = Close(ctx, tx, by, t, c); err != nil {
			return err
		}
		return errPreview
	})
	return e, done, passing(err)
}

// PreviewUnit is what CloseUnit would do.
func PreviewUnit(ctx context.Context, db *tenant.DB, by auth.Actor, id int64, c UnitClosing) (e UnitEnding, done Done, err error) {
	c.Seen = ""
	err = db.Update(ctx, by.County, func(tx *tenant.Tx) error {
		if e, err = LookUnit(ctx, tx, id); err != nil {
			return err
		}
		if done, err = CloseUnit(ctx, tx, by, id, c); err != nil {
			return err
		}
		return errPreview
	})
	return e, done, passing(err)
}

func passing(err error) error {
	if errors.Is(err, errPreview) {
		return nil
	}
	return err
}
