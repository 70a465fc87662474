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

	"lianluo/internal/tenant"
)

// found are the numbers of the entries that a search finds, newest first, on one page.
func found(t *testing.T, db *tenant.DB, county tenant.County, f Filter) (numbers []int64) {
	t.Helper()
	if f.Limit == 0 {
		f.Limit = 100
	}
	var lines *[]Line
	if err := db.View(t.Context(), county, func(v *tenant.View) { lines = List(v, f) }); err != nil {
		t.Fatal(err)
	}
	for _, line := range *lines {
		numbers = append(numbers, line.Entry)
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
	day := func(n int) time.Time { return begin.AddDate(0, 0, n) }
	for name, c := range map[string]struct {
		f    Filter
		want []int64
	}{
		"all":                   {Filter{}, []int64{7, 6, 5, 4, 3, 2, 1}},
		"a page":                {Filter{Limit: 2}, []int64{7, 6, 5}}, // one more than asked for
		"the next":              {Filter{Limit: 2, Before: 6}, []int64{5, 4, 3}},
		"the last":              {Filter{Limit: 2, Before: 2}, []int64{1}},
		"from a day":            {Filter{From: day(5)}, []int64{7, 6}},
		"before a day":          {Filter{To: day(2)}, []int64{2, 1}},
		"between":               {Filter{From: day(1), To: day(3)}, []int64{3, 2}},
		"before all":            {Filter{To: day(0)}, nil},
		"after all":             {Filter{From: day(7)}, nil},
		"long before all":       {Filter{To: day(-300)}, nil},
		"long after all":        {Filter{From: day(300)}, nil},
		"a name":                {Filter{Actor: "张敏"}, []int64{3, 2, 1}},
		"half a name":           {Filter{Actor: "张"}, nil},
		"the system":            {Filter{Actor: "系统"}, []int64{7, 5}},
		"a login":               {Filter{Actor: "zhang.min"}, []int64{4, 3, 2, 1}}, // whatever the name was
		"a login, capitals":     {Filter{Actor: "Zhang.Min"}, []int64{4, 3, 2, 1}},
		"a neighbour's login":   {Filter{Actor: "others"}, nil},
		"nobody's login":        {Filter{Actor: "wang.wu"}, nil},
		"personal":              {Filter{Actions: Of("personal")}, []int64{3}},
		"account":               {Filter{Actions: Of("account")}, []int64{6, 1}},
		"cases":                 {Filter{Actions: Of("case")}, []int64{7, 5, 4, 2}},
		"no action":             {Filter{Actions: []string{}}, nil},
		"a case":                {Filter{Subject: "XY2026-0012"}, []int64{4, 3, 2}},
		"a case, small letters": {Filter{Subject: "xy2026-0012"}, []int64{4, 3, 2}},
		"how cases begin":       {Filter{Subject: "XY2026-0"}, []int64{5, 4, 3, 2}},
		"how all cases begin":   {Filter{Subject: "XY"}, []int64{7, 5, 4, 3, 2}},
		"an account's":          {Filter{Subject: "Zhang.min"}, []int64{6, 1}},
		"the middle of a case":  {Filter{Subject: "0012"}, nil},
		"what is no pattern":    {Filter{Subject: "%"}, nil},
		"nothing to break":      {Filter{Subject: "' or true --", Actor: "' or true --"}, nil},
		"all at once":           {Filter{Actor: "张敏", Subject: "XY2026-", Actions: Of("case"), From: day(0), To: day(9), Before: 9}, []int64{2}},
	} {
		if got := found(t, db, xiangyuan, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := found(t, db, tunliu, Filter{}); !slices.Equal(got, []int64{4, 3, 2, 1}) {
		t.Errorf("the neighbour's record is %v", got)
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
	var lines *[]Line
	if err := db.View(t.Context(), xiangyuan, func(v *tenant.View) { lines = List(v, Filter{Limit: 1}) }); err != nil {
		t.Fatal(err)
	}
	l := (*lines)[0]
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
	if got := found(t, db, xiangyuan, Filter{To: midnight}); !slices.Equal(got, []int64{3}) {
		t.Errorf("of the day before: %v", got)
	}
	if got := found(t, db, xiangyuan, Filter{From: midnight}); !slices.Equal(got, []int64{2, 1}) {
		t.Errorf("of the day: %v", got)
	}
}

var thrownAway = regexp.MustCompile(`Rows Removed by Filter: (\d+)`)

// TestListUsesIndexes: whatever is looked for, no search walks the record.
func TestListUsesIndexes(t *testing.T) {
	t.Parallel()
	const mine = 30_000
	_, db, county := country(t, mine, 3, 10_000)
	for name, f := range searches(mine) {
		f.Limit = 50
		text := plan(t, db, county, f)
		if strings.Contains(text, "Seq Scan") {
			t.Errorf("%s:\n%s", name, text)
		}
		removed := 0
		for _, n := range thrownAway.FindAllStringSubmatch(text, -1) {
			more, _ := strconv.Atoi(n[1])
			removed += more
		}
		if removed > mine/5 {
			t.Errorf("%s looks at %d entries for nothing:\n%s", name, removed, text)
		}
	}
}
