package deputy

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Newcomer is a person as the form has one who was elected: with a mandate, and with a
// station's group from the same day on, or none.
type Newcomer struct {
	Facts
	Mandate
	StationID int64 // 0: no group yet
	Another   bool  // it was said that this is not the one of the same name
}

// Enter makes a deputy of a newcomer and returns the 档案号. It returns errs.Invalid by form
// field, of everything that is wrong together; at another, where somebody of the same name
// is there already and nobody has said that this is another. Pressed twice with one Key it
// returns the first.
func Enter(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, n Newcomer) (int32, error) {
	if err := mayChange(by); err != nil {
		return 0, err
	}
	if _, err := lockNumbers(ctx, tx); err != nil { // of two who enter one person the second sees the first
		return 0, err
	}
	if n.Key != uuid.Nil {
		if done, err := madeBefore(ctx, tx, n.Key); err == nil || !errors.Is(err, errs.NotFound) {
			return done.Number, err
		}
	}
	group := Membership{StationID: n.StationID, From: n.From}
	if err := n.check(ctx, tx, &group); err != nil {
		return 0, err
	}
	id, number, err := Create(ctx, tx, keys, by, n.Facts)
	if err != nil {
		return 0, err
	}
	if _, err := AddMandate(ctx, tx, by, id, n.Mandate); err != nil {
		return 0, err
	}
	if n.StationID != 0 {
		if _, err := Join(ctx, tx, by, id, group); err != nil {
			return 0, err
		}
	}
	return number, nil
}

// check judges all parts of the form, so that everything is told at once.
func (n *Newcomer) check(ctx context.Context, tx *tenant.Tx, group *Membership) error {
	invalid := errs.Invalid{}
	gather := func(err error) error {
		wrong, is := errors.AsType[errs.Invalid](err)
		if !is {
			return err
		}
		maps.Copy(invalid, wrong)
		return nil
	}
	_, err := n.Facts.check(tx.Now())
	if err := gather(err); err != nil {
		return err
	}
	if err := gather(freeCertificate(ctx, tx, 0, n.CertificateNo)); err != nil {
		return err
	}
	if n.StationID != 0 {
		_, err := group.check(ctx, tx)
		if err := gather(err); err != nil {
			return err
		}
	}
	if err := gather(n.Mandate.check(ctx, tx)); err != nil { // last: of a day that is wrong it knows more
		return err
	}
	if !n.Another {
		if err := gather(n.alike(ctx, tx)); err != nil {
			return err
		}
	}
	return invalid.Err()
}

// alike refuses a name that somebody has who was born in the same year, as far as it is known.
func (n *Newcomer) alike(ctx context.Context, tx *tenant.Tx) error {
	type found struct {
		Number int32
		Duties *string
	}
	all, err := postgres.All[found](ctx, tx, `select number, duties from deputies where county_id = @county and name = @name and merged_into is null
		and (birth_year is null or @birth_year::int is null or birth_year = @birth_year) order by number limit 1`,
		pgx.NamedArgs{"name": n.Name, "birth_year": null.Of(n.BirthYear)})
	if err != nil {
		return fmt.Errorf("of the same name: %w", err)
	}
	for _, f := range all {
		return errs.Invalid{"another": fmt.Sprintf("已经有一位%s（档案号 %d %s）。是同一个人，就到那一页登记新的届次；确实是另一个人，请在这里勾选。",
			n.Name, f.Number, null.Value(f.Duties))}
	}
	return nil
}
