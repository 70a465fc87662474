package audits_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// rows are the entries of a page, each as its words.
func rows(p *webtest.Page) (all []string) {
	p.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		var cells []string
		row.Find("td, th").Each(func(_ int, cell *goquery.Selection) { cells = append(cells, webtest.Words(cell)) })
		all = append(all, strings.Join(cells, " "))
	})
	return all
}

// search fills the form of the record's page and sends it.
func search(c *webtest.Client, fields ...string) *webtest.Page {
	form := c.Get("/audit").MustStatus(http.StatusOK).Form("form.filter")
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form.Submit()
}

// only fails where a page does not show n entries, each with all of the words.
func only(t *testing.T, p *webtest.Page, n int, each ...string) {
	t.Helper()
	all := rows(p)
	if len(all) != n {
		t.Errorf("%s finds %d entries, want %d:\n%s", p.URL.RawQuery, len(all), n, strings.Join(all, "\n"))
	}
	for _, row := range all {
		for _, word := range each {
			if !strings.Contains(row, word) {
				t.Errorf("%s finds %q", p.URL.RawQuery, row)
			}
		}
	}
}

// TestWhoDidWhat: what people did stands there in words, newest first, for the county's
// administrator and its leader, and for nobody else.
func TestWhoDidWhat(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	s.As(s.Handler).Get("/cases/"+number).Form("form[action$='/phone']").Set("reveal_reason", "回电核实地址").Submit().MustStatus(http.StatusOK)
	s.Anonymous().Get("/login").Form("form[action='/login']").Set("login_name", s.Clerk.LoginName).Set("password", "wrong").Submit().
		MustStatus(http.StatusUnprocessableEntity)
	for _, who := range []auth.Actor{s.Admin, s.Leader} {
		p := s.As(who).Get("/").Open("/audit").MustStatus(http.StatusOK).MustSay("操作记录", "襄垣县人大常委会", "还没有核对过")
		p.MustNotSay(s.Neighbour.Number, s.Neighbour.Clerk.Name, s.Neighbour.Clerk.LoginName, casetest.Visitor, casetest.Phone, "case.", "sign_in")
		all := rows(p)
		for _, want := range []string{
			"未登录 登录没有成功 账号 " + s.Clerk.LoginName + " 理由：密码不对 127.0.0.1",
			"路红霞 县办理岗 查看完整电话 事项 " + number + " 理由：回电核实地址 127.0.0.1",
			"马国庆 承办单位 签收 事项 " + number + " 从：待签收，到：办理中 ",
			"张敏 联络员 登记 事项 " + number,
			"系统 给予身份 账号 " + s.Clerk.LoginName + " 从：2026-09-14，身份：联络员，所在：王桥镇 ",
		} {
			found := false
			for _, row := range all {
				found = found || strings.Contains(row, want) && strings.Contains(row, "2026年9月14日 09:00")
			}
			if !found {
				t.Errorf("%s is not told %q:\n%s", who.Name, want, strings.Join(all, "\n"))
			}
		}
		if first := all[0]; !strings.Contains(first, who.Name) || !strings.Contains(first, "登录 账号 "+who.LoginName) {
			t.Errorf("the newest is %q", first)
		}
		p.Open(p.Find("tbody a").First().AttrOr("href", "")).MustStatus(http.StatusOK).MustSay(number)
		if p.Find("main.page-land").Length() != 1 || p.Find("nav.side a[href='/audit'][aria-current]").Length() != 1 {
			t.Error("it prints upright, or has no place in the menu")
		}
	}
	for _, who := range []auth.Actor{s.Clerk, s.Head, s.Handler, s.Water, s.Deputy, s.Platform, s.Overseer} {
		c := s.As(who)
		if c.Get("/").Find("nav.side a[href='/audit']").Length() != 0 {
			t.Errorf("%s is offered the record", who.Name)
		}
		c.Get("/audit").MustStatus(http.StatusForbidden)
		c.Post("/audit/verify", nil).MustStatus(http.StatusForbidden)
	}
}

// TestSearch: each field narrows, everything typed stays, and who looks for a person is
// recorded, without what came of it.
func TestSearch(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	other := s.DriveNew(casefile.Registered)
	s.Set("2026-09-20 10:00")
	s.As(s.Handler).Get("/cases/"+number).Form("form[action$='/phone']").Set("reveal_reason", "核实").Submit().MustStatus(http.StatusOK)
	admin := s.As(s.Admin)
	only(t, search(admin, "group", "personal"), 1, "查看完整电话", number, "9月20日")
	only(t, search(admin, "group", "account", "from", "2026-09-20"), 2, "登录", "9月20日")
	only(t, search(admin, "from", "2026-09-20", "to", "2026-09-20"), 3, "9月20日")
	only(t, search(admin, "from", "2026-09-15", "to", "2026-09-19"), 0)
	only(t, search(admin, "subject", other), 1, "登记", other)
	only(t, search(admin, "subject", strings.ToLower(number), "to", "2026-09-14", "group", "case"), 5, number) // registered, sorted, reported, handed out, signed
	only(t, search(admin, "subject", "2026"), 0)
	only(t, search(admin, "subject", s.Neighbour.Number), 0)
	if n := count(t, s, "audit.search"); n != 0 {
		t.Fatalf("%d searches are recorded before anybody was looked for", n)
	}

	p := search(admin, "actor", s.Handler.Name, "group", "personal", "from", "2026-09-14", "to", "2026-09-30", "subject", "XY")
	only(t, p, 1, "路红霞", "查看完整电话")
	p.MustSay("襄垣县人大常委会 · 2026-09-14 至 2026-09-30，看个人信息，路红霞，XY")
	form := p.Form("form.filter")
	for name, want := range map[string]string{"actor": s.Handler.Name, "group": "personal", "from": "2026-09-14", "to": "2026-09-30", "subject": "XY"} {
		if got := form.Value(name); got != want {
			t.Errorf("%s was %q and is %q", name, want, got)
		}
	}
	only(t, search(admin, "actor", s.Handler.LoginName, "group", "personal"), 1, "路红霞")
	search(admin, "actor", s.Neighbour.Clerk.Name).MustSay("没有这样的记录", "看全部记录")
	if n := count(t, s, "audit.search"); n != 3 {
		t.Errorf("%d searches for a person are recorded, want 3", n)
	}
	only(t, search(admin, "group", "audit", "subject", s.Handler.Name), 1, "郝建平 县管理员 按人查操作记录 操作记录 路红霞  127.0.0.1")
	if n, err := audit.Verify(t.Context(), s.DB, s.County); err != nil || n == 0 {
		t.Errorf("%d entries, %v", n, err)
	}
}

// count is how many entries of an action 襄垣县 has.
func count(t *testing.T, s *webtest.Site, action string) (n int) {
	t.Helper()
	err := s.PG.Super.QueryRow(t.Context(), `select count(*) from audit_entries where county_id = $1 and action = $2`, s.County, action).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestBadSearch: what cannot be read is said, finds nothing, and is kept.
func TestBadSearch(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	for query, words := range map[string]string{
		"from=1899-12-31":                            "日期请写成 2026-09-14 这样",
		"from=2026-02-30":                            "日期请写成 2026-09-14 这样",
		"to=gestern":                                 "日期请写成 2026-09-14 这样",
		"from=2026-09-14&to=2026-09-13":              "不能早于",
		"group=nothing":                              "请在列表里选一类操作",
		"actor=" + strings.Repeat("a", 101):          "最多写 100 个字",
		"subject=%ff":                                "最多写 100 个字",
		"subject=a%00b":                              "最多写 100 个字",
		"actor=%E8%B7%AF%E7%BA%A2%E9%9C%9E&from=bad": "日期请写成",
	} {
		p := admin.Get("/audit?"+query).MustStatus(http.StatusUnprocessableEntity).MustSay("有 1 处要改", words)
		if p.Find("tbody tr").Length() != 0 || !strings.HasPrefix(p.Text("title"), "错误：") {
			t.Errorf("%s lists entries all the same", query)
		}
	}
	form := admin.Get("/audit?from=14.9.&to=2026-09-13&actor=x").Form("form.filter")
	if form.Value("from") != "14.9." || form.Value("to") != "2026-09-13" || form.Value("actor") != "x" {
		t.Error("what was typed is gone")
	}
	if n := count(t, s, "audit.search"); n != 0 {
		t.Errorf("%d searches are recorded that did not happen", n)
	}
	for _, query := range []string{"before=x", "before=-1", "before=99999999999999999999", "after=x", "q=x", "sort=x", "colour=red", "from=&to=&actor=&group=&subject="} {
		admin.Get("/audit?" + query).MustStatus(http.StatusOK)
	}
}

// TestPages: fifty to a page, none twice, none missing, and the search goes along.
func TestPages(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		for range 120 {
			if err := audit.Record(ctx, tx, s.Clerk.Audit(), "case.note", "case XY2026-0077", nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	admin := s.As(s.Admin)
	p := search(admin, "subject", "XY2026-0077", "group", "case")
	if p.Find("a[rel=prev]").Length() != 0 {
		t.Error("there is a page before the first")
	}
	p.MustNotSay("共 ") // how a subject begins is not counted
	admin.Get("/audit?group=case").MustSay("共 120 条")
	seen, forward := map[string]bool{}, [][]string{}
	for _, want := range []int{50, 50, 20} {
		only(t, p, want, "记事", "XY2026-0077")
		forward = append(forward, rows(p))
		for _, row := range rows(p) {
			number, _, _ := strings.Cut(row, " ")
			seen[number] = true
		}
		next := p.Find("a[rel=next]")
		if (next.Length() == 1) != (want == 50) {
			t.Fatalf("%d pages follow one of %d", next.Length(), want)
		}
		if next.Length() == 1 {
			p = p.Open(next.AttrOr("href", "")).MustStatus(http.StatusOK)
			if first := p.Find(".pager a:not([rel])").AttrOr("href", ""); first != "/audit?group=case&subject=XY2026-0077" {
				t.Errorf("the first page is %s", first)
			}
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d different entries", len(seen))
	}
	for _, want := range []int{1, 0} {
		p = p.Open(p.Find("a[rel=prev]").AttrOr("href", "/missing")).MustStatus(http.StatusOK)
		if !slices.Equal(rows(p), forward[want]) {
			t.Errorf("page %d has other entries on the way back", want+1)
		}
	}
	if p.Find("a[rel=prev]").Length() != 0 {
		t.Error("on the way back there is a page before the first")
	}
}

// TestVerify: the button says whether the record is whole, and where it is not; so does
// the page from then on. It is about one's own county.
func TestVerify(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.DriveNew(casefile.Handling)
	admin, leader := s.As(s.Admin), s.As(s.Leader)
	press := func(c *webtest.Client) *webtest.Page {
		t.Helper()
		return c.Get("/audit").Form("form[action='/audit/verify']").Submit().MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK)
	}
	p := press(leader)
	p.MustSay("核对完了：", "条记录都在，没有被改过", "上次核对：2026年9月14日 09:00，史明亮：", "核对操作记录", "记录条数：")
	if p.Find(".note-ok").Length() != 1 {
		t.Error("nothing is announced")
	}
	owner := func(sql string) {
		t.Helper()
		if _, err := s.PG.Super.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	owner(`update audit_entries set actor_name = '无名氏' where entry = 2 and county_id = (select id from counties where division_code = '140425')`)
	press(admin).MustSay("没有被改过").MustNotSay("无名氏")

	s.ExpectFailures()
	owner(`update audit_entries set actor_name = '无名氏' where entry = 12 and county_id = (select id from counties where division_code = '140423')`)
	p = press(admin).MustSay("核对发现问题：第 12 条和当时写下的不一样，或者不见了；它前面的 11 条没有问题", "马上告诉", "郝建平：第 12 条")
	if p.Find(".note-err").Length() != 2 { // the answer, and what stays
		t.Errorf("%d warnings", p.Find(".note-err").Length())
	}
	leader.Get("/audit").MustSay("上次核对：2026年9月14日 09:00，郝建平：第 12 条", "从第几条起不对：12")
	if logged := strings.Join(s.Failures(), "\n"); !strings.Contains(logged, "entry 12 is not what was written") {
		t.Errorf("who runs the server is told nothing:\n%s", logged)
	}
	admin.Get("/audit/verify").MustStatus(http.StatusMethodNotAllowed)
}

// TestHostile: what somebody wrote into a reason, or into the address, stays text.
func TestHostile(t *testing.T) {
	t.Parallel()
	const hostile = `</td>"'><script src=//x></script><img src=x onerror=alert(1)>`
	s := webtest.New(t)
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		by := audit.Actor{ID: 1, Name: "甲" + hostile, Role: hostile, Address: hostile}
		return audit.Record(ctx, tx, by, "act"+hostile, "case ../"+hostile, map[string]any{"reason": hostile, "k" + hostile: []string{hostile, "乙"},
			"deep": map[string]any{"x": hostile}, "ticked": true, "off": false, "none": nil, "n": 1234567, "share": 0.5, "": ""})
	})
	if err != nil {
		t.Fatal(err)
	}
	admin := s.As(s.Admin)
	for _, p := range []*webtest.Page{admin.Get("/audit"), admin.Get("/audit?actor=" + url.QueryEscape(hostile)),
		admin.Get("/audit?subject=" + url.QueryEscape(hostile)), admin.Get("/audit?group=" + url.QueryEscape(hostile) + "&from=" + url.QueryEscape(hostile))} {
		if p.Find("script:not([src^='/static/']), img, [onerror]").Length() != 0 {
			t.Errorf("%s has markup of somebody else's", p.URL.RequestURI())
		}
	}
	p := admin.Get("/audit").MustSay("甲"+hostile, "act"+hostile, "理由："+hostile, "，k"+hostile+"："+hostile+"、乙", "，ticked：是", "，off：否", "，n：1,234,567", "，share：0.5")
	for _, row := range rows(p) {
		if strings.Contains(row, "none：") || strings.Contains(row, "（）") {
			t.Errorf("says nothing at length: %q", row)
		}
	}
	p.Find("tbody a").Each(func(_ int, a *goquery.Selection) {
		if href := a.AttrOr("href", ""); !strings.HasPrefix(href, "/cases/") || strings.ContainsAny(href[len("/cases/"):], "<>\"'/") {
			t.Errorf("leads to %q", href)
		}
	})
}

// TestSteps: a step of a case is called in the record what it is called on its button.
func TestSteps(t *testing.T) {
	t.Parallel()
	for _, row := range casefile.Workflow {
		if got := audit.Words("case." + string(row.Step)); got != row.Step.Name() {
			t.Errorf("%s is %q in the record and %q in the workflow", row.Step, got, row.Step.Name())
		}
	}
}

// TestStatements: a page takes the session's trip and one more, and a third to record
// for whom somebody looked.
func TestStatements(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	for query, trips := range map[string]int{"": 2, "?group=case&from=2026-09-01&to=2026-09-30&subject=XY": 2} {
		if p := admin.Get("/audit" + query).MustStatus(http.StatusOK); len(p.Count.Own()) > 5 || p.Count.Trips > trips {
			t.Errorf("%q: %d trips: %q", query, p.Count.Trips, p.Count.Statements)
		}
	}
}
