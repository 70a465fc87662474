package registers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// add lets the administrator add a form over a source and returns what follows.
func add(admin *webtest.Client, source, name, kind string, more ...string) *webtest.Page {
	const to = "form[action='/settings/registers/new']"
	form := admin.Get("/settings/registers").Form(to+"[method='get']").Set("source", source).Submit().Form(to+"[method='post']").
		Set("name", name).Set("kind", kind)
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form.Submit()
}

// TestOwnForm: beside the register the county has a card of its own made from the same entries: on
// the screen, on paper one for each visit, in a sheet, empty; and the three kinds print differently.
func TestOwnForm(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Register("水管冻裂了。", "路灯不亮。")
	admin, clerk := s.As(s.Admin), s.As(s.Clerk)
	add(admin, "visits", "群众来访登记表", "card", "paper", "a5", "label_words", "群众反映").Follow().MustStatus(http.StatusOK).
		MustSay("表样“群众来访登记表”已经添加", "本县加的", "A5 横向")
	clerk.Get("/registers").MustSay("群众来访登记表", "选民接待登记簿")
	p := clerk.Get("/registers/visits-2?from=2026-09-14&to=2026-09-14").MustStatus(http.StatusOK).MustSay("群众来访登记表", "群众反映", "水管冻裂了", "共 2 张")
	if own := p.Count.Own(); len(own) > 7 || p.Count.Trips > 3 {
		t.Errorf("%d statements in %d trips", len(own), p.Count.Trips)
	}
	paper := p.Open(p.Find(".tools a[href*='print=1']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).
		MustSay("A5 横向", "单位：王桥镇人大代表联络站", "第 2 张", "登记人（签字）", "打印时间").MustNotSay(casetest.Visitor)
	if cards := paper.Find(".print-sheet.on-a5 > .entry-card"); cards.Length() != 2 || !strings.Contains(cards.Last().Text(), "路灯不亮") || paper.Find("thead").Length() != 0 {
		t.Errorf("%d cards", cards.Length())
	}
	paper.Form("form[method='post'][action*='visits-2']").Set("reason", "来访人签字").Submit().MustStatus(http.StatusOK).MustSay(casetest.Visitor)
	if _, detail := recorded(t, s); !strings.Contains(detail, "来访人签字") {
		t.Error(detail)
	}
	blank := p.Open(p.Find("a[href*='/blank']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).MustSay("空白的群众来访登记表", "群众反映", "王桥镇人大代表联络站").
		MustNotSay("水管冻裂了", "申**")
	if blank.Find(".entry-card").Length() != 1 {
		t.Error("an empty sheet of A5 has not one card")
	}
	exported := p.Open(p.Find(".tools a[href^='/exports/new']").AttrOr("href", "/missing")).MustSay("导出群众来访登记表", "共 2 条").Form("form[action='/exports']").Submit()
	book, err := excelize.OpenReader(strings.NewReader(exported.MustStatus(http.StatusOK).Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	if rows, err := book.GetRows(book.GetSheetName(0)); err != nil || len(rows) != 5 || strings.Join(rows[0], " ") != "登记编号 来访日期 姓名 人数 联系电话 住址 群众反映 接待代表 处理方式和结果 反馈日期 群众评价 来访人签名 备注" {
		t.Errorf("%v %q", err, rows)
	}

	desk := clerk.Get("/visits/blank").MustSay("也可以用台账的空白表", "选民接待登记簿", "群众来访登记表")
	desk.Open(desk.Find("a[href^='/registers/visits-2/blank']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).MustSay("空白的群众来访登记表")

	// The kinds on paper: a table is close and signed once, each sheet of a book is signed.
	if book := clerk.Get("/registers/visits?print=1"); book.Find(".bound tfoot").Length() != 1 || book.Find(".ledger-close").Length() != 0 || !strings.Contains(book.Find("tfoot").Text(), "站长（签字）：") {
		t.Error("the sheets of a book are not signed")
	}
	if table := clerk.Get("/registers/receptions?print=1"); table.Find("tfoot, .bound").Length() != 0 || table.Find(".ledger-close").Length() != 1 {
		t.Error("a table prints as a book")
	}
	for form, lines := range map[string]int{"visits": 7, "receptions": 15, "activities": 12} {
		if n := clerk.Get("/registers/" + form + "/blank").MustStatus(http.StatusOK).Find(".ledger tbody tr").Length(); n != lines {
			t.Errorf("an empty sheet of %s has %d lines", form, n)
		}
	}
	s.As(s.Deputy).Get("/registers/visits-2").MustStatus(http.StatusForbidden)
	s.As(s.Deputy).Get("/registers/visits-2/blank").MustStatus(http.StatusForbidden)
	s.As(s.Neighbour.Clerk).Get("/registers/visits-2").MustStatus(http.StatusNotFound)
	for _, missing := range []string{"/registers/visits-3", "/registers/visits-1", "/registers/card-2", "/registers/visits-9/blank", "/exports/new?list=registers/visits-9", "/exports/new?list=registers/card"} {
		clerk.Get(missing).MustStatus(http.StatusNotFound)
	}

	// The shipped register is given up: what leads to it shows the county's own.
	const visits, own = "/settings/registers/visits", "/settings/registers/visits-2"
	admin.Get(visits).Form("form[action='"+visits+"']").Set("retired", "1").Submit().Follow().MustSay("停用")
	led := clerk.Get("/registers/visits?from=2026-09-14&to=2026-09-14").MustStatus(http.StatusOK).MustSay("群众来访登记表", "水管冻裂了")
	if led.Find(".tools a[href*='/registers/visits-2?']").Length() == 0 {
		t.Error("what stands in its place does not print")
	}
	admin.Get(own).Form("form[action='"+own+"']").Set("retired", "1").Submit().Follow().MustStatus(http.StatusOK)
	clerk.Get("/registers/visits").MustStatus(http.StatusNotFound).MustSay("本县不用“选民接待登记簿”")
	clerk.Get("/registers/visits-2").MustStatus(http.StatusNotFound).MustSay("本县不用“群众来访登记表”")
}

// TestOwnCards: a case and a deputy offer each card that the county prints, with no more asked of
// the database for several than for one; a card that the county gave up is not offered.
func TestOwnCards(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Closed)
	admin, clerk := s.As(s.Admin), s.As(s.Clerk)
	pages := map[string]int{"/cases/" + number: 0, "/deputies/1": 0}
	for path := range pages {
		pages[path] = len(clerk.Get(path).MustStatus(http.StatusOK).Count.Own())
	}
	for n := range 3 {
		add(admin, "feedback", fmt.Sprintf("交办单（第 %d 种）", n+1), "card", "label_words", "交办内容").MustStatus(http.StatusSeeOther)
		add(admin, "card", fmt.Sprintf("便民卡（第 %d 种）", n+1), "card", "paper", "a5").MustStatus(http.StatusSeeOther)
	}
	for path, before := range pages {
		if p := clerk.Get(path).MustStatus(http.StatusOK); len(p.Count.Own()) != before || p.Find("a[href*='/card?form=']").Length() != 4 {
			t.Errorf("%s: %d statements, %d before; %d cards", path, len(p.Count.Own()), before, p.Find("a[href*='/card?form=']").Length())
		}
	}
	p := clerk.Get("/cases/" + number)
	p.Open(p.Find("a[href*='feedback-3']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).MustSay("交办单（第 2 种）", "交办内容", number).MustNotSay(casetest.Visitor)
	p = clerk.Get("/deputies/1")
	if card := p.Open(p.Find("a[href*='card-2']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).MustSay("便民卡（第 1 种）", "A5 横向"); card.Find(".paper.card.on-a5").Length() == 0 {
		t.Error("the card is not on A5")
	}
	for _, missing := range []string{"/cases/" + number + "/card?form=card", "/cases/" + number + "/card?form=feedback-9", "/deputies/1/card?form=feedback", "/deputies/1/card?form=card-9"} {
		clerk.Get(missing).MustStatus(http.StatusNotFound)
	}
	const shipped = "/settings/registers/feedback"
	admin.Get(shipped).Form("form[action='"+shipped+"']").Set("retired", "1").Submit().Follow().MustStatus(http.StatusOK)
	clerk.Get("/cases/" + number).MustNotSay("意见建议处理反馈卡")
	clerk.Get("/cases/" + number + "/card").MustStatus(http.StatusOK).MustSay("交办单（第 1 种）")
	clerk.Get("/registers").MustSay("交办单（第 3 种）", "便民卡（第 3 种）")
}

// TestStationOfAnExport: the record says which station's rows were taken away, also where the
// address names none because whoever took them sees no other.
func TestStationOfAnExport(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Register("水管冻裂了。")
	take := func(c *webtest.Client, list, in string) string {
		t.Helper()
		c.Get("/exports/new?list=" + list + "&in=" + in).Form("form[action='/exports']").Submit()
		_, detail := recorded(t, s)
		return detail
	}
	const own = `"station": "王桥镇人大代表联络站"`
	clerk, handler := s.As(s.Clerk), s.As(s.Handler)
	for _, list := range []string{"registers/visits", "registers", "cases", "deputies"} {
		if detail := take(clerk, list, ""); !strings.Contains(detail, own) {
			t.Errorf("%s by a clerk: %s", list, detail)
		}
	}
	if detail := take(clerk, "stations", ""); strings.Contains(detail, `"station"`) {
		t.Errorf("a clerk sees all stations: %s", detail)
	}
	if detail := take(handler, "registers/visits", ""); strings.Contains(detail, `"station"`) {
		t.Errorf("the whole county: %s", detail)
	}
	if detail := take(handler, "registers/visits", "station%3D"+id(s.Station)); !strings.Contains(detail, own) {
		t.Errorf("one station of the county: %s", detail)
	}
	clerk.Get("/registers/visits?print=1").Form("form[method='post'][action*='print=1']").Set("reason", "年底归档").Submit().MustStatus(http.StatusOK)
	if _, detail := recorded(t, s); !strings.Contains(detail, own) {
		t.Errorf("printed by a clerk: %s", detail)
	}
}
