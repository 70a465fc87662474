package casetest

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// The visitor of Visit.
const (
	Visitor = "申国强"
	Phone   = "13800000017"
)

// Visit is a valid visit that brings words, one matter for each: 申国强 of 五阳村 comes to
// 王桥镇, two deputies receive him, and he wants to be told by message.
func (w *World) Visit(words ...string) casefile.Visit {
	visit := casefile.Visit{
		Key: uuid.New(), StationID: w.Station, PlaceID: w.Point, ReceivedAt: w.Now().Add(-10 * time.Minute), Way: "visit",
		Persons: 1, Name: Visitor, Gender: "male", Village: "五阳村", Phone: Phone, ReplyBy: "message",
		NoticeGiven: "read_out", Deputies: w.Deputies[:2],
	}
	for _, said := range words {
		visit.Matters = append(visit.Matters, casefile.Matter{Words: said, CategoryID: w.Category, Nature: "help"})
	}
	return visit
}

// RegisterVisit registers a visit.
func (w *World) RegisterVisit(by auth.Actor, visit casefile.Visit) (receipts casefile.Receipts, err error) {
	ctx := w.t.Context()
	err = w.DB.Update(ctx, by.County, func(tx *tenant.Tx) error {
		receipts, err = casefile.RegisterVisit(ctx, tx, w.Keys, by, visit)
		return err
	})
	return receipts, err
}

// Register lets the clerk register Visit with words.
func (w *World) Register(words ...string) casefile.Receipts {
	w.t.Helper()
	receipts, err := w.RegisterVisit(w.Clerk, w.Visit(words...))
	w.check(err)
	return receipts
}

// OneCase registers a visit with one matter and returns its number.
func (w *World) OneCase() string {
	w.t.Helper()
	return w.Register("村里自来水管冻裂，一个多月没水了。").Matters[0].Number
}

// Take takes one step in a transaction of its own; a refusal changes nothing.
func (w *World) Take(by auth.Actor, number string, in casefile.Input) (c casefile.Case, err error) {
	ctx := w.t.Context()
	err = w.DB.Update(ctx, by.County, func(tx *tenant.Tx) error {
		c, err = casefile.Take(ctx, tx, by, number, in)
		return err
	})
	return c, err
}

// MustTake takes a step that must succeed.
func (w *World) MustTake(by auth.Actor, number string, in casefile.Input) casefile.Case {
	w.t.Helper()
	c, err := w.Take(by, number, in)
	if err != nil {
		w.t.Fatalf("%s %s by %s: %v", in.Step, number, by.Name, err)
	}
	return c
}

// Refused takes a step that must fail with an error of kind.
func (w *World) Refused(kind error, by auth.Actor, number string, in casefile.Input) {
	w.t.Helper()
	if c, err := w.Take(by, number, in); !errors.Is(err, kind) {
		w.t.Errorf("%s %s by %s: got %v (now %s), want %v", in.Step, number, by.Name, err, c.State, kind)
	}
}

// Invalid takes a step that must fail with a message at exactly these fields.
func (w *World) Invalid(by auth.Actor, number string, in casefile.Input, fields ...string) {
	w.t.Helper()
	_, err := w.Take(by, number, in)
	InvalidAt(w.t, err, fields...)
}

// InvalidAt checks that err is an errs.Invalid with a message at exactly these fields.
func InvalidAt(t testing.TB, err error, fields ...string) {
	t.Helper()
	invalid, ok := errors.AsType[errs.Invalid](err)
	if !ok {
		t.Errorf("got %v, want errs.Invalid at %q", err, fields)
		return
	}
	slices.Sort(fields)
	if got := slices.Sorted(maps.Keys(invalid)); !slices.Equal(got, fields) {
		t.Errorf("got messages at %q, want at %q", got, fields)
	}
}

// Case reads a case as it stands.
func (w *World) Case(number string) casefile.Case {
	w.t.Helper()
	var c *casefile.Case
	w.View(func(v *tenant.View) { c = casefile.Find(v, number) })
	return *c
}

// Events reads a case's history.
func (w *World) Events(number string) []casefile.Event {
	w.t.Helper()
	var events *[]casefile.Event
	w.View(func(v *tenant.View) { events = casefile.Events(v, number) })
	return *events
}
