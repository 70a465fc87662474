package browser

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/ledongthuc/pdf"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// water is said several times in one matter, so that its row is high.
const water = "自来水管冻裂，一个多月没有水，全村人到三里外的邻村去拉水。"

// waterIn is how often water stands in the rows whose numbers are on a sheet.
func waterIn(sheet string) (times int) {
	for n := range 13 {
		if strings.Contains(sheet, fmt.Sprintf("2026-%04d-2", n+2)) {
			times += 1 + n%4
		}
	}
	return times
}

// TestRegisters: the administrator makes the register the county's own; the clerk looks at
// it and prints it, sideways and upright, with its head on every sheet; a deputy reads the
// own record on the narrowest phone, without JavaScript.
func TestRegisters(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	number := s.DriveNew(casefile.Closed)
	for n := range 13 {
		s.Register(fmt.Sprintf("第 %d 次来说：村口的路灯不亮，晚上孩子放学看不见路。", n+1), strings.Repeat(water, 1+n%4))
	}

	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	clerk.goes(200, click(".side a[href='/registers']"))
	clerk.sees("一表两卡三簿", "归档包")
	clerk.goes(200, click("a[href='/registers/visits']"))
	clerk.sees("2026-0002-1", "138****0017", "共 27 件")
	clerk.goes(200, click(".tools a[href*='print=1']"))
	clerk.sees("填表人：张敏", "来访人签名")
	clerk.filed("visits-landscape", [2]int{842, 595}, 27, "选民接待登记簿", "登记编号", "反映的问题和建议", "来访人签名")
	clerk.visit("/registers/receptions?print=1")
	clerk.visit("/registers/matters")
	clerk.visit("/cases/" + number + "/card")
	clerk.sees("意见建议处理反馈卡")
	clerk.prints("case-card", 1)

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
	admin.filed("visits-portrait", [2]int{595, 842}, 27, "群众来访登记簿", "登记编号", "反映的问题和建议", "来访人签名")

	own := s.tab("代表", narrow).withoutScript().signIn(s.Deputy)
	own.visit("/registers")
	own.goes(200, click("a[href='/registers/activities']"))
	own.sees("固定接待", "代表活动记录簿")
	own.visit("/registers/activities?print=1")
	desk := s.tab("县管理员手机", phone).withoutScript().signIn(s.Admin)
	desk.visit("/registers/visits")
	desk.visit("/settings/registers/visits")
}

// filed prints a register as its own style says, and fails where a sheet is of another
// size, where one lacks the heads or its number, where a line is missing or cut in two.
func (b *tab) filed(name string, size [2]int, lines int, title string, heads ...string) {
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
	sheets := read.NumPage()
	if sheets < 2 || sheets > 6 {
		b.t.Errorf("%s prints on %d sheets", b.address(), sheets)
	}
	whole := ""
	for n := 1; n <= sheets; n++ {
		sheet := read.Page(n)
		text := sheetText(sheet)
		whole += text
		if got := strings.Count(text, "三里外的邻村去拉水。"); got != waterIn(text) {
			b.t.Errorf("sheet %d of %s has a row cut in two: its words stand there %d times, want %d", n, b.address(), got, waterIn(text))
		}
		for _, head := range append(heads, fmt.Sprintf("第%d页共%d页", n, sheets)) {
			if !strings.Contains(text, head) {
				b.t.Errorf("sheet %d of %s lacks %q: %s", n, b.address(), head, text)
			}
		}
		box := sheet.V.Key("MediaBox")
		if w, h := int(box.Index(2).Float64()+.5), int(box.Index(3).Float64()+.5); w != size[0] || h != size[1] {
			b.t.Errorf("sheet %d of %s is %d × %d points, want %v", n, b.address(), w, h, size)
		}
	}
	if !strings.Contains(whole, title) || strings.Count(whole, "138****0017") != lines || !strings.Contains(whole, "打印时间") {
		b.t.Errorf("%s: %d lines of %d are printed", b.address(), strings.Count(whole, "138****0017"), lines)
	}
}
