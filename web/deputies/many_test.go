package deputies_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// enter makes deputies of the county's congress whom no station has.
func (s *site) enter(n int) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		for i := range n {
			_, err := deputy.Enter(ctx, tx, s.Keys, s.Admin, deputy.Newcomer{Facts: deputy.Facts{Name: fmt.Sprintf("李%02d", i+1), Duties: "村民"},
				Mandate: deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "王桥选区", From: calendar.NewDate(2021, 7, 2)}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// few checks that a change of many takes no round trip for each.
func (s *site) few(p *webtest.Page) {
	s.t.Helper()
	if p.Count.Trips > 16 {
		s.t.Errorf("%s: %d trips: %q", p.URL.Path, p.Count.Trips, p.Count.Statements)
	}
}

// The county sees whom no station has, ticks forty, looks at what becomes of each, and puts
// them in; the second press says so.
func TestFortyGoIntoAGroup(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.enter(40)
	list := s.admin.Get("/deputies?group=none").MustStatus(http.StatusOK)
	s.within(list, 7)
	if tab := list.Find("nav.views a[href='/deputies?group=none']"); !strings.Contains(tab.Text(), "40") {
		t.Errorf("the view says %q", tab.Text())
	}
	var ids []string
	list.Find("main input[name=id][form=bulk]").Each(func(_ int, box *selection) { ids = append(ids, box.AttrOr("value", "")) })
	if len(ids) != 40 || list.Find("form#bulk[method=get][action='/deputies/groups']").Length() != 1 {
		t.Fatalf("%d boxes", len(ids))
	}
	asked := s.admin.Get("/deputies/groups?"+url.Values{"id": append(ids, "1", "999", "x")}.Encode()).MustSay("勾选了 41 名", "在王桥镇")
	form := asked.Form("main form.form")
	form.Set("others", "leave").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择一个联络站")
	form.Choose("station_id", "夏店镇")
	preview := form.Submit().MustStatus(http.StatusOK).MustSay("41 名编入，作组员；1 名离开原来的组。", "编入夏店镇，离开王桥镇")
	s.within(preview, 3)
	if n := s.count(`select count(*) from station_deputies where station_id = @s`, pgx.NamedArgs{"s": s.OtherStation}); n != 0 {
		t.Fatal("the preview did something")
	}
	confirm := preview.Form("main form[method=post]")
	placed := confirm.Submit().MustStatus(http.StatusSeeOther)
	s.few(placed)
	placed.Follow().MustStatus(http.StatusOK).MustSay("编入 41 名，1 名离开了原来的组", "共 41 名")
	confirm.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("41 名本来就在组里，没有动")
	s.admin.Get("/deputies?group=none").MustSay("在任的代表都已经进站")
	s.admin.Get("/deputies/groups").MustSay("还没有勾选代表")
	if n := s.count(`select count(*) from station_deputies where station_id = @s`, pgx.NamedArgs{"s": s.OtherStation}); n != 41 {
		t.Errorf("%d places", n)
	}
	if boxes := s.As(s.Clerk).Get("/deputies").Find("main input[type=checkbox], main form.bulk, .head-acts a").Length(); boxes != 0 {
		t.Error("a clerk is offered what only the office may do")
	}
}

// A congress turns: the office sees who goes, ticks who was elected again, and confirms.
func TestACongressTurns(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.enter(3)
	s.Advance(10)
	s.admin = s.As(s.Admin) // a session does not last that long
	page := s.admin.Get("/deputies/terms").MustStatus(http.StatusOK).MustSay("县人大代表", "第十七届", "7 名")
	s.within(page, 4)
	form := page.Form("main form.form")
	form.Set("name", "").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择哪一级换届", "请填新的届次", "请填新一届从哪一天开始")
	form.Set("level", "county").Set("name", "第十八届").Set("from", s.Today().AddDays(1).String()).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("新一届还没有开始")
	preview := form.Set("from", s.Today().String()).Submit().MustStatus(http.StatusOK).
		MustSay("7 名", s.Today().AddDays(-1).ChineseFull()+" 为止", "7 名没有别的代表职务，有 4 名在联络站的组里", "郭建国")
	if s.count(`select count(*) from terms`, nil) != 0 {
		t.Fatal("the preview did something")
	}
	confirm := preview.Form("main form[method=post]").Set("id", "1", "2")
	// Two records become one between the preview and the button.
	if err := s.DB.Update(t.Context(), s.County, func(tx *tenant.Tx) error {
		_, err := deputy.Merge(t.Context(), tx, s.Keys, s.Admin, deputy.Merging{Kept: 1, Gone: 7, KeptVersion: 1, GoneVersion: 1})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	stale := confirm.Submit().MustStatus(http.StatusConflict).MustSay("届满的人有变化", "6 名")
	if s.count(`select count(*) from terms`, nil) != 0 || stale.Find("input[name=id][checked]").Length() != 2 {
		t.Fatal("it was done, or the ticks are lost")
	}
	confirm = stale.Form("main form[method=post]")
	confirm.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("6 名任期届满，其中 2 名连任；离开联络站的组 2 处", "第十八届", "2 名")
	confirm.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已经换过了，没有再办一次")
	form.Submit().MustStatus(http.StatusConflict).MustSay("第十八届县人大代表已经换过届了")
	s.admin.Get("/deputies?state=former").MustStatus(http.StatusOK).MustSay("共 4 名", "不再任职")
	s.admin.Get("/deputies?term=第十七届&level=county").MustSay("共 6 名")
	s.admin.Get("/deputies?term=第十八届").MustSay("共 2 名")
	s.admin.Get("/deputies/1").MustSay("第十七届", "第十八届")
}

func TestManyAreApproved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.enter(12)
	s.admin.Get("/deputies?approval=waiting").MustSay("共 12 名", "公开内容待核对")
	page := s.admin.Get("/deputies/approvals?id=5&id=6").MustSay("李01", "李02", "村民").MustNotSay("李03")
	s.within(page, 2)
	if page.Find("input[name=id][checked]").Length() != 2 {
		t.Error("who was ticked in the list is not ticked any more")
	}
	post := func(ids ...string) {
		s.few(s.admin.Post("/deputies/approvals", url.Values{"id": ids}).MustStatus(http.StatusSeeOther))
	}
	post("5", "6", "1", "99", "8", "9", "10", "11", "12", "13", "14", "15", "16")
	s.admin.Get("/deputies/approvals").MustSay("11 名代表的公开内容已经核对", "李03").MustNotSay("李01")
	post()
	s.admin.Get("/deputies/approvals").MustSay("什么也没有改")
	post("7")
	s.admin.Get("/deputies/approvals").MustSay("没有待核对的")
}

// A deputy who has a login has no list, only the own page; nobody of another county is seen.
func TestWhoSeesTheList(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	me := s.As(s.Deputy)
	me.Get("/deputies").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK).MustSay("郭建国")
	s.As(s.OtherClerk).Get("/deputies").MustStatus(http.StatusOK).MustSay("没有符合条件的代表")
	s.As(s.Clerk).Get("/deputies").MustStatus(http.StatusOK).MustSay("共 4 名")
	s.As(s.Neighbour.Clerk).Get("/deputies?level=county").MustStatus(http.StatusOK).MustNotSay("郭建国")
	p := s.admin.Get("/deputies?q=gjg").MustStatus(http.StatusOK).MustSay("共 1 名")
	if href := p.Find("main tbody a.subject").AttrOr("href", ""); !strings.HasPrefix(href, "/deputies/1?") {
		t.Errorf("leads to %s", href)
	}
	if s.admin.Get("/deputies?print=1").Find("main .pick").Length() != 0 {
		t.Error("boxes are printed")
	}
}

// More ticks than are taken at once are refused, and none is dropped without a word.
func TestTooManyTicks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var ids []string
	for n := range 501 {
		ids = append(ids, fmt.Sprint(n+1))
	}
	many := url.Values{"id": ids}
	for _, at := range []string{"/deputies/groups?", "/deputies/approvals?"} {
		s.admin.Get(at + many.Encode()).MustStatus(http.StatusConflict).MustSay("一次最多勾选 500 名，现在勾选了 501 名")
	}
}
