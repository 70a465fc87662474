package browser

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/ledongthuc/pdf"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// TestRegisters: the administrator makes the register the county's own; the clerk looks at
// it and prints it, sideways and upright, with its head on every sheet; a deputy reads the
// own record on the narrowest phone, without JavaScript.
func TestRegisters(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	number := s.DriveNew(casefile.Closed)
	for n := range 13 {
		visit := s.Visit(fmt.Sprintf("第 %d 次来说：村口的路灯不亮，晚上孩子放学看不见路。", n+1), strings.Repeat("自来水管冻裂，一个多月没有水，全村人到三里外的邻村去拉水。", 1+n%4))
		visit.PlaceID = s.Station // where the day is
		if _, err := s.RegisterVisit(s.Clerk, visit); err != nil {
			t.Fatal(err)
		}
	}
	s.hold(30)

	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	clerk.goes(200, click(".side a[href='/registers']"))
	clerk.sees("一表两卡三簿", "归档包")
	clerk.goes(200, click("a[href='/registers/visits']"))
	clerk.sees("2026-0002-1", "138****0017", "共 27 条")
	clerk.goes(200, click(".tools a[href*='print=1']"))
	clerk.sees("填表人：张敏", "来访人签名")
	clerk.filed("visits-landscape", sideways, 27, "选民接待登记簿")
	clerk.visit("/registers/receptions?print=1")
	clerk.filed("receptions", sideways, 31, "接待日程安排表")
	clerk.visit("/registers/matters")
	clerk.visit("/registers/matters?print=1")
	clerk.filed("matters", sideways, 27, "意见建议处理登记簿")
	clerk.visit("/registers/activities?print=1")
	clerk.filed("activities", upright, 32, "代表活动记录簿") // one visit was at a point, which had no day
	clerk.visit("/cases/" + number + "/card")
	clerk.sees("意见建议处理反馈卡")
	if card := clerk.sheets("case-card", upright, 1, 1); !strings.Contains(card[0], "意见建议处理反馈卡") || !strings.Contains(card[0], number) {
		t.Errorf("the card: %s", card[0])
	}

	admin := s.tab("县管理员", laptop).signIn(s.Admin)
	admin.visit("/settings/registers")
	admin.goes(200, click("a[href='/settings/registers/visits']"))
	admin.fill("#name", "群众来访登记簿")
	for _, key := range []string{"told", "village", "dealt", "deputies", "remark"} {
		admin.do(click("[name='shown_" + key + "']"))
	}
	admin.do(click("[name=paper][value=portrait]"))
	admin.goes(200, click("main form.form .btn-main"))
	admin.sees("表样已经保存", "群众来访登记簿")
	admin.visit("/registers/visits?print=1")
	admin.filed("visits-portrait", upright, 27, "群众来访登记簿")

	// A card of the county's own beside the register: each visit on its own sheet of A5, or several on one of A4.
	admin.visit("/settings/registers")
	admin.goes(200, click("main form[action='/settings/registers/new'] button"))
	admin.fill("#name", "群众来访登记表")
	admin.do(click("[name=kind][value=card]"))
	admin.do(click("[name=paper][value=a5]"))
	admin.goes(200, click("main form.form .btn-main"))
	admin.sees("表样“群众来访登记表”已经添加", "本县加的")
	clerk.visit("/registers/visits-2")
	clerk.goes(200, click(".tools a[href*='print=1']"))
	clerk.whole("own-a5", half, 27, 27)
	clerk.visit("/registers/visits-2/blank")
	clerk.sheets("own-blank", half, 1, 1)
	admin.visit("/settings/registers/visits-2")
	admin.do(click("[name=paper][value=portrait]"))
	admin.goes(200, click("main form.form .btn-main"))
	clerk.visit("/registers/visits-2?print=1")
	clerk.whole("own-a4", upright, 9, 18)
	clerk.visit("/registers/visits/blank") // the county's lies upright
	clerk.sheets("blank-book", upright, 1, 1)
	clerk.visit("/registers/receptions/blank")
	clerk.sheets("blank-table", sideways, 1, 1)

	own := s.tab("代表", narrow).withoutScript().signIn(s.Deputy)
	own.visit("/registers")
	own.goes(200, click("a[href='/registers/activities']"))
	own.sees("固定接待", "代表活动记录簿")
	own.visit("/registers/activities?print=1")
	desk := s.tab("县管理员手机", phone).withoutScript().signIn(s.Admin)
	desk.visit("/registers/visits")
	desk.visit("/settings/registers/visits")
}

// hold adds days that were held, as many as that, one each day before today.
func (s *story) hold(days int) {
	s.t.Helper()
	_, err := s.PG.Super.Exec(s.t.Context(), `with held as (insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
			select $1, $2, $2, $3::date - n, '09:00', '11:30', 'fixed', 'held' from generate_series(1, $4::int) n returning id)
		insert into reception_deputies (county_id, reception_id, deputy_id) select $1, id, unnest($5::bigint[]) from held`,
		s.County, s.Station, s.Today(), days, s.Deputies[:2])
	if err != nil {
		s.t.Fatal(err)
	}
}

// The sizes of paper, in points.
var (
	upright  = [2]int{595, 842}
	sideways = [2]int{842, 595}
	half     = [2]int{595, 420} // A5, sideways
)

// whole prints cards, and fails where one is cut in two.
func (b *tab) whole(name string, size [2]int, least, most int) {
	b.t.Helper()
	sheets := b.sheets(name, size, least, most)
	for _, card := range b.printed(".entry-card") {
		if !slices.ContainsFunc(sheets, func(sheet string) bool { return strings.Contains(sheet, card) }) {
			b.t.Errorf("%s: a card is cut in two: %s", name, card)
		}
	}
}

// sheets prints the page as its own style says and returns what stands on each sheet. It fails
// where there are fewer sheets or more, where one is of another size, where one that has lines of
// the page's table lacks a head, and where a line is missing, or stands on no sheet whole because
// it was cut in two.
func (b *tab) sheets(name string, size [2]int, least, most int) []string {
	b.t.Helper()
	css := true
	printed := within(b, func(ctx context.Context) (page.PrintToPDFResult, error) {
		return chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &css})
	})
	if dir := os.Getenv("SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), printed.Data, 0o600); err != nil {
			b.t.Log(err)
		}
	}
	read, err := pdf.NewReader(bytes.NewReader(printed.Data), int64(len(printed.Data)))
	if err != nil {
		b.t.Fatal(err)
	}
	if n := read.NumPage(); n < least || n > most {
		b.t.Errorf("%s prints on %d sheets, want %d to %d", b.address(), n, least, most)
	}
	var texts []string
	for n := 1; n <= read.NumPage(); n++ {
		sheet := read.Page(n)
		texts = append(texts, sheetText(sheet))
		box := sheet.V.Key("MediaBox")
		if w, h := int(box.Index(2).Float64()+.5), int(box.Index(3).Float64()+.5); w != size[0] || h != size[1] {
			b.t.Errorf("sheet %d of %s is %d × %d points, want %v", n, b.address(), w, h, size)
		}
	}
	lined := map[int]bool{}
	lines := b.printed("tbody tr")
	for _, line := range lines {
		on := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(text, line) })
		if lined[on] = true; on < 0 {
			b.t.Errorf("%s: a line is missing or cut in two: %s", b.address(), line)
		}
	}
	for n, text := range texts {
		for _, head := range b.printed("thead th") {
			if lined[n] && !strings.Contains(text, head) {
				b.t.Errorf("sheet %d of %s lacks the head %q: %s", n+1, b.address(), head, text)
			}
		}
	}
	if least > 1 && len(lines) == 0 {
		b.t.Errorf("%s has no lines", b.address())
	}
	return texts
}

// printed are the texts of the page's parts that are printed too.
func (b *tab) printed(selector string) []string {
	b.t.Helper()
	texts := get(b, chromedp.Evaluate[[]string](fmt.Sprintf(`[...document.querySelectorAll("main " + %q)].filter(n => !n.closest(".no-print")).map(n => n.textContent)`, selector)))
	for i, text := range texts {
		texts[i] = unbroken(text)
	}
	return texts
}

// filed prints a register of so many lines on several sheets, and fails where one lacks its
// number, and where the title or who printed it when is missing.
func (b *tab) filed(name string, size [2]int, lines int, title string) {
	b.t.Helper()
	sheets := b.sheets(name, size, 2, 6)
	for n, text := range sheets {
		if number := fmt.Sprintf("第%d页共%d页", n+1, len(sheets)); !strings.Contains(text, number) {
			b.t.Errorf("sheet %d of %s lacks %q: %s", n+1, b.address(), number, text)
		}
	}
	whole := strings.Join(sheets, "")
	if n := len(b.printed("tbody tr:not(.closing)")); n != lines || !strings.Contains(whole, title) || !strings.Contains(whole, "打印时间") {
		b.t.Errorf("%s: %d lines, want %d under %q", b.address(), n, lines, title)
	}
}

// TestSignaturesStandWithLines: however many lines there are, those who sign see some of them on the
// same sheet. Of each register some of the lengths about a full sheet are such that the signatures
// alone would go over to a second.
func TestSignaturesStandWithLines(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.hold(30)
	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	for source, size := range map[string][2]int{"receptions": sideways, "activities": upright} {
		// on is how many of so many lines stand on the first and on the last sheet.
		on := func(lines int) (first, last int, sheets []string) {
			clerk.visit(fmt.Sprintf("/registers/%s?print=1&from=%s&to=%s", source, s.Today().AddDays(-lines), s.Today().AddDays(-1)))
			sheets = clerk.sheets(fmt.Sprintf("%s-%d", source, lines), size, 1, 4)
			for _, line := range clerk.printed("tbody tr:not(.closing)") {
				if strings.Contains(sheets[0], line) {
					first++
				}
				if strings.Contains(sheets[len(sheets)-1], line) {
					last++
				}
			}
			return first, last, sheets
		}
		full, _, _ := on(30)
		fewest := full
		for lines := full - 2; lines <= full+2; lines++ {
			_, n, sheets := on(lines)
			last := sheets[len(sheets)-1]
			if n < 3 || !strings.Contains(last, "打印时间") || !strings.Contains(last, "站长（签字）") && !strings.Contains(last, "站长(签字)") {
				t.Errorf("%d lines of %s: %d of them on the last of %d sheets: %s", lines, source, n, len(sheets), last)
			}
			if len(sheets) > 1 {
				fewest = min(fewest, n)
			}
		}
		if fewest != 3 {
			t.Errorf("%s: no length about %d has it that the signatures take lines along: the fewest are %d", source, full, fewest)
		}
	}
}
