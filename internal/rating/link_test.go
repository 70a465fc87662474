package rating_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
)

// TestOpenChangesNothing: mail and SMS scanners open links.
func TestOpenChangesNothing(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	_, token := asked(t, w)
	state := func() string {
		return text(t, w, `select (select string_agg(md5(l::text), '') from rating_links l where l.county_id = @county)
			|| (select string_agg(md5(c::text), '') from cases c where c.county_id = @county)
			|| (select count(*) from audit_entries a where a.county_id = @county) || (select count(*) from case_events e where e.county_id = @county)`)
	}
	before := state()
	for range 50 {
		if sheet := open(t, w, token); sheet.Standing() != rating.Live || sheet.MayAmend() || sheet.Result != nil {
			t.Fatalf("%+v", sheet)
		}
	}
	if state() != before {
		t.Error("opening the link changed something")
	}
	if err := submit(w, token, content); err != nil {
		t.Error(err)
	}
}

// TestWindow: the link lives to the last minute of the fifteenth working day.
func TestWindow(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	_, inTime := asked(t, w) // on 14 September: the fifteenth is the make-up day 10 October
	_, tooLate := asked(t, w)
	closed, over := asked(t, w)
	w.Set("2026-10-10 23:59")
	if sheet := open(t, w, inTime); sheet.Standing() != rating.Live || !sheet.ExpiresAt.Equal(w.Today().AddDays(1).Start()) {
		t.Errorf("%+v", sheet)
	}
	if err := submit(w, inTime, content); err != nil {
		t.Error(err)
	}
	w.Set("2026-10-11 00:00")
	if sheet := open(t, w, tooLate); sheet.Standing() != rating.Expired || sheet.MayAmend() {
		t.Errorf("%+v", sheet)
	}
	if err := submit(w, tooLate, content); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}

	// A window that is over opens no more: the link ends with the case's own clock.
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := rating.MakeLink(ctx, tx, w.Case(closed).ID)
		return err
	})
	if !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	w.MustTake(w.System, closed, casefile.Input{Step: casefile.WindowEnds})
	w.Set("2026-10-10 23:59") // another server, a little behind
	if sheet := open(t, w, over); sheet.Standing() != rating.Over {
		t.Errorf("%+v", sheet)
	}
	if err := submit(w, over, content); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	if sheet := open(t, w, over); sheet.UsedAt != nil {
		t.Error("what was refused used the link up")
	}
}

// TestOneLiveLink: made anew, the older one is replaced; where nothing awaits a rating none is made.
func TestOneLiveLink(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, older := asked(t, w)
	newer := link(t, w, number)
	if sheet := open(t, w, older); sheet.Standing() != rating.Replaced {
		t.Errorf("%+v", sheet)
	}
	if err := submit(w, older, content); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	if err := submit(w, newer, content); err != nil {
		t.Error(err)
	}
	for _, number := range []string{number, w.OneCase()} {
		if _, err := makeLink(w, number); !errors.Is(err, errs.Conflict) {
			t.Error(err)
		}
	}
	if sheet := open(t, w, newer); sheet.RevokedAt != nil || !sheet.MayAmend() { // what was refused revoked nothing
		t.Errorf("%+v", sheet)
	}
}

// TestTokens: a county and 128 random bits, of which the hash is stored.
func TestTokens(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.AwaitingRating)
	first, err := makeLink(w, number)
	second, err2 := makeLink(w, number)
	if err != nil || err2 != nil || first == second || len(first) != len("1-")+26 {
		t.Fatal(first, second, err, err2)
	}
	if token := parse(t, first); token.County != w.County {
		t.Errorf("county %d", token.County)
	}
	if stored := text(t, w, `select string_agg(l::text, ' ') from rating_links l where l.county_id = @county`); strings.Contains(stored, first[2:]) {
		t.Error("the token is stored")
	}
	// One letter changed, and another county's number before it, are unknown.
	changed := first[:len(first)-3] + map[bool]string{true: "b", false: "a"}[first[len(first)-3] == 'a'] + first[len(first)-2:]
	if sheet := open(t, w, parse(t, changed)); sheet != nil {
		t.Errorf("%+v", sheet)
	}
	if err := submit(w, parse(t, changed), content); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	elsewhere := parse(t, fmt.Sprint(w.Neighbour.County)+first[1:])
	err = w.DB.View(t.Context(), elsewhere.County, func(v *tenant.View) {
		sheet := rating.Open(v, elsewhere)
		t.Cleanup(func() {
			if sheet() != nil {
				t.Error("another county opens it")
			}
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// TestSheetHides: no name and no number of the visitor, links get forwarded.
func TestSheetHides(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	shown := func(name, title, answer string) *rating.Sheet {
		t.Helper()
		visit := w.Visit("水管坏了。")
		visit.Name = name
		receipts, err := w.RegisterVisit(w.Clerk, visit)
		if err != nil {
			t.Fatal(err)
		}
		number := receipts.Matters[0].Number
		sort := w.Sorting()
		sort.Title = title
		w.MustTake(w.Clerk, number, sort)
		w.Drive(number, casefile.Approved)
		in := w.FeedingBack()
		in.Text = answer
		w.MustTake(w.Clerk, number, in)
		return open(t, w, link(t, w, number))
	}
	sheet := shown(casetest.Visitor, "申国强家的水管", "申国强同志：您反映的水管修好了，您的电话13800000017、138-0000-0017、身份证140423198001011234都已登记，有事打0355-7221234，不要打0355-8888888。")
	if sheet.Title != "您家的水管" || *sheet.Answer != "您：您反映的水管修好了，您的电话****、****、身份证****都已登记，有事打0355-7221234，不要打****。" {
		t.Error(sheet.Title, *sheet.Answer)
	}
	if sheet := shown("王", "王桥镇的水管", "王桥镇的水管修好了，共 1200 米，9 月 14 日完工。"); sheet.Title != "王桥镇的水管" || *sheet.Answer != "王桥镇的水管修好了，共 1200 米，9 月 14 日完工。" {
		t.Error(sheet.Title, *sheet.Answer)
	}
	if sheet := shown("", "申国强家的水管", "好了。"); sheet.Title != "申国强家的水管" || *sheet.Phone != "0355-7221234" || sheet.Office != "襄垣县人大常委会" ||
		calendar.DateOf(*sheet.AnsweredAt) != w.Today() || sheet.Demo {
		t.Errorf("%+v", sheet)
	}
}

// TestSheetConfidential: of a matter that is to stay between few the page says nothing.
func TestSheetConfidential(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, token := asked(t, w)
	w.MustTake(w.Head, number, casefile.Input{Step: casefile.Restrict, Reason: "来访人要求保密。"})
	if sheet := open(t, w, token); sheet.Title != casefile.Confidential || sheet.Answer != nil {
		t.Errorf("%+v", sheet)
	}
}

// TestLinkFollowsTheCalendar: a new calendar moves the window, and the link with it.
func TestLinkFollowsTheCalendar(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, token := asked(t, w)
	rated, old := asked(t, w)
	if err := submit(w, old, rating.Submission{Result: 2, Attitude: 2}); err != nil {
		t.Fatal(err)
	}
	var used, after time.Time
	expires := func(number string, at *time.Time) {
		t.Helper()
		err := w.PG.Super.QueryRow(t.Context(), `select l.expires_at from rating_links l join cases c on c.county_id = l.county_id and c.id = l.case_id
			where c.number = $1 and l.county_id = $2`, number, w.County).Scan(at)
		if err != nil {
			t.Fatal(err)
		}
	}
	expires(rated, &used)
	a := casetest.Announcement(2026)
	for d := 8; d <= 9; d++ {
		a.Days = append(a.Days, calendar.Day{Date: calendar.NewDate(2026, 10, d), Kind: calendar.Holiday})
	}
	before := *w.Case(number).DueOn
	w.Announce(a)
	due := *w.Case(number).DueOn
	if due.Sub(before) < 2 {
		t.Fatalf("the window moved from %s to %s", before, due)
	}
	if expires(number, &after); !after.Equal(due.AddDays(1).Start()) {
		t.Errorf("the window ends on %s, the link at %s", due, after)
	}
	if expires(rated, &after); !after.Equal(used) {
		t.Errorf("a link that was used ended at %s, now %s", used, after)
	}
	w.Set(due.String() + " 23:00")
	if err := submit(w, token, rating.Submission{Result: 5, Attitude: 5}); err != nil {
		t.Error(err)
	}
}
