package closings_test

import (
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const wangqiao = "/closings/places/140423101"

func formAt(path string) string {
	return "main form[action='" + (&url.URL{Path: path}).EscapedPath() + "']"
}

// TestMergeAStation: the administrator says what becomes of everything, sees what will
// happen, goes back, and does it; twice it happens once. The other station has it all.
func TestMergeAStation(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	open, closed := s.DriveNew(casefile.Sorted), s.DriveNew(casefile.Closed)
	admin, late := s.As(s.Admin), s.As(s.Clerk)
	unsent := late.Get("/visits/new").MustStatus(http.StatusOK)

	p := admin.Get("/closings").Form("form:has(select[name=place])").Choose("place", "王桥镇人大代表联络站").Submit().MustStatus(http.StatusSeeOther).Follow()
	p.MustSay("现在有在办事项 1 件", "五阳村人大代表联络点", "4 名代表", "站长 1 个，联络员 2 个", "王桥镇人民政府（在办 0 件）")
	bad := p.Form(formAt(wangqiao)).Set("into", "").Set("reason", " ").Submit().MustStatus(http.StatusUnprocessableEntity)
	bad.MustSay("请选择并入哪一个", "请写明为什么撤并")
	preview := bad.Form(formAt(wangqiao)).Choose("into", "夏店镇人大代表联络站").Set("reason", "撤乡<i>并镇").Set("staff", "clerks").Submit().MustStatus(http.StatusOK)
	preview.MustSay("并入“夏店镇人大代表联络站”", "在办的 1 件事项转到", "五阳村人大代表联络点改属", "4 名代表今天出组，同时进接收站的组", "2 个账号的身份转过去",
		"1 个账号的身份结束", "不能再登录："+s.Head.Name, "还是承办单位").MustNotSay("<i>并镇")
	if s.Case(open).StationID != s.Station {
		t.Fatal("the preview has moved something")
	}
	edited := preview.Form(formAt(wangqiao)).Submit("返回修改").MustStatus(http.StatusOK).Form(formAt(wangqiao))
	if edited.Value("reason") != "撤乡<i>并镇" || edited.Value("staff") != "clerks" || edited.Value("into") != "140423103" {
		t.Error("what was chosen is lost on the way back")
	}

	// Something happens between the preview and the button.
	s.OneCase()
	stale := preview.Form(formAt(wangqiao)).Submit("合并").MustStatus(http.StatusConflict).MustSay("情况有变化", "在办的 2 件")
	confirm := stale.Form(formAt(wangqiao))
	confirm.Submit("合并").MustStatus(http.StatusSeeOther).Follow().MustSay("已经合并", "2 件已经转过去", s.Head.Name)
	confirm.Submit("合并").MustStatus(http.StatusSeeOther).Follow().MustSay("没有再办一次")
	admin.Get(wangqiao).MustStatus(http.StatusOK).MustSay("已经撤并")

	// The case says so to whoever has it now, and the past is theirs to read.
	heir := s.As(s.OtherClerk)
	heir.Get("/cases/"+open).MustStatus(http.StatusOK).MustSay("转到别的联络站", "由王桥镇人大代表联络站转到夏店镇人大代表联络站", "撤乡<i>并镇")
	heir.Get("/cases/" + closed).MustStatus(http.StatusOK)
	heir.Get("/cases?view=open").MustSay(open)

	// Who was at the door: the clerk works on at the other station, the head does not come in.
	again := unsent.Form("form[action='/visits']").Set("words-1", "又来了一个人。").Submit().MustStatus(http.StatusSeeOther)
	if !strings.HasPrefix(again.Header.Get("Location"), "/login") {
		t.Errorf("the clerk's session goes on: %s", again.Header.Get("Location"))
	}
	late = s.As(s.Clerk)
	late.Get("/").MustStatus(http.StatusOK).MustSay("夏店镇")
	late.Get("/visits/new").MustStatus(http.StatusOK).MustSay("五阳村")
	s.Anonymous().Get("/s/140423101").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK).MustSay("夏店镇")
	p = s.Anonymous().Get("/login").Form("form[action='/login']").Set("login_name", s.Head.LoginName).Set("password", "wuyang-shuiguan-2026").Submit()
	if p.Status == http.StatusSeeOther {
		t.Error("a head without a role has come in")
	}
	admin.Get("/audit").MustSay("撤并站点", "夏店镇人大代表联络站")
}

// TestCloseAUnit: as a station; and a unit without work simply ends.
func TestCloseAUnit(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	admin := s.As(s.Admin)
	path := "/closings/units/县水利局"
	p := admin.Get("/units/县水利局").MustStatus(http.StatusOK).Open((&url.URL{Path: path}).EscapedPath()).MustStatus(http.StatusOK).MustSay("主办 1 件")
	p = p.Form(formAt(path)).Set("reason", "机构改革").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择由哪个单位接着办")
	preview := p.Form(formAt(path)).Choose("into", "县交通运输局").Submit().MustStatus(http.StatusOK).MustSay("没办完的 1 件转给", "1 个账号的身份转过去")
	preview.Form(formAt(path)).Submit("返回修改").MustStatus(http.StatusOK)
	s.DriveNew(casefile.Assigned)
	preview = preview.Form(formAt(path)).Submit("并入").MustStatus(http.StatusConflict).MustSay("情况有变化", "2 件")
	preview.Form(formAt(path)).Submit("并入").MustStatus(http.StatusSeeOther).Follow().MustSay("已经合并", "已并入县交通运输局", "已撤销")
	preview.Form(formAt(path)).Submit("并入").MustStatus(http.StatusSeeOther).Follow().MustSay("没有再办一次")
	s.As(s.Water).Get("/cases/"+number).MustStatus(http.StatusOK).MustSay("转到别的单位：县交通运输局", "由县水利局转到县交通运输局")
	admin.Get("/units?use=retired").MustSay("县水利局", "已并入县交通运输局")
	admin.Get("/units/县水利局").Form("form[action$='/restore']").Submit().Follow().MustSay("已经恢复")
	admin.Get("/closings/units/没有").MustStatus(http.StatusNotFound)
	alone := admin.Get(path).Form(formAt(path)).Set("reason", "没有事了").Submit().MustStatus(http.StatusOK).MustSay("以后不再分办给它")
	alone.Form(formAt(path)).Submit("撤销").MustStatus(http.StatusSeeOther).Follow().MustSay("已经关闭")
}

// TestCloseATownship: the station, its point and its unit go elsewhere; a tampered form changes nothing.
func TestCloseATownship(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.DriveNew(casefile.Registered)
	path := "/closings/townships/140423101"
	admin := s.As(s.Admin)
	p := admin.Get("/closings").Form("form:has(select[name=township])").Choose("township", "王桥镇").Submit().Follow().MustSay("撤并王桥镇")
	unit := "unit-" + strconv.FormatInt(s.TownshipUnit, 10)
	f := p.Form(formAt(path)).Choose("into", "夏店镇人大代表联络站").Set("reason", "撤乡并镇").Choose(unit, "县水利局")
	preview := f.Submit().MustStatus(http.StatusOK).MustSay("“王桥镇”并入", "王桥镇人民政府：撤销")
	preview.Form(formAt(path)).Submit("合并").MustStatus(http.StatusSeeOther).Follow().MustSay("已经合并")
	admin.Get("/units/王桥镇人民政府").MustSay("已并入县水利局")
	for path, status := range map[string]int{"/closings/townships/999999999": http.StatusNotFound, "/closings/places/140425200": http.StatusNotFound, "/closings/places/%27": http.StatusNotFound} {
		admin.Post(path, url.Values{"act": {"confirm"}, "way": {"merge"}, "into": {"140423103"}, "reason": {"x"}}).MustStatus(status)
	}
	if strings.Contains(admin.Get("/closings").Text("main"), "王桥镇人大代表联络站") {
		t.Error("what is merged is still offered")
	}
}
