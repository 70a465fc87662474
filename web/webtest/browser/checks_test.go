package browser

import (
	"bytes"
	"context"
	"image"
	_ "image/png"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/jackc/pgx/v5"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"lianluo/internal/check"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// arrange runs a statement of 襄垣县.
func (s *story) arrange(sql string) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Exec(ctx, sql, pgx.NamedArgs{})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestCheckStation: the county's office looks at a station by keyboard, adds what the place
// is divided into, and prints its poster on one sheet whose code a phone reads.
func TestCheckStation(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.Photograph(s.Deputies[0])
	s.arrange(`update stations set address = short_name || '便民服务中心一楼，镇政府东侧，门口有坡道，轮椅可以进', opening_hours = '工作日 8:30—12:00，14:30—18:00' where county_id = @county`)
	s.arrange(`insert into station_functions (county_id, station_id, function_id)
		select f.county_id, s.id, f.id from functions f join stations s on s.county_id = @county and s.code = '140423101' where f.county_id = @county`)
	for _, day := range []string{"2026-09-15", "2026-09-17", "2026-09-22", "2026-09-24", "2026-09-29"} {
		s.arrange(`insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
			select s.county_id, s.id, p.id, '` + day + `', '09:00', '11:30', 'fixed', 'published' from stations s
			join stations p on p.county_id = @county and p.code = '140423101205' where s.county_id = @county and s.code = '140423101'`)
	}
	s.arrange(`insert into reception_deputies (county_id, reception_id, deputy_id) select r.county_id, r.id, d.id from receptions r
		join deputies d on d.county_id = @county where r.county_id = @county and not exists (select from reception_deputies x
			where x.county_id = @county and x.reception_id = r.id and x.deputy_id = d.id)`)

	office := s.tab("县办理岗", laptop).signIn(s.Handler)
	office.goes(200, click(".side a[href='/checks']"))
	office.sees("从未核查 3")
	office.visit("/stations/140423101/checks/new")
	office.anyway("form[action='/stations/140423101/checks'] ")
	office.pressFor(422, "form[action='/stations/140423101/checks']")
	office.visit("/stations/140423101/checks/new")
	var lists *[]check.Checklist
	s.View(func(v *tenant.View) { lists = check.Checklists(v) })
	office.do(click("#checked_by")) // behind the date, whose parts the browser itself marks
	for _, item := range (*lists)[0].Items {
		office.tabTo("[name=" + check.StateField(item.ID) + "]")
		office.keys(" ")
		if item.Name == "有档案" {
			office.keys(kb.ArrowDown)
			office.tabAndType("[name="+check.WhatField(item.ID)+"]", "9 月活动照片")
		}
	}
	office.press("form[action='/stations/140423101/checks']")
	office.sees("6 项中缺 1 项", "缺：9 月活动照片")
	office.prints("check", 1)
	office.visit("/stations/140423101/zones")
	office.fill("[name=name]", "选民接待区")
	office.fill("[name=what]", "2 张接待桌，门口有坡道")
	office.press("form[action$='/zones']")
	office.sees("已经添加")
	office.visit("/stations/140423101/zones")
	office.visit("/stations/140423101")
	office.sees("6 项中 5 项达标", "有档案，缺：9 月活动照片", "选民接待区：2 张接待桌")
	office.visit("/checks")
	office.sees("有缺项 1", "有档案：9 月活动照片")

	office.visit("/stations/140423101/poster")
	office.prints("poster", 1)
	if got, want := office.reads(".poster-code svg"), s.Deps.BaseURL+"/s/140423101"; got != want {
		t.Errorf("the poster's code says %q, want %q", got, want)
	}

	head := s.tab("站长手机", phone).signIn(s.Head)
	for _, path := range []string{"/checks", "/stations/140423101", "/stations/140423101/checks", "/stations/140423101/checks/new", "/stations/140423101/zones", "/stations/140423101/poster"} {
		head.visit(path)
	}
	citizen := s.tab("群众", phone).withoutScript()
	citizen.visit("/s/140423101")
	citizen.sees("来这里可以做什么", "对法律法规草案提意见")
	if got := get(citizen, chromedp.Evaluate[int64]("document.querySelector('.c-who img').naturalWidth")); got != 240 {
		t.Errorf("the deputy's photograph is %d wide", got)
	}
	s.arrange(`update stations o set state = 'merged', successor_id = n.id from stations n
		where o.county_id = @county and n.county_id = @county and o.code = '140423103' and n.code = '140423101'`)
	citizen.visit("/s/140423103")
	citizen.sees("原夏店镇人大代表联络站已并入本站")
}

// reads is what a phone reads from a code on the screen.
func (b *tab) reads(selector string) string {
	b.t.Helper()
	shot := get(b, chromedp.Screenshot(selector))
	picture, _, err := image.Decode(bytes.NewReader(shot))
	if err != nil {
		b.t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		b.t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		b.t.Fatalf("nobody can read the code: %v", err)
	}
	return read.GetText()
}
