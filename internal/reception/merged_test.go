package reception_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// merges makes the record of 郭建国 one with that of 李秀英, which stays.
func (w *world) merges(ctx context.Context, tx *tenant.Tx) error {
	_, err := deputy.Merge(ctx, tx, w.Keys, w.Admin, deputy.Merging{Kept: 2, Gone: 1, KeptVersion: 1, GoneVersion: 1})
	return err
}

// TestSwappedWhileRecordsBecomeOne: who lets somebody else come instead of a deputy whose record
// goes into another one at this moment waits, and chooses anew: the kept record has the seat.
func TestSwappedWhileRecordsBecomeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.add(w.Head, w.on("2026-09-22", w.Deputies[0]))
	swapped := make(chan error, 1)
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := w.merges(ctx, tx); err != nil {
			return err
		}
		go func() {
			swapped <- w.try(func(ctx context.Context, tx *tenant.Tx) error {
				return reception.Swap(ctx, tx, w.Head, id, 0, w.Deputies[0], w.Deputies[2], "住院")
			})
		}()
		return w.PG.Blocked(ctx, 1)
	})
	casetest.InvalidAt(t, <-swapped, "deputy")
	if e := w.entry(id); len(e.Duty) != 1 || e.Duty[0].ID != w.Deputies[1] {
		t.Errorf("%+v", e.Duty)
	}
}

// TestAnsweredWhileRecordsBecomeOne: a deputy's 请假 is granted while the record goes into another
// one: both go through, and the leave is the kept record's.
func TestAnsweredWhileRecordsBecomeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wish int64
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		wish, err = reception.AskWish(ctx, tx, w.Deputy, uuid.New(), reception.WishInput{From: day("2026-09-20"), To: day("2026-09-25"), Reason: "住院"})
		return err
	})
	err, merged := w.beside("reception_wishes", wish, w.merges, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.AnswerWish(ctx, tx, w.Head, wish, reception.WishAnswer{To: "granted"})
	})
	if err != nil || merged != nil {
		t.Fatal(err, merged)
	}
	var days *tenant.Page[reception.Gone]
	w.View(func(v *tenant.View) { days = reception.LeaveList.Page(v, w.Admin, reception.LeaveList.Ask(nil, 50)) })
	if len(days.Items) != 1 || days.Items[0].Deputy != "李秀英" {
		t.Errorf("%+v", days.Items)
	}
}
