package records_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func must(t *testing.T, s *webtest.Site, write func(ctx context.Context, tx *tenant.Tx) error) {
	t.Helper()
	if err := s.Update(write); err != nil {
		t.Fatal(err)
	}
}

func recorded(t *testing.T, s *webtest.Site, action string) (n int) {
	t.Helper()
	if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from audit_entries where action = $1`, action).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// facts gives 郭建国 private facts and a township's mandate that ended.
func facts(t *testing.T, s *webtest.Site) {
	t.Helper()
	must(t, s, func(ctx context.Context, tx *tenant.Tx) error {
		err := deputy.Change(ctx, tx, s.Keys, s.Admin, s.Deputies[0], 1, deputy.Facts{Name: "郭建国", Gender: "male", BirthYear: 1970,
			Duties: "五阳村党支部书记", Phone: "13903550001", Ethnicity: "汉族", Approve: true})
		if err != nil {
			return err
		}
		_, err = deputy.AddMandate(ctx, tx, s.Admin, s.Deputies[0], deputy.Mandate{Level: "township", Term: "第十五届", ElectoralUnit: "五阳选区",
			Division: "140423101", From: calendar.NewDate(2016, 6, 1), To: new(calendar.NewDate(2021, 6, 17)), EndReason: "term"})
		return err
	})
}

// TestDeputysPage: who reads it sees what is theirs to see, and every number leads to what
// is behind it.
func TestDeputysPage(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	facts(t, s)
	open := s.DriveNew(casefile.Handling)
	s.DriveNew(casefile.Closed)

	for name, who := range map[string]auth.Actor{"admin": s.Admin, "leader": s.Leader, "clerk": s.Clerk, "deputy": s.Deputy} {
		p := s.As(who).Get("/deputies/1").MustStatus(http.StatusOK).
			MustSay("郭建国", "第十七届县人大代表", "第十五届王桥镇人大代表", "2016-06-01 至 2021-06-17", "届满", "139****0001", "汉族", "1970 年", "王桥镇", "组员，2026-09-14 起",
				"接待来访2 批 2 人次", "收集事项2 件", "办结1 件", "听取反馈1 件", "9月14日 09:00–11:00").
			MustNotSay("13903550001")
		if p.Find("form[action^='/cases/']").Length() != 0 || p.Find("a[href='/cases/"+open+"']").Length() != 1 {
			t.Errorf("%s: deputies hear and follow: %s", name, p.Text("main"))
		}
		p.Open("/cases?deputy=1&from=2026-01-01&to=2026-12-31&view=all").MustStatus(http.StatusOK).MustSay("共 2 件")
		p.Open("/deputies/1/record?from=2026-01-01&kind=visit&to=2026-12-31").MustStatus(http.StatusOK).MustSay("共 2 条", "来访，1 人", "五阳村")
		p.Open("/deputies/1/record?from=2026-01-01&kind=heard&to=2026-12-31").MustSay("共 1 条", "短信听取办理结果")
		if p.Open("/deputies/1/record"); who.May(auth.ExportList) {
			s.As(who).Get("/deputies/1/record").Open("/exports/new?list=record&in=deputy%3D1").MustStatus(http.StatusOK).MustSay("履职记录", "3 条")
		}
		own := len(p.Count.Own())
		if t.Logf("%s: %d statements, %d trips", name, own, p.Count.Trips); own > 11 || p.Count.Trips > 3 {
			t.Errorf("%s: %d statements in %d trips:\n%q", name, own, p.Count.Trips, p.Count.Statements)
		}
		if changes := p.Find("a[href='/deputies/1/edit']").Length() == 1; changes != who.May(auth.ChangeDeputies) {
			t.Errorf("%s: changes %v", name, changes)
		}
	}
	s.As(s.Deputy).Get("/deputies/2").MustStatus(http.StatusForbidden)
	s.As(s.Deputy).Get("/files/" + open).MustStatus(http.StatusNotFound)
	s.As(s.OtherClerk).Get("/deputies/1/booklet").MustStatus(http.StatusForbidden)
	for _, odd := range []string{"/deputies/0", "/deputies/99", "/deputies/x", "/deputies/99999999999", "/deputies/1/booklet?mandate=x"} {
		s.As(s.Admin).Get(odd).MustStatus(http.StatusNotFound)
	}
	if home := s.As(s.Deputy).Get("/").MustStatus(http.StatusOK).MustSay("我接待的、还在办的事", "接待日", "我的履职"); home.Open("/deputies/mine").Follow().Status != http.StatusOK {
		t.Error("a deputy finds no way to the own page")
	}
	s.As(s.Admin).Get("/deputies/mine").MustStatus(http.StatusSeeOther)

	// A district's congress is no county's: the page says it as the card does.
	if _, err := s.PG.Super.Exec(t.Context(), `update counties set name = '襄垣区' where division_code = '140423'`); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/deputies/1", "/deputies/1/card"} {
		s.As(s.Admin).Get(page).MustSay("第十七届区人大代表").MustNotSay("第十七届县人大代表")
	}
}

// TestPrivateNumber: it shows for a reason that is on record, to those who work with the
// deputy, and once.
func TestPrivateNumber(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	facts(t, s)
	form := func(c *webtest.Client) *webtest.Form {
		return c.Get("/deputies/1").Form("form[action='/deputies/1/phone']")
	}
	clerk := s.As(s.Clerk)
	form(clerk).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明为什么要看电话。").MustNotSay("13903550001")
	form(clerk).Set("reveal_reason", "通知接待日改期").Submit().MustStatus(http.StatusOK).MustSay("13903550001")
	clerk.Get("/deputies/1").MustNotSay("13903550001")
	if n := recorded(t, s, "deputy.reveal_phone"); n != 1 {
		t.Errorf("%d looks are on record", n)
	}
	for _, who := range []auth.Actor{s.Leader, s.Deputy, s.OtherClerk} {
		s.As(who).Post("/deputies/1/phone", url.Values{"reveal_reason": {"看看"}}).MustStatus(http.StatusForbidden)
	}
	if s.As(s.Deputy).Get("/deputies/1").Find("form[action='/deputies/1/phone']").Length() != 0 {
		t.Error("the deputy is asked why")
	}
	s.As(s.Admin).Post("/deputies/2/phone", url.Values{"reveal_reason": {"通知"}}).MustStatus(http.StatusNotFound).MustSay("没有登记私人电话")
	if p := s.As(s.Admin).Get("/audit"); !strings.Contains(p.Body, "查看代表的私人电话") {
		t.Error(p.Text("main"))
	}
}

// TestPhotograph: a station's photograph waits for the county's eye; the county's shows at
// once; the same form sent twice is one photograph.
func TestPhotograph(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	approved := func() bool {
		return s.As(s.Admin).Get("/deputies/1").Find("#h-public + .chip").Length() == 0
	}
	photo := func(c *webtest.Client) *webtest.Form {
		return c.Get("/deputies/1").Form("form[action='/deputies/1/photo']")
	}
	admin, clerk := s.As(s.Admin), s.As(s.Clerk)
	photo(admin).Attach("files", "郭建国.jpg", casetest.Photo(300, 400)).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("照片已经换好。").
		MustNotSay("核对以后，群众")
	if !approved() {
		t.Error("the county's own photograph is not approved")
	}
	form := photo(clerk).Attach("files", "证件照.jpg", casetest.Photo(200, 200))
	form.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("核对以后，群众才能看到")
	form.Submit().MustStatus(http.StatusSeeOther)
	if approved() || recorded(t, s, "deputy.photo") != 2 {
		t.Errorf("approved %v, %d photographs", approved(), recorded(t, s, "deputy.photo"))
	}
	img := clerk.Get("/deputies/1").Find(".file-look img")
	clerk.Get(img.AttrOr("src", "")).MustStatus(http.StatusOK)
	s.As(s.OtherClerk).Get(img.AttrOr("src", "")).MustStatus(http.StatusForbidden)
	photo(clerk).Attach("files", "a.pdf", []byte(casetest.PDF)).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("不是照片")
	photo(clerk).Attach("files", "a.jpg", casetest.Photo(9, 9)).Attach("files", "b.jpg", casetest.Photo(9, 9)).Submit().
		MustStatus(http.StatusUnprocessableEntity).MustSay("只选一张")
	if photo(clerk).Value("key"); s.As(s.Deputy).Get("/deputies/1").Find("form[action='/deputies/1/photo']").Length() != 0 {
		t.Error("the deputy uploads")
	}
	clerk.Get("/deputies/1").Form("form[action='/deputies/1/photo/remove']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("照片已经移除。")
	if clerk.Get("/deputies/1").Find(".file-look img").Length() != 0 {
		t.Error("it is still there")
	}
}

// TestPrints: the card says what everybody may know and the station's number; the booklet
// is one term's.
func TestPrints(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	facts(t, s)
	s.DriveNew(casefile.Closed)
	card := s.As(s.Clerk).Get("/deputies/1/card").MustStatus(http.StatusOK).
		MustSay("襄垣县人大代表联系卡", "郭建国", "第十七届县人大代表（王桥选区）", "五阳村党支部书记", "0355-7221234", "王桥镇人大代表联络站").
		MustNotSay("139****0001", "汉族", "1970", "还没有核对", "第十五届")
	if card.Find(".paper-qr svg").Length() != 1 {
		t.Error("no QR code")
	}
	s.As(s.Clerk).Get("/deputies/1/booklet").MustStatus(http.StatusOK).
		MustSay("人大代表履职档案", "第十七届县人大代表", "2026-09-14 起", "合计", "自来水管冻裂", "汉族").MustNotSay("13903550001", "第十五届王桥镇人大代表（")
	old := s.As(s.Admin).Get("/deputies/1").Find("a[href^='/deputies/1/booklet']").Last().AttrOr("href", "")
	s.As(s.Admin).Get(old).MustStatus(http.StatusOK).MustSay("第十五届王桥镇人大代表", "2016-06-01 至 2021-06-17", "这一届还没有记录", "2016 年", "2021 年").
		MustNotSay("自来水管冻裂")
}

// TestPhotographsChangePlaces: of two photographs the chosen one shows, and the way back
// gives each its own; where one was replaced since, there is no way back.
func TestPhotographsChangePlaces(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	give := func(number string) {
		t.Helper()
		admin.Get("/deputies/"+number).Form("form[action$='/photo']").Attach("files", "a.jpg", casetest.Photo(30, 40)).Submit().MustStatus(http.StatusSeeOther)
	}
	src := func(number string) string {
		return admin.Get("/deputies/"+number).MustStatus(http.StatusOK).Find(".file-look img").AttrOr("src", "")
	}
	give("1")
	give("2")
	first, second := src("1"), src("2")
	if first == second || first == "" {
		t.Fatal(first, second)
	}
	merge := func() {
		t.Helper()
		form := admin.Get("/deputies/1/merge?with=2").Form("form[action='/deputies/1/merge']")
		form.Set("photo", "gone").Set("name", "gone").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("李秀英", "合并进来的档案")
	}
	unmerge := func() *webtest.Page {
		return admin.Get("/deputies/1").Form("form[action='/deputies/1/unmerge']").Submit()
	}
	merge()
	if got := src("1"); got != second {
		t.Errorf("%s shows, chosen was %s", got, second)
	}
	unmerge().MustStatus(http.StatusSeeOther).Follow().MustSay("李秀英")
	if src("1") != first || src("2") != second {
		t.Errorf("after the way back: %s, %s", src("1"), src("2"))
	}
	merge()
	give("1")
	unmerge().MustStatus(http.StatusConflict).MustSay("改过这份档案的照片")
}

// TestTwoRecordsBecomeOne: found, compared, merged, led on, and taken back, all by hand.
func TestTwoRecordsBecomeOne(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	var second int32
	var himself auth.Actor
	var record int64
	must(t, s, func(ctx context.Context, tx *tenant.Tx) error {
		id, number, err := deputy.Create(ctx, tx, s.Keys, s.Admin, deputy.Facts{Name: "郭建国", BirthYear: 1970, Duties: "<b>书记</b>", Phone: "13903550001"})
		if err != nil {
			return err
		}
		second, record = number, id
		_, err = deputy.Join(ctx, tx, s.Admin, id, deputy.Membership{StationID: s.OtherStation, From: s.Today()})
		return err
	})
	must(t, s, func(ctx context.Context, tx *tenant.Tx) error { // of the record that goes
		user, err := auth.CreateUser(ctx, tx, auth.NewUser{LoginName: "guo2", Name: "郭建国", Password: casetest.Password})
		if err != nil {
			return err
		}
		himself.UserID, himself.LoginName, himself.County = user, "guo2", s.County
		return auth.GrantRole(ctx, tx, user, auth.RoleGrant{Role: auth.Deputy, DeputyID: record})
	})
	signedIn := s.As(himself)
	signedIn.Get("/deputies/mine").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK).MustSay("<b>书记</b>")
	admin := s.As(s.Admin)
	list := admin.Get("/deputies/duplicates").MustSay("郭建国", "姓名相同，有一份没有出生年份")
	gone := "/deputies/" + strconv.Itoa(int(second))
	compare := list.Open("/deputies/1/merge?with="+strconv.Itoa(int(second))).MustStatus(http.StatusOK).
		MustSay("留下哪些资料", "<b>书记</b>", "139****0001", "夏店镇，组员", "换过来").MustNotSay("13903550001")
	form := compare.Form("form[action='/deputies/1/merge']")
	if form.Value("duties") != "gone" || form.Value("phone") != "gone" {
		t.Error("what only one record has is not chosen beforehand")
	}
	must(t, s, func(ctx context.Context, tx *tenant.Tx) error { // meanwhile somebody changes the other record
		id, err := deputy.IDOf(ctx, tx, second)
		if err != nil {
			return err
		}
		return deputy.Change(ctx, tx, s.Keys, s.Admin, id, 1, deputy.Facts{Name: "郭建国", Gender: "male", BirthYear: 1971, Duties: "<b>书记</b>"})
	})
	form.Set("duties", "kept").Set("birth_year", "kept")
	form = form.Submit().MustStatus(http.StatusConflict).MustSay("刚才有人改了其中一份档案", "1971 年").Form("form[action='/deputies/1/merge']")
	if form.Value("duties") != "kept" || form.Value("birth_year") != "kept" || form.Value("phone") != "gone" || form.Value("gender") != "gone" {
		t.Error("what was chosen is lost")
	}
	form.Set("duties", "gone").Set("birth_year", "gone")
	stale := compare.Form("form[action='/deputies/1/merge']")
	form.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已合并", "夏店镇", "合并进来的档案", "139****0001", "1971 年")
	stale.Submit().MustStatus(http.StatusConflict)
	if p := signedIn.Get("/deputies/mine"); !strings.HasPrefix(p.Header.Get("Location"), "/login") {
		t.Errorf("the session of the record that is gone goes on: %d", p.Status)
	}
	s.As(himself).Get("/deputies/mine").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK).MustSay("1971 年")
	admin.Get(gone).MustStatus(http.StatusSeeOther).Follow().MustSay("已经合并到这份档案", "郭建国")
	s.As(s.OtherClerk).Get(gone + "/card").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK)
	admin.Get("/deputies/duplicates").MustSay("没有发现重复的档案")
	admin.Get(gone + "/merge?with=1").MustStatus(http.StatusSeeOther)

	admin.Get("/deputies/1").Form("form[action='/deputies/1/unmerge']").Submit().MustStatus(http.StatusSeeOther).Follow().
		MustStatus(http.StatusOK).MustSay("已撤回合并", "夏店镇")
	admin.Get("/deputies/1").MustNotSay("夏店镇", "合并进来的档案", "139****0001")
	admin.Post("/deputies/1/unmerge", url.Values{"gone": {strconv.Itoa(int(second))}}).MustStatus(http.StatusConflict).MustSay("不用撤回")

	admin.Get("/deputies/duplicates").Form("form[action='/deputies/duplicates/distinct']").Submit().MustStatus(http.StatusSeeOther).Follow().
		MustSay("不是同一个人，以后不再列出", "没有发现重复的档案")
	s.As(s.Neighbour.Clerk).Get("/deputies/1").MustStatus(http.StatusNotFound)
}
