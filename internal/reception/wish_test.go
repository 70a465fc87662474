package reception_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

func (w *world) ask(in reception.WishInput) (id int64, err error) {
	err = w.try(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.AskWish(ctx, tx, w.Deputy, uuid.New(), in)
		return err
	})
	return id, err
}

func leaveOf(from, to string) reception.WishInput {
	return reception.WishInput{From: day(from), To: day(to), Reason: "住院"}
}

// TestAWishIsSeenWithoutAGroup: who leaves the group still sees what they asked for, and so does
// the county; in no group one asks for no leave.
func TestAWishIsSeenWithoutAGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.ask(leaveOf("2026-09-20", "2026-09-21")); err != nil {
		t.Fatal(err)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[0], From: day("2026-10-20"), To: day("2026-10-21"), Reason: "外出"})
		return err
	})
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return deputy.Leave(ctx, tx, w.Admin, w.Deputies[0], w.Station, w.Today())
	})
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.AskWish(ctx, tx, w.Deputy, uuid.New(), leaveOf("2026-09-25", "2026-09-26"))
		return err
	}, "from")
	for _, by := range []auth.Actor{w.Deputy, w.Handler, w.Clerk} {
		var wishes *tenant.Page[reception.Wish]
		var leaves *tenant.Page[reception.Gone]
		w.View(func(v *tenant.View) {
			wishes = reception.WishList.Page(v, by, reception.WishList.Ask(nil, 10))
			leaves = reception.LeaveList.Page(v, by, reception.LeaveList.Ask(nil, 10))
		})
		seen := 1
		if by.Role == auth.Clerk { // whose group it is not any more
			seen = 0
		}
		if len(wishes.Items) != seen || len(leaves.Items) != seen {
			t.Errorf("%s sees %d wishes and %d leaves", by.Role, len(wishes.Items), len(leaves.Items))
		}
	}
}

// TestALongReasonIsGranted: what may be asked for may be granted, however long its reason is.
func TestALongReasonIsGranted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := w.add(w.Head, w.on("2026-09-22", w.Deputies[0]))
	id, err := w.ask(reception.WishInput{DayID: day, Reason: strings.Repeat("忙", 60)})
	if err != nil {
		t.Fatal(err)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.AnswerWish(ctx, tx, w.Clerk, id, reception.WishAnswer{To: "granted", Instead: w.Deputies[1]})
	})
	if d := w.entry(day).Duty; len(d) != 1 || d[0].ID != w.Deputies[1] {
		t.Errorf("%+v", d)
	}
}

// TestTheSameLeaveTwice: a second leave in the same time is refused where it is registered, asked
// for or granted; pressed twice it is one. Leaves of before that overlap count a seat once.
func TestTheSameLeaveTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked, err := w.ask(leaveOf("2026-09-20", "2026-09-25"))
	if err != nil {
		t.Fatal(err)
	}
	again := func(in reception.WishInput) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.AskWish(ctx, tx, w.Deputy, uuid.New(), in)
			return err
		}
	}
	w.invalid(again(leaveOf("2026-09-25", "2026-09-26")), "from")
	swapped := w.add(w.Head, w.on("2026-10-13", w.Deputies[0]))
	if _, err := w.ask(reception.WishInput{DayID: swapped, Reason: "开会"}); err != nil {
		t.Fatal(err)
	}
	w.invalid(again(reception.WishInput{DayID: swapped, Reason: "开会"}), "reason")

	key, away := uuid.New(), func(key uuid.UUID, from, to string) (id int64, err error) {
		err = w.try(func(ctx context.Context, tx *tenant.Tx) (err error) {
			id, err = reception.Away(ctx, tx, w.Clerk, key, reception.LeaveInput{Deputy: w.Deputies[0], From: day(from), To: day(to), Reason: "住院"})
			return err
		})
		return id, err
	}
	id, err := away(key, "2026-09-20", "2026-09-25")
	second, err2 := away(key, "2026-09-20", "2026-09-25")
	if err != nil || err2 != nil || id != second {
		t.Fatal(id, second, err, err2)
	}
	_, err = away(uuid.New(), "2026-09-24", "2026-09-30")
	casetest.InvalidAt(t, err, "from")
	w.invalid(again(leaveOf("2026-09-22", "2026-09-22")), "from")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.AnswerWish(ctx, tx, w.Clerk, asked, reception.WishAnswer{To: "granted"})
	}, "to")

	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Back(ctx, tx, w.Clerk, id) })
	on := w.add(w.Head, w.on("2026-09-22", w.Deputies[0]))
	if _, err := w.PG.Super.Exec(t.Context(), `update reception_leaves set ended_at = null, ended_name = null`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `insert into reception_leaves (county_id, submission_key, deputy_id, from_date, to_date, reason, by_name, at, by_id)
		select county_id, gen_random_uuid(), deputy_id, from_date, to_date + 1, reason, by_name, at, by_id from reception_leaves`); err != nil {
		t.Fatal(err)
	}
	var nudges *reception.Nudges
	var clashes *[]reception.Clash
	w.View(func(v *tenant.View) {
		nudges, clashes = reception.NudgesFor(v, w.Clerk), reception.Clashes(v, w.Clerk, *day("2026-09-01"), *day("2026-09-30"))
	})
	if nudges.Away != 1 || len(*clashes) != 1 || (*clashes)[0].ReceptionID != on || *(*clashes)[0].Until != *day("2026-09-26") {
		t.Errorf("%+v, %+v", nudges, *clashes)
	}
}

// TestWishesAtAStationThatWentIn: the station into which another went sees what the deputies of
// that one ask for, as it sees its days; before that it does not.
func TestWishesAtAStationThatWentIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	on := w.add(w.Head, w.on("2026-10-13", w.Deputies[0]))
	for _, in := range []reception.WishInput{leaveOf("2026-09-20", "2026-09-21"), {DayID: on, Reason: "开会"}} {
		if _, err := w.ask(in); err != nil {
			t.Fatal(err)
		}
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[0], From: day("2026-10-20"), To: day("2026-10-21"), Reason: "外出"})
		return err
	})
	heir := w.OtherClerk
	heir.Merged = []int64{w.Station}
	for wishes, by := range map[int]auth.Actor{0: w.OtherClerk, 2: heir} {
		var asked *tenant.Page[reception.Wish]
		var gone *tenant.Page[reception.Gone]
		var nudges *reception.Nudges
		w.View(func(v *tenant.View) {
			asked, gone = reception.WishList.Page(v, by, reception.WishList.Ask(nil, 10)), reception.LeaveList.Page(v, by, reception.LeaveList.Ask(nil, 10))
			nudges = reception.NudgesFor(v, by)
		})
		if len(asked.Items) != wishes || len(gone.Items) != wishes/2 || nudges.Wished != int64(wishes) {
			t.Errorf("%d wishes, %d leaves, %d to answer; want %d", len(asked.Items), len(gone.Items), nudges.Wished, wishes)
		}
	}
}
