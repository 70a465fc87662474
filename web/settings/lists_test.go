package settings_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

type selection = goquery.Selection

// href is where the entry with that name is.
func href(t *testing.T, p *webtest.Page, name string) string {
	t.Helper()
	found := p.Find("main a.subject").FilterFunction(func(_ int, a *selection) bool { return webtest.Words(a) == name })
	if found.Length() != 1 {
		t.Fatalf("%s lists %q %d times: %s", p.URL.Path, name, found.Length(), p.Text("main"))
	}
	return found.AttrOr("href", "")
}

// listed are the names in use, in the order of the page.
func listed(p *webtest.Page) string {
	var names []string
	p.Find("main .scroll a.subject").Each(func(_ int, a *selection) { names = append(names, webtest.Words(a)) })
	return strings.Join(names, " ")
}

// TestListForms: what every dictionary's forms take, keep and refuse.
func TestListForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, at  string   // the list, and its page
		subject  string   // in the record
		fill     []string // what a new entry needs beside its name
		code     string
		fillsBad []string // what comes back with a bad form
	}{
		{"categories", "/settings/categories", "category", nil, "", nil},
		{"subcategories", "/settings/categories/饮水灌溉", "category", nil, "", nil},
		{"classes", "/settings/classes", "result_class", []string{"code", "e", "promise", "1"}, "E ", []string{"code", "Z", "promise", "1"}},
		{"reasons", "/settings/reasons", "refusal_reason", []string{"text", "请到县里问。\n也可以打电话。"}, "", []string{"text", "请到县里问。"}},
		{"checklists", "/settings/checklists", "checklist", []string{"text", "每季度看一次。", "months", "３"}, "", []string{"text", "每季度看一次。", "months", "6"}},
		{"items", "/settings/checklists/六有", "checklist_item", []string{"text", "门口看得见。"}, "", []string{"text", "门口看得见。"}},
		{"functions", "/settings/functions", "function", []string{"text", "当面谈"}, "", []string{"text", "当面谈"}},
	} {
		t.Run(c.key, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			at := c.at
			if up := strings.LastIndex(at, "/"); strings.Count(at, "/") == 3 {
				at = href(t, s.admin.Get(at[:up]), at[up+1:])
			}
			form := "form[action='/settings/" + c.key + "']"
			set := func(f *webtest.Form, pairs []string) *webtest.Form {
				for i := 0; i+1 < len(pairs); i += 2 {
					f.Set(pairs[i], pairs[i+1])
				}
				return f
			}
			const name, renamed = `新的<i>一项`, "改过的一项"
			before := listed(s.admin.Get(at))
			p := s.saved(set(s.admin.Get(at).Form(form).Set("name", name), c.fill).Submit(), c.subject+".add", "name", [2]string{"", name})
			p.MustSay("已经添加").MustNotSay(name) // it is escaped
			if got := listed(p); got != strings.TrimSpace(before+" "+c.code+name) {
				t.Errorf("lists %s", got)
			}

			// Bad input comes back, with what was typed.
			p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page {
				return set(s.admin.Get(at).Form(form).Set("name", name), c.fillsBad).Submit()
			}, "“"+name+"”已经有了。")
			for i := 0; i+1 < len(c.fillsBad); i += 2 {
				if got := p.Form(form).Value(c.fillsBad[i]); got != c.fillsBad[i+1] {
					t.Errorf("%s comes back as %q", c.fillsBad[i], got)
				}
			}
			if p.Form(form).Value("name") != name || p.Find("#errors a").AttrOr("href", "") != "#new-name" || p.Find("#new-name").Length() != 1 {
				t.Error("the name does not come back, or the summary leads nowhere")
			}
			s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return s.admin.Get(at).Form(form).Submit() }, "有")

			// Change, of two the second is told.
			one := href(t, s.admin.Get(at), c.code+name)
			change := "form[action='" + one + "']"
			late := s.admin.Get(one).Form(change).Set("name", "另一个人改的")
			s.saved(s.admin.Get(one).Form(change).Set("name", renamed).Submit(), c.subject+".change", "name", [2]string{name, renamed}).MustSay("已经保存", renamed)
			p = s.refused(http.StatusConflict, func() *webtest.Page { return late.Submit() }, "别人刚刚改过", "改成“"+renamed+"”")
			if got := p.Form(change).Value("name"); got != "另一个人改的" {
				t.Errorf("the overtaken name comes back as %q", got)
			}
			s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return s.admin.Get(one).Form(change).Set("name", " ").Submit() }, "请填")

			// Order, retire, restore.
			if before != "" {
				place := s.admin.Get(at).Find("main .scroll tbody tr").Length()
				p = s.saved(s.admin.Get(at).Form("form[action='"+one+"/move']").Submit("上移"), c.subject+".move", "position", [2]string{strconv.Itoa(place), strconv.Itoa(place - 1)})
				if p.Find("main .scroll tbody tr").Eq(place-2).Find("a.subject").AttrOr("href", "") != one {
					t.Errorf("moved to %s", listed(p))
				}
			}
			confirm := s.admin.Get(one+"/retire").MustStatus(http.StatusOK).MustSay("停用“"+renamed+"”", "停用以后")
			p = s.saved(confirm.Form("form[action='"+one+"/retire']").Submit(), c.subject+".retire", "retired", [2]string{"在用", "停用"})
			p.MustSay("已经停用，需要时可以恢复。", "停用的")
			if strings.Contains(listed(p), renamed) {
				t.Errorf("still lists %s", listed(p))
			}
			s.admin.Get(one + "/retire").MustStatus(http.StatusConflict).MustSay("已经停用了")
			s.refused(http.StatusUnprocessableEntity, func() *webtest.Page {
				return set(s.admin.Get(at).Form(form).Set("name", renamed), c.fillsBad).Submit()
			}, "在停用的里面，请恢复它")
			restore := s.admin.Get(at).Find("form[action='" + one + "/restore']").Length()
			if restore == 0 {
				t.Error("cannot be restored")
			}
			p = s.saved(s.admin.Post(one+"/restore", nil), c.subject+".restore", "retired", [2]string{"停用", "在用"})
			if !strings.HasSuffix(listed(p), renamed) {
				t.Errorf("restored to %s", listed(p))
			}

			// Nobody else may, and another county's is not there.
			for _, who := range []auth.Actor{s.Handler, s.Leader, s.Clerk, s.Water} {
				before := s.state(s.County)
				for _, path := range []string{"/settings/" + c.key, one, one + "/move", one + "/retire", one + "/restore"} {
					s.As(who).Post(path, nil).MustStatus(http.StatusForbidden)
				}
				if s.state(s.County) != before {
					t.Errorf("%s changed something", who.Name)
				}
			}
			for _, path := range []string{"/999999", "/x", "/999999/retire"} {
				s.admin.Get("/settings/" + c.key + path).MustStatus(http.StatusNotFound)
			}
		})
	}
}

// TestRetireWithChildren: what is retired along is said first, also when it has grown meanwhile.
func TestRetireWithChildren(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.OneCase()
	water := href(t, s.admin.Get("/settings/categories"), "饮水灌溉")
	retire := "form[action='" + water + "/retire']"
	old := s.admin.Get(water+"/retire").MustSay("下面 5 个小类一起停用", "水费收缴", "现在有 1 件事项用它，都不受影响").Form(retire)
	s.admin.Get(water).Form("form[action='/settings/subcategories']").Set("name", "净水站").Submit().MustStatus(http.StatusSeeOther)
	p := s.refused(http.StatusConflict, func() *webtest.Page { return old.Submit() }, "还没有停用", "下面 6 个小类一起停用", "净水站")
	s.saved(p.Form(retire).Submit(), "category.retire", "retired", [2]string{"在用", "停用"})

	// It is offered no more, and old cases are shown and found by it.
	if options := s.As(s.Clerk).Get("/visits/new").Text("#category-1"); strings.Contains(options, "饮水") || !strings.Contains(options, "路灯照明") {
		t.Errorf("the desk offers %s", options)
	}
	s.As(s.Handler).Get("/cases/" + number).MustStatus(http.StatusOK).MustSay("饮水灌溉")
	found := s.As(s.Handler).Get("/cases?view=open").Form("form.filter").Choose("category", "饮水灌溉（已停用）").Submit()
	if found.Find("main a[href^='/cases/"+number+"?']").Length() != 1 {
		t.Errorf("the retired category finds %s", found.Text("main"))
	}

	// A child cannot come back before its parent; together they can.
	pipes := href(t, s.admin.Get(water), "饮水管网")
	s.admin.Post(pipes+"/restore", nil).MustStatus(http.StatusConflict).MustSay("上一级“饮水灌溉”还停用着")
	if s.admin.Get(water).Find("form[action='/settings/subcategories']").Length() != 0 {
		t.Error("a retired category can be added to")
	}
	along := s.admin.Get("/settings/categories").Find("form[action='" + water + "/restore'] input[name=along]")
	if along.Length() != 1 {
		t.Error("no button restores it with what stands in it")
	}
	s.saved(s.admin.Post(water+"/restore", map[string][]string{"along": {"1"}}), "category.restore", "retired", [2]string{"停用", "在用"})
	if options := s.As(s.Clerk).Get("/visits/new").Text("#category-1"); !strings.Contains(options, "净水站") {
		t.Errorf("the desk offers %s", options)
	}

	// A new name shows everywhere at once.
	s.admin.Get(pipes).Form("form[action='"+pipes+"']").Set("name", "自来水管网").Submit().MustStatus(http.StatusSeeOther)
	s.As(s.Clerk).Get("/cases/" + number).MustSay("自来水管网").MustNotSay("饮水管网")
}

// TestOvertakenEntry: a field that was not touched takes what the other made of it.
func TestOvertakenEntry(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := href(t, s.admin.Get("/settings/classes"), "D 留作参考")
	form := "form[action='" + at + "']"
	late := s.admin.Get(at).Form(form).Set("name", "留存参考")
	s.admin.Get(at).Form(form).Set("promise", "1").Set("code", "F").Submit().MustStatus(http.StatusSeeOther)
	again := s.refused(http.StatusConflict, func() *webtest.Page { return late.Submit() }, "要写承诺由“否”改成“是”", "代号由“D”改成“F”").Form(form)
	if again.Value("name") != "留存参考" || again.Value("promise") != "1" || again.Value("code") != "F" {
		t.Error("the next press would undo what the other did")
	}
	s.saved(again.Submit(), "result_class.change", "name", [2]string{"留作参考", "留存参考"})
}

// TestClassForms: the code stays once it is used; a retired class is offered to no unit.
func TestClassForms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.DriveNew(casefile.Submitted)
	a, d := href(t, s.admin.Get("/settings/classes"), "A 已解决或基本解决"), href(t, s.admin.Get("/settings/classes"), "D 留作参考")
	p := s.admin.Get(a).MustSay("代号不能再改")
	if _, readonly := p.Find("#code").Attr("readonly"); !readonly {
		t.Error("the used code can be typed over")
	}
	s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return p.Form("form[action='"+a+"']").Set("code", "Z").Submit() }, "代号不能再改")
	s.saved(s.admin.Get(d).Form("form[action='"+d+"']").Set("code", "e").Submit(), "result_class.change", "code", [2]string{"D", "E"})
	s.admin.Get(a + "/retire").Form("form[action='" + a + "/retire']").Submit().MustStatus(http.StatusSeeOther)
	number := s.DriveNew(casefile.Handling)
	if offered := s.As(s.Water).Get("/cases/" + number).Text("form[action$='/steps/submit']"); strings.Contains(offered, "A 已解决") || !strings.Contains(offered, "E 留作参考") {
		t.Errorf("the unit is offered %s", offered)
	}
	for _, name := range []string{"B 正在解决", "C 列入计划"} {
		at := href(t, s.admin.Get("/settings/classes"), name)
		s.admin.Get(at + "/retire").Form("form[action='" + at + "/retire']").Submit().MustStatus(http.StatusSeeOther)
	}
	s.refused(http.StatusConflict, func() *webtest.Page {
		return s.admin.Get(d + "/retire").Form("form[action='" + d + "/retire']").Submit()
	}, "至少要有一个结果分类在用")
}

// TestChecklistLapses: after how many months a check lapses is the county's to say.
func TestChecklistLapses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := href(t, s.admin.Get("/settings/checklists"), "六有")
	form := func() *webtest.Form { return s.admin.Get(at).Form("form[action='" + at + "']") }
	if got := form().Value("months"); got != "12" {
		t.Errorf("a new county's list lapses after %q months", got)
	}
	for _, bad := range []string{"0", "-1", "121", "1.5", "一年"} {
		p := s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return form().Set("months", bad).Submit() }, "请填 1 到 120 之间的整数")
		if got := p.Form("form[action='" + at + "']").Value("months"); got != bad {
			t.Errorf("%q comes back as %q", bad, got)
		}
	}
	late := form().Set("name", "六有标准")
	s.saved(form().Set("months", "６").Submit(), "checklist.change", "months", [2]string{"12", "6"})
	p := s.refused(http.StatusConflict, func() *webtest.Page { return late.Submit() }, "几个月后过期由“12”改成“6”")
	if got := p.Form("form[action='" + at + "']").Value("months"); got != "6" {
		t.Errorf("what the other set comes back as %q", got)
	}
	s.saved(form().Set("months", "").Submit(), "checklist.change", "months", [2]string{"6", ""})
}
