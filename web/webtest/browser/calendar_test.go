package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// TestCalendar: the administrator uploads the year that has been announced, without
// JavaScript, after a slip; the unit sees its new date and why.
func TestCalendar(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.Set("2026-12-28 09:00")
	number := s.DriveNew(casefile.Handling)
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const notice = "日期,至,类型,名称\n2027-1-1,2027-1-3,放假,元旦\n2027-1-31,,调休上班,春节\n2027-2-5,2027-2-11,放假,春节\n2027-2-14,,调休上班,春节\n" +
		"2027-4-5,,放假,清明节\n2027-5-1,2027-5-5,放假,劳动节\n2027-6-9,,放假,端午节\n2027-9-15,,放假,中秋节\n2027-10-1,2027-10-7,放假,国庆节\n"
	bad := strings.NewReplacer("2027-1-31", "2027-2-1", "2027-4-5", "四月五日").Replace(notice)

	for who, width := range map[string]int64{"县管理员": laptop, "县管理员手机": narrow} {
		admin := s.tab(who, width).withoutScript().signIn(s.Admin)
		admin.visit("/settings/calendar")
		admin.sees("未公布：暂定")
		admin.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file("bad.csv", bad)}))
		admin.pressFor(422, "form[enctype]")
		admin.sees("文件里有 2 处要改，没有上传", "第 3 行“日期”（A3）：2月1日不是周末", "第 6 行“日期”（A6）：“四月五日”不是日期")
		admin.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file("notice.csv", notice)}))
		admin.press("form[enctype]")
		admin.sees("还没有启用", "有 1 件的期限要改", number)
	}
	admin := s.tab("县管理员启用", laptop).withoutScript().signIn(s.Admin)
	admin.visit("/settings/calendar")
	admin.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file("notice.csv", notice)}))
	admin.press("form[enctype]")
	admin.press("form[action$='/confirm']")
	admin.sees("2027 年的放假安排已经启用，1 件在办事项的期限已按它重新计算。", "本县上传（郝建平")

	unit := s.tab("县水利局", phone).signIn(s.Water)
	unit.visit("/cases/" + number)
	unit.sees("日历调整", "办理期限由2月9日改为2月14日")
}
