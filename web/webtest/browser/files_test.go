package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

const filesForm = "form[action$='/files'] "

// TestFiles: a clerk on a phone, without JavaScript, sends photographs; one that the site
// cannot keep is explained; the unit opens what came.
func TestFiles(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	number := s.DriveNew(casefile.Handling)
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	// Their names are plain: the test's browser, which has no Chinese locale, drops others.
	wide, tall := file("water.jpg", casetest.Photo(1600, 1200)), file("tall.jpg", casetest.Photo(600, 1300))
	heic, report := file("IMG_0231.HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1")), file("report.pdf", []byte(casetest.PDF))

	clerk := s.tab("联络员", phone).withoutScript().signIn(s.Clerk)
	clerk.visit("/cases/" + number)
	clerk.sees("还没有附件。")
	clerk.do(click("details:has(#files) summary"), chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{wide, heic}))
	clerk.pressFor(422, filesForm)
	clerk.sees("2 个文件都没有保存", "“IMG_0231.HEIC”是苹果手机的 HEIC 照片")
	clerk.do(chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{wide, tall, report}))
	clerk.press(filesForm)
	clerk.sees("已添加 3 个附件。", "water.jpg", "report.pdf")

	unit := s.tab("县水利局", laptop).signIn(s.Water)
	unit.visit("/cases/" + number)
	if drawn := get(unit, chromedp.Evaluate[[]int](`[...document.querySelectorAll("ul.files img")].map(i => i.naturalWidth)`)); len(drawn) != 2 || drawn[0] != 320 || drawn[1] != 147 {
		t.Errorf("the thumbnails are %v wide", drawn)
	}
	large := file("large.pdf", make([]byte, 21<<20))
	unit.do(click("details:has(#files) summary"), chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{report, large}))
	if said := get(unit, chromedp.Evaluate[string](`document.querySelector("#files").validationMessage`)); said != "“large.pdf”太大，每个文件不能超过 20 MB。请压缩或者分成几份再传。" {
		t.Errorf("before it is sent: %q", said)
	}
	unit.do(click("ul.files a"), chromedp.WaitReady(chromedp.CSS("body > img")))
	if width := get(unit, chromedp.Evaluate[int]("document.images[0].naturalWidth")); width != 1600 {
		t.Errorf("the photograph is shown %d wide", width)
	}

	clerk.do(click("ul.files li:nth-child(2) summary"))
	clerk.fill("ul.files li:nth-child(2) [name=reason]", "拍糊了，重新传。")
	clerk.press("ul.files li:nth-child(2) form ")
	clerk.sees("已移除：拍糊了，重新传。（张敏，")
}
