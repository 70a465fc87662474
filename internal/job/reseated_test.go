package job_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/deputy"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestWhoWasAskedForDoesNotCome: after a swap, a leave or a substitute in the place of the
// deputy, whoever has a day and asked for that very deputy is told, once, or called; whoever
// asked for nobody, or for another, hears nothing. The station sees it, and who comes after all
// is told so before the first message has gone.
func TestWhoWasAskedForDoesNotCome(t *testing.T) {
	t.Parallel()
	const first, second, third = 1, 2, 3 // 郭建国 and 李秀英 are on the day
	w := newMeetings(t, 0)
	var out bytes.Buffer
	run(t, w.World, &message.Log{Out: &out, Path: filepath.Join(t.TempDir(), "messages.log")})
	day := w.day("2026-09-22")
	settled := func(by auth.Actor, name, phone string, deputy int32) int64 {
		t.Helper()
		id, _ := w.ask(by, reception.AskInput{Name: name, Phone: phone, Topic: "村口的路", Deputy: deputy})
		w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: day})
		return id
	}
	mobile := settled(w.Citizen, "申国强", "13800000017", first)
	landline := settled(w.Clerk, "李桂英", "0355-7221235", first)
	anybody := settled(w.Citizen, "王女士", "13800000019", 0)
	other := settled(w.Citizen, "赵先生", "13800000020", second)
	states := func(want map[int64]string) {
		t.Helper()
		idle(t, w.World)
		for id, state := range want {
			eventually(t, "the messages are dealt with", func() bool { return !strings.Contains(w.states(id), "waiting") })
			if got := w.states(id); got != state {
				t.Errorf("%d: %s, want %s", id, got, state)
			}
		}
	}
	before := map[int64]string{mobile: "asked sent, confirmed sent", landline: "confirmed to_call", anybody: "asked sent, confirmed sent", other: "asked sent, confirmed sent"}
	states(before)
	change := func(do func(ctx context.Context, tx *tenant.Tx) error) { t.Helper(); w.must(do) }
	change(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Swap(ctx, tx, w.Clerk, day, 0, w.Deputies[0], w.Deputies[third-1], "住院")
	})
	states(map[int64]string{mobile: before[mobile] + ", reseated sent", landline: "confirmed withdrawn, reseated to_call", anybody: before[anybody], other: before[other]})
	for _, id := range []int64{mobile, landline} {
		all := w.told(id)
		body := *all[len(all)-1].Body
		for _, words := range []string{"约好的 2026年9月22日 星期二 09:00–11:30 您想见的代表来不了", "李秀英、王志强代表在王桥镇人大代表联络站接待您", "0355-7221234"} {
			if !strings.Contains(body, words) {
				t.Errorf("%q does not say %q", body, words)
			}
		}
		if strings.Contains(body, "住院") {
			t.Errorf("%q tells what is nobody's", body)
		}
		if a := w.of(id); a.State != reception.Confirmed || !a.Missed || *a.Reason != "郭建国代表那天来不了" {
			t.Errorf("the station sees %+v", a)
		}
	}
	if w.of(anybody).Missed || w.of(other).Missed {
		t.Error("who asked for nobody who left is marked")
	}
	// A substitute instead, and nobody instead; then the deputy comes after all.
	change(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Clerk, day, 0, w.Deputies[second-1], true)
	})
	states(map[int64]string{other: before[other] + ", reseated sent", mobile: before[mobile] + ", reseated sent"})
	change(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Leave(ctx, tx, w.Clerk, day, 0, w.Deputies[second-1], "外出")
	})
	states(map[int64]string{other: before[other] + ", reseated sent"}) // told already
	change(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Clerk, day, 0, w.Deputies[second-1], false)
	})
	states(map[int64]string{other: before[other] + ", reseated sent, confirmed sent"})
	if w.of(other).Missed {
		t.Error("the deputy is there, and the station sees that they are not")
	}
	change(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Leave(ctx, tx, w.Clerk, day, 0, w.Deputies[second-1], "外出")
	})
	states(map[int64]string{other: before[other] + ", reseated sent, confirmed sent, reseated sent", anybody: before[anybody]})
}

// TestWhoDiedDoesNotCome: whoever asked for a deputy who died is told, once, when the job empties
// the seat, and nobody else; who takes a seat again by 排代表 is told of as well.
func TestWhoDiedDoesNotCome(t *testing.T) {
	t.Parallel()
	w := newMeetings(t, 0)
	runFast(t, w.World, &gateway{})
	day := w.day("2026-09-22")
	settled := func(name, phone string, deputy int32) int64 {
		t.Helper()
		id, _ := w.ask(w.Citizen, reception.AskInput{Name: name, Phone: phone, Topic: "村口的路", Deputy: deputy})
		w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: day})
		return id
	}
	his, hers := settled("申国强", "13800000017", 1), settled("赵先生", "13800000020", 2)
	states := func(id int64, want string) {
		t.Helper()
		idle(t, w.World)
		eventually(t, "the messages are dealt with", func() bool { return !strings.Contains(w.states(id), "waiting") })
		if got := w.states(id); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	states(his, "asked sent, confirmed sent")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		mandate, err := postgres.Value[int64](ctx, tx, `select id from mandates where county_id = @county and deputy_id = @deputy`, pgx.NamedArgs{"deputy": w.Deputies[0]})
		if err != nil {
			return err
		}
		_, err = deputy.EndMandate(ctx, tx, w.Admin, w.Deputies[0], mandate, deputy.End{To: w.Today(), Reason: "death"})
		return err
	})
	states(his, "asked sent, confirmed sent, reseated sent")
	states(hers, "asked sent, confirmed sent")
	if a := w.of(his); !a.Missed || a.Reason == nil || *a.Reason != "郭建国代表那天来不了" {
		t.Errorf("the station sees %+v", a)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Leave(ctx, tx, w.Clerk, day, 0, w.Deputies[1], "外出")
	})
	states(hers, "asked sent, confirmed sent, reseated sent")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.ApplyTurns(ctx, tx, w.Clerk, w.Station, map[int64]reception.Seats{day: {Deputies: w.Deputies[1:2]}})
		return err
	})
	states(hers, "asked sent, confirmed sent, reseated sent, confirmed sent")
}

// TestWhomOneMayAskFor: a deputy of the station's group; a citizen asks for none whom the
// station's page does not show.
func TestWhomOneMayAskFor(t *testing.T) {
	t.Parallel()
	w := newMeetings(t, 0)
	if _, err := w.PG.Super.Exec(t.Context(), `update deputies set approved_at = null, approved_by = null, approved_name = null where county_id = $1 and id = $2`, w.County, w.Deputies[1]); err != nil {
		t.Fatal(err)
	}
	ask := func(by auth.Actor, deputy int32) string {
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.Ask(ctx, tx, w.Keys, by, uuid.New(), w.Point, reception.AskInput{Name: "申国强", Phone: "13800000017", Topic: "村口的路", Deputy: deputy})
			return err
		})
		if err == nil {
			return ""
		}
		return err.Error()
	}
	if got := ask(w.Citizen, 1); got != "" {
		t.Error(got)
	}
	if got := ask(w.Citizen, 2); !strings.Contains(got, "请在名单里选一位代表") {
		t.Errorf("a citizen asks for somebody who is not shown: %q", got)
	}
	if got := ask(w.Clerk, 2); got != "" {
		t.Error(got)
	}
	if got := ask(w.Clerk, 99); !strings.Contains(got, "请在名单里选一位代表") {
		t.Errorf("nobody is asked for: %q", got)
	}
}
