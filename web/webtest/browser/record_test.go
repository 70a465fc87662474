package browser

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestDeputyRecord: the clerk of the station keeps a deputy's page, the county merges a second
// record into it and takes that back, and the deputy reads the own page on a phone, in
// large text and without JavaScript.
func TestDeputyRecord(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.settleRecord()
	for range 3 {
		s.DriveNew(casefile.Closed)
	}
	s.DriveNew(casefile.Handling)
	photo := filepath.Join(t.TempDir(), "guo.jpg")
	if err := os.WriteFile(photo, casetest.Photo(600, 800), 0o600); err != nil {
		t.Fatal(err)
	}

	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	clerk.visit("/deputies/1")
	clerk.sees("收集事项", "跟进中的事项", "139****0001")
	clerk.do(click("details:has(#files) summary"), chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{photo}))
	clerk.press("form[action$='/photo'] ")
	clerk.sees("照片已经换好。县人大代表工委核对以后")
	clerk.do(click("details:has(#reveal_reason) summary"))
	clerk.fill("#reveal_reason", "通知接待日改期")
	clerk.press("form[action$='/phone'] ")
	clerk.sees("13903550001")
	clerk.visit("/deputies/1/record")
	clerk.visit("/deputies/1/card")
	clerk.visit("/deputies/1/booklet")

	admin := s.tab("县管理员", laptop).signIn(s.Admin)
	admin.visit("/deputies/duplicates")
	admin.goes(200, click("a[href^='/deputies/1/merge']"))
	admin.sees("留下哪些资料", "夏店镇")
	admin.press("form[action$='/merge'] ")
	admin.sees("已合并", "撤回合并")
	admin.press("form[action$='/unmerge'] ")
	admin.sees("已撤回合并")

	own := s.tab("代表", phone).withoutScript().signIn(s.Deputy)
	own.sees("我接待的、还在办的事", "我的履职")
	own.goes(200, click(".side a[href='/deputies/mine']"))
	own.sees("郭建国", "接下来的接待日")
	own.goes(200, click("form[action='/text'] button"))
	own.sees("标准字")
	own.visit("/deputies/1/booklet")
	own.visit("/")
}

// settleRecord gives the first deputy private facts, an earlier term and a double.
func (s *story) settleRecord() {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if err := deputy.Change(ctx, tx, s.Keys, s.Admin, s.Deputies[0], 1, deputy.Facts{Name: "郭建国", Gender: "male", BirthYear: 1970,
			Duties: "五阳村党支部书记", Phone: "13903550001", Ethnicity: "汉族", Party: "中共党员", CertificateNo: "140423-0017", Approve: true}); err != nil {
			return err
		}
		if _, err := deputy.AddMandate(ctx, tx, s.Admin, s.Deputies[0], deputy.Mandate{Level: "township", Term: "第十五届", ElectoralUnit: "五阳选区",
			Division: "140423101", From: calendar.NewDate(2016, 6, 1), To: new(calendar.NewDate(2021, 6, 17)), EndReason: "term"}); err != nil {
			return err
		}
		id, _, err := deputy.Create(ctx, tx, s.Keys, s.Admin, deputy.Facts{Name: "郭建国", BirthYear: 1970, Duties: "王桥镇卫生院院长", Education: "大专"})
		if err != nil {
			return err
		}
		_, err = deputy.Join(ctx, tx, s.Admin, id, deputy.Membership{StationID: s.OtherStation, From: s.Today()})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}
