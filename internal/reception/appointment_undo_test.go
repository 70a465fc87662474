package reception_test

import (
	"context"
	"strings"
	"testing"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestUndoAfterTheDayChanged: what became of a day is not taken back as if it were an answer, and
// an answer only where the citizen, who is told nothing, comes on the right day: who was told
// 22日 does not stand there while the day is the 29th.
func TestUndoAfterTheDayChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.undoes(30)
	told := func(id int64) (sent string, offered bool) {
		var history *[]reception.AppointmentEvent
		var all *[]message.Message
		var of *county.Settings
		w.View(func(v *tenant.View) {
			history, all, of = reception.AppointmentHistory(v, id), message.OfAppointment(v, id), county.SettingsOf(v)
		})
		for _, m := range *all {
			sent += " " + strings.TrimPrefix(string(m.Kind), "appointment_") + " " + string(m.State)
		}
		return strings.TrimPrefix(sent, " asked sent"), reception.Undoable(*history, *all, w.appointment(id).Version, w.Now(), *of)
	}
	undo := func(id int64) func(ctx context.Context, tx *tenant.Tx) error {
		version := w.appointment(id).Version
		return func(ctx context.Context, tx *tenant.Tx) error { return reception.Undo(ctx, tx, w.Clerk, id, version) }
	}
	decline := reception.Answer{To: reception.Declined, Reason: "按错了"}
	changed := w.facts()
	changed.PlaceID = w.Point
	for what, c := range map[string]struct {
		change  func(ctx context.Context, tx *tenant.Tx, day int64) error
		follows string // what is told where the request was still settled
		refused bool   // to take 约不成 back
	}{
		"another date": {func(ctx context.Context, tx *tenant.Tx, day int64) error {
			return w.move(ctx, tx, day, "2026-09-29", "09:00")
		}, "moved", true},
		"other hours": {func(ctx context.Context, tx *tenant.Tx, day int64) error {
			return w.move(ctx, tx, day, "2026-09-22", "09:15")
		}, "moved", false},
		"hours in which theirs is not": {func(ctx context.Context, tx *tenant.Tx, day int64) error {
			return w.move(ctx, tx, day, "2026-09-22", "10:00")
		}, "moved", true},
		"another place": {func(ctx context.Context, tx *tenant.Tx, day int64) error {
			return reception.ChangeDay(ctx, tx, w.Head, day, 0, changed)
		}, "moved", false},
		"another deputy": {func(ctx context.Context, tx *tenant.Tx, day int64) error {
			return reception.Swap(ctx, tx, w.Head, day, 0, w.Deputies[0], w.Deputies[1], "开会")
		}, "", false},
	} {
		day := w.add(w.Head, w.on("2026-09-22", w.Deputies[0]))
		follows, declined := w.asks(), w.asks()
		for _, id := range []int64{follows, declined} {
			w.answer(id, reception.Answer{To: reception.Confirmed, ReceptionID: day, At: "09:30"})
			w.sent(id)
		}
		w.later()
		w.answer(declined, decline)
		w.later()
		w.must(func(ctx context.Context, tx *tenant.Tx) error { return c.change(ctx, tx, day) })
		if c.follows != "" {
			_, offered := told(follows)
			w.refused(errs.Conflict, undo(follows))
			if sent, _ := told(follows); offered && what != "hours in which theirs is not" || sent != " confirmed sent "+c.follows+" waiting" {
				t.Errorf("%s, still settled: offered %v,%s", what, offered, sent)
			}
		}
		switch c.refused {
		case true:
			w.refused(errs.Conflict, undo(declined))
			if a := w.appointment(declined); a.State != reception.Declined {
				t.Errorf("%s: %+v", what, a)
			}
		case false:
			w.must(undo(declined))
			if sent, _ := told(declined); sent != " confirmed sent declined withdrawn confirmed waiting" { // with what is so now
				t.Errorf("%s:%s", what, sent)
			}
		}
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Cancel(ctx, tx, w.Head, day, 0, reception.Reason{Inside: "下一个"})
		})
	}
}

// TestUndoneWhileItIsAnswered: who takes an answer back while a colleague gives another one with
// the same day waits for the colleague, and is told who was faster.
func TestUndoneWhileItIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.undoes(30)
	day, id := w.add(w.Head, w.on("2026-09-22")), w.asks()
	w.answer(id, reception.Answer{To: reception.Confirmed, ReceptionID: day})
	w.answer(id, reception.Answer{To: reception.Confirmed, ReceptionID: day, At: "09:30", Reason: "人多"})
	err, undone := w.beside("receptions", day, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Undo(ctx, tx, w.Clerk, id, 3)
	}, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Reply(ctx, tx, w.Head, id, 3, reception.Answer{To: reception.Confirmed, ReceptionID: day, At: "10:00", Reason: "人多"})
	})
	if err != nil || !strings.Contains(errs.Message(undone, ""), w.Head.Name) {
		t.Errorf("%v, %v", err, undone)
	}
}
