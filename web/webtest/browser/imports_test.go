package browser

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lianluo/web/webtest"
)

// TestSetUpByImports: a county's office sets up its stations, deputies and units by three
// files, without JavaScript; a wrong one first says what is wrong.
func TestSetUpByImports(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	file := func(name string) string {
		path, err := filepath.Abs("../../../internal/imports/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	office := s.tab("县管理员导入", laptop).withoutScript().signIn(s.Admin)
	upload := func(kind, name string) {
		office.visit("/imports?kind=" + kind)
		office.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file(name)}))
		office.press("form[enctype]")
		office.settles()
	}
	upload("deputies", "wrong.xlsx")
	office.sees("有 5 行要改，现在不能导入", "“层级”（G3）")
	for _, list := range []struct{ kind, name, person string }{
		{"stations", "stations.xlsx", "常隆村人大代表联络点"}, {"deputies", "deputies.xlsx", "陈爱民"}, {"units", "units-gbk.csv", "县自然资源局"}} {
		upload(list.kind, list.name)
		office.sees("核对好了", list.person)
		office.press("form[action$='/confirm']")
		office.settles()
		office.sees("已经全部写进系统")
	}
	hand := s.tab("县办理岗手机", narrow).signIn(s.Handler)
	hand.visit("/imports")
	hand.sees("下载模板", "整个县带走")
}

// settles looks at a page that renews itself until what it waits for is over.
func (b *tab) settles() {
	b.t.Helper()
	for deadline := time.Now().Add(time.Minute); strings.Contains(b.text("body"), "这个页面会自己更新"); time.Sleep(500 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("%s waits too long at %s", b.who, b.address())
		}
		b.visit(b.address())
	}
}
