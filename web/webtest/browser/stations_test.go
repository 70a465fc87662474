package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// TestStations: the county's office makes a point, says who runs the station, looks at the
// county as a whole; on a laptop with JavaScript, on a phone without.
func TestStations(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.DriveNew(casefile.Closed)
	s.DriveNew(casefile.Handling)
	b := s.tab("县办理岗", laptop).signIn(s.Handler)
	b.visit("/stations/140423101")
	b.sees("今年数据", "进站代表", "接待")
	b.goes(200, click("a[href='/stations/140423101/edit']"))
	b.fill("#longitude", "113.05")
	b.fill("#latitude", "36.53")
	b.goes(200, click("main form.form .btn-main"))
	b.sees("东经 113.05，北纬 36.53")
	b.goes(200, click("a[href='/stations/new?parent=140423101']"))
	b.fill("#name", "史属村人大代表联络点")
	b.anyway("main form.form")
	b.goes(422, click("main form.form .btn-main"))
	b.sees("请选择所在的乡镇")
	b.pick("#division", "五阳村")
	b.do(click("svg[data-plot]")) // the middle, where the station is
	if at := get(b, chromedp.Evaluate[string](`document.querySelector("#longitude").value`)); !strings.HasPrefix(at, "113.05") {
		t.Errorf("a click in the middle of the plot sets %s", at)
	}
	b.goes(200, click("main form.form .btn-main"))
	b.sees("已经建好", "140423101205-02")
	b.visit("/stations/140423101/officers")
	b.do(click("input[value=head]"))
	b.fill("#name", "郭建国")
	b.goes(200, click("main form.form .btn-main"))
	b.sees("已经登记", "站长")
	b.visit("/stations/140423101/state")
	b.visit("/stations/townships")
	b.visit("/stations/tree?open=1")
	b.visit("/stations")

	p := s.tab("站长", phone).signIn(s.Head).withoutScript()
	p.visit("/stations/140423101")
	p.visit("/stations/140423101/edit")
	p.visit("/stations/townships")
	p.visit("/stations/tree")
}
