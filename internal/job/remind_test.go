package job_test

import (
	"context"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
)

// TestRatingReminder: who was sent the link and has not used it is reminded once, five
// working days before the window ends, by day; the new link takes the place of the old.
func TestRatingReminder(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	asked, rated := w.DriveNew(casefile.AwaitingRating), w.DriveNew(casefile.AwaitingRating)
	visit := w.Visit("水管坏了。")
	visit.Phone, visit.ReplyBy = "", "person"
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	onPaper := receipts.Matters[0].Number
	w.Drive(onPaper, casefile.AwaitingRating)
	g := &gateway{}
	run(t, w, g)
	run(t, w, g)
	idle(t, w)
	links := func() (links []string) {
		_, taken := g.letters()
		for _, letter := range taken {
			if _, token, found := strings.Cut(letter.Link, "/r/"); found {
				links = append(links, token)
			}
		}
		return links
	}
	if len(links()) != 2 {
		t.Fatalf("%q", links())
	}
	standing := func(text string) rating.Standing {
		token, _ := rating.ParseToken(text)
		var sheet func() *rating.Sheet
		w.View(func(v *tenant.View) { sheet = rating.Open(v, token) })
		return sheet().Standing()
	}
	answer := func(text string) {
		t.Helper()
		token, _ := rating.ParseToken(text)
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return rating.Submit(ctx, tx, token, rating.Submission{Result: 5, Attitude: 5})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	older := links()[0]
	answer(links()[1])
	if c := w.Case(asked); c.State != casefile.AwaitingRating { // the links went out in the order of the cases
		asked, rated = rated, asked
	}
	// The window ends on 10 October, a make-up day; before it lie 国庆节 and five working days.
	for _, c := range []struct {
		at   string
		want int
	}{{"2026-09-27 12:00", 2}, {"2026-09-28 08:59", 2}, {"2026-09-28 20:00", 2}, {"2026-09-28 09:00", 3}, {"2026-09-29 12:00", 3}, {"2026-10-10 12:00", 3}} {
		w.Set(c.at)
		for range 3 {
			insert(t, w, job.Remind{})
		}
		idle(t, w)
		if n := len(links()); n != c.want {
			t.Fatalf("by %s %d links were sent, want %d", c.at, n, c.want)
		}
	}
	newer := links()[2]
	if standing(older) != rating.Replaced || standing(newer) != rating.Live {
		t.Errorf("the older link is %v, the newer %v", standing(older), standing(newer))
	}
	all := outbox(w, asked)
	if m := all[len(all)-1]; m.Kind != message.RatingReminder || m.State != message.IsSent || !strings.Contains(*m.Body, "还没有收到您的评价。请用这个新链接") {
		t.Errorf("%+v", m)
	}
	for _, number := range []string{rated, onPaper} {
		for _, m := range outbox(w, number) {
			if m.Kind == message.RatingReminder {
				t.Errorf("%s is reminded", number)
			}
		}
	}
	answer(newer)
	if c := w.Case(asked); c.State != casefile.Closed {
		t.Error(c.State)
	}
}

// TestReminderOvertaken: a reminder is not sent to who has rated meanwhile.
func TestReminderOvertaken(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.AwaitingRating)
	caseID := w.Case(number).ID
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Queue(ctx, tx, message.RatingReminder, caseID, 1, 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Drive(number, casefile.Closed)
	g := &gateway{}
	logged, _ := run(t, w, g)
	idle(t, w)
	all := outbox(w, number)
	if m := all[len(all)-1]; m.Kind != message.RatingReminder || m.State != message.Withdrawn || *m.Reason == "" {
		t.Errorf("%+v", m)
	}
	if logged.String() != "" {
		t.Errorf("logged %s", logged)
	}
}
