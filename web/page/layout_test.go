package page

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lianluo/web/static"
)

// checkHTML fails where the page would fail a validator in the ways that templates do:
// an id twice, a reference to no id, a control without a label.
func checkHTML(t *testing.T, name string, doc *goquery.Document) {
	t.Helper()
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if ids[id] || id == "" || strings.ContainsAny(id, " \t\n") {
			t.Errorf("%s: id %q is twice there or no id", name, id)
		}
		ids[id] = true
	})
	refer := func(selector, attribute, prefix string) {
		doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(attribute, "")) {
				if !ids[strings.TrimPrefix(id, prefix)] {
					t.Errorf("%s: %s=%q leads nowhere", name, attribute, id)
				}
			}
		})
	}
	refer("label[for]", "for", "")
	refer("[aria-describedby]", "aria-describedby", "")
	refer("[aria-labelledby]", "aria-labelledby", "")
	refer(`a[href^="#"]`, "href", "#")
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("label").Length() == 0 && doc.Find(`label[for="`+s.AttrOr("id", "")+`"]`).Length() == 0 {
			t.Errorf("%s: %s has no label", name, s.AttrOr("name", "?"))
		}
	})
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: attribute %s", name, a.Key)
			}
		}
	})
	for selector, n := range map[string]int{"h1": 1, "main#main[tabindex='-1']": 1, "title": 1, `html[lang="zh-CN"]`: 1, "form form": 0, "main main": 0, "p div, p ul, p form": 0} {
		if got := doc.Find(selector).Length(); got != n {
			t.Errorf("%s: %d of %s, want %d", name, got, selector, n)
		}
	}
}

func TestLayoutsAreValid(t *testing.T) {
	t.Parallel()
	for path, c := range kitPages(get("/cases/XY2026-1243?tab=2")) {
		doc := parse(t, serve(shows(c), get(path)).Body)
		checkHTML(t, path, doc)
		if title := words(doc, "title"); !strings.HasPrefix(title, "错误：组件样张 - ") {
			t.Errorf("%s: title %q", path, title)
		}
		if words(doc, "aside.demo") != "演示数据，人物和事情都是编的" {
			t.Errorf("%s does not say that it is a demonstration", path)
		}
	}
}

func TestOffice(t *testing.T) {
	t.Parallel()
	doc := parse(t, serve(shows(kitPages(get("/cases/XY2026-1243?tab=2"))["/kit"]), get("/kit")).Body)
	for selector, want := range map[string]string{
		"a.skip[href='#main']": "跳到主要内容", ".top-org": "襄垣县人大常委会", ".top-who[href='/account']": "王丽 · 县人大人事代表工委",
		"form[method=post][action='/logout'] button": "退出", "form[method=post][action='/text'] button[value=large]": "大字版",
		"a[href='/account/role']": "身份：县办理岗（切换）", ".side a[aria-current=true]": "待我处理 26 件", ".count-late": "5 件5 件",
		"main > :first-child[role=status]": "已分办给县水利局。",
	} {
		if got := words(doc, selector); got != want {
			t.Errorf("%s says %q, want %q", selector, got, want)
		}
	}
	if got := doc.Find("input[name=back]").AttrOr("value", ""); got != "/cases/XY2026-1243?tab=2" {
		t.Errorf("大字版 comes back to %q", got)
	}
	if n := doc.Find(".side ul").Length(); n != 4 {
		t.Errorf("%d groups in the menu, want 4", n)
	}
	if doc.Find(`link[href="`+static.URL("print.css")+`"][media=print]`).Length() != 1 || doc.Find("script").Length() != 1 {
		t.Error("the sheets or the script are wrong")
	}
	f := Frame{Title: "打印", Print: true, Landscape: true}
	doc = parse(t, serve(shows(Office(f)), get("/")).Body)
	if doc.Find("link[media]").Length() != 0 || doc.Find("main.page.page-land").Length() != 1 || doc.Find(".top-who, .top-find, .demo, .note").Length() != 0 {
		t.Error("a print preview is wrong, or an empty frame shows something")
	}
}

func TestCitizenHasNoScriptAndIsAlwaysLight(t *testing.T) {
	t.Parallel()
	r := get("/r/token")
	r.AddCookie(&http.Cookie{Name: "text", Value: "large"})
	r.AddCookie(&http.Cookie{Name: "theme", Value: "dark"})
	doc := parse(t, serve(shows(kitPages(r)["/citizen"]), r).Body)
	for selector, n := range map[string]int{"script": 0, "[data-theme]": 0, `html.citizen[data-text="large"]`: 1, `meta[name=robots][content=noindex]`: 1,
		`button[name=size][value=normal]`: 1, `a[href="tel:03550000000"]`: 1, `input[name=back][value="/r/token"]`: 1, `a.c-name[href="/s/1"]`: 1} {
		if got := doc.Find(selector).Length(); got != n {
			t.Errorf("%d of %s, want %d", got, selector, n)
		}
	}
	if got := words(parse(t, serve(shows(Citizen(Frame{Title: "查询"})), get("/q")).Body), "title, .c-name"); got != "查询 - 人大代表联络站人大代表联络站" {
		t.Errorf("an empty frame says %q", got)
	}
}

func TestFrameOf(t *testing.T) {
	t.Parallel()
	r := WithFrame(get("/cases?q=a"), Frame{Org: "襄垣县人大常委会", Demo: true})
	r.AddCookie(&http.Cookie{Name: "text", Value: "<x>"})
	r.AddCookie(&http.Cookie{Name: "theme", Value: "auto"})
	f := FrameOf(r)
	if f.Org != "襄垣县人大常委会" || !f.Demo || f.Text != "" || f.Theme != "auto" || f.Here != "/cases" || f.back != "/cases?q=a" {
		t.Errorf("frame %+v", f)
	}
	f.Title = "事项"
	if FrameOf(r).Title != "" {
		t.Error("a page changed the common frame")
	}
	menu := []MenuItem{{URL: "/"}, {URL: "/cases?view=mine"}, {URL: "/cases/new"}, {URL: "/case"}}
	for here, want := range map[string]int{"/": 0, "/cases": 1, "/cases/1": 1, "/cases/new": 2, "/casesx": -1, "/x": -1} {
		if got := (Frame{Menu: menu, Here: here}).current(); got != want {
			t.Errorf("%s is menu entry %d, want %d", here, got, want)
		}
	}
	menu[3].Current = true
	if got := (Frame{Menu: menu, Here: "/cases"}).current(); got != 3 {
		t.Errorf("the entry that says so is %d", got)
	}
}

func TestHostileFrameStaysText(t *testing.T) {
	t.Parallel()
	const hostile = `</title>"'><script>alert(1)</script>&`
	f := Frame{Title: hostile, Org: hostile, Demo: true, Who: hostile, Role: hostile, SwitchRole: hostile, Find: hostile, Site: hostile, Home: hostile,
		Phone: hostile, Privacy: hostile, Theme: hostile, Note: Note{"", hostile}, back: hostile, Menu: []MenuItem{{URL: hostile, Name: hostile, Group: hostile}}}
	for name, c := range map[string]*goquery.Document{"office": parse(t, serve(shows(Office(f)), get("/")).Body),
		"door": parse(t, serve(shows(Door(f)), get("/")).Body), "citizen": parse(t, serve(shows(Citizen(f)), get("/")).Body)} {
		if c.Find("script:not([src])").Length() > 0 || !strings.HasPrefix(c.Find("title").Text(), hostile) {
			t.Errorf("%s let it through: %s", name, c.Find("title").Text())
		}
	}
}
