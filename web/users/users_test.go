package users_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// linkOn is the path of the link that a page shows.
func linkOn(t *testing.T, p *webtest.Page) string {
	t.Helper()
	p.MustStatus(http.StatusOK)
	link := strings.TrimSpace(p.Text("#link"))
	at := strings.Index(link, "/password/")
	if at < 0 {
		t.Fatalf("the page has no link: %s", p.Text("main"))
	}
	if p.Header.Get("Cache-Control") != "no-store" || p.Find(".paper-qr svg").Length() != 1 {
		t.Errorf("the link may be kept (%s), or has no QR code", p.Header.Get("Cache-Control"))
	}
	return link[at:]
}

const own = "渔人捕鱼为业 377"

// setPassword is what the holder of a link does.
func setPassword(t *testing.T, s *webtest.Site, link, password string) *webtest.Page {
	t.Helper()
	p := s.Anonymous().Get(link).MustStatus(http.StatusOK)
	return p.Form("main form").Set("new_password", password).Set("repeat_password", password).Submit()
}

func signIn(s *webtest.Site, login, password string) (*webtest.Client, *webtest.Page) {
	c := s.Anonymous()
	return c, c.Get("/login").Form("form[action='/login']").Set("login_name", login).Set("password", password).Submit()
}

// TestANewColleague: one form makes the account with its role and its link; the link is
// shown once, sets the password once, and the newcomer comes in as the clerk.
func TestANewColleague(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	form := admin.Get("/users").Open("/users/new").MustStatus(200).Form("main form.form")
	bad := form.Set("login_name", "王桥").Submit().MustStatus(422).MustSay("请填写姓名", "账号用 2 到 64 个")
	if bad.Find("#name-err, #login_name-err").Length() != 2 {
		t.Error("the messages do not stand at the fields")
	}
	again := bad.Form("main form.form").Set("name", "李岚").Set("title", "人大干事").Set("login_name", "WangQiao.LiLan").Choose("role", "联络员")
	again = again.Submit().MustStatus(422).MustSay("请选择一个联络站").Form("main form.form")
	if again.Value("name") != "李岚" || again.Value("login_name") != "WangQiao.LiLan" {
		t.Error("what was typed is gone")
	}
	again.Choose("place", "王桥镇")
	key := again.Value("key")
	made := again.Submit().MustSay("只在这一页出现一次", "wangqiao.lilan", "李岚：", "只能用一次")
	link := linkOn(t, made)

	twice := admin.Post("/users", url.Values{"name": {"李岚"}, "login_name": {"wangqiao.lilan"}, "role": {"clerk"}, "key": {key}})
	twice.MustStatus(303).Follow().MustSay("链接刚才已经发过", "还没设，不能登录", s.Admin.Name+"发的，还没用").MustNotSay(link)

	if _, p := signIn(s, "wangqiao.lilan", casetest.Password); p.Status != 422 {
		t.Errorf("without a password somebody comes in: %d", p.Status)
	}
	for range 3 { // a scanner opens it
		s.Anonymous().Get(link).MustStatus(200).MustSay("李岚，请设一个自己的密码", "您的账号是 wangqiao.lilan", "至少 10 个字符")
	}
	setPassword(t, s, link, "12345").MustStatus(422).MustSay("新密码至少要 10 个字符")
	setPassword(t, s, link, own).MustStatus(303).Follow().MustSay("密码设好了。请用账号 wangqiao.lilan")
	s.Anonymous().Get(link).MustStatus(404).MustSay("没有找到这个链接")
	s.Anonymous().Post(link, url.Values{"new_password": {own + "2"}, "repeat_password": {own + "2"}}).MustStatus(404)
	c, p := signIn(s, "wangqiao.lilan", own)
	p.MustStatus(303)
	c.Get("/account").MustStatus(200).MustSay("李岚 · 王桥镇", "联络员")

	list := admin.Get("/users?q=ll").MustStatus(200).MustSay("李岚", "wangqiao.lilan", "人大干事", "联络员 王桥镇")
	if rows := list.Find("main tbody tr").Length(); rows != 1 {
		t.Errorf("ll finds %d accounts", rows)
	}
	admin.Get("/audit?group=account").MustSay("新建账号", "给予身份", "发设密码的链接", "用链接设密码")
}

// TestPressedTwiceAtOnce: two presses of one form make one account and one link.
func TestPressedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	form := url.Values{"name": {"李岚"}, "login_name": {"wangqiao.lilan"}, "role": {"county_leader"}, "key": {"0197f0a2-5f0e-7c52-8f43-0c9bd4f0a001"}}
	both := []*webtest.Client{s.As(s.Admin), s.As(s.Admin)}
	var statuses [2]int
	var wait sync.WaitGroup
	for i, c := range both {
		wait.Go(func() { statuses[i] = c.Post("/users", form).Status })
	}
	wait.Wait()
	slices.Sort(statuses[:])
	if statuses != [2]int{http.StatusOK, http.StatusSeeOther} {
		t.Errorf("the answers are %v", statuses)
	}
	var users, links int
	if err := s.PG.Super.QueryRow(t.Context(), `select (select count(*) from users where login_name = 'wangqiao.lilan'), (select count(*) from password_links)`).
		Scan(&users, &links); err != nil || users != 1 || links != 1 {
		t.Errorf("%d accounts, %d links, %v", users, links, err)
	}
}

// TestAResetLink: it replaces the one before, ends what sessions there are, and a second
// press shows no second link.
func TestAResetLink(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin, clerk := s.As(s.Admin), s.As(s.Clerk)
	ask := admin.Get("/users/"+s.Clerk.LoginName).Open("/users/"+s.Clerk.LoginName+"/link").MustSay("7 天内有效", "原来的密码在用链接以前还能用")
	form := ask.Form("main form.form")
	values := url.Values{"key": {form.Value("key")}}
	first := linkOn(t, form.Submit())
	admin.Post("/users/"+s.Clerk.LoginName+"/link", values).MustStatus(303).Follow().MustSay("链接刚才已经发过")
	s.Anonymous().Get(first).MustStatus(200) // the second press did not spoil it
	second := linkOn(t, admin.Get("/users/"+s.Clerk.LoginName+"/link").MustSay("前一个就作废").Form("main form.form").Submit())
	s.Anonymous().Get(first).MustStatus(404)
	clerk.Get("/").MustStatus(200)
	setPassword(t, s, second, own).MustStatus(303)
	clerk.Get("/").MustStatus(303)
	if _, p := signIn(s, s.Clerk.LoginName, own); p.Status != 303 {
		t.Errorf("with the new password: %d", p.Status)
	}
	third := linkOn(t, admin.Get("/users/"+s.Clerk.LoginName+"/link").Form("main form.form").Submit())
	s.Set(s.Today().AddDays(8).String() + " 09:00")
	s.Anonymous().Get(third).MustStatus(404)
}

// TestDisabledAtOnce: the sessions end with the press, the links die, and nobody does it to
// the own account or to the last administrator.
func TestDisabledAtOnce(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin, clerk := s.As(s.Admin), s.As(s.Clerk)
	link := linkOn(t, admin.Get("/users/"+s.Clerk.LoginName+"/link").Form("main form.form").Submit())
	page := "/users/" + s.Clerk.LoginName
	admin.Get(page+"/disable").MustSay("马上不能再用系统").Form("main form.form").Submit().MustStatus(303).Follow().MustSay("账号已经停用", "启用账号")
	clerk.Get("/cases").MustStatus(303)
	s.Anonymous().Get(link).MustStatus(404)
	if _, p := signIn(s, s.Clerk.LoginName, casetest.Password); p.Status != 422 {
		t.Errorf("disabled, she comes in: %d", p.Status)
	}
	admin.Post(page+"/disable", nil).MustStatus(409).MustSay("已经停用了")
	admin.Post(page+"/link", nil).MustStatus(409).MustSay("请先启用")
	admin.Post(page+"/grant", url.Values{"role": {"county_leader"}}).MustStatus(409).MustSay("请先启用")
	admin.Get("/users?state=disabled").MustSay(s.Clerk.Name, "已停用")
	admin.Get(page + "/enable").Form("main form.form").Submit().MustStatus(303)
	signInAgain, p := signIn(s, s.Clerk.LoginName, casetest.Password)
	p.MustStatus(303)
	signInAgain.Get("/cases").MustStatus(200)

	mine := admin.Get("/users/" + s.Admin.LoginName)
	if mine.Find("a[href$='/disable']").Length() != 0 {
		t.Error("one's own account is offered to be disabled")
	}
	admin.Post("/users/"+s.Admin.LoginName+"/disable", nil).MustStatus(409).MustSay("不能停用自己的账号")
	role, _ := mine.Find("a[href$='/end']").Attr("href")
	mine.Open(role).Form("main form.form").Submit().MustStatus(409).MustSay("唯一能用的县管理员")
	s.As(s.Neighbour.Clerk).Get(page).MustStatus(403)
	admin.Get("/users/" + s.Neighbour.Clerk.LoginName).MustStatus(404)
}

// TestRolesOfAPerson: given, moved, ended; what is not to be is refused at the field.
func TestRolesOfAPerson(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin, clerk := s.As(s.Admin), s.As(s.Clerk)
	page := "/users/" + s.Clerk.LoginName
	grant := func(set func(*webtest.Form)) *webtest.Page {
		form := admin.Get(page + "/grant").Form("main form.form")
		set(form)
		return form.Submit()
	}
	grant(func(f *webtest.Form) {}).MustStatus(422).MustSay("请选择角色")
	grant(func(f *webtest.Form) { f.Choose("role", "人大代表") }).MustStatus(422).MustSay("没有“" + s.Clerk.Name + "”")
	grant(func(f *webtest.Form) { f.Choose("role", "承办单位") }).MustStatus(422).MustSay("请选择一个承办单位")
	grant(func(f *webtest.Form) { f.Choose("role", "联络员").Choose("place", "王桥镇") }).MustStatus(422).MustSay("已经有这个角色")
	grant(func(f *webtest.Form) { f.Choose("role", "县领导").Set("from", "昨天") }).MustStatus(422).MustSay("日期请写成")
	grant(func(f *webtest.Form) { f.Choose("role", "县领导").Set("to", "2020-01-01") }).MustStatus(422).MustSay("最后一天不能早于")
	grant(func(f *webtest.Form) { f.Choose("role", "人大代表").Set("deputy", "赵玉梅") }).MustStatus(303).Follow().MustSay("人大代表", "赵玉梅", s.Admin.Name)

	act := func(act string) *webtest.Page {
		p := admin.Get(page)
		to, _ := p.Find("a[aria-label*='联络员'][href$='/" + act + "']").First().Attr("href")
		return p.Open(to).MustStatus(200)
	}
	act("move").Form("main form.form").Choose("place", "王桥镇").Submit().MustStatus(422).MustSay("现在就在这个联络站")
	clerk.Get("/").MustStatus(200)
	act("move").Form("main form.form").Choose("place", "夏店镇").Submit().MustStatus(303).Follow().MustSay("夏店镇", "没有生效")
	clerk.Get("/").MustStatus(303) // out at once
	again := s.As(s.Clerk)
	again.Get("/account").MustSay("夏店镇")
	act("end").Form("main form.form").Submit().MustStatus(303).Follow().MustSay("已经记下", "已结束")
	again.Get("/").MustStatus(303)

	change := admin.Get(page).Form("form.form")
	change.Set("name", "章敏").Submit().MustStatus(303)
	change.Set("title", "干事").Submit().MustStatus(409).MustSay("别人刚刚改过", "姓名由“张敏”改成“章敏”")
	admin.Post(page, url.Values{"name": {""}, "version": {"2"}}).MustStatus(422).MustSay("请填写姓名")
	admin.Get(page + "/roles/999/end").MustStatus(404)
	admin.Get("/users/county.handler/roles/1/end").MustStatus(404)
}

// TestAStandIn: the head is away, a handler of the county acts in his stead, and every page
// and entry says so.
func TestAStandIn(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	page := admin.Get("/users/" + s.Head.LoginName)
	to, _ := page.Find("a[href$='/standin']").Attr("href")
	form := page.Open(to).Form("main form.form")
	form.Submit().MustStatus(422).MustSay("请选择由谁来代")
	form.Set("who", s.Handler.LoginName).Submit().MustStatus(422).MustSay("请填写代到哪一天", "请写明为什么代班")
	form.Set("to", s.Today().AddDays(9).String()).Set("reason", "外出学习")
	form.Submit().MustStatus(303).Follow().MustSay("代班："+s.Handler.Name, "代班已经安排好")
	form.Submit().MustStatus(422).MustSay("不用代")
	admin.Get("/users?state=standin").MustSay(s.Handler.Name, "站长（代"+s.Head.Name+"）")

	c := s.As(s.Handler)
	account := c.Get("/account").MustSay("站长（代" + s.Head.Name + "）").MustNotSay(s.Handler.Name + "（代")
	account.Form("tr:nth-child(2) form").Submit().MustStatus(303).Follow().MustSay("现在的身份是站长（代"+s.Head.Name+"）（王桥镇）",
		s.Handler.Name+"（代"+s.Head.Name+"） · 王桥镇")
	number := s.OneCase()
	in := s.Sorting()
	stood, err := auth.Reload(t.Context(), s.DB, s.County, s.Handler.UserID, roleOf(t, s, s.Handler, "station_head"))
	if err != nil {
		t.Fatal(err)
	}
	s.MustTake(stood.Actor, number, in)
	c.Get("/cases/" + number).MustStatus(200).MustSay(s.Handler.Name + "（代" + s.Head.Name + "）（站长）")
	admin.Get("/audit?group=case").MustSay("代：" + s.Head.Name)
	admin.Get("/audit?group=account").MustSay("安排代班")
	s.Set(s.Today().AddDays(10).String() + " 09:00")
	if p := s.As(s.Handler).Get("/account"); strings.Contains(p.Body, "（代"+s.Head.Name) {
		t.Error("the stand-in has not ended by itself")
	}
}

func roleOf(t *testing.T, s *webtest.Site, who auth.Actor, role string) (id int64) {
	t.Helper()
	if err := s.PG.Super.QueryRow(t.Context(), `select max(id) from user_roles where county_id = $1 and user_id = $2 and role = $3`,
		s.County, who.UserID, role).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestTheList: it narrows, it asks little of the database, and its rows can be taken out.
func TestTheList(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	for address, want := range map[string]int{"/users": 12, "/users?role=clerk": 3, "/users?q=water": 1, "/users?q=%E9%A9%AC%E5%9B%BD": 1, "/users?state=unset": 0,
		"/users?state=none": 0, "/users?sort=seen": 12, "/users?sort=-login": 12, "/users?state=never": 11} {
		p := admin.Get(address).MustStatus(200)
		if got := p.Find("main tbody tr").Length(); got != want {
			t.Errorf("%s shows %d accounts, want %d", address, got, want)
		}
		if len(p.Count.Own()) > 6 || p.Count.Trips > 2 {
			t.Errorf("%s asks %d in %d trips", address, len(p.Count.Own()), p.Count.Trips)
		}
	}
	admin.Get("/exports/new?list=users").MustStatus(200).MustSay("工作人员", "12 个账号")
	s.As(s.Handler).Get("/exports/new?list=users").MustStatus(403)
	admin.Post("/views", url.Values{"list": {"users"}, "name": {"站长"}, "query": {"role=station_head"}}).MustStatus(303)
	admin.Get("/users").MustSay("站长")

	rights := admin.Get("/users/rights").MustStatus(200).MustSay("查看代表完整电话", "办事项的每一步", "分办站长、县办理岗、县管理员")
	if cells := rights.Find("table.rights tbody td").Length(); cells == 0 || cells%9 != 0 {
		t.Errorf("the table of rights has %d cells", cells)
	}
	rights.MustNotSay("station.change")
}
