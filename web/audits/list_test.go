package audits_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// export goes from a page of the record through 导出 and sends the form.
func export(t *testing.T, p *webtest.Page) [][]string {
	t.Helper()
	p = p.Open(p.Find(".tools a[href^='/exports/new']").AttrOr("href", "/missing")).MustStatus(http.StatusOK)
	p = p.Form("form[action='/exports']").Set("format", "csv").Submit().MustStatus(http.StatusOK)
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.Body, "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestExport: the record leaves as it is shown, in the same words; that is recorded, and so
// is whom somebody looked for.
func TestExport(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	admin := s.As(s.Admin)
	p := search(admin, "subject", number)
	shown, sent := rows(p), export(t, p)
	if want := strings.Fields("序号 时间 谁 身份 做了什么 对象 详情 网络地址"); !slices.Equal(sent[0], want) {
		t.Errorf("the columns are %q", sent[0])
	}
	if len(shown) == 0 || len(sent) != len(shown)+1 {
		t.Fatalf("%d entries are shown and %d sent", len(shown), len(sent)-1)
	}
	for i, row := range sent[1:] {
		for _, at := range []int{0, 2, 3, 4, 5, 6, 7} {
			if !strings.Contains(shown[i], row[at]) {
				t.Errorf("%q is sent of %q", row[at], shown[i])
			}
		}
	}
	signed := sent[1]
	if signed[1] != "2026-09-14 09:00" || signed[2] != "马国庆" || signed[3] != "承办单位" || signed[4] != "签收" || signed[5] != "事项 "+number ||
		signed[6] != "从：待签收，到：办理中" {
		t.Errorf("the newest is %q", signed)
	}
	if n := count(t, s, "audit.search"); n != 0 {
		t.Errorf("%d searches for a person are recorded, and there was none", n)
	}
	p = search(admin, "actor", s.Clerk.Name)
	before := count(t, s, "audit.search")
	if sent := export(t, p); len(sent) < 2 || sent[1][2] != s.Clerk.Name {
		t.Errorf("of a person: %q", sent)
	}
	if n := count(t, s, "audit.search"); n <= before {
		t.Error("nobody knows whose entries were taken away")
	}
	if n := count(t, s, "list.export"); n != 2 {
		t.Errorf("%d exports are recorded", n)
	}
	only(t, search(admin, "group", "export"), 2, "导出列表", "列表 audit", "格式：csv")

	for _, who := range []*webtest.Client{s.As(s.Clerk), s.As(s.Handler), s.As(s.Water)} {
		who.Get("/exports/new?list=audit").MustStatus(http.StatusForbidden)
		who.Post("/exports", map[string][]string{"list": {"audit"}, "format": {"csv"}}).MustStatus(http.StatusForbidden)
	}
	sent = export(t, s.As(s.Leader).Get("/audit").MustStatus(http.StatusOK))
	for _, row := range sent {
		if line := strings.Join(row, " "); strings.Contains(line, s.Neighbour.Number) || strings.Contains(line, s.Neighbour.Clerk.Name) {
			t.Errorf("the neighbour's record is sent: %q", line)
		}
	}
}

// TestPrint: on paper stand more entries than on a page, with whose and what was looked for.
func TestPrint(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	p := search(s.As(s.Admin), "subject", number, "group", "case")
	shown := rows(p)
	p = p.Open(p.Find(".tools a[href*='print=1']").AttrOr("href", "/missing")).MustStatus(http.StatusOK)
	if !slices.Equal(rows(p), shown) {
		t.Errorf("%q is printed, %q was shown", rows(p), shown)
	}
	p.MustSay("襄垣县人大常委会 · 事项，"+number, "2026年9月14日 09:00 打印", "返回列表")
	if p.Find("main.page-land").Length() != 1 || p.Find(".pager, .tools").Length() != 0 {
		t.Error("it prints upright, or with buttons")
	}
}

// TestSavedViews: a search is kept under a name, is one's own, and looks for a person on
// record as any other.
func TestSavedViews(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.DriveNew(casefile.Handling)
	admin := s.As(s.Admin)
	admin.Get("/audit").MustNotSay("存为常用视图")
	p := search(admin, "actor", s.Clerk.Name, "group", "case").Form("form[action='/views']").Set("name", "张敏办的").Submit().
		MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK)
	only(t, p, 2, s.Clerk.Name)
	if current := webtest.Words(p.Find(".views a[aria-current]")); current != "张敏办的" {
		t.Errorf("the view that is shown is %q", current)
	}
	before := count(t, s, "audit.search")
	p = admin.Get("/audit")
	if current := webtest.Words(p.Find(".views a[aria-current]")); current != "全部" {
		t.Errorf("the view that is shown is %q", current)
	}
	only(t, p.Open(p.Find(".views a:not([aria-current])").AttrOr("href", "/missing")), 2, s.Clerk.Name)
	if n := count(t, s, "audit.search"); n != before+1 {
		t.Errorf("%d searches are recorded, want one more than %d", n, before)
	}
	s.As(s.Leader).Get("/audit").MustNotSay("张敏办的")
	p = admin.Get("/audit?group=case&actor=" + s.Clerk.Name).Form("form[action='/views/delete']").Submit().MustStatus(http.StatusSeeOther).Follow()
	p.MustSay("视图已删除").MustStatus(http.StatusOK)
	if p.Find(".views a").Length() != 1 {
		t.Error("the view is still there")
	}
}
