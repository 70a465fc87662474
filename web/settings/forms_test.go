package settings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/web/webtest"
)

func TestIndex(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.admin.Get("/settings").MustStatus(http.StatusOK).MustSay("襄垣县，编号前缀 XY", "16 个大类", "A 已解决或基本解决、B 正在解决", "9 条", "六有", "2026-1 版，2026年9月14日发布", "都是默认的文字")
	p.MustNotSay("不能再改")
	var paths []string
	p.Find("main a.subject").Each(func(_ int, a *selection) { paths = append(paths, a.AttrOr("href", "")) })
	want := "/settings/county /settings/periods /settings/calendar /settings/categories /settings/classes /settings/reasons /settings/checklists /closings /settings/functions /settings/notices /settings/registers /settings/texts"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("leads to %s", got)
	}
	for _, path := range paths {
		if path != "/settings/calendar" { // where the calendar's own pages are
			s.admin.Get(path).MustStatus(http.StatusOK).MustSay("返回设置")
		}
	}
	if s.admin.Get("/").Find("nav.side a[href='/settings']").Length() != 1 {
		t.Error("the menu does not lead to the settings")
	}
	if s.As(s.Handler).Get("/").Find("nav.side a[href='/settings']").Length() != 0 {
		t.Error("the menu leads the handler to the settings")
	}
	within(t, "index", p, 4)
	within(t, "categories", s.admin.Get("/settings/categories"), 2)
	within(t, "one category", s.admin.Get(paths[3]+"/1"), 3)
	within(t, "texts", s.admin.Get("/settings/texts"), 2)
}

// within checks what a page asked of the database, the session's own statement among it.
func within(t *testing.T, page string, p *webtest.Page, statements int) {
	t.Helper()
	if own := p.MustStatus(http.StatusOK).Count.Own(); len(own) > statements || p.Count.Trips > 2 {
		t.Errorf("%s: %d statements in %d trips, at most %d in 2", page, len(own), p.Count.Trips, statements)
	}
}

const profileForm = "form[action='/settings/county']"

func TestProfileForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	open := func() *webtest.Form { return s.admin.Get("/settings/county").Form(profileForm) }
	late := open().Set("office", "襄垣县人大").Set("phone", "0355-7220009")
	s.saved(open().Set("name", "襄垣县（试点）").Set("number_prefix", "xyz").Submit(), "county", "number_prefix", [2]string{"XY", "XYZ"}).
		MustSay("名称与编号已经保存。")

	p := s.refused(http.StatusConflict, func() *webtest.Page { return late.Submit() }, "别人刚刚改过", s.Admin.Name, "编号前缀由“XY”改成“XYZ”", "名称由“襄垣县”改成“襄垣县（试点）”")
	again := p.Form(profileForm)
	if again.Value("office") != "襄垣县人大" || again.Value("phone") != "0355-7220009" {
		t.Error("the overtaken form comes back without what was typed")
	}
	if again.Value("name") != "襄垣县（试点）" || again.Value("number_prefix") != "XYZ" {
		t.Error("the next press would undo what the other did")
	}
	s.saved(again.Set("name", "襄垣").Set("number_prefix", "XY").Submit(), "county", "office", [2]string{"襄垣县人大常委会", "襄垣县人大"})

	p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page {
		return open().Set("name", " ").Set("office", "襄垣县人大常委会").Set("phone", "722").Set("number_prefix", "1").Submit()
	}, "有 3 处要改", "请填县的名称", "2 到 4 个英文字母")
	again = p.Form(profileForm)
	if again.Value("phone") != "722" || again.Value("number_prefix") != "1" || again.Value("office") != "襄垣县人大常委会" {
		t.Error("the bad form comes back without what was typed")
	}
	p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return open().Set("number_prefix", "PS").Submit() }, "PS 已经被别的县使用")
	if p.Find(".field.bad #number_prefix").Length() != 1 {
		t.Error("the clash is not told at the field")
	}

	if number := s.OneCase(); number != "XY2026-0001" {
		t.Errorf("the number is %s", number)
	}
	p = s.admin.Get("/settings/county").MustSay("已经有事项用了 XY 开头的编号，前缀不能再改")
	if _, readonly := p.Find("#number_prefix").Attr("readonly"); !readonly {
		t.Error("the frozen prefix can be typed over")
	}
	s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return p.Form(profileForm).Set("number_prefix", "XYN").Submit() }, "前缀不能再改")
	s.saved(p.Form(profileForm).Set("phone", "").Submit(), "county", "phone", [2]string{"0355-7220009", ""})
	s.admin.Get("/settings").MustSay("编号前缀 XY，已经启用，不能再改")
}

const periodsForm = "form[action='/settings/periods']"

func TestPeriodsForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	open := func() *webtest.Form { return s.admin.Get("/settings/periods").Form(periodsForm) }
	if form := open(); form.Value("sort_days") != "2" || form.Value("department_days") != "30" || form.Value("undo_minutes") != "0" {
		t.Error("the form does not show what is set")
	}
	late := open().Set("sort_days", "9").Set("study_days", "20")
	s.saved(open().Set("sort_days", " 4 ").Set("undo_minutes", "5").Submit(), "periods", "sort_days", [2]string{"2", "4"}).MustSay("对以后开始的期限有效")

	p := s.refused(http.StatusConflict, func() *webtest.Page { return late.Submit() }, "别人刚刚改过", "梳理由“2”改成“4”", "撤回时限由“0”改成“5”")
	again := p.Form(periodsForm)
	if again.Value("sort_days") != "9" || again.Value("study_days") != "20" || again.Value("undo_minutes") != "5" {
		t.Error("the overtaken form comes back without what was typed")
	}
	s.saved(again.Submit(), "periods", "study_days", [2]string{"10", "20"})

	p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page {
		return open().Set("sort_days", "两天").Set("sign_days", "0").Set("rating_days", "61").Set("township_days", "").Set("review_days", "7").Submit()
	}, "有 4 处要改", "“梳理”请填 1 到 30 的整数。", "“签收”请填 1 到 30 的整数。", "“评价”请填 1 到 60 的整数。", "“乡镇单位办理”请填 1 到 90 的整数。")
	again = p.Form(periodsForm)
	for field, want := range map[string]string{"sort_days": "两天", "sign_days": "0", "rating_days": "61", "township_days": "", "review_days": "7"} {
		if got := again.Value(field); got != want {
			t.Errorf("%s comes back as %q", field, got)
		}
	}
	if order := p.Find("#errors a").First().AttrOr("href", ""); order != "#sort_days" {
		t.Errorf("the summary begins with %s", order)
	}
}

const noticeForm = "form[action='/settings/notices']"

func TestNoticeForms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.admin.Get("/settings/notices/new").Form(noticeForm)
	body := first.Value("body")
	if !strings.HasPrefix(body, "谁在登记：襄垣县人大常委会和") || first.Value("from") != "2026-1" {
		t.Errorf("begins with %q", body)
	}
	const mine, theirs = "只记您说的事。\n<b>不公开</b>。", "另一个人写的。"
	preview := first.Set("body", mine).Submit().MustStatus(http.StatusOK).MustSay("群众看到的是这样", "只记您说的事。", "<b>不公开</b>。", "发布以后不能改")
	if n := len(s.recorded()); n != 0 {
		t.Errorf("a preview is recorded %d times", n)
	}
	edit := preview.Form(noticeForm).Submit("返回修改").MustStatus(http.StatusOK)
	if got := edit.Form(noticeForm).Value("body"); got != mine {
		t.Errorf("comes back as %q", got)
	}
	late := s.admin.Get("/settings/notices/new").Form(noticeForm).Set("body", theirs).Submit().Form(noticeForm)
	// While the clerk has a form open, a new version is published.
	clerk := s.As(s.Clerk)
	register := clerk.Get("/visits/new").MustSay("告知书全文（2026-1 版）", "电话加密保存").Form("form[action='/visits']").
		Set("name", "匿名").Set("words-1", "路灯坏了。").Choose("category-1", "饮水管网")
	s.saved(edit.Form(noticeForm).Submit().Form(noticeForm).Submit("发布"), "notice", "version", [2]string{"2026-1", "2026-2"}).
		MustSay("告知书 2026-2 版已经发布", "现在用的：2026-2 版", s.Admin.Name, "系统")
	s.refused(http.StatusConflict, func() *webtest.Page { return late.Submit("发布") }, "别人刚刚发布了 2026-2 版", "只记您说的事。", theirs)
	register.Submit("登记").MustStatus(http.StatusSeeOther)
	p := clerk.Get("/visits/new").MustSay("告知书全文（2026-2 版）", "<b>不公开</b>。").Form("form[action='/visits']").
		Set("name", "匿名").Set("words-1", "").Choose("category-1", "饮水管网").Submit("登记").MustStatus(http.StatusUnprocessableEntity)
	if got := p.Form("form[action='/visits']").Value("notice_version"); got != "2026-2" {
		t.Errorf("the form comes back with the version %s", got)
	}
	p.Form("form[action='/visits']").Set("words-1", "路灯坏了。").Submit("登记").MustStatus(http.StatusSeeOther)
	var given string
	if err := s.PG.Super.QueryRow(t.Context(), `select string_agg(notice_version, ' ' order by id) from visits where county_id = $1`, s.County).Scan(&given); err != nil || given != "2026-1 2026-2" {
		t.Errorf("the visits were given %s, %v", given, err)
	}
	s.admin.Get("/settings/notices/2026-1").MustStatus(http.StatusOK).MustSay("电话加密保存").MustNotSay("现在用的")
	s.admin.Get("/settings/notices/2026-9").MustStatus(http.StatusNotFound)

	p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page {
		return s.admin.Get("/settings/notices/new").Form(noticeForm).Set("body", strings.Repeat("长", 4001)).Submit()
	}, "最多 4000 个字，现在是 4001 个字")
	if got := p.Form(noticeForm).Value("body"); got != strings.Repeat("长", 4001) {
		t.Error("the bad notice comes back cut")
	}
	s.refused(http.StatusUnprocessableEntity, func() *webtest.Page {
		return s.admin.Get("/settings/notices/new").Form(noticeForm).Submit().Form(noticeForm).Submit("发布")
	}, "和现在的告知书一样")

	// The citizen reads what is current, and what is the own county's.
	public := s.Anonymous().Get("/c/140423/privacy").MustStatus(http.StatusOK).MustSay("2026-2 版", "<b>不公开</b>。", "襄垣县人大常委会", "0355-7220000")
	within(t, "privacy", public, 2)
	s.Anonymous().Get("/c/140425/privacy").MustStatus(http.StatusOK).MustSay("平顺县", "2026-1 版", "电话加密保存").MustNotSay("襄垣")
	for _, path := range []string{"/c/140499/privacy", "/c/x/privacy", "/c/140423101/privacy"} {
		s.Anonymous().Get(path).MustStatus(http.StatusNotFound)
	}
}

// TestPrivacyLinks: where the county is known, a citizen's page leads to its notice.
func TestPrivacyLinks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.DriveNew(casefile.AwaitingRating)
	anybody := s.Anonymous()
	look := anybody.Get("/q").Form("form[action='/q']").Set("code", s.code()).Set("digits", "0017").Submit().MustStatus(http.StatusOK)
	for _, p := range []*webtest.Page{anybody.Get(strings.TrimPrefix(s.Links(1)[0], s.URL)), look} {
		p.MustStatus(http.StatusOK).Open(p.Find("footer a[href$='/privacy']").AttrOr("href", "")).MustSay("个人信息怎么用", "电话加密保存")
	}
}

// code is the 查询码 of a new case.
func (s *site) code() string { return s.Register("路灯坏了。").Matters[0].Code }

func TestTextForms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const form = "form[action='/settings/texts/registered']"
	open := func() *webtest.Form { return s.admin.Get("/settings/texts/registered").Form(form) }
	registered, _ := county.KindOf("registered")
	if got := open().Value("body"); got != registered.Default {
		t.Errorf("begins with %q", got)
	}
	late := open().Set("body", "{编号}，另一个人写的。")
	p := open().Set("body", "{县}收到了“{标题}”。").Submit("预览").MustStatus(http.StatusOK).
		MustSay("襄垣县收到了“村口路灯不亮”。 查询码 K7M3-92H-4TP "+s.URL+"/q", "这段文字 15 个字，连同系统附在最后的一共", "1 条短信")
	if n := len(s.recorded()); n != 0 {
		t.Errorf("a preview is recorded %d times", n)
	}
	s.saved(p.Form(form).Submit("保存"), "text", "body", [2]string{registered.Default, "{县}收到了“{标题}”。"}).MustSay("文字已经保存", "本县改过")
	s.admin.Get("/settings/texts").MustSay("本县改过", "{县}收到了“{标题}”。")

	p = s.refused(http.StatusConflict, func() *webtest.Page { return late.Submit("保存") }, "别人刚刚改过", "改成“{县}收到了“{标题}”。”")
	if got := p.Form(form).Value("body"); got != "{编号}，另一个人写的。" {
		t.Errorf("the overtaken text comes back as %q", got)
	}
	for bad, words := range map[string]string{"{姓名}您好": "没有{姓名}这一项。能用的有：{编号}{标题}{联络站}{县}{机关}{期限}{办理单位}{联系电话}。",
		"": "请写内容", strings.Repeat("长", 301): "最多 300 个字", "查询码{查询码}": "由系统附在最后"} {
		for _, button := range []string{"保存", "预览"} {
			p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return open().Set("body", bad).Submit(button) }, words)
			if got := p.Form(form).Value("body"); got != bad {
				t.Errorf("%q comes back as %q", bad, got)
			}
		}
	}
	long := open().Set("body", strings.Repeat("长", 100)).Submit("预览").MustStatus(http.StatusOK)
	long.MustSay("这段文字 100 个字", "要拆成 3 条短信")
	s.saved(open().Submit("恢复默认的文字"), "text", "body", [2]string{"{县}收到了“{标题}”。", registered.Default}).MustSay("已经恢复默认的文字").MustNotSay("本县改过")
	s.admin.Get("/settings/texts/nonsense").MustStatus(http.StatusNotFound)
	s.admin.Post("/settings/texts/nonsense", nil).MustStatus(http.StatusNotFound)

	// What was written is what is sent.
	s.admin.Get("/settings/texts/feedback").Form("form[action='/settings/texts/feedback']").Set("body", "{办理单位}办好了“{标题}”。").Submit("保存").MustStatus(http.StatusSeeOther)
	s.DriveNew(casefile.AwaitingRating)
	s.Links(1)
	if sent := strings.Join(s.Letters(), "\n"); !strings.Contains(sent, "：县水利局办好了“五阳村自来水管冻裂”。 http") {
		t.Errorf("sent was\n%s", sent)
	}
}

// TestNobodyElse: a form that the administrator could send changes nothing for anybody else.
func TestNobodyElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	before := s.state(s.County)
	for _, who := range []auth.Actor{s.Handler, s.Leader, s.Head, s.Clerk, s.Water, s.Deputy, s.Platform, s.Overseer, s.Neighbour.Clerk} {
		c := s.As(who)
		for path, form := range map[string]url.Values{
			"/settings/county":           {"version": {"1"}, "name": {"别的县"}, "office": {"别的机关"}, "number_prefix": {"ZZ"}},
			"/settings/periods":          {"version": {"1"}, "sort_days": {"9"}},
			"/settings/notices":          {"do": {"publish"}, "from": {"2026-1"}, "body": {"什么都记。"}},
			"/settings/texts/registered": {"do": {"save"}, "version": {"0"}, "body": {"{编号}"}},
			"/settings/categories":       {"name": {"新的一类"}},
		} {
			c.Post(path, form).MustStatus(http.StatusForbidden).MustSay("没有这项权限")
			c.Get(path).MustStatus(http.StatusForbidden)
		}
	}
	if s.state(s.County) != before || len(s.recorded()) != 0 {
		t.Error("somebody without the right has changed something")
	}
}
