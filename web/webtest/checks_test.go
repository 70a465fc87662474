package webtest_test

import (
	"image/jpeg"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/check"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

const place = "/stations/140423101"

// items are the items of the county's first checklist, by name.
func items(s *webtest.Site) map[string]int64 {
	var lists *[]check.Checklist
	s.View(func(v *tenant.View) { lists = check.Checklists(v) })
	all := map[string]int64{}
	for _, item := range (*lists)[0].Items {
		all[item.Name] = item.ID
	}
	return all
}

// checkForm is the form of a check, everything there.
func checkForm(s *webtest.Site, c *webtest.Client) *webtest.Form {
	form := c.Get(place + "/checks/new").MustStatus(http.StatusOK).Form("form[action='" + place + "/checks']")
	for _, id := range items(s) {
		form.Set(check.StateField(id), check.Met)
	}
	return form
}

// TestCheck: somebody from the county looks at a station; its page and the county's list
// say what is missing, until somebody looks again.
func TestCheck(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	all := items(s)
	archive := all["有档案"]
	handler := s.As(s.Handler)
	handler.Get(place).MustSay("规范化核查", "还没有核查过。", "登记核查")

	form := handler.Get(place + "/checks/new").Form("form[action='" + place + "/checks']")
	if form.Value("checked_on") != "2026-09-14" || form.Value("checked_by") != "路红霞" {
		t.Errorf("%s, %s", form.Value("checked_on"), form.Value("checked_by"))
	}
	form.Set("checked_on", "9月").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("日期请写成 2026-11-20 的样子").MustNotSay("请填核查的日期")
	p := form.Set("checked_on", "2026-09-14").Set(check.StateField(archive), check.Absent).Set("checked_by", "路红霞、崔卫东").Set("note", "门口的牌子是新的。").Submit().MustStatus(http.StatusUnprocessableEntity)
	p.MustSay("请写明“有档案”缺什么。", "请选择“有制度”达标还是缺。")
	if p.Find("#errors a[href='#"+check.WhatField(archive)+"']").Length() != 1 || !strings.HasPrefix(p.Text("title"), "错误：") {
		t.Error("the summary does not lead to the field")
	}
	again := p.Form("form[action='" + place + "/checks']")
	if again.Value("checked_by") != "路红霞、崔卫东" || again.Value("note") != "门口的牌子是新的。" || again.Value(check.StateField(archive)) != check.Absent {
		t.Error("what was typed is gone")
	}
	for name, id := range all {
		if name != "有档案" {
			again.Set(check.StateField(id), check.Met)
		}
	}
	p = again.Set(check.WhatField(archive), "9 月活动照片").Submit().MustStatus(http.StatusSeeOther).Follow()
	p.MustSay("已经登记。", "6 项中缺 1 项", "缺：9 月活动照片", "2027年9月14日", "路红霞、崔卫东", "门口的牌子是新的。")
	at := again.Submit().MustStatus(http.StatusSeeOther).Header.Get("Location") // pressed twice
	handler.Get(at).MustSay("刚才已经登记过一次")
	if n := handler.Get(place + "/checks").Find("#h-past ~ .scroll tbody tr").Length(); n != 1 {
		t.Errorf("%d checks after a second press", n)
	}

	clerk := s.As(s.Clerk)
	clerk.Get(place).MustSay("9月14日核查，6 项中 5 项达标，有效到2027年9月14日", "有档案，缺：9 月活动照片").MustNotSay("登记核查")
	clerk.Get("/checks").MustSay("全部 3", "从未核查 2", "有缺项 1", "达标 0", "有档案：9 月活动照片", "按“六有”核查")
	subject := subjects(clerk.Get("/checks?item=" + strconv.FormatInt(archive, 10)))
	if len(subject) != 1 || subject[0] != "王桥镇人大代表联络站" {
		t.Errorf("who is missing the archive: %q", subject)
	}
	clerk.Get("/checks?state=good").MustSay("没有符合条件的站点")
	clerk.Get("/checks?print=1").MustSay("打印", "从未核查")
	clerk.Get(place + "/checks/new").MustStatus(http.StatusForbidden)

	// The head looks again a year and a day later, when it has lapsed.
	s.Set("2027-09-15 09:00")
	s.As(s.Leader).Get("/checks?state=lapsed").MustSay("王桥镇人大代表联络站", "已过期", "有缺项")
	head := s.As(s.Head)
	head.Get(place).MustSay("9月14日已过期，请再核查一次。")
	head.Get(place + "/checks/new").MustSay("上次缺：9 月活动照片")
	checkForm(s, head).Submit().MustStatus(http.StatusSeeOther)
	head.Get(place).MustSay("9月15日核查，6 项中 6 项达标").MustNotSay("9 月活动照片")
	handler = s.As(s.Handler)
	handler.Get(at).MustSay("后来又核查过，这一份是以前的。", "9 月活动照片")
	handler.Get(place+"/checks").MustSay("6 项全部达标", "6 项中缺 1 项")
	handler.Get("/stations/140423103/checks/" + at[strings.LastIndex(at, "/")+1:]).MustStatus(http.StatusNotFound)
	s.As(s.Admin).Get("/audit?group=network").MustSay("登记规范化核查", "140423101", "六有")
}

// TestCheckEvidence: photographs of an item; who may open them, and who removes them.
func TestCheckEvidence(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	head := s.As(s.Head)
	at := checkForm(s, head).Submit().MustStatus(http.StatusSeeOther).Header.Get("Location")
	item := strconv.FormatInt(items(s)["有档案"], 10)
	files := func() *webtest.Form {
		return head.Get(at).Form("#i" + item + " form[action='" + at + "/files']")
	}
	p := files().Attach("files", "照片.jpg", []byte("<script>")).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("“照片.jpg”是网页")
	if p.Find("#files-"+item+"[aria-invalid=true]").Length() != 1 || p.Find("#errors a[href='#files-"+item+"']").Length() != 1 {
		t.Error("the message does not stand at the item's field")
	}
	form := files().Attach("files", "档案柜.png", casetest.Photo(600, 400)).Attach("files", "目录.pdf", []byte(casetest.PDF))
	p = form.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已添加 2 个附件。", "档案柜.jpg", "目录.pdf")
	form.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("刚才已经交过一次")
	photo := p.Find("#i"+item+" .file-look a").AttrOr("href", "")
	for _, c := range []struct {
		who  *webtest.Client
		want int
	}{{head, 200}, {s.As(s.Clerk), 200}, {s.As(s.Leader), 200}, {s.As(s.OtherClerk), 403}, {s.As(s.Water), 403}, {s.As(s.Deputy), 403}, {s.As(s.Neighbour.Clerk), 404}, {s.Anonymous(), 303}} {
		c.who.Get(photo).MustStatus(c.want)
		c.who.Get(photo + "/thumb").MustStatus(c.want)
	}
	s.As(s.OtherClerk).Get(at).MustStatus(http.StatusOK).MustSay("附件 2 个").MustNotSay("目录.pdf", "/files/")
	var opened int
	if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from audit_entries where action = 'file.open' and subject = 'station 140423101'`).Scan(&opened); err != nil || opened != 3 {
		t.Errorf("%d looks are on record, %v", opened, err)
	}
	s.As(s.Handler).Post(photo[len("/files"):], nil).MustStatus(http.StatusNotFound)
	remove := "#i" + item + " li:first-child form[action^='" + at + "/files/'][action$='/remove']"
	if s.As(s.Handler).Get(at).Find(remove).Length() != 0 || s.As(s.Clerk).Get(at).Find("form[enctype]").Length() != 0 {
		t.Error("somebody is offered what they may not do")
	}
	head.Get(at).Form(remove).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已移除 1 个附件。").MustNotSay("档案柜.jpg")
	head.Get(photo).MustStatus(http.StatusNotFound).MustSay("已经移除了")
}

// TestZonePages: zones are added, changed, photographed, put in order and removed.
func TestZonePages(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	head := s.As(s.Head)
	add := func() *webtest.Form { return head.Get(place + "/zones").Form("form[action='" + place + "/zones']") }
	head.Get(place).MustSay("功能区", "还没有登记。")
	add().Set("what", "2 张接待桌").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填功能区的名称", "2 张接待桌")
	form := add().Set("name", "选民接待区").Set("what", "2 张接待桌")
	zone := form.Submit().MustStatus(http.StatusSeeOther).Header.Get("Location")
	form.Submit().MustStatus(http.StatusSeeOther)
	add().Set("name", "代表交流区").Submit().MustStatus(http.StatusSeeOther)
	if n := head.Get(place+"/zones").MustSay("选民接待区", "代表交流区").Find("main section").Length(); n != 2 {
		t.Errorf("%d zones", n)
	}
	s.As(s.Leader).Get(place).MustSay("选民接待区：2 张接待桌").MustNotSay("修改功能区")

	photos := func() *webtest.Form { return head.Get(zone).Form("form[action='" + zone + "/photos']") }
	photos().Attach("files", "说明.pdf", []byte(casetest.PDF)).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("“说明.pdf”不是照片")
	p := photos().Attach("files", "接待区.jpg", casetest.Photo(900, 600)).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已添加 1 个附件。", "接待区.jpg")
	picture := p.Find("img").AttrOr("src", "")
	thumb := s.As(s.OtherClerk).Get(picture).MustStatus(http.StatusOK)
	if config, err := jpeg.DecodeConfig(strings.NewReader(thumb.Body)); err != nil || config.Width != 320 {
		t.Error(err, config)
	}
	s.As(s.Water).Get(picture).MustStatus(http.StatusForbidden)

	// Two change it: the second is told what the first did.
	handler := s.As(s.Handler)
	late := handler.Get(zone).Form("form[action='" + zone + "']")
	head.Get(zone).Form("form[action='"+zone+"']").Set("what", "3 张接待桌").Submit().MustStatus(http.StatusSeeOther)
	p = late.Set("name", "群众接待区").Submit().MustStatus(http.StatusConflict)
	p.MustSay("别人刚刚改过", "里面有什么由“2 张接待桌”改成“3 张接待桌”")
	if form := p.Form("form[action='" + zone + "']"); form.Value("name") != "群众接待区" || form.Value("what") != "3 张接待桌" {
		t.Errorf("%s, %s", form.Value("name"), form.Value("what"))
	}
	p.Form("form[action='" + zone + "']").Submit().MustStatus(http.StatusSeeOther)
	handler.Get(place+"/zones").MustSay("群众接待区", "3 张接待桌")
	handler.Get(place + "/zones").Form("form[action$='/raise']").Submit().MustStatus(http.StatusSeeOther)
	if first := handler.Get(place + "/zones").Text("main section h2"); !strings.HasPrefix(first, "代表交流区") {
		t.Errorf("first stands %s", first)
	}
	for _, who := range []*webtest.Client{s.As(s.Clerk), s.As(s.Leader)} {
		who.Get(zone).MustStatus(http.StatusForbidden)
		who.Post(zone+"/remove", url.Values{}).MustStatus(http.StatusForbidden)
		if who.Get(place+"/zones").Find("main form").Length() != 0 {
			t.Error("somebody is offered what they may not do")
		}
	}
	handler.Get(zone + "/remove").MustSay("1 张照片会一起删除").Form("form[action='" + zone + "/remove']").Submit().MustStatus(http.StatusSeeOther)
	handler.Get(place + "/zones").MustNotSay("群众接待区")
	late.Submit().MustStatus(http.StatusNotFound).MustSay("已经撤销了")
	handler.Get(picture).MustStatus(http.StatusNotFound)
}

// TestPoster: what stands on it, and where there is none.
func TestPosterPage(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	clerk.Get(place+"/poster").MustSay("有事找代表", "王桥镇人大代表联络站", "9月14日 星期一 上午 9:00–11:00", "打电话 0355-7221234", "/s/140423101", "襄垣县人大常委会")
	clerk.Get("/stations/140423101205/poster").MustSay("五阳村人大代表联络点", "，王桥镇人大代表联络站")
	clerk.Get("/stations/140423103/poster").MustSay("请扫右边的二维码看，或者打电话问。")
	clerk.Get("/stations/140423999/poster").MustStatus(http.StatusNotFound)
	if _, err := s.PG.Super.Exec(t.Context(), `update stations set state = 'closed' where code = '140423103'`); err != nil {
		t.Fatal(err)
	}
	clerk.Get("/stations/140423103/poster").MustStatus(http.StatusConflict).MustSay("不用再贴海报")
}

// TestChecksExport: the list comes out as it is shown.
func TestChecksExport(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	handler := s.As(s.Handler)
	checkForm(s, handler).Submit().MustStatus(http.StatusSeeOther)
	p := handler.Get("/checks?state=good")
	form := p.Open(p.Find(".tools a[href^='/exports']").AttrOr("href", "")).MustStatus(http.StatusOK).Form("form[action='/exports']")
	body := form.Set("format", "csv").Submit()
	for body.Status == http.StatusSeeOther {
		body = body.Follow()
	}
	body.MustStatus(http.StatusOK).MustSay("140423101", "王桥镇人大代表联络站", "六有", "2026-09-14", "达标").MustNotSay("夏店镇")
}
