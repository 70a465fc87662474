package browser

import (
	"context"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestPoster: what somebody meets who scans a poster, with a handed-down phone.
func TestPoster(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	set := func(sql string) {
		t.Helper()
		err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set(`update stations set address = short_name || '便民服务中心一楼，门口有坡道', opening_hours = '工作日 8:30—12:00，14:30—18:00' where county_id = @county`)
	set(`update deputies set duties = '五阳村农机合作社理事长' where county_id = @county`)
	set(`insert into station_deputies (county_id, station_id, deputy_id, from_date)
		select d.county_id, s.id, d.id, '2026-09-01' from deputies d join stations s on s.county_id = @county and s.code = '140423103'
		where d.county_id = @county`)
	citizen := s.tab("群众", phone).withoutScript()
	citizen.visit("/s/140423101")
	citizen.sees("有事找代表", "9月14日 星期一（今天）", "郭建国", "打电话", "五阳村人大代表联络点")
	citizen.goes(200, click("a[href='/s/140423101205']"))
	citizen.sees("王桥镇人大代表联络站下面的联络点")
	citizen.goes(200, click("a[href='/c/140423']"))
	citizen.goes(200, click("a[href='/s/140423103']"))
	citizen.sees("近期的接待日还没有公布")
	citizen.goes(200, click(".c-text button"))
	citizen.isLarge()
	citizen.visit("/s/140423101")
	citizen.visit("/c/140423")
	citizen.visitFor(404, "/s/140423999")
	citizen.goes(200, click(".c-acts a[href='/q']"))
	set(`update stations set state = 'suspended' where county_id = @county`)
	citizen.visit("/s/140423101?again")
	citizen.sees("这个联络站暂停接待", "请打襄垣县人大常委会的电话")
}

// TestRecord: the administrator looks into the record, and has it checked.
func TestRecord(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.DriveNew(casefile.Closed)
	b := s.tab("县管理员", laptop).signIn(s.Admin)
	b.goes(200, click(".side a[href='/audit']"))
	b.prints("audit", 3)
	b.press("form[action='/audit/verify']")
	b.sees("没有被改过", "上次核对")
	b.visit("/audit?actor=%E5%BC%A0%E6%95%8F&group=case&from=2026-09-14&to=2026-12-31")
	b.sees("张敏", "登记")
	b.visit("/audit?subject=XY2099")
	b.sees("没有这样的记录")
	b.visitFor(422, "/audit?from=2026-02-30&to=x")
	leader := s.tab("县领导手机", phone).signIn(s.Leader)
	leader.visit("/audit")
}
