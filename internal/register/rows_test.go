package register_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres"
	"lianluo/internal/rating"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
)

// TestVisitsFillTheirRegister: two visits of one station with three matters; numbers count
// within the station and the year, stay what they are, and miss one where a matter is
// restricted.
func TestVisitsFillTheirRegister(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	f := showing(form(t, w, register.Visits), "no", "visitor", "phone", "village", "words", "deputies", "dealt", "told", "verdict", "signature")
	first := w.Register("水管冻裂了。", "路灯不亮。").Matters
	answered := w.Visit("低保材料交到哪里？")
	answered.Name, answered.Phone, answered.ReplyBy = "", "", "none"
	answered.Matters[0].AnswerNow, answered.Matters[0].Answer = true, "交到便民服务中心。"
	if _, err := w.RegisterVisit(w.Clerk, answered); err != nil {
		t.Fatal(err)
	}
	w.Drive(first[0].Number, casefile.Closed)
	clerk := reader(w, w.Clerk)
	all := lines(t, w, clerk, f, "")
	want := []string{
		"2026-0001-1|申**|138****0017|五阳村|水管冻裂了。|郭建国、李秀英|转县水利局办理。",
		"2026-0001-2|申**|138****0017|五阳村|路灯不亮。|郭建国、李秀英|待梳理|||",
		"2026-0002|匿名||五阳村|低保材料交到哪里？|郭建国、李秀英|当场答复。交到便民服务中心。|2026-09-14|未评价|",
	}
	if len(all) != 3 || !strings.HasPrefix(all[0], want[0]) || !strings.HasSuffix(all[0], "|2026-09-14||") || !slices.Equal(all[1:], []string{want[1], want[2]}) {
		t.Errorf("%q", all)
	}
	if full := lines(t, w, register.Reader{By: w.Clerk, Keys: w.Keys, Full: true}, f, ""); !strings.HasPrefix(full[0], "2026-0001-1|申国强|13800000017|") {
		t.Errorf("in full: %q", full[0])
	}

	// Dated in the year before, entered now; and the first of another year.
	late := w.Visit("去年年底说的事。")
	late.ReceivedAt = w.Now().AddDate(-1, 0, 0)
	secret := w.OneCase()
	w.MustTake(w.Head, secret, casefile.Input{Step: casefile.Restrict, Reason: "来访人要求保密。"})
	if _, err := w.RegisterVisit(w.Clerk, late); err != nil {
		t.Fatal(err)
	}
	w.OneCase()
	numbers := func(by auth.Actor, f register.Form, address string) (all []string) {
		t.Helper()
		for _, l := range lines(t, w, reader(w, by), f, address) {
			all = append(all, strings.Split(l, "|")[0])
		}
		return all
	}
	if got := numbers(w.Handler, f, ""); !slices.Equal(got, []string{"2026-0001-1", "2026-0001-2", "2026-0002", "2026-0004"}) {
		t.Errorf("to the county, which does not see the restricted one: %q", got)
	}
	if got := numbers(w.Head, f, "from=2026-09-14&to=2026-09-14"); !slices.Equal(got, []string{"2026-0001-1", "2026-0001-2", "2026-0002", "2026-0003", "2026-0004"}) {
		t.Errorf("to the head, who does, of one day: %q", got)
	}
	if got := numbers(w.Head, f, "from=2025-01-01&to=2025-12-31"); !slices.Equal(got, []string{"2025-0001"}) {
		t.Errorf("of the year before: %q", got)
	}
	monthly := f
	monthly.Numbering = "month"
	if got := numbers(w.Head, monthly, "to=2026-12-31"); got[len(got)-1] != "2026-09-0004" {
		t.Errorf("by month: %q", got)
	}
	for address, n := range map[string]int{"deputy=李秀": 5, "deputy=王志强": 0, "category=1": 0, "from=2027-01-01": 0, "station=9999": 0,
		"from=nonsense&to=nonsense": 5} {
		if got := numbers(w.Head, f, address); len(got) != n {
			t.Errorf("%s: %q, want %d", address, got, n)
		}
	}
	for name, by := range map[string]auth.Actor{"another station": w.OtherClerk, "a unit": w.Water, "a deputy": w.Deputy} {
		if got := numbers(by, f, ""); len(got) != 0 {
			t.Errorf("%s reads %q", name, got)
		}
	}
}

// TestWordsAreMaskedToo: who said a name, a house or a number in the words themselves does not read
// it in a masked register, nor does the archive; in full it is as it was said.
func TestWordsAreMaskedToo(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("我是申国强，住五阳村三组12号，电话13800000017，水管冻裂了。")
	visit.Village = "五阳村三组12号"
	if _, err := w.RegisterVisit(w.Clerk, visit); err != nil {
		t.Fatal(err)
	}
	const masked = "我是申**，住五阳村**，电话****，水管冻裂了。"
	for _, source := range []register.Source{register.Visits, register.Matters} {
		f := showing(form(t, w, source), "words", "title", "village")
		if got := lines(t, w, reader(w, w.Clerk), f, "")[0]; !strings.Contains(got, masked) || strings.Contains(got, casetest.Visitor) || strings.Contains(got, "12号") {
			t.Errorf("%s: %q", source, got)
		}
		if got := lines(t, w, register.Reader{By: w.Clerk, Keys: w.Keys, Full: true}, f, "")[0]; !strings.Contains(got, visit.Matters[0].Words) {
			t.Errorf("%s in full: %q", source, got)
		}
	}
	if _, _, files := archive(t, w, reader(w, w.Clerk), nil); !strings.Contains(files["04-选民接待登记簿.json"], masked) {
		t.Error("the archive does not mask the words")
	}
}

// TestVisitsOfEveryKind: a visit without a matter, one about an earlier matter, and one that was
// entered later from paper say so in their lines; what was printed keeps its number. Who may not
// see what is restricted does not see either that somebody came about it.
func TestVisitsOfEveryKind(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Set("2026-09-14 15:00")
	f := showing(form(t, w, register.Visits), "no", "received", "words", "dealt", "remark", "purpose", "note", "returns", "late")
	first := w.OneCase()
	must := func(by auth.Actor, visit casefile.Visit) casefile.Receipts {
		t.Helper()
		done, err := w.RegisterVisit(by, visit)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	way := w.Visit("x")
	way.Matters, way.Purpose, way.Note, way.ReplyBy = nil, "ask", "问社保所在哪。", "none"
	must(w.Clerk, way)
	again := w.Visit("x")
	again.Matters = []casefile.Matter{{ReturnTo: first, Words: "还是没有水。"}}
	must(w.Clerk, again)
	before := lines(t, w, reader(w, w.Clerk), f, "")
	w.Set("2026-09-20 10:00")
	paper := w.Visit("停电那天说的：桥栏杆断了。")
	paper.ReceivedAt, paper.Late = w.Now().AddDate(0, 0, -9), true // before everybody else
	must(w.Clerk, paper)
	all := lines(t, w, reader(w, w.Clerk), f, "")
	want := []string{
		"2026-0004|2026-09-11|停电那天说的：桥栏杆断了。|待梳理|9月20日补录||||2026-09-20",
		"2026-0001|2026-09-14|" + w.Case(first).Words + "|待梳理|||||",
		"2026-0002|2026-09-14|问社保所在哪。||问路咨询|问路咨询|问社保所在哪。||",
		"2026-0003|2026-09-14|还是没有水。|记入原来的事项，一起办理。|再次来访，见 " + first + "|||" + first + "|",
	}
	if !slices.Equal(all, want) || !slices.Equal(before, want[1:]) {
		t.Errorf("%q, before the paper was entered %q", all, before)
	}
	came := showing(form(t, w, register.Matters), "number", "came_back")
	if got := lines(t, w, reader(w, w.Clerk), came, ""); !slices.Equal(got, []string{first + "|1", "XY2026-0002|0"}) {
		t.Errorf("how many came back: %q", got)
	}

	// By role: a confidential matter, a confidential visit without one, and one about a restricted matter.
	secret := w.Visit("检举的事。")
	secret.Confidential = true
	number := must(w.Clerk, secret).Matters[0].Number
	secret = w.Visit("x")
	secret.Confidential, secret.Matters, secret.Purpose, secret.ReplyBy = true, nil, "other", "none"
	must(w.Clerk, secret)
	secret = w.Visit("x")
	secret.Confidential, secret.Matters = true, []casefile.Matter{{ReturnTo: number, Words: "检举的事有了新情况。"}}
	must(w.Clerk, secret)
	few := []string{"2026-0004", "2026-0001", "2026-0002", "2026-0003"}
	whole := append(slices.Clone(few), "2026-0005", "2026-0006", "2026-0007")
	for name, by := range w.Actors() {
		seen := map[string][]string{"Clerk": whole, "Head": whole, "Admin": whole, "Clerk2": few, "Handler": few, "Handler2": few, "Leader": few}[name]
		var got []string
		for _, l := range lines(t, w, reader(w, by), f, "") {
			got = append(got, strings.Split(l, "|")[0])
			if strings.Contains(l, number) {
				t.Errorf("%s reads the restricted number in %q", name, l)
			}
			if strings.Contains(l, "检举") && len(seen) != len(whole) {
				t.Errorf("%s reads %q", name, l)
			}
		}
		if !slices.Equal(got, seen) {
			t.Errorf("%s reads %q, want %q", name, got, seen)
		}
	}
}

// TestMattersRegister: the life of a matter in one line; what a unit has written shows once
// it was approved.
func TestMattersRegister(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	f := showing(form(t, w, register.Matters), "number", "entered", "words", "proposal", "unit", "handed", "answer", "class", "approved", "heard", "told",
		"verdict", "attitude", "state", "closed")
	number := w.DriveNew(casefile.Submitted)
	submitted := lines(t, w, reader(w, w.Handler), f, "")[0]
	if !strings.HasPrefix(submitted, number+"|2026-09-14|") || !strings.Contains(submitted, "|县水利局|2026-09-14||||||||待审核|") {
		t.Errorf("submitted: %q", submitted)
	}
	w.Drive(number, casefile.AwaitingRating)
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return rating.Take(ctx, tx, w.Handler2, number, "call_back", rating.Submission{Result: 5, Attitude: 4, Comment: "水来了。",
			Version: w.Case(number).Version, Key: uuid.New()})
	}); err != nil {
		t.Fatal(err)
	}
	closed := lines(t, w, reader(w, w.Handler), f, "category=1")
	if closed = append(closed, lines(t, w, reader(w, w.Handler), f, "")...); len(closed) != 1 ||
		!strings.HasSuffix(closed[0], "|已解决或基本解决|路红霞|2026-09-14|2026-09-14|非常满意|满意|满意|2026-09-14") {
		t.Errorf("closed: %q", closed)
	}
}

// TestActivitiesAreFedByWhatHappened: a reception day to which somebody came, a call on a
// household beside it; a deputy reads the own record alone.
func TestActivitiesAreFedByWhatHappened(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	days, done := form(t, w, register.Receptions), form(t, w, register.Activities)
	days = showing(days, "date", "weekday", "hours", "place", "kind", "deputies", "state", "visits", "persons", "matters")
	done = showing(done, "date", "kind", "place", "deputies", "content", "signature")
	clerk := reader(w, w.Clerk)
	if got := lines(t, w, clerk, days, ""); !slices.Equal(got, []string{"2026-09-14|一|09:00–11:00|王桥镇|固定接待|郭建国、李秀英|已公告|0|0|0"}) {
		t.Errorf("before anybody came: %q", got)
	}
	if got := lines(t, w, clerk, done, ""); len(got) != 0 {
		t.Errorf("nothing happened yet: %q", got)
	}
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := postgres.Exec(ctx, tx, `update receptions set state = 'held' where county_id = @county`, pgx.NamedArgs{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	call := w.Visit("想学电商。")
	call.Way, call.Deputies, call.Persons = "household", w.Deputies[2:3], 4
	if _, err := w.RegisterVisit(w.Clerk, call); err != nil {
		t.Fatal(err)
	}
	all := lines(t, w, clerk, done, "")
	slices.Sort(all)
	if len(all) != 2 || !slices.Contains(all, "2026-09-14|走访|五阳村|王志强|接待群众 4 人，收集意见建议 1 件。|") {
		t.Errorf("%q", all)
	}
	own := lines(t, w, reader(w, w.Deputy), done, "")
	if len(own) != 1 || !strings.HasPrefix(own[0], "2026-09-14|固定接待|王桥镇|郭建国、李秀英|") {
		t.Errorf("the deputy's own: %q", own)
	}
	// A telephone call while the day is on is an activity of its own; who comes there is counted
	// with the day, alike in both registers.
	phoned, came := w.Visit("路灯不亮。"), w.Visit("水管冻裂了。")
	phoned.Way, phoned.PlaceID, came.PlaceID, came.Persons = "call", w.Station, w.Station, 2
	for _, visit := range []casefile.Visit{phoned, came} {
		if _, err := w.RegisterVisit(w.Clerk, visit); err != nil {
			t.Fatal(err)
		}
	}
	if got := lines(t, w, clerk, days, ""); !slices.Equal(got, []string{"2026-09-14|一|09:00–11:00|王桥镇|固定接待|郭建国、李秀英|已接待|1|2|1"}) {
		t.Errorf("the days: %q", got)
	}
	brought := w.Visit("井盖坏了。")
	brought.Way = "on_behalf"
	if _, err := w.RegisterVisit(w.Clerk, brought); err != nil {
		t.Fatal(err)
	}
	if all := lines(t, w, clerk, done, ""); !slices.Contains(all, "2026-09-14|代交|五阳村|郭建国、李秀英|接待群众 1 人，收集意见建议 1 件。|") {
		t.Errorf("what a deputy brought along is not called as at the desk: %q", all)
	}
	if all := lines(t, w, clerk, done, ""); len(all) != 4 || !slices.Contains(all, "2026-09-14|固定接待|王桥镇|郭建国、李秀英|接待群众 2 人，收集意见建议 1 件。|") ||
		!slices.Contains(all, "2026-09-14|来电|王桥镇|郭建国、李秀英|接待群众 1 人，收集意见建议 1 件。|") {
		t.Errorf("the activities: %q", all)
	}
	if got := lines(t, w, reader(w, w.OtherClerk), done, ""); len(got) != 0 {
		t.Errorf("another station: %q", got)
	}
}

// TestNumbersOfTwoAtOnce: a visit keeps the number that the register showed, whichever of two
// is committed first.
func TestNumbersOfTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	f := showing(form(t, w, register.Visits), "no", "note", "words")
	numbers := func() map[string]string {
		t.Helper()
		all := map[string]string{}
		for _, l := range lines(t, w, reader(w, w.Head), f, "") {
			cells := strings.Split(l, "|")
			all[cells[1]] = cells[0]
		}
		return all
	}
	way := func(note string) casefile.Visit {
		v := w.Visit("x")
		v.Matters, v.Purpose, v.Note, v.ReplyBy = nil, "ask", note, "none"
		return v
	}
	first := make(chan error, 1)
	second := make(chan error, 1)
	entered, leave := make(chan struct{}), make(chan struct{})
	go func() {
		first <- w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := casefile.RegisterVisit(ctx, tx, w.Keys, w.Clerk, way("甲"))
			close(entered)
			<-leave
			return err
		})
	}()
	<-entered
	go func() {
		_, err := w.RegisterVisit(w.Clerk, way("乙"))
		second <- err
	}()
	before := map[string]string{}
	select {
	case err := <-second: // it did not wait
		second <- err
		before = numbers()
	case <-time.After(300 * time.Millisecond):
	}
	close(leave)
	for _, done := range []chan error{first, second} {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	after := numbers()
	if after["甲"] == after["乙"] || before["乙"] != "" && before["乙"] != after["乙"] {
		t.Errorf("the number became another: %v, then %v", before, after)
	}
	again := way("丙")
	for range 2 { // pressed twice: no number is lost
		if _, err := w.RegisterVisit(w.Clerk, again); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.RegisterVisit(w.Clerk, way("丁")); err != nil || numbers()["丁"] != "2026-0004" {
		t.Errorf("%v: %v", err, numbers())
	}
}

// TestRegisterOfAMergedStation: who took over a station reads its register too.
func TestRegisterOfAMergedStation(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.OneCase()
	by := w.OtherClerk
	for source, n := range map[register.Source]int{register.Visits: 1, register.Matters: 1, register.Activities: 1} {
		f := form(t, w, source)
		if got := lines(t, w, reader(w, by), f, ""); len(got) != 0 {
			t.Errorf("before, %s has %q", source, got)
		}
		after := by
		after.Merged = []int64{w.Station}
		if got := lines(t, w, reader(w, after), f, ""); len(got) != n {
			t.Errorf("after, %s has %q", source, got)
		}
	}
}

// TestNumbersOfStations: each station numbers its visits by itself, so who reads of several, as the
// county does and the heir of a station that was merged, reads with each number whose it is.
func TestNumbersOfStations(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Register("自来水管冻裂了。")
	there := w.Visit("路灯不亮。")
	there.StationID, there.PlaceID, there.Deputies = w.OtherStation, w.OtherStation, nil
	if _, err := w.RegisterVisit(w.OtherClerk, there); err != nil {
		t.Fatal(err)
	}
	heir := w.Clerk
	heir.Merged = []int64{w.OtherStation}
	f := showing(form(t, w, register.Visits), "no")
	for _, by := range []auth.Actor{w.Admin, heir} {
		got := lines(t, w, reader(w, by), f.For(by, register.Visits.Ask(nil, w.Today(), 1)), "")
		if slices.Sort(got); !slices.Equal(got, []string{"2026-0001|夏店镇", "2026-0001|王桥镇"}) {
			t.Errorf("%s: %q", by.Role, got)
		}
	}
	if got := lines(t, w, reader(w, w.Clerk), f.For(w.Clerk, register.Visits.Ask(nil, w.Today(), 1)), ""); !slices.Equal(got, []string{"2026-0001"}) {
		t.Errorf("the station itself: %q", got)
	}
}
