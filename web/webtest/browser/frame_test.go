package browser

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"lianluo/web/webtest"
)

// TestFrame is the office on a Monday with what every feature stands on: it looks for
// something, keeps the view, takes the list away as a sheet, and prints it.
func TestFrame(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	for range 60 {
		s.OneCase()
	}
	lamp := s.Register("村口的路灯不亮，娃们下晚自习看不见路。").Matters[0].Number
	office := open(t, s, "办理岗", laptop).signIn(s.Handler)

	office.fill("#find", "路灯")
	office.goes(200, click("form.top-find button"))
	office.sees(lamp, "全部事项", "共 1 件")
	office.do(click(".tools summary"))
	office.fill("#view-name", "路灯")
	office.press("form[action='/views']")
	office.sees("已存为常用视图")

	office.visit("/cases?view=open")
	office.goes(200, click(".tools a[href^='/exports/new']"))
	office.sees("共 61 件", "Excel 表格")
	book, err := excelize.OpenReader(bytes.NewReader(office.downloads(click("form[action='/exports'] button"))))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 62 || rows[0][0] != "编号" {
		t.Errorf("%d rows, %v", len(rows), err)
	}

	office.visit("/cases?view=open&print=1")
	office.prints("list", 4)

	for _, width := range []int64{phone, narrow} {
		small := open(t, s, "办理岗手机", width).signIn(s.Handler)
		small.visit("/cases?view=all&q=" + "路灯")
		small.visit("/stations")
		small.visit("/deputies")
		small.visit("/exports/new?list=cases&in=view%3Dopen")
		small.visit("/exports")
	}
}

// downloads does what begins a download, and returns the file once it is whole. Its name
// says nothing: without a Chinese locale the browser cannot write it.
func (b *tab) downloads(begin chromedp.Action[chromedp.Void]) []byte {
	b.t.Helper()
	dir := b.t.TempDir()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID})
		return err
	}), begin)
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		files, err := os.ReadDir(dir)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file.Name(), ".crdownload") {
				content, err := os.ReadFile(filepath.Join(dir, file.Name()))
				if err != nil {
					b.t.Fatal(err)
				}
				return content
			}
		}
		if time.Now().After(deadline) {
			b.picture("no-download")
			b.t.Fatalf("%s at %s: no file came: %s", b.who, b.address(), b.text("main"))
		}
	}
}
