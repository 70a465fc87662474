package job_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// TestHeld: a message that is held goes when its time has come, and not where it was
// withdrawn before.
func TestHeld(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	kept, undone := w.OneCase(), w.OneCase()
	if _, err := w.PG.Super.Exec(t.Context(), `delete from messages`); err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{kept, undone} {
		caseID := w.Case(number).ID
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return message.Queue(ctx, tx, message.Extended, caseID, 1, 10*time.Minute)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	g := &gateway{}
	run(t, w, g)
	hurry(t, w) // the queue's clock has moved on, the site's has not
	eventually(t, "both wait again", func() bool { return jobs(t, w, "message.send", "scheduled") == 2 })
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Withdraw(ctx, tx, w.Head.Audit(), outbox(w, undone)[0].ID, "这一步撤销了。")
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Set("2026-09-14 09:10")
	hurry(t, w)
	idle(t, w)
	if tried, taken := g.letters(); len(tried) != 1 || len(taken) != 1 || !strings.Contains(taken[0].Body, "还需要一些时间") {
		t.Errorf("%+v", tried)
	}
	if k, u := outbox(w, kept)[0], outbox(w, undone)[0]; k.State != message.IsSent || u.State != message.Withdrawn {
		t.Errorf("%+v, %+v", k, u)
	}
}

// TestUndeliverable: a channel's final no is not asked again.
func TestUndeliverable(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	logged, _ := run(t, w, deaf{})
	idle(t, w)
	if m := outbox(w, number)[0]; m.State != message.IsFailed || *m.Reason != "号码是空号，请核对电话。" || m.Tries != 1 || m.TryingAt != nil {
		t.Errorf("%+v", m)
	}
	if logged.String() != "" {
		t.Errorf("logged %s", logged)
	}
}

// deaf is a channel that knows nobody.
type deaf struct{}

func (deaf) Name() string { return "短信" }
func (deaf) Send(context.Context, message.Letter) error {
	return message.Undeliverable{Reason: "号码是空号，请核对电话。"}
}

// TestGivenUp: a message that no try could send says so where staff see it, and goes once
// the gateway works and somebody sends it again. Two servers tell of it once.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	if _, err := w.PG.Super.Exec(t.Context(), `update river.river_job set max_attempts = 1 where kind = 'message.send'`); err != nil {
		t.Fatal(err)
	}
	g := &gateway{failures: 2} // and the neighbour's
	runFast(t, w, g)
	runFast(t, w, g)
	eventually(t, "the outbox says that it failed", func() bool { return outbox(w, number)[0].State == message.IsFailed })
	if m := outbox(w, number)[0]; !strings.Contains(*m.Reason, "短信通道都没有收下") || m.TryingAt != nil {
		t.Errorf("%+v", m)
	}
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Again(ctx, tx, w.Clerk.Audit(), outbox(w, number)[0].ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	idle(t, w)
	if m := outbox(w, number)[0]; m.State != message.IsSent || m.Reason != nil {
		t.Errorf("%+v", m)
	}
	if n := count(t, w, `select count(*) from job_failures`); n != 0 {
		t.Errorf("%d failures beside the outbox's own", n)
	}
}

// TestLetters: who asked for it in writing is told of everything on paper, also without a gateway.
func TestLetters(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("水管坏了。")
	visit.ReplyBy = "letter" // and a number is known
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	number := receipts.Matters[0].Number
	w.Drive(number, casefile.AwaitingRating)
	run(t, w, nil)
	eventually(t, "both are to be printed", func() bool {
		all := outbox(w, number)
		return len(all) == 2 && all[0].State == message.ToPrint && all[1].State == message.ToPrint
	})
	for _, m := range outbox(w, number) {
		if strings.Contains(*m.Body, casetest.Phone) || strings.Contains(*m.Body, receipts.Matters[0].Code) || m.Tries != 0 {
			t.Errorf("%+v", m)
		}
	}
	if n := count(t, w, `select count(*) from rating_links`); n != 0 {
		t.Errorf("%d links were made before anybody printed one", n)
	}
}

// TestFinds: a message whose job is gone gets another, and one that has its job does not.
func TestFinds(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	lost := w.OneCase()
	if _, err := w.PG.Super.Exec(t.Context(), `delete from river.river_job`); err != nil {
		t.Fatal(err)
	}
	has := w.OneCase()
	w.Set("2026-09-14 09:30")
	g := &gateway{}
	insert(t, w, job.Find{})
	insert(t, w, job.Find{})
	run(t, w, g)
	idle(t, w)
	for _, number := range []string{lost, has} {
		if m := outbox(w, number)[0]; m.State != message.IsSent || m.Tries != 1 {
			t.Errorf("%+v", m)
		}
	}
	if _, taken := g.letters(); len(taken) != 3 { // and the neighbour's, which was lost too
		t.Errorf("%+v", taken)
	}
}

// TestPatience: eight tries, the last most of a day after the first.
func TestPatience(t *testing.T) {
	t.Parallel()
	var all time.Duration
	for i, wait := range job.Waits {
		all += wait
		if i > 0 && wait <= job.Waits[i-1] {
			t.Errorf("the waits do not grow: %v", job.Waits)
		}
	}
	if len(job.Waits) != postgres.QueueAttempts-1 || all < 20*time.Hour || all > 26*time.Hour {
		t.Errorf("%d waits, together %s", len(job.Waits), all)
	}
}

func count(t *testing.T, w *casetest.World, sql string, args ...any) (n int) {
	t.Helper()
	if err := w.PG.Super.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(errors.Join(err, errors.New(sql)))
	}
	return n
}
