package visits_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/duty"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

const deskForm = "form[data-desk]"

// filled is the form with the least that a visit needs.
func filled(p *webtest.Page, name, words string) *webtest.Form {
	f := p.Form(deskForm).Set("name", name).Set("words-1", words)
	return f.Choose("category-1", "饮水管网")
}

// TestComesBack: somebody comes for the second time; the clerk finds it by the number, or by
// the words, and links it instead of entering it again; whoever handles it sees that.
func TestComesBack(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	clerk := s.As(s.Clerk)
	form := clerk.Get("/visits/new").MustStatus(http.StatusOK).Form(deskForm)
	looked := form.Set("phone", casetest.Phone).Set("words-1", "自来水管冻裂了还没水").Submit("查有没有登记过").MustStatus(http.StatusOK)
	looked.MustSay("这个电话以前反映过", "说的可能是同一件事", number, "待梳理", "已存草稿")
	if n := looked.Find("button[name=same]").Length(); n != 2 {
		t.Errorf("%d buttons", n)
	}
	back := looked.Form(deskForm).Set("name", casetest.Visitor).Submit("就是这件事，再次来访").MustStatus(http.StatusOK)
	back.MustSay("再次来访，说的是 " + number)
	if back.Form(deskForm).Value("words-1") != "自来水管冻裂了还没水" {
		t.Error("the words are lost")
	}
	other := back.Form(deskForm).Submit("不是这件事，另立一件").MustStatus(http.StatusOK)
	if other.Form(deskForm).Value("category-1") != "" || other.Find("[name='return-1']").Length() != 0 {
		t.Error("it is still the earlier one")
	}
	saved := back.Form(deskForm).Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK)
	saved.MustSay("再次来访，记在 1 件事上", number, "第 2 次").MustNotSay("查询码")
	s.As(s.Head).Get("/cases/"+number).MustSay("再次来访（第 2 次）", "自来水管冻裂了还没水", "为这件事来过 2 次")
	clerk.Get("/visits/new").MustSay("今天已登记 2 批 2 人次，1 件新事项，再次来访 1 批。").MustNotSay("没登完的登记")

	// At another station it is a number, a place and how far it is.
	elsewhere := s.As(s.OtherClerk).Get("/visits/new").Form(deskForm)
	found := elsewhere.Set("phone", casetest.Phone).Submit("查有没有登记过").MustSay(number, "来过 2 次").MustNotSay("冻裂", casetest.Visitor)
	s.As(s.Clerk).Get("/visits/new").Form(deskForm).Set("phone", "13900000099").Submit("查有没有登记过").MustSay("没有查到登记过的")
	found.Form(deskForm).Set("name", "裴月娥").Submit("就是这件事，再次来访").Form(deskForm).Submit("登记").MustStatus(http.StatusSeeOther).
		Follow().MustSay("别的联络站登记的事", "第 3 次").MustNotSay("冻裂")
}

// TestNothingToHandle: somebody asks the way; it is a visit, and no case.
func TestNothingToHandle(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Choose("purpose", "问路咨询").Set("note", "问社保所在哪。").Set("persons", "3")
	form.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记来访（问路咨询）").MustNotSay("查询码")
	clerk.Get("/visits/new").MustSay("今天已登记 1 批 3 人次，0 件新事项。")
	both := filled(clerk.Get("/visits/new"), "裴月娥", "路灯坏了。").Choose("purpose", "感谢").Submit("登记").MustStatus(http.StatusUnprocessableEntity)
	both.MustSay("写了反映的事，就不用选这一项")
	clerk.Get("/cases?view=all").MustNotSay("社保所")
}

// TestDrafts: what was begun is there again, on another computer too, for nobody else; and the
// form that was kept and the form that is sent are one visit.
func TestDrafts(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	form := filled(s.As(s.Clerk).Get("/visits/new"), "裴月娥", "东头饮水管道停了两回水。").Set("phone", "13800000301").Set("confidential", "1")
	form.Submit("再加一件事").MustStatus(http.StatusOK).MustSay("09:00 已存草稿")
	s.As(s.Clerk2).Get("/visits/new").MustNotSay("没登完的登记")
	list := s.As(s.Clerk).Get("/visits/new").MustSay("没登完的登记", "裴月娥：东头饮水管道停了两回水。")
	href, _ := list.Find("a[href^='/visits/new?draft=']").Attr("href")
	s.As(s.Clerk2).Get(href).MustStatus(http.StatusNotFound)
	s.As(s.Neighbour.Clerk).Get(href).MustStatus(http.StatusNotFound)
	again := s.As(s.Clerk).Get(href).MustStatus(http.StatusOK).Form(deskForm)
	for name, want := range map[string]string{"name": "裴月娥", "phone": "13800000301", "words-1": "东头饮水管道停了两回水。", "confidential": "1", "matters": "2", "key": form.Value("key")} {
		if got := again.Value(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, f := range []*webtest.Form{form, again} { // sent from both computers
		f.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事")
	}
	clerk := s.As(s.Clerk)
	clerk.Get(href).MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事")
	clerk.Get("/visits/new").MustSay("今天已登记 1 批").MustNotSay("没登完的登记")
	clerk.Get("/visits/new").Form(deskForm).Set("name", "不要的").Submit("再加一件事")
	clerk.Get("/visits/new").MustSay("没登完的登记").Form("form[action$='/drop']").Submit().MustStatus(http.StatusSeeOther).Follow().MustNotSay("没登完的登记")
}

// TestSessionEnds: the password is asked for, and then the form is there again; the page on the
// way holds nothing of it, and another account that signs in there gets none of it.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := filled(clerk.Get("/visits/new"), "裴月娥", "东头饮水管道停了两回水。").Set("phone", "13800000301").
		Attach("files", "tap.jpg", casetest.Photo(60, 40))
	clerk.Get("/visits/new").Form("form[action='/logout']").Submit()
	door := form.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK)
	door.MustSay("登录已经到期").MustNotSay("裴月娥", "13800000301", "饮水管道")
	signIn := func(login string) *webtest.Page {
		t.Helper()
		return door.Form("form[action='/login']").Set("login_name", login).Set("password", casetest.Password).Submit().MustStatus(http.StatusSeeOther).Follow()
	}
	signIn(s.Clerk2.LoginName).MustStatus(http.StatusNotFound).MustNotSay("裴月娥", "饮水管道")
	// The form is still open in the other window: it is not registered under this account.
	form.Submit("登记").MustStatus(http.StatusConflict).MustSay("另一个账号打开的")
	clerk.Get("/account").Form("form[action='/logout']").Submit()
	back := signIn(s.Clerk.LoginName).MustStatus(http.StatusOK)
	filledAgain := back.Form(deskForm)
	if filledAgain.Value("name") != "裴月娥" || filledAgain.Value("phone") != "13800000301" || filledAgain.Value("key") != form.Value("key") {
		t.Errorf("the form came back with %q", filledAgain.Value("name"))
	}
	filledAgain.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事")
	form.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事")
	clerk.Get("/visits/new").MustSay("今天已登记 1 批")

	// Whoever was never shown a form keeps nothing here.
	clerk.Get("/account").Form("form[action='/logout']").Submit()
	for _, without := range []func(*webtest.Form){func(f *webtest.Form) { f.Drop("claim") }, func(f *webtest.Form) { f.Set("claim", "AQAA") },
		func(f *webtest.Form) { f.Set("key", uuid.NewString()) }} {
		without(form)
		if to := form.Submit("登记").MustStatus(http.StatusSeeOther).Header.Get("Location"); strings.Contains(to, "draft") {
			t.Errorf("leads to %s", to)
		}
	}
}

// TestPhotographs come with the registration, and one that cannot be kept costs nothing.
func TestPhotographs(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := filled(clerk.Get("/visits/new"), "裴月娥", "东头饮水管道停了两回水。")
	bad := form.Attach("files", "a.jpg", casetest.Photo(60, 40)).Attach("files", "IMG_1.HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1")).Submit("登记")
	bad.MustStatus(http.StatusUnprocessableEntity).MustSay("“IMG_1.HEIC”是苹果手机的 HEIC 照片", "前面选过照片的，请再选一次")
	if again := bad.Form(deskForm); again.Value("words-1") != "东头饮水管道停了两回水。" || again.Value("name") != "裴月娥" || again.Value("key") != form.Value("key") {
		t.Error("the form is lost")
	}
	if n := len(s.Blobs()); n != 0 {
		t.Errorf("%d blobs of what was refused", n)
	}
	good := bad.Form(deskForm).Attach("files", "a.jpg", casetest.Photo(60, 40)).Attach("files", "b.jpg", casetest.Photo(40, 60))
	for range 2 {
		good.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事")
	}
	if n := len(s.Blobs()); n != 4 { // each with its small picture
		t.Errorf("%d blobs", n)
	}
	clerk.Get("/cases/XY2026-0001").MustSay("a.jpg", "b.jpg")
	none := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Choose("purpose", "感谢").Attach("files", "a.jpg", casetest.Photo(60, 40))
	none.Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("这次没有新的事项")
	filled(clerk.Get("/visits/new"), "", "路灯坏了。").Attach("files", "c.jpg", casetest.Photo(60, 40)).Submit("登记").
		MustStatus(http.StatusUnprocessableEntity).MustSay("请填姓名")
	if n := len(s.Blobs()); n != 4 {
		t.Errorf("%d blobs", n)
	}
}

// TestPaper: a filled paper form is entered with its own day, marked as such; the next one is
// of the same day.
func TestPaper(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	clerk.Get("/visits/blank").MustStatus(http.StatusOK).MustSay("群众来访登记表", "□ 来访", "来访人签名", "□ 问路咨询")
	form := filled(clerk.Get("/visits/paper").MustSay("补录纸质登记"), "裴月娥", "东头饮水管道停了两回水。").Set("date", "2026-09-11").Set("time", "16:30")
	next := form.Submit("登记，接着登下一位").MustStatus(http.StatusSeeOther).Follow().MustSay("补录纸质登记", "已登记 1 件事").Form(deskForm)
	if next.Value("date") != "2026-09-11" || next.Value("late") != "1" || next.Value("name") != "" {
		t.Errorf("the next one: %s %s", next.Value("date"), next.Value("late"))
	}
	clerk.Get("/cases/XY2026-0001").MustSay("照纸质登记表补录，2026年9月14日", "2026年9月11日")
	filled(clerk.Get("/visits/paper"), "裴月娥", "路灯坏了。").Set("date", "2026-09-15").Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("来访时间不能晚于现在")
}

// TestOnBehalf: a call and a household visit are logged with the deputy, and count in the
// deputy's record, also where they brought nothing to be handled.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	deputy := strconv.FormatInt(s.Deputies[3], 10)
	form := func() *webtest.Form { return clerk.Get("/visits/new").Form(deskForm).Set("deputies") }
	form().Set("name", "裴月娥").Choose("way", "走访").Choose("purpose", "其他").Submit("登记").MustStatus(http.StatusUnprocessableEntity).
		MustSay("走访和代交，请选择是哪位代表。")
	form().Set("name", "裴月娥").Choose("way", "走访").Set("deputies", deputy).Choose("purpose", "其他").Set("note", "看望老人。").Submit("登记").MustStatus(http.StatusSeeOther)
	call := form().Set("name", "匿名").Choose("way", "来电").Set("deputies", deputy).Set("persons", "2").Set("words-1", "路灯坏了。")
	call.Choose("category-1", "路灯照明").Submit("登记").MustStatus(http.StatusSeeOther)
	var number int32
	err := s.PG.Super.QueryRow(t.Context(), `select number from deputies where id = $1`, s.Deputies[3]).Scan(&number)
	if err != nil {
		t.Fatal(err)
	}
	var record *duty.Record
	s.View(func(v *tenant.View) { record = duty.Of(v, s.Clerk, number) })
	if sum := record.All(); sum.Visits != 2 || sum.Persons != 3 || sum.Matters != 1 {
		t.Errorf("%+v", sum)
	}
}

// TestCodes: the receipt on the roll and on A4, and the codes by message, once.
func TestCodes(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "裴月娥", "东头饮水管道停了两回水。").Set("phone", "13800000301").Submit("登记").Follow()
	key := saved.URL.Query().Get("key")
	for _, paper := range []string{"", "&paper=a4"} {
		clerk.Get("/visits/slip?key="+key+paper).MustStatus(http.StatusOK).MustSay(webtest.Codes(saved.Text("main"))[0], "XY2026-0001").MustNotSay("裴月娥")
	}
	send := saved.Form("form[action='/visits/send']")
	send.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("查询码已经用短信发给来访人")
	send.Submit().MustStatus(http.StatusConflict)
	s.As(s.OtherClerk).Get("/visits/slip?key=" + key).MustStatus(http.StatusForbidden)
	s.As(s.Neighbour.Clerk).Get("/visits/slip?key=" + key).MustStatus(http.StatusNotFound)
}
