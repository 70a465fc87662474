package browser

import (
	"testing"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// TestClosings: the county's administrator makes a unit, closes and merges a station and a
// unit, on a laptop with JavaScript and on a phone without; whoever has the cases now finds them.
func TestClosings(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	number := s.DriveNew(casefile.Handling)
	s.DriveNew(casefile.Closed)
	s.DriveNew(casefile.Registered)

	b := s.tab("县管理员", laptop).signIn(s.Admin)
	b.visit("/units")
	b.goes(200, click("a[href='/units/new']"))
	b.fill("#name", "县农业农村局")
	b.fill("#phone", "7220001")
	b.goes(422, click("main form.form .btn-main"))
	b.sees("座机号前请加上区号")
	b.fill("#phone", "0355-7220001")
	b.goes(200, click("main form.form .btn-main"))
	b.sees("已经建好")

	b.visit("/stations/140423101")
	b.goes(200, click("a[href='/closings/places/140423101']"))
	b.sees("现在有在办事项 2 件", "五阳村人大代表联络点")
	b.anyway("main form.form")
	b.goes(422, click("main form.form .btn-main"))
	b.sees("请选择并入哪一个")
	b.pick("#into", "夏店镇人大代表联络站")
	b.fill("#reason", "撤乡并镇")
	b.goes(200, click("main form.form .btn-main"))
	b.sees("按下面的办", "在办的 2 件事项转到")
	b.goes(200, click("button[value=confirm]"))
	b.sees("已经合并")

	p := s.tab("县管理员手机", phone).signIn(s.Admin).withoutScript()
	p.visit("/closings")
	p.visit("/units")
	p.visit("/units/%E5%8E%BF%E6%B0%B4%E5%88%A9%E5%B1%80")
	p.goes(200, click("a[href^='/closings/units/']"))
	p.pick("#into", "县农业农村局")
	p.fill("#reason", "机构改革")
	p.goes(200, click("main form.form .btn-main"))
	p.sees("没办完的 1 件转给")
	p.goes(200, click("button[value=confirm]"))
	p.sees("已并入县农业农村局")

	heir := s.tab("夏店镇联络员", laptop).signIn(s.OtherClerk)
	heir.visit("/cases/" + number)
	heir.sees("由王桥镇人大代表联络站转到夏店镇人大代表联络站", "由县水利局转到县农业农村局")
}
