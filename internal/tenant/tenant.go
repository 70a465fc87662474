// Package tenant isolates the counties from each other, and is the only place that does.
//
// Two lines of defence. Every tenant table is under row-level security, forced, with one
// policy that compares county_id with the setting app.county_id; and every statement
// names its county, which this package supplies as @county and without which it refuses
// the statement. A Tx and a View are made here alone, so that a query outside a county
// does not compile.
package tenant

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// County is a tenant: the surrogate key of the table counties, never shown to anybody.
type County int32

// setting is the only place that writes the tenant's setting (schema-rules S2): an
// integer in a SET LOCAL, so that it ends with the transaction.
func (c County) setting() string {
	return "set local app.county_id = '" + strconv.Itoa(int(c)) + "'"
}

func countiesSetting(counties []County) string {
	var list strings.Builder
	for i, c := range counties {
		if i > 0 {
			list.WriteByte(',')
		}
		list.WriteString(strconv.Itoa(int(c)))
	}
	return "set local app.county_ids = '" + list.String() + "'"
}

// DB is the database as the site uses it.
type DB struct {
	app       *pgxpool.Pool // connects as lianluo_app
	oversight *pgxpool.Pool // connects as lianluo_oversight; nil where nobody oversees
	now       func() time.Time
}

// New returns a DB. now is the clock of every transaction; nil means time.Now.
func New(app, oversight *pgxpool.Pool, now func() time.Time) *DB {
	if now == nil {
		now = time.Now
	}
	return &DB{app: app, oversight: oversight, now: now}
}

// Now is the clock's time, to the microsecond that PostgreSQL keeps, in UTC.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// Platform returns the pool for the platform's own tables, which belong to no county:
// divisions, counties, the login directory, sessions, holidays. Under it a tenant table
// fails loudly, because no county is set.
func (db *DB) Platform() *pgxpool.Pool { return db.app }

// Ping asks whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.app.Ping(ctx) }
