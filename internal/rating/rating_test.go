package rating_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/rating"
)

func TestSubmit(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, token := asked(t, w)
	for _, bad := range []struct {
		s      rating.Submission
		fields string
	}{
		{rating.Submission{}, "attitude result"},
		{rating.Submission{Result: 6, Attitude: 3}, "result"},
		{rating.Submission{Result: 3, Attitude: -1}, "attitude"},
		{rating.Submission{Result: 3, Attitude: 3, Comment: strings.Repeat("长", 1001)}, "comment"},
		{rating.Submission{Result: 3, Attitude: 3, Comment: "水\x00"}, "comment"},
		{rating.Submission{Result: 3, Attitude: 3, Comment: "水\xff"}, "comment"},
	} {
		casetest.InvalidAt(t, submit(w, token, bad.s), strings.Fields(bad.fields)...)
		casetest.InvalidAt(t, amend(w, token, bad.s), strings.Fields(bad.fields)...)
		casetest.InvalidAt(t, byStaff(w, w.Head, number, rating.ByDevice, bad.s), strings.Fields(bad.fields)...)
	}
	if err := submit(w, token, content); err != nil {
		t.Fatal(err)
	}
	if c := w.Case(number); c.State != casefile.Closed || *c.Outcome != casefile.Satisfied {
		t.Errorf("%+v", c)
	}
	all := ratings(t, w, number)
	if len(all) != 1 || all[0].Channel != rating.ByLink || all[0].Result != 5 || all[0].Attitude != 4 || *all[0].Comment != "水来了。" ||
		all[0].Round != 1 || all[0].UserID != nil || all[0].AmendsID != nil {
		t.Errorf("%+v", all)
	}
	sheet := open(t, w, token)
	if sheet.Standing() != rating.Answered || *sheet.Result != 5 || *sheet.Attitude != 4 || sheet.Amended {
		t.Errorf("%+v", sheet)
	}
	if err := submit(w, token, unhappy); !errors.Is(err, errs.Conflict) || errs.Message(err, "") == "" {
		t.Error(err)
	}
	if c := w.Case(number); c.State != casefile.Closed || len(ratings(t, w, number)) != 1 {
		t.Errorf("%+v", c)
	}
	for s, want := range map[rating.Submission]bool{content: false, unhappy: true, {Result: 3, Attitude: 1}: true, {Result: 3, Attitude: 3}: false} {
		if s.Dissatisfied() != want {
			t.Errorf("%+v", s)
		}
	}
	if len(rating.Levels) != 5 || len(rating.ChannelNames) != 4 {
		t.Error("names")
	}
}

// TestTwentyAtOnce: however often the button is pressed, one rating is stored.
func TestTwentyAtOnce(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, token := asked(t, w)
	results := make([]error, 20)
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range results {
		all.Go(func() {
			<-begin
			results[i] = submit(w, token, rating.Submission{Result: 1 + i%5, Attitude: 3})
		})
	}
	close(begin)
	all.Wait()
	stored := 0
	for _, err := range results {
		if err == nil {
			stored++
		} else if !errors.Is(err, errs.Conflict) {
			t.Error(err)
		}
	}
	c := w.Case(number)
	if n := len(ratings(t, w, number)); n != 1 || stored != 1 || len(w.Events(number)) != int(c.Version) {
		t.Errorf("%d stored, %d said so, version %d", n, stored, c.Version)
	}
}

// TestCallBackMeets: the citizen answers while somebody takes the call-back; one counts.
func TestCallBackMeets(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for range 10 {
		number, token := asked(t, w)
		var both sync.WaitGroup
		var results [2]error
		both.Go(func() { results[0] = submit(w, token, content) })
		both.Go(func() { results[1] = byStaff(w, w.Head, number, rating.ByCallBack, unhappy) })
		both.Wait()
		if n := len(ratings(t, w, number)); n != 1 || (results[0] == nil) == (results[1] == nil) {
			t.Errorf("%d stored: %v", n, results)
		}
	}
}

// TestAmend: once within seven days, both answers are kept.
func TestAmend(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, token := asked(t, w)
	if err := amend(w, token, content); !errors.Is(err, errs.Conflict) { // nothing to amend yet
		t.Error(err)
	}
	if err := submit(w, token, content); err != nil {
		t.Fatal(err)
	}
	w.Set("2026-09-21 08:59")
	if sheet := open(t, w, token); !sheet.MayAmend() {
		t.Errorf("%+v", sheet)
	}
	if err := amend(w, token, unhappy); err != nil {
		t.Fatal(err)
	}
	if c := w.Case(number); c.State != casefile.Review {
		t.Errorf("%+v", c)
	}
	all := ratings(t, w, number)
	if len(all) != 2 || all[0].Result != 5 || all[1].Result != 2 || *all[1].AmendsID != all[0].ID || *all[1].Comment != "还是漏。" {
		t.Errorf("%+v", all)
	}
	sheet := open(t, w, token)
	if sheet.Standing() != rating.Answered || *sheet.Result != 2 || !sheet.Amended || sheet.MayAmend() {
		t.Errorf("%+v", sheet)
	}
	if err := amend(w, token, content); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}

	late, lateToken := asked(t, w)
	if err := submit(w, lateToken, content); err != nil {
		t.Fatal(err)
	}
	w.Set("2026-09-28 08:59")
	if sheet := open(t, w, lateToken); sheet.MayAmend() {
		t.Errorf("%+v", sheet)
	}
	if err := amend(w, lateToken, unhappy); !errors.Is(err, errs.Conflict) || len(ratings(t, w, late)) != 1 {
		t.Error(err)
	}
	if err := amend(w, parse(t, strings.Repeat("1", 1)+"-"+strings.Repeat("a", 26)), unhappy); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
}

// TestNewRound: a new round replaces the link, and the older answer stands as it was.
func TestNewRound(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, first := asked(t, w)
	if err := submit(w, first, unhappy); err != nil {
		t.Fatal(err)
	}
	w.MustTake(w.Head, number, casefile.Input{Step: casefile.Rehandle, Reason: "又漏了。"})
	if sheet := open(t, w, first); sheet.MayAmend() || sheet.Standing() != rating.Answered {
		t.Errorf("%+v", sheet)
	}
	if err := amend(w, first, content); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	// Another unit handles it now; who was rated before stays who it was.
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Reassign, Reason: "实为破路。", UnitID: w.RoadsUnit})
	w.MustTake(w.Roads, number, casefile.Input{Step: casefile.Sign})
	w.MustTake(w.Roads, number, casetest.Answering("A"))
	w.Drive(number, casefile.AwaitingRating)
	second := link(t, w, number)
	if sheet := open(t, w, second); sheet.Standing() != rating.Live || *sheet.Unit != "县交通运输局" || sheet.Result != nil || sheet.Round != 2 {
		t.Errorf("%+v", sheet)
	}
	if sheet := open(t, w, first); *sheet.Unit != "县水利局" || *sheet.Result != 2 || sheet.Standing() != rating.Answered {
		t.Errorf("%+v", sheet)
	}
	for _, err := range []error{submit(w, first, content), amend(w, first, content)} {
		if !errors.Is(err, errs.Conflict) {
			t.Error(err)
		}
	}
	if err := submit(w, second, content); err != nil {
		t.Fatal(err)
	}
	if err := amend(w, second, rating.Submission{Result: 3, Attitude: 3}); err != nil { // once in each round
		t.Error(err)
	}
	if got := text(t, w, `select string_agg(u.name || r.round || r.result, ' ' order by r.id) from ratings r
		join units u on u.county_id = @county and u.id = r.unit_id where r.county_id = @county`); got != "县水利局12 县交通运输局25 县交通运输局23" {
		t.Error(got)
	}
}

// TestFrozen: who is rated is who it was when the link was made.
func TestFrozen(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	_, token := asked(t, w)
	if _, err := w.PG.Super.Exec(t.Context(), `update stations set name = '改了名的站'`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update units set name = name || '（改）'`); err != nil {
		t.Fatal(err)
	}
	if sheet := open(t, w, token); sheet.Station != "王桥镇人大代表联络站" || *sheet.Unit != "县水利局" {
		t.Errorf("%+v", sheet)
	}
}

// TestByStaff: labelled, and never by whoever registered the case.
func TestByStaff(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, token := asked(t, w)
	if err := byStaff(w, w.Clerk, number, rating.ByDevice, content); !errors.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	for _, channel := range []string{"", rating.ByLink, rating.BySlip} {
		casetest.InvalidAt(t, byStaff(w, w.Clerk2, number, channel, content), "channel")
	}
	for _, by := range []struct{ kind, got error }{
		{errs.Forbidden, byStaff(w, w.Water, number, rating.ByCallBack, content)},
		{errs.Forbidden, byStaff(w, w.Deputy, number, rating.ByCallBack, content)},
		{errs.Forbidden, byStaff(w, w.Leader, number, rating.ByCallBack, content)},
		{errs.Forbidden, byStaff(w, w.OtherClerk, number, rating.ByCallBack, content)},
		{errs.NotFound, byStaff(w, w.Head, w.Neighbour.Number, rating.ByCallBack, content)},
	} {
		if !errors.Is(by.got, by.kind) {
			t.Errorf("%v, want %v", by.got, by.kind)
		}
	}
	if sheet := open(t, w, token); sheet.Standing() != rating.Live { // what was refused revoked nothing
		t.Errorf("%+v", sheet)
	}
	if err := byStaff(w, w.Clerk2, number, rating.ByCallBack, content); err != nil {
		t.Fatal(err)
	}
	all := ratings(t, w, number)
	if len(all) != 1 || all[0].Channel != rating.ByCallBack || *all[0].UserID != w.Clerk2.UserID {
		t.Errorf("%+v", all)
	}
	events := w.Events(number)
	if last := events[len(events)-1]; last.Detail["channel"] != "call_back" || *last.ActorID != w.Clerk2.UserID {
		t.Errorf("%+v", last)
	}
	if sheet := open(t, w, token); sheet.Standing() != rating.Replaced {
		t.Errorf("%+v", sheet)
	}
	if err := submit(w, token, unhappy); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	device := w.DriveNew(casefile.AwaitingRating)
	if err := byStaff(w, w.Handler, device, rating.ByDevice, unhappy); err != nil {
		t.Fatal(err)
	}
	if c := w.Case(device); c.State != casefile.Review {
		t.Errorf("%+v", c)
	}
	if err := byStaff(w, w.Handler, device, rating.ByDevice, content); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
}

// TestBorrowedKey: the key of another step, or of another round's rating, rates nothing.
func TestBorrowedKey(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, token := asked(t, w)
	key := uuid.New()
	w.MustTake(w.Clerk, number, casefile.Input{Step: casefile.Note, Text: "群众来问过一次。", Key: key})
	praise := rating.Submission{Result: 5, Attitude: 5, Key: key}
	if err := byStaff(w, w.Clerk, number, rating.ByCallBack, praise); !errors.Is(err, errs.Forbidden) {
		t.Errorf("the registrar rates with the key of a note: %v", err)
	}
	if sheet := open(t, w, token); sheet.Standing() != rating.Live {
		t.Error("the citizen's link was revoked by a rating that was refused")
	}
	once := rating.Submission{Result: 4, Attitude: 3, Key: uuid.New(), Version: w.Case(number).Version}
	for range 2 { // pressed twice
		if err := byStaff(w, w.Clerk2, number, rating.ByCallBack, once); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(ratings(t, w, number)); n != 1 {
		t.Errorf("%d ratings stored, want 1", n)
	}
}
