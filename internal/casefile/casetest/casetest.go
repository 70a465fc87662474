// Package casetest is the world that tests of casework happen in: 襄垣县 with two
// stations, its units and a person for every role, and 平顺县 beside it for proving
// isolation. Each world has its own database and its own clock. A package that uses it
// says func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }.
package casetest

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Monday is when every world begins: 14 September 2026, nine o'clock in Shanghai. Ahead
// lie 中秋 (25–27 September), 国庆节 (1–7 October) and the make-up days 20 September and
// 10 October.
var Monday = time.Date(2026, time.September, 14, 9, 0, 0, 0, calendar.Shanghai)

// Password is everybody's.
const Password = "wuyang-shuiguan-2026"

// Key seals every world's personal data.
const Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// World is what a test has for itself.
type World struct {
	PG    *pgtest.DB // for looking behind the site's back
	DB    *tenant.DB // as the site uses it, on the world's clock
	Keys  private.Keys
	Files *blob.Store // in FilesDir
	Beginning

	FilesDir string

	t   testing.TB
	now atomic.Pointer[time.Time]
}

// Beginning is what every world begins with. It is made once for all the tests of a
// package, whose databases are copies of one.
type Beginning struct {
	County tenant.County // 襄垣县

	Station      int64   // 王桥镇
	Point        int64   // 五阳村, a point of 王桥镇
	OtherStation int64   // 夏店镇, which has no head
	Deputies     []int64 // four of 王桥镇's group; the first two are on duty on Monday
	Category     int64   // 饮水管网
	Refusals     []int64 // the county's reasons for refusing

	// Units.
	WaterUnit, RoadsUnit int64 // 县水利局, 县交通运输局
	TownshipUnit         int64 // 王桥镇人民政府

	// Staff of 王桥镇 and 夏店镇.
	Clerk, Clerk2, Head, OtherClerk auth.Actor
	// The county's office.
	Handler, Handler2, Admin, Leader auth.Actor
	// Staff of the units.
	Water, Roads, Township auth.Actor
	// The first of Deputies.
	Deputy auth.Actor
	// Who has no account.
	Citizen, System auth.Actor

	Neighbour Neighbour
}

// Neighbour is 平顺县, with a clerk and a case of its own.
type Neighbour struct {
	County  tenant.County
	Station int64
	Clerk   auth.Actor
	Number  string
}

// beginning is made by the package's first test.
var beginning Beginning

// New returns a world on a database of its own.
func New(t testing.TB) *World {
	t.Helper()
	w := &World{t: t}
	w.now.Store(&Monday)
	var err error
	w.Keys, err = private.ParseKey(Key)
	w.check(err)
	w.FilesDir = t.TempDir()
	w.Files, err = blob.Open(t.Context(), w.FilesDir)
	w.check(err)
	w.on(pgtest.Filled(t, "world", func(pg *pgtest.DB) {
		w.on(pg)
		w.settle()
		beginning = w.Beginning
	}))
	w.Beginning = beginning
	w.Deputies, w.Refusals = slices.Clone(w.Deputies), slices.Clone(w.Refusals)
	return w
}

// on moves the world to a database.
func (w *World) on(pg *pgtest.DB) {
	w.PG, w.DB = pg, tenant.New(pg.App, pg.Oversight, w.Now)
}

// Now is the world's time.
func (w *World) Now() time.Time { return *w.now.Load() }

// Today is the world's date.
func (w *World) Today() calendar.Date { return calendar.DateOf(w.Now()) }

// Set sets the clock to a day and time in Shanghai, written 2026-10-08 09:00.
func (w *World) Set(when string) {
	w.t.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04", when, calendar.Shanghai)
	w.check(err)
	w.now.Store(&now)
}

// Advance moves the clock on by calendar days.
func (w *World) Advance(days int) {
	now := w.Now().AddDate(0, 0, days)
	w.now.Store(&now)
}

// Update runs a transaction of 襄垣县.
func (w *World) Update(write func(ctx context.Context, tx *tenant.Tx) error) error {
	ctx := w.t.Context()
	return w.DB.Update(ctx, w.County, func(tx *tenant.Tx) error { return write(ctx, tx) })
}

// View reads from 襄垣县.
func (w *World) View(queue func(v *tenant.View)) {
	w.t.Helper()
	w.check(w.DB.View(w.t.Context(), w.County, queue))
}

// Actors are everybody in 襄垣县 who may act on cases, by name.
func (w *World) Actors() map[string]auth.Actor {
	return map[string]auth.Actor{"Clerk": w.Clerk, "Clerk2": w.Clerk2, "Head": w.Head, "OtherClerk": w.OtherClerk,
		"Handler": w.Handler, "Handler2": w.Handler2, "Admin": w.Admin, "Leader": w.Leader, "Water": w.Water,
		"Roads": w.Roads, "Township": w.Township, "Deputy": w.Deputy, "Citizen": w.Citizen, "System": w.System}
}

func (w *World) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
