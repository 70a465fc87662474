package check_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/check"
	"lianluo/internal/tenant"
)

// shows are the codes that the list shows for an address, in its order.
func (w *world) shows(by auth.Actor, query string) string {
	w.t.Helper()
	address, err := url.ParseQuery(query)
	if err != nil {
		w.t.Fatal(err)
	}
	var page *tenant.Page[check.Line]
	var count *int64
	w.View(func(v *tenant.View) {
		page, count = check.List(v, by, check.Ask(address, 50)), check.Count(v, by, check.Ask(address, 50), 100)
	})
	var codes []string
	for _, l := range page.Items {
		codes = append(codes, l.Code+" "+strings.Join(l.States(), "+"))
	}
	if int(*count) != len(codes) {
		w.t.Errorf("%s: %d counted, %d shown", query, *count, len(codes))
	}
	return strings.Join(codes, ", ")
}

// TestCountyList: who is missing what, what has lapsed, who was never checked.
func TestCountyList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.form(map[int]string{0: "牌子"})
	old.On = w.Today().AddDays(-400)
	w.must(w.Handler, wangqiao, old)
	w.must(w.Handler, wuyang, w.form(nil))
	item := func(i int) string { return strconv.FormatInt(w.list.Items[i].ID, 10) }
	for query, want := range map[string]string{
		"":                             "140423101 已过期+有缺项, 140423101205 达标, 140423103 从未核查",
		"state=never":                  "140423103 从未核查",
		"state=lapsed":                 "140423101 已过期+有缺项",
		"state=lacking":                "140423101 已过期+有缺项",
		"state=good":                   "140423101205 达标",
		"state=best":                   "140423101 已过期+有缺项, 140423101205 达标, 140423103 从未核查",
		"kind=point":                   "140423101205 达标",
		"township=140423101":           "140423101 已过期+有缺项, 140423101205 达标",
		"township=140425200":           "",
		"item=" + item(0):              "140423101 已过期+有缺项",
		"item=" + item(1):              "",
		"q=五阳":                         "140423101205 达标",
		"sort=on":                      "140423101 已过期+有缺项, 140423101205 达标, 140423103 从未核查",
		"sort=-on":                     "140423101205 达标, 140423101 已过期+有缺项, 140423103 从未核查",
		"list=99999&state=never":       "140423103 从未核查",
		"list=x'--&state=never&item=x": "140423103 从未核查",
	} {
		if got := w.shows(w.Leader, query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got := w.shows(w.Water, ""); got != "" {
		t.Errorf("a unit is shown %s", got)
	}
	var seen *check.Overview
	w.View(func(v *tenant.View) { seen = check.OverviewOf(v, check.Ask(nil, 1)) })
	if *seen != (check.Overview{ListID: w.list.ID, All: 3, Never: 1, Lapsed: 1, Lacking: 1, Good: 1}) {
		t.Errorf("%+v", *seen)
	}

	// What the county no longer asks for is missing nowhere; a closed place is not asked after.
	for _, sql := range []string{`update checklist_items set retired = true where id = ` + item(0), `update stations set state = 'closed' where code = '140423103'`} {
		if _, err := w.PG.Super.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.shows(w.Leader, ""); got != "140423101 已过期, 140423101205 达标" {
		t.Error(got)
	}
	// A second checklist has standings of its own.
	if _, err := w.PG.Super.Exec(t.Context(), `insert into checklists (county_id, name, position) select county_id, '安全', 2 from checklists where id = $1`, w.list.ID); err != nil {
		t.Fatal(err)
	}
	var second int64
	if err := w.PG.Super.QueryRow(t.Context(), `select max(id) from checklists where name = '安全'`).Scan(&second); err != nil {
		t.Fatal(err)
	}
	if got := w.shows(w.Leader, "list="+strconv.FormatInt(second, 10)); got != "140423101 从未核查, 140423101205 从未核查" {
		t.Error(got)
	}
	exported := 0
	err := check.Export(t.Context(), w.DB, w.Leader, check.Ask(url.Values{"kind": {"station"}}, 1), func(l check.Line) error {
		exported++
		return nil
	})
	if err != nil || exported != 1 {
		t.Errorf("%d rows exported, %v", exported, err)
	}
}
