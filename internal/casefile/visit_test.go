package casefile_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/option"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// TestVisitForm asks at which fields a form with something wrong says so.
func TestVisitForm(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	if _, err := w.PG.Super.Exec(t.Context(), `update deputies set merged_into = $1 where id = $2`, w.Deputies[2], w.Deputies[3]); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("长", 4001)
	for name, test := range map[string]struct {
		change func(v *casefile.Visit)
		fields string
	}{
		"empty": {func(v *casefile.Visit) { *v = casefile.Visit{StationID: v.StationID} },
			"key notice_given persons place_id received_at reply_by way words-1"},
		"matter":        {func(v *casefile.Visit) { v.Matters[0] = casefile.Matter{} }, "category-1 nature-1 words-1"},
		"second matter": {func(v *casefile.Visit) { v.Matters = append(v.Matters, casefile.Matter{Words: long}) }, "category-2 nature-2 words-2"},
		"ten matters": {func(v *casefile.Visit) {
			v.Matters = w.Visit(strings.Split("一二三四五六七八九十", "")...).Matters
		}, "words-1"},
		"unknown values":  {func(v *casefile.Visit) { v.Way, v.ReplyBy, v.NoticeGiven, v.Gender = "scan", "fax", "no", "x" }, "gender notice_given reply_by way"},
		"too long":        {func(v *casefile.Visit) { v.Name, v.Village = long, long }, "name village"},
		"too many":        {func(v *casefile.Visit) { v.Persons = 1000 }, "persons"},
		"in the future":   {func(v *casefile.Visit) { v.ReceivedAt = w.Now().Add(time.Minute) }, "received_at"},
		"year 26":         {func(v *casefile.Visit) { v.ReceivedAt = v.ReceivedAt.AddDate(-2000, 0, 0) }, "received_at"},
		"year 26, paper":  {func(v *casefile.Visit) { v.ReceivedAt, v.Late, v.Old = v.ReceivedAt.AddDate(-2000, 0, 0), true, true }, "received_at"},
		"two years ago":   {func(v *casefile.Visit) { v.ReceivedAt = v.ReceivedAt.AddDate(-2, 0, 0) }, "received_at"},
		"old paper":       {func(v *casefile.Visit) { v.ReceivedAt, v.Late = v.ReceivedAt.AddDate(-2, 0, 0), true }, "old"},
		"merged deputy":   {func(v *casefile.Visit) { v.Deputies = w.Deputies[3:] }, "deputies"},
		"no phone":        {func(v *casefile.Visit) { v.Phone = "" }, "phone"},
		"no number":       {func(v *casefile.Visit) { v.Phone = "八零八一二三四" }, "phone"},
		"no area code":    {func(v *casefile.Visit) { v.Phone, v.ReplyBy = "8081234", "phone" }, "phone"},
		"another place":   {func(v *casefile.Visit) { v.PlaceID = w.OtherStation }, "place_id"},
		"unknown deputy":  {func(v *casefile.Visit) { v.Deputies = []int64{w.Deputies[0], 999999} }, "deputies"},
		"no answer":       {func(v *casefile.Visit) { v.Matters[0].AnswerNow = true }, "answer-1"},
		"nobody answered": {func(v *casefile.Visit) { v.Deputies, v.Matters[0].AnswerNow, v.Matters[0].Answer = nil, true, "修。" }, "deputies"},
		"no text":         {func(v *casefile.Visit) { v.Matters[0].Words = "水\x00管" }, "words-1"},
		"no text in name": {func(v *casefile.Visit) { v.Name, v.Village = "申\xff", "五\x00阳" }, "name village"},
	} {
		visit := w.Visit("村里自来水管冻裂。")
		visit.Deputies = visit.Deputies[:2:2]
		test.change(&visit)
		_, err := w.RegisterVisit(w.Clerk, visit)
		t.Run(name, func(t *testing.T) { casetest.InvalidAt(t, err, strings.Fields(test.fields)...) })
	}
	elsewhere := w.Visit("路灯不亮。") // whose deputies are 王桥镇's
	elsewhere.StationID, elsewhere.PlaceID = w.OtherStation, w.OtherStation
	if _, err := w.RegisterVisit(w.OtherClerk, elsewhere); err == nil {
		t.Error("credited to another station's deputies")
	} else {
		casetest.InvalidAt(t, err, "deputies")
	}
	answered := w.Visit("老年食堂几点开门？")
	answered.Matters[0].AnswerNow, answered.Matters[0].Answer = true, "十一点半。"
	_, err := w.RegisterVisit(w.Handler, answered) // the county was not there
	casetest.InvalidAt(t, err, "answer-1")
	if n := count(t, w, `select count(*) from visits where county_id = @county`); n != 0 {
		t.Errorf("%d visits were registered", n)
	}
	paper := w.Visit("前年写在纸上的。")
	paper.ReceivedAt, paper.Late, paper.Old, paper.Deputies = paper.ReceivedAt.AddDate(-2, 0, 0), true, true, nil
	if _, err := w.RegisterVisit(w.Clerk, paper); err != nil {
		t.Error(err)
	}
}

func TestWhoRegisters(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	may := map[string]bool{"Clerk": true, "Clerk2": true, "Head": true, "Handler": true, "Handler2": true}
	for name, by := range w.Actors() {
		_, err := w.RegisterVisit(by, w.Visit("村里自来水管冻裂。"))
		if may[name] && err != nil || !may[name] && !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSealed: the number is nowhere in the tables as it was typed, and opens only where it belongs.
func TestSealed(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("村里自来水管冻裂。")
	visit.Phone, visit.Deputies = "＋86 138-0000-0017", append(visit.Deputies, visit.Deputies[0]) // typed twice
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	w.Drive(receipts.Matters[0].Number, casefile.AwaitingRating)
	for _, table := range []string{"visits", "visit_contacts", "cases", "case_events", "case_orders", "case_feedbacks", "messages", "audit_entries", "river.river_job"} {
		rows, err := w.PG.Super.Query(t.Context(), `select row_to_json(x)::text from `+table+` x`)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row := string(rows.RawValues()[0])
			for _, plain := range []string{"13800000017", "138-0000", "00000017", `"` + receipts.Matters[0].Code, strings.ReplaceAll(receipts.Matters[0].Code, "-", "")} {
				if strings.Contains(row, plain) {
					t.Errorf("%s has %s: %s", table, plain, row)
				}
			}
		}
		if rows.Err() != nil {
			t.Fatal(rows.Err())
		}
	}
	var sealed, blind []byte
	var masked string
	if err := w.PG.Super.QueryRow(t.Context(), `select phone_sealed, phone_blind, phone_masked from visit_contacts where visit_id = $1`,
		receipts.VisitID).Scan(&sealed, &blind, &masked); err != nil || masked != "138****0017" {
		t.Fatal(masked, err)
	}
	if !bytes.Equal(blind, w.Keys.Blind(int32(w.County), "phone", casetest.Phone)) {
		t.Error("the blind index does not find the number")
	}
	if phone, err := w.Keys.Open(sealed, casefile.PhoneBind(w.County, receipts.VisitID)); err != nil || phone != casetest.Phone {
		t.Error(phone, err)
	}
	for _, bind := range []string{casefile.PhoneBind(w.Neighbour.County, receipts.VisitID), casefile.PhoneBind(w.County, receipts.VisitID+1)} {
		if phone, err := w.Keys.Open(sealed, bind); err == nil {
			t.Errorf("opened %s under %s", phone, bind)
		}
	}
	var contact *casefile.Sheet
	w.View(func(v *tenant.View) { contact = casefile.SheetOf(v, receipts.Matters[0].Number) })
	if *contact.Visitor != casetest.Visitor || *contact.Phone != "138****0017" || *contact.Village != "五阳村" || *contact.Gender != "male" {
		t.Errorf("%+v", contact)
	}
}

// TestAnonymous: 匿名 is nobody's name, and the reception of the day is found.
func TestAnonymous(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("村里自来水管冻裂。")
	visit.Name, visit.Gender, visit.Village, visit.PlaceID = " 匿名 ", "", "", w.Station
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil || receipts.Name != nil {
		t.Fatal(receipts, err)
	}
	if n := count(t, w, `select count(*) from visits v join visit_contacts p on p.county_id = @county and p.visit_id = v.id
		where v.county_id = @county and p.name is null and p.gender is null and p.village is null and v.reception_id is not null`); n != 1 {
		t.Errorf("%d", n)
	}
	if c := w.Case(receipts.Matters[0].Number); !c.HasContact { // by the number that was left
		t.Errorf("%+v", c)
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	receipt := w.Register("村里自来水管冻裂。").Matters[0]
	clean := token.CleanCode(receipt.Code)
	if len(receipt.Code) != 12 || receipt.Code[4] != '-' || receipt.Code[8] != '-' || clean != strings.ReplaceAll(receipt.Code, "-", "") {
		t.Fatal(receipt.Code, clean)
	}
	for _, typed := range []string{strings.ToLower(receipt.Code), " " + clean[:5] + " " + clean[5:], strings.ReplaceAll(receipt.Code, "-", "－")} {
		if got := token.CleanCode(typed); got != clean {
			t.Errorf("%q is cleaned to %q", typed, got)
		}
	}
	for _, typed := range []string{"", "-", clean[:9], clean + "A", "O" + clean[1:], "1" + clean[1:], clean[:9] + "码", clean[:9] + "\x00"} {
		if got := token.CleanCode(typed); got != "" {
			t.Errorf("%q is cleaned to %q", typed, got)
		}
		if got := token.CodeCounty(token.CleanCode(typed)); got != 0 {
			t.Errorf("%q is county %d", typed, got)
		}
	}
	if got := token.CodeCounty(clean); got != w.County {
		t.Errorf("county %d", got)
	}
	var number string
	if err := w.PG.Super.QueryRow(t.Context(), `select number from cases where lookup_hash = $1`, token.CodeHash(receipt.Code)).Scan(&number); err != nil || number != receipt.Number {
		t.Error(number, err)
	}
	// A county has its own, and the largest that three characters carry comes back.
	if token.Code(w.Keys, w.Neighbour.County, receipt.Number)[3:] == receipt.Code[3:] {
		t.Error("two counties have one code")
	}
	for _, county := range []tenant.County{1, 30, 31, 960, 29790} {
		if got := token.CodeCounty(token.CleanCode(token.Code(w.Keys, county, "XY2026-0001"))); got != county {
			t.Errorf("county %d comes back as %d", county, got)
		}
	}
}

func TestTitleOf(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"路灯坏了。请修。":   "路灯坏了",
		"  路灯坏了\n请修": "路灯坏了",
		"。。。路灯坏了":    "路灯坏了",
		"？？？":        "？？？",
		"村里自来水管冻裂了，一个多月没有水，老人们每天要到两里外挑水吃": "村里自来水管冻裂了，一个多月没有水",
		"村里，" + strings.Repeat("长", 40):   "村里，" + strings.Repeat("长", 21) + "…",
	} {
		if got := casefile.TitleOf(words); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func FuzzTitleOf(f *testing.F) {
	f.Add("路灯坏了。")
	f.Add("！\n")
	f.Fuzz(func(t *testing.T, words string) {
		if title := casefile.TitleOf(words); strings.TrimSpace(words) != "" && (title == "" || utf8.RuneCountInString(title) > 25) {
			t.Errorf("%q: %q", words, title)
		}
	})
}

// TestNames: everything that the table names has a name.
func TestNames(t *testing.T) {
	t.Parallel()
	if option.NameOf(casefile.Ways, "visit") != "来访" || option.NameOf(casefile.Ways, "drone") != "drone" {
		t.Error("ways")
	}
	for _, row := range casefile.Workflow {
		for _, state := range append(row.From, row.To...) {
			if state != casefile.Back && (state.Name() == "" || state.Plain() == "" || state.Phase() == 0) {
				t.Errorf("%s has no name or phase", state)
			}
		}
		if row.Step.Name() != row.Name || row.Name == "" {
			t.Errorf("%s is called %s", row.Step, row.Step.Name())
		}
	}
	for _, outcome := range []casefile.Outcome{"satisfied", "dissatisfied", "unrated", "refused", "referred", "kept", "withdrawn"} {
		if outcome.Name() == "" {
			t.Errorf("%s has no name", outcome)
		}
	}
	if casefile.State("lost").Name() != "" || casefile.Step("lost").Name() != "lost" || casefile.PhaseNames[casefile.Rating-1] != "评价" {
		t.Error("names")
	}
}
