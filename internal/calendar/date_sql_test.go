package calendar

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgtype"
)

var formats = map[string]int16{"binary": pgtype.BinaryFormatCode, "text": pgtype.TextFormatCode}

// roundTrip passes value through pgx's encoding of a PostgreSQL type into target.
func roundTrip(t *testing.T, oid uint32, format int16, value, target any) error {
	t.Helper()
	m := pgtype.NewMap()
	buf, err := m.Encode(oid, format, value, nil)
	if err != nil {
		return err
	}
	return m.Scan(oid, format, buf, target)
}

func TestDateInPostgres(t *testing.T) {
	t.Parallel()
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []string{"2026-11-20", "2000-01-01", "1949-10-01", "0001-01-01", "9999-12-31"} {
				in := date(t, s)
				var out Date
				if err := roundTrip(t, pgtype.DateOID, format, in, &out); err != nil || out != in {
					t.Errorf("%s came back as %s, %v", in, out, err)
				}
				var pointer *Date
				if err := roundTrip(t, pgtype.DateOID, format, &in, &pointer); err != nil || pointer == nil || *pointer != in {
					t.Errorf("a pointer to %s came back as %v, %v", in, pointer, err)
				}
			}
		})
	}
}

func TestNullDateInPostgres(t *testing.T) {
	t.Parallel()
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := date(t, "2026-11-20")
			pointer := &d
			if err := roundTrip(t, pgtype.DateOID, format, (*Date)(nil), &pointer); err != nil || pointer != nil {
				t.Errorf("nil came back as %v, %v", pointer, err)
			}
			if err := roundTrip(t, pgtype.DateOID, format, (*Date)(nil), &d); err == nil {
				t.Errorf("NULL was read as %s", d)
			}
			if err := roundTrip(t, pgtype.DateOID, format, Date{}, &pointer); err == nil {
				t.Error("the zero date was written")
			}
			infinite := pgtype.Date{InfinityModifier: pgtype.Infinity, Valid: true}
			if err := roundTrip(t, pgtype.DateOID, format, infinite, &d); err == nil {
				t.Errorf("infinity was read as %s", d)
			}
		})
	}
}

func TestDatesInPostgres(t *testing.T) {
	t.Parallel()
	in := []Date{date(t, "2026-11-20"), date(t, "2026-11-23")}
	var out []Date
	if err := roundTrip(t, pgtype.DateArrayOID, pgtype.BinaryFormatCode, in, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
}
