package audit

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// found are the numbers of the entries that an ask finds, in its order.
func found(t *testing.T, db *tenant.DB, county tenant.County, ask tenant.Ask) (numbers []int64) {
	t.Helper()
	var lines *tenant.Page[Line]
	var n *int64
	if err := db.View(t.Context(), county, func(v *tenant.View) { lines, n = List(v, ask), Count(v, ask) }); err != nil {
		t.Fatal(err)
	}
	for _, line := range lines.Items {
		numbers = append(numbers, line.Entry)
	}
	var exported []int64
	err := Export(t.Context(), db, county, ask, func(l Line) error { exported = append(exported, l.Entry); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if ask.First() && ask.Limit > len(numbers) && (*n != int64(len(numbers)) || !slices.Equal(exported, numbers)) {
		t.Errorf("listed %v, counted %d, exported %v", numbers, *n, exported)
	}
	return numbers
}

// TestList: each search finds what it names, and nothing of the neighbour's.
func TestList(t *testing.T) {
	t.Parallel()
	at, _, xiangyuan, tunliu := twoCounties(t)
	begin := time.Date(2026, 9, 14, 1, 0, 0, 0, time.UTC)
	now := begin
	db := tenant.New(at.App, nil, func() time.Time { return now })
	if _, err := at.Super.Exec(t.Context(), `insert into users (county_id, id, login_name, name, password_hash, must_change_password, created_at)
		overriding system value values ($1, 7, 'zhang.min', '张敏', 'x', false, now()), ($2, 7, 'others', '张敏', 'x', false, now())`, xiangyuan, tunliu); err != nil {
		t.Fatal(err)
	}
	system := Actor{Name: "系统", Role: "system"}
	for i, e := range []struct {
		by              Actor
		action, subject string
	}{
		{zhangMin, "sign_in", "user zhang.min"},
		{zhangMin, "case.register", "case XY2026-0012"},
		{zhangMin, "case.reveal_phone", "case XY2026-0012"},
		{Actor{ID: 7, Name: "张敏（已改名）", Role: "clerk"}, "case.sort", "case XY2026-0012"},
		{system, "case.window_ends", "case XY2026-0123"},
		{Actor{Name: "未登录", Role: "unknown"}, "sign_in_failed", "user zhang.min"},
		{system, "case.window_ends", "case XY2025-0012"},
	} {
		now = begin.AddDate(0, 0, i)
		for _, county := range []tenant.County{xiangyuan, tunliu} {
			if err := db.Update(t.Context(), county, func(tx *tenant.Tx) error { return Record(t.Context(), tx, e.by, e.action, e.subject, nil) }); err != nil {
				t.Fatal(err)
			}
			if i > 3 {
				break // 屯留区 has four entries
			}
		}
	}
	day := func(n int) string { return begin.AddDate(0, 0, n).Format(time.DateOnly) }
	for name, c := range map[string]struct {
		ask  tenant.Ask
		want []int64
	}{
		"all":                   {asked(), []int64{7, 6, 5, 4, 3, 2, 1}},
		"oldest first":          {asked("sort", "-entry"), []int64{1, 2, 3, 4, 5, 6, 7}},
		"from a day":            {asked("from", day(5)), []int64{7, 6}},
		"before a day":          {asked("to", day(1)), []int64{2, 1}},
		"between":               {asked("from", day(1), "to", day(2)), []int64{3, 2}},
		"before all":            {asked("to", day(-1)), nil},
		"after all":             {asked("from", day(7)), nil},
		"long before all":       {asked("to", day(-300)), nil},
		"long after all":        {asked("from", day(300)), nil},
		"a name":                {asked("actor", "张敏"), []int64{3, 2, 1}},
		"half a name":           {asked("actor", "张"), nil},
		"the system":            {asked("actor", "系统"), []int64{7, 5}},
		"a login":               {asked("actor", "zhang.min"), []int64{4, 3, 2, 1}}, // whatever the name was
		"a login, capitals":     {asked("actor", "Zhang.Min"), []int64{4, 3, 2, 1}},
		"a neighbour's login":   {asked("actor", "others"), nil},
		"nobody's login":        {asked("actor", "wang.wu"), nil},
		"personal":              {asked("group", "personal"), []int64{3}},
		"account":               {asked("group", "account"), []int64{6, 1}},
		"cases":                 {asked("group", "case"), []int64{7, 5, 4, 2}},
		"what never happened":   {asked("group", "export"), nil},
		"a case":                {asked("subject", "XY2026-0012"), []int64{4, 3, 2}},
		"a case, small letters": {asked("subject", "xy2026-0012"), []int64{4, 3, 2}},
		"how cases begin":       {asked("subject", "XY2026-0"), []int64{5, 4, 3, 2}},
		"how all cases begin":   {asked("subject", "XY"), []int64{7, 5, 4, 3, 2}},
		"an account's":          {asked("subject", "Zhang.min"), []int64{6, 1}},
		"the middle of a case":  {asked("subject", "0012"), nil},
		"what is no pattern":    {asked("subject", "%"), nil},
		"nothing to break":      {asked("subject", "' or true --", "actor", "' or true --"), nil},
		"a box there is not":    {asked("q", "张敏"), []int64{7, 6, 5, 4, 3, 2, 1}},
		"all at once":           {asked("actor", "张敏", "subject", "XY2026-", "group", "case", "from", day(0), "to", day(8)), []int64{2}},
	} {
		if got := found(t, db, xiangyuan, c.ask); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := found(t, db, tunliu, asked()); !slices.Equal(got, []int64{4, 3, 2, 1}) {
		t.Errorf("the neighbour's record is %v", got)
	}
	for action, want := range map[string][]int64{"case.window_ends": {7}, "audit.verify": nil} {
		var last *tenant.Page[Line]
		if err := db.View(t.Context(), xiangyuan, func(v *tenant.View) { last = Last(v, action) }); err != nil {
			t.Fatal(err)
		}
		if len(last.Items) != len(want) || len(want) > 0 && last.Items[0].Entry != want[0] {
			t.Errorf("the last %s is %v", action, last.Items)
		}
	}
	turnPages(t, db, xiangyuan)
}

// turnPages goes through the record two by two, and back.
func turnPages(t *testing.T, db *tenant.DB, county tenant.County) {
	t.Helper()
	ask := asked()
	ask.Limit = 2
	turn := func(want ...int64) *tenant.Page[Line] {
		t.Helper()
		var lines *tenant.Page[Line]
		if err := db.View(t.Context(), county, func(v *tenant.View) { lines = List(v, ask) }); err != nil {
			t.Fatal(err)
		}
		if got := found(t, db, county, ask); !slices.Equal(got, want) {
			t.Errorf("a page of %v, want %v", got, want)
		}
		return lines
	}
	ask.After = turn(7, 6).Next
	ask.After = turn(5, 4).Next
	ask.After = turn(3, 2).Next
	page := turn(1)
	if page.Next != "" {
		t.Error("a page follows the last")
	}
	ask.After, ask.Before = "", page.Prev
	ask.Before = turn(3, 2).Prev
	ask.Before = turn(5, 4).Prev
	if page = turn(7, 6); page.Prev != "" {
		t.Error("a page stands before the first")
	}
}

// TestListSaysWhatWasRecorded, whole.
func TestListSaysWhatWasRecorded(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, _ := twoCounties(t)
	err := db.Update(t.Context(), xiangyuan, func(tx *tenant.Tx) error {
		return Record(t.Context(), tx, zhangMin, "case.reveal_phone", "case XY2026-0001", map[string]any{"reason": "回电<b>"})
	})
	if err != nil {
		t.Fatal(err)
	}
	var lines *tenant.Page[Line]
	if err := db.View(t.Context(), xiangyuan, func(v *tenant.View) { lines = List(v, asked()) }); err != nil {
		t.Fatal(err)
	}
	l := lines.Items[0]
	got := fmt.Sprint(l.Entry, l.ActorName, l.ActorRole, *l.Address, l.Action, l.Subject, *l.Detail)
	if want := `1张敏clerk10.23.4.5case.reveal_phonecase XY2026-0001{"reason": "回电<b>"}`; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLongTransaction: an entry carries the time at which its transaction began, and is
// found by that, though others were numbered before it.
func TestLongTransaction(t *testing.T) {
	t.Parallel()
	at, _, xiangyuan, _ := twoCounties(t)
	midnight := time.Date(2026, 9, 14, 16, 0, 0, 0, time.UTC)
	now := midnight.Add(-time.Hour)
	db := tenant.New(at.App, nil, func() time.Time { return now })
	record := func(ctx context.Context, during func()) {
		err := db.Update(ctx, xiangyuan, func(tx *tenant.Tx) error {
			during()
			return Record(ctx, tx, zhangMin, "case.sort", "case XY2026-0001", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	record(t.Context(), func() { // runs over midnight, while two others come and go
		now = midnight.Add(time.Hour)
		record(t.Context(), func() {})
		record(t.Context(), func() {})
	})
	if got := found(t, db, xiangyuan, asked("to", "2026-09-14")); !slices.Equal(got, []int64{3}) {
		t.Errorf("of the day before: %v", got)
	}
	if got := found(t, db, xiangyuan, asked("from", "2026-09-15")); !slices.Equal(got, []int64{2, 1}) {
		t.Errorf("of the day: %v", got)
	}
}

var thrownAway = regexp.MustCompile(`Rows Removed by Filter: (\d+)`)

// TestListUsesIndexes: whatever is looked for, no search walks the record, nor does a count
// that a page waits for.
func TestListUsesIndexes(t *testing.T) {
	t.Parallel()
	const mine = 30_000
	_, db, county := country(t, mine, 3, 10_000)
	for name, ask := range searches(mine) {
		statements := map[string]postgres.Query{"list": list.Page(ask, where(ask))}
		if ask.First() && Countable(ask) {
			statements["count"] = list.Count(ask, where(ask), MostCounted)
		}
		for what, q := range statements {
			text := plan(t, db, county, q)
			if what == "list" && strings.Contains(text, "Seq Scan") { // a count that ends at its bound may read on as it comes
				t.Errorf("%s:\n%s", name, text)
			}
			removed := 0
			for _, n := range thrownAway.FindAllStringSubmatch(text, -1) {
				more, _ := strconv.Atoi(n[1])
				removed += more
			}
			if removed > mine/5 {
				t.Errorf("%s, %s looks at %d entries for nothing:\n%s", name, what, removed, text)
			}
		}
	}
}
