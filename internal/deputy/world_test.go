package deputy_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// office is a world in which the county's administrator keeps the deputies' records.
type office struct {
	*casetest.World
	t *testing.T
}

func newOffice(t *testing.T) office {
	t.Helper()
	return office{casetest.New(t), t}
}

// must runs a change that has to succeed.
func (o office) must(write func(ctx context.Context, tx *tenant.Tx) error) {
	o.t.Helper()
	if err := o.Update(write); err != nil {
		o.t.Fatal(err)
	}
}

// refused runs a change that has to fail with a message for its reader.
func (o office) refused(kind error, write func(ctx context.Context, tx *tenant.Tx) error) {
	o.t.Helper()
	if err := o.Update(write); !errors.Is(err, kind) || errs.Message(err, "") == "" {
		o.t.Errorf("%v, want %v in words", err, kind)
	}
}

// wrong runs a change that has to fail at exactly these fields.
func (o office) wrong(write func(ctx context.Context, tx *tenant.Tx) error, fields ...string) {
	o.t.Helper()
	casetest.InvalidAt(o.t, o.Update(write), fields...)
}

func (o office) create(f deputy.Facts) (id int64, number int32) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, number, err = deputy.Create(ctx, tx, o.Keys, o.Admin, f)
		return err
	})
	return id, number
}

func (o office) creating(f deputy.Facts) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, _, err := deputy.Create(ctx, tx, o.Keys, o.Admin, f)
		return err
	}
}

func (o office) changing(id int64, version int32, f deputy.Facts) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		return deputy.Change(ctx, tx, o.Keys, o.Admin, id, version, f)
	}
}

func (o office) adding(id int64, m deputy.Mandate) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.AddMandate(ctx, tx, o.Admin, id, m)
		return err
	}
}

func (o office) joining(id int64, m deputy.Membership) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.Join(ctx, tx, o.Admin, id, m)
		return err
	}
}

func (o office) find(number int32) deputy.Record {
	o.t.Helper()
	var found **deputy.Record
	o.View(func(v *tenant.View) { found = deputy.Find(v, number) })
	if *found == nil {
		o.t.Fatalf("no deputy %d", number)
	}
	return **found
}

func (o office) mandates(number int32) []deputy.Held {
	o.t.Helper()
	var all *[]deputy.Held
	o.View(func(v *tenant.View) { all = deputy.MandatesOf(v, number) })
	return *all
}

func (o office) groups(number int32) []deputy.Belongs {
	o.t.Helper()
	var all *[]deputy.Belongs
	o.View(func(v *tenant.View) { all = deputy.GroupsOf(v, number) })
	return *all
}

// count asks for one number.
func (o office) count(sql string, args pgx.NamedArgs) (n int64) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		n, err = postgres.Value[int64](ctx, tx, sql, args)
		return err
	})
	return n
}

// recorded is how often an action stands in the county's record.
func (o office) recorded(action string) int64 {
	o.t.Helper()
	return o.count(`select count(*) from audit_entries where county_id = @county and action = @action`, pgx.NamedArgs{"action": action})
}

// ended is what the county's record says of the ends of a deputy's mandates.
func (o office) ended(number int32) (all []string) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		all, err = postgres.Value[[]string](ctx, tx, `select array(select detail::text from audit_entries
			where county_id = @county and action = 'deputy.end_mandate' and subject = @subject order by entry) from counties where id = (@county)`,
			pgx.NamedArgs{"subject": "deputy " + strconv.Itoa(int(number))})
		return err
	})
	return all
}

func date(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}
