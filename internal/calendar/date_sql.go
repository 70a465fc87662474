package calendar

import (
	"errors"

	"github.com/jackc/pgx/v5/pgtype"
)

// ScanDate lets pgx read a date column into d. NULL is an error: scan a column that
// may be NULL into a *Date.
func (d *Date) ScanDate(v pgtype.Date) error {
	if !v.Valid {
		return errors.New("cannot scan NULL into calendar.Date, use *calendar.Date")
	}
	if v.InfinityModifier != pgtype.Finite {
		return errors.New("cannot scan an infinite date into calendar.Date")
	}
	*d = ofUTC(v.Time)
	return nil
}

// DateValue lets pgx write d to a date column. The zero Date is an error: write a
// date that may be missing as a *Date, nil is NULL.
func (d Date) DateValue() (pgtype.Date, error) {
	if d.IsZero() {
		return pgtype.Date{}, errors.New("cannot write the zero calendar.Date, use a nil *calendar.Date for NULL")
	}
	return pgtype.Date{Time: d.Time(), Valid: true}, nil
}
