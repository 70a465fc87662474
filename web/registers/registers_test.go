package registers_test

import (
	"archive/zip"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func id(n int64) string { return strconv.FormatInt(n, 10) }

// recorded is what the record says of exports and prints.
func recorded(t *testing.T, s *webtest.Site) (n int, detail string) {
	t.Helper()
	err := s.PG.Super.QueryRow(t.Context(), `select count(*), coalesce((array_agg(detail::text order by entry desc))[1], '') from audit_entries where action = 'list.export'`).Scan(&n, &detail)
	if err != nil {
		t.Fatal(err)
	}
	return n, detail
}

// TestRegisterOnScreenAndPaper: what was entered is there, masked; in full it takes a
// reason, and the record has it.
func TestRegisterOnScreenAndPaper(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.Drive(s.Register("水管冻裂了。", "路灯不亮。").Matters[0].Number, casefile.Closed).Number
	clerk := s.As(s.Clerk)
	clerk.Get("/registers").MustStatus(http.StatusOK).MustSay("一表两卡三簿", "按常见做法预置，请按本县的要求修改", "选民接待登记簿", "代表联系卡", "归档包").MustNotSay("改表样")
	p := clerk.Get("/registers/visits").MustStatus(http.StatusOK).MustSay("2026-0001-1", "申**", "138****0017", "水管冻裂了", "转县水利局办理", "共 2 条，来访 1 批次、1 人次，意见建议 2 件", "号码不连续")
	p.MustNotSay(casetest.Visitor)
	if own := p.Count.Own(); len(own) > 7 || p.Count.Trips > 3 {
		t.Errorf("%d statements in %d trips", len(own), p.Count.Trips)
	}
	p.Open(p.Find("a[href='/cases/"+number+"']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).MustSay("反馈卡")
	clerk.Get("/registers/visits?from=2026-01-01&to=2026-09-13").MustStatus(http.StatusOK).MustSay("这段时间没有记录")
	clerk.Get("/registers/visits?deputy=%E7%8E%8B%E5%BF%97%E5%BC%BA").MustStatus(http.StatusOK).MustSay("这段时间没有记录")

	paper := p.Open(p.Find(".tools a[href*='print=1']").AttrOr("href", "/missing")).MustStatus(http.StatusOK)
	paper.MustSay("单位：王桥镇人大代表联络站", "2026年1月1日至12月31日", "共 2 条，来访 1 批次、1 人次，意见建议 2 件", "填表人：张敏", "打印时间：2026年9月14日", "来访人签名", "申**").MustNotSay(casetest.Visitor, casetest.Phone)
	const full = "form[method='post'][action*='print=1']"
	paper.Form(full).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明做什么用").MustNotSay(casetest.Visitor)
	if n, _ := recorded(t, s); n != 0 {
		t.Errorf("%d prints are recorded before there was one", n)
	}
	paper.Form(full).Set("reason", "年底归档").Submit().MustStatus(http.StatusOK).MustSay(casetest.Visitor, casetest.Phone, "已记入操作记录")
	if n, detail := recorded(t, s); n != 1 || !strings.Contains(detail, "年底归档") || !strings.Contains(detail, `"rows": 2`) || !strings.Contains(detail, `"from": "2026-01-01"`) {
		t.Errorf("%d, %s", n, detail)
	}
	for by, unit := range map[*auth.Actor]string{&s.Clerk: "", &s.Leader: "station=" + id(s.Station) + "&"} { // narrowed to a point, it is the point's
		s.As(*by).Get("/registers/visits?print=1&"+unit+"place="+id(s.Point)).MustStatus(http.StatusOK).MustSay("单位：五阳村人大代表联络点", "共 2 条")
		s.As(*by).Get("/registers/visits?print=1&"+unit+"place="+id(s.Station)).MustStatus(http.StatusOK).MustSay("单位：王桥镇人大代表联络站", "共 0 条")
	}
	s.As(s.Leader).Get("/registers/visits?print=1&place="+id(s.Station)).MustStatus(http.StatusOK).MustSay("单位：襄垣县人大常委会", "共 2 条")
	s.As(s.Leader).Get("/registers/visits?print=1").MustStatus(http.StatusOK).MustSay("单位：襄垣县人大常委会", "各站分别编号", "联络站登记编号").MustNotSay("完整的姓名和电话")
	s.As(s.Leader).Post("/registers/visits?print=1", nil).MustStatus(http.StatusForbidden)
	s.As(s.OtherClerk).Get("/registers/visits").MustStatus(http.StatusOK).MustSay("这段时间没有记录")
	clerk.Get("/registers/visits?from=2026-10-01&to=2026-09-01").MustSay("结束日期早于开始日期")
	p.MustSay("9月14日").MustNotSay("2026-09-14")
	if p.Find(".tools a[href*='print=1']").Length() != 2 {
		t.Error("the tools do not stand above the list too")
	}
	year := p.Open(p.Find("nav.views a").First().AttrOr("href", "/missing")).MustStatus(http.StatusOK).MustSay("2025年1月1日至12月31日", "这段时间没有记录")
	year.Open(year.Find("nav.views a").Last().AttrOr("href", "/missing")).MustSay("2026-0001-1")
	clerk.Get("/registers/card").MustStatus(http.StatusNotFound)
	clerk.Get("/registers/minutes").MustStatus(http.StatusNotFound)

	own := s.As(s.Deputy)
	own.Get("/registers").MustStatus(http.StatusOK).MustSay("代表活动记录簿").MustNotSay("选民接待登记簿", "归档包")
	own.Get("/registers/activities").MustStatus(http.StatusOK).MustSay("来访", "接待群众 1 人，收集意见建议 2 件")
	own.Get("/registers/receptions").MustStatus(http.StatusOK).MustSay("9月14日", "固定接待")
	own.Get("/registers/visits").MustStatus(http.StatusForbidden)
	own.Get("/registers/matters?print=1").MustStatus(http.StatusForbidden)
}

// TestFormAsTheCountyHasIt: what the settings say is what is shown and printed; a register
// that the county does not use is gone.
func TestFormAsTheCountyHasIt(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Register("水管冻裂了。")
	admin := s.As(s.Admin)
	const path = "/settings/registers/visits"
	admin.Get(path).Form("form[action='"+path+"']").Set("name", "群众来访登记簿").Set("label_words", "群众反映").Set("paper", "portrait").
		Drop("shown_village").Drop("shown_dealt").Drop("shown_told").Drop("shown_remark").Set("numbering", "month").Submit().Follow().MustSay("表样已经保存")
	p := admin.Get("/registers/visits?print=1").MustStatus(http.StatusOK).MustSay("群众来访登记簿", "群众反映", "2026-09-0001", "A4 纵向").MustNotSay("处理方式和结果")
	if p.Find(".print-sheet.on-portrait.bound").Length() != 1 {
		t.Error("it does not lie upright")
	}
	const days = "/settings/registers/receptions"
	admin.Get(days).Form("form[action='"+days+"']").Set("retired", "1").Submit().Follow().MustSay("停用")
	admin.Get("/registers/receptions").MustStatus(http.StatusNotFound).MustSay("本县不用“接待日程安排表”")
	admin.Get("/registers").MustNotSay("接待日程安排表")
	admin.Get("/exports/new?list=registers/receptions").MustStatus(http.StatusNotFound)
	const card = "/settings/registers/card"
	admin.Get(card).Form("form[action='"+card+"']").Set("name", "代表便民卡").Submit().Follow().MustStatus(http.StatusOK)
	admin.Get("/deputies/1/card").MustStatus(http.StatusOK).MustSay("襄垣县人大代表便民卡", "代表身份", "接待日")
	admin.Get(card).Form("form[action='"+card+"']").Set("label_station", "所在站").Drop("shown_days").Drop("shown_qr").Set("paper", "landscape").Submit().Follow().MustSay("表样已经保存")
	if p := admin.Get("/deputies/1/card").MustSay("所在站", "A4 横向").MustNotSay("扫二维码"); p.Find(".paper.card.on-landscape").Length() == 0 || strings.Contains(p.Find(".paper.card dl").Text(), "接待日") {
		t.Error("the card does not lie sideways")
	}
	admin.Get("/deputies/1").MustSay("打印代表便民卡")
	admin.Get(card).Form("form[action='"+card+"']").Set("retired", "1").Submit().Follow().MustStatus(http.StatusOK)
	admin.Get("/deputies/1/card").MustStatus(http.StatusNotFound).MustSay("本县不用“代表便民卡”")
	admin.Get("/deputies/1").MustNotSay("打印代表便民卡")
	admin.Get("/registers").MustNotSay("代表便民卡").MustSay("先点开一件事项")
}

// TestCaseCard: the life of a matter on one page, masked, for those who file it.
func TestCaseCard(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Submitted)
	s.As(s.Clerk).Get("/cases/"+number+"/card").MustStatus(http.StatusOK).
		MustSay("意见建议处理反馈卡", "编号："+number, "申**", "138****0017", "转县水利局办理", "来访人签名").MustNotSay(casetest.Visitor, "破损管段已更换")
	s.Drive(number, casefile.Closed)
	s.As(s.Deputy).Get("/cases/"+number+"/card").MustStatus(http.StatusOK).MustSay("破损管段已更换", "路红霞", "郭建国").MustNotSay(casetest.Visitor)
	s.As(s.Water).Get("/cases/" + number + "/card").MustStatus(http.StatusForbidden)
	said := s.Register("我叫" + casetest.Visitor + "，电话" + casetest.Phone + "，路灯不亮。").Matters[0].Number
	s.As(s.Clerk).Get("/cases/"+said+"/card").MustSay("我叫申**，电话****，路灯不亮。").MustNotSay(casetest.Visitor, casetest.Phone)

	const feedback = "/settings/registers/feedback"
	admin := s.As(s.Admin)
	form := admin.Get(feedback).MustSay("只能做成卡").Form("form[action='"+feedback+"']").Set("name", "群众意见反馈单").Set("label_words", "群众反映").
		Drop("shown_phone").Drop("shown_verdict").Set("place_result", "1").Set("paper", "landscape")
	form.Submit().Follow().MustSay("表样已经保存")
	p := s.As(s.Clerk).Get("/cases/"+number+"/card").MustSay("群众意见反馈单", "群众反映", "A4 横向").MustNotSay("联系电话", "群众评价")
	if p.Find(".case-card.on-landscape").Length() != 1 || strings.TrimSpace(p.Find(".case-card th").First().Text()) != "办理结果" {
		t.Errorf("the columns are not the county's: %q", p.Find(".case-card th").First().Text())
	}
	admin.Get(feedback).Form("form[action='"+feedback+"']").Set("retired", "1").Submit().Follow().MustStatus(http.StatusOK)
	s.As(s.Clerk).Get("/cases/" + number + "/card").MustStatus(http.StatusNotFound)
	if p := s.As(s.Clerk).Get("/cases/" + number); p.Find("a[href*='/card']").Length() != 0 {
		t.Error("a card that the county does not use is offered")
	}
}

// TestTakenAway: a register goes into a sheet as it is shown, everything of a period into an
// archive, which is made while its page waits.
func TestTakenAway(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Register("水管冻裂了。", "路灯不亮。")
	clerk := s.As(s.Clerk)
	list := clerk.Get("/registers/visits?deputy=%E6%9D%8E%E7%A7%80%E8%8B%B1")
	form := list.Open(list.Find(".tools a[href^='/exports/new']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).
		MustSay("导出选民接待登记簿", "共 2 条").Form("form[action='/exports']")
	sheet := form.Submit().MustStatus(http.StatusOK)
	book, err := excelize.OpenReader(strings.NewReader(sheet.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 5 || rows[0][0] != "登记编号" || rows[2][0] != "2026-0001-2" || slices.Contains(rows[1], casetest.Visitor) ||
		rows[3][0] != "合计" || !slices.Contains(rows[3], "共 2 条，来访 1 批次、1 人次，意见建议 2 件") || !strings.Contains(strings.Join(rows[4], ""), "编号按站") {
		t.Errorf("%v %q", err, rows)
	}

	asked := clerk.Get("/registers").Form("form[action='/registers/archive']").Set("from", "2026-09-01").Set("to", "2026-09-30").Submit().Follow()
	p := asked.MustStatus(http.StatusOK).MustSay("导出台账归档包", "这段时间的全部台账").Form("form[action='/exports']").
		Set("full", "1").Set("reason", "年底归档").Submit().Follow().MustStatus(http.StatusOK)
	for range 100 {
		if p.Find("a[href$='/file']").Length() > 0 || strings.Contains(p.Text("main"), "没有做成") {
			break
		}
		time.Sleep(50 * time.Millisecond)
		p = clerk.Get(p.URL.Path)
	}
	file := p.Open(p.Find("a[href$='/file']").AttrOr("href", "/missing")).MustStatus(http.StatusOK)
	opened, err := zip.NewReader(strings.NewReader(file.Body), int64(len(file.Body)))
	if _, detail := recorded(t, s); !strings.Contains(detail, "\"full\": true") {
		t.Errorf("the record does not say that names are in full: %s", detail)
	}
	if err != nil || len(opened.File) != 15 || file.Header.Get("Content-Type") != "application/zip" {
		t.Errorf("%v, %s", err, file.Header.Get("Content-Type"))
	}
	if _, detail := recorded(t, s); !strings.Contains(detail, "年底归档") {
		t.Error(detail)
	}
	s.As(s.Deputy).Get("/exports/new?list=registers/visits").MustStatus(http.StatusForbidden)
	s.As(s.Water).Get("/exports/new?list=registers").MustStatus(http.StatusForbidden)
	clerk.Get("/exports/new?list=registers/card").MustStatus(http.StatusNotFound)
}
