package rating_test

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// asked is a case that awaits its rating, and the link to rate it.
func asked(t *testing.T, w *casetest.World) (number string, token rating.Token) {
	t.Helper()
	number = w.DriveNew(casefile.AwaitingRating)
	return number, link(t, w, number)
}

// link makes the link of a case, as the job does that sends it.
func link(t *testing.T, w *casetest.World, number string) rating.Token {
	t.Helper()
	text, err := makeLink(w, number)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

func makeLink(w *casetest.World, number string) (text string, err error) {
	err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		text, err = rating.MakeLink(ctx, tx, w.Case(number).ID)
		return err
	})
	return text, err
}

func parse(t *testing.T, text string) rating.Token {
	t.Helper()
	token, ok := rating.ParseToken(text)
	if !ok {
		t.Fatalf("%q is no token", text)
	}
	return token
}

func submit(w *casetest.World, token rating.Token, s rating.Submission) error {
	return w.Update(func(ctx context.Context, tx *tenant.Tx) error { return rating.Submit(ctx, tx, token, s) })
}

func amend(w *casetest.World, token rating.Token, s rating.Submission) error {
	return w.Update(func(ctx context.Context, tx *tenant.Tx) error { return rating.Amend(ctx, tx, token, s) })
}

func byStaff(w *casetest.World, by auth.Actor, number, channel string, s rating.Submission) error {
	return w.Update(func(ctx context.Context, tx *tenant.Tx) error { return rating.Take(ctx, tx, by, number, channel, s) })
}

func open(t *testing.T, w *casetest.World, token rating.Token) *rating.Sheet {
	t.Helper()
	var sheet func() *rating.Sheet
	w.View(func(v *tenant.View) { sheet = rating.Open(v, token) })
	return sheet()
}

func ratings(t *testing.T, w *casetest.World, number string) []rating.Rating {
	t.Helper()
	var all *[]rating.Rating
	w.View(func(v *tenant.View) { all = rating.OfCase(v, number) })
	return *all
}

func text(t *testing.T, w *casetest.World, sql string) string {
	t.Helper()
	var s *string
	w.View(func(v *tenant.View) { s = tenant.Value[string](v, sql, pgx.NamedArgs{}) })
	return *s
}

var (
	content = rating.Submission{Result: 5, Attitude: 4, Comment: "水来了。"}
	unhappy = rating.Submission{Result: 2, Attitude: 3, Comment: "还是漏。"}
)
