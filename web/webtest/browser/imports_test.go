package browser

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/tenant"
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

// lists are what a county that has nothing yet brings in, in their order. The names of
// the files are plain: a browser in the C locale opens no others.
var lists = []struct{ kind, name, content, sees string }{
	{"stations", "stations.csv", "类型,名称,乡镇,村（社区）,上级站点,地址,电话,功能,站长,站长任职日期\n" +
		"联络站,东阳关镇人大代表联络站,东阳关镇,,,镇政府一层,0355-6561234,代表接待,赵爱国,2022-03-01\n" +
		"联络点,善业村人大代表联络点,,善业村,东阳关镇人大代表联络站,村委会,,,,\n", "善业村人大代表联络点"},
	{"deputies", "deputies.csv", "姓名,性别,代表证号,可以公开,层级,届次,选区,任职日期,编入联络站\n" +
		"王建军,男,LI17-001,是,县人大代表,第十七届,东阳关选区,2021-05-20,东阳关镇\n", "王建军"},
	{"units", "units.csv", "单位名称,级别,联络站,惯常承办的类别\n县水利局,县直部门,,饮水管网\n东阳关镇人民政府,乡镇单位,东阳关镇,\n", "县水利局"},
	{"staff", "staff.csv", "账号,姓名,角色,所在\ndyg.clerk,李红梅,联络员,东阳关镇\n", "李红梅"},
}

// TestSetUpFromNothing: a county that was just added, with one administrator who has a link,
// brings in its lists through the pages; then a station's poster hangs, and the clerk sets a
// password by a link and registers the first visit.
func TestSetUpFromNothing(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	admin := auth.Actor{LoginName: "licheng.admin", Name: "申海燕"}
	office := s.tab("黎城县管理员", laptop).withoutScript()
	office.takesLink(s.addCounty("140426", admin))
	office.signInWith(admin.LoginName)
	office.visit("/stations")
	office.sees("联络站")
	dir := t.TempDir()
	for _, l := range lists {
		path := filepath.Join(dir, l.name)
		if err := os.WriteFile(path, []byte(l.content), 0o600); err != nil {
			t.Fatal(err)
		}
		office.visit("/imports?kind=" + l.kind)
		office.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
		office.press("form[enctype]")
		office.settles()
		office.sees("核对好了", l.sees, "新增")
		office.press("form[action$='/confirm']")
		office.settles()
		office.sees("已经全部写进系统")
	}
	office.visit("/stations/140426101/poster")
	office.sees("镇政府一层", "0355-6561234")
	office.visit("/users/dyg.clerk/link")
	office.press("main form")
	_, link, _ := strings.Cut(strings.TrimSpace(office.text("#link")), "/password/")

	clerk := s.tab("黎城县联络员", laptop)
	clerk.takesLink("/password/" + link)
	clerk.signInWith("dyg.clerk")
	clerk.visit("/visits/new")
	clerk.fill("#name", "赵小梅")
	clerk.fill("#phone", "13800000026")
	clerk.fill("#words-1", "村里自来水管冻裂，一个多月没水了。")
	clerk.pick("#category-1", "饮水管网")
	clerk.choose("main form ", "reply_by", "短信")
	clerk.goes(200, click(".stick-acts .btn-main"))
	clerk.sees("已登记 1 件事", "LI"+strconv.Itoa(s.Today().Year())+"-0001")
}

// addCounty makes a county with an administrator, as the commands county add and user add do,
// and returns the way to the page where the administrator sets a password.
func (s *story) addCounty(code string, admin auth.Actor) (link string) {
	s.t.Helper()
	id, err := county.Add(s.t.Context(), s.DB, county.New{DivisionCode: code})
	if err == nil {
		err = s.DB.Update(s.t.Context(), id, func(tx *tenant.Tx) error {
			user, err := auth.CreateUser(s.t.Context(), tx, auth.NewUser{LoginName: admin.LoginName, Name: admin.Name})
			if err == nil {
				err = auth.GrantRole(s.t.Context(), tx, user, auth.RoleGrant{Role: auth.CountyAdmin})
			}
			if err == nil {
				link, err = auth.MakeLink(s.t.Context(), tx, auth.Actor{}, user)
			}
			return err
		})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return "/password/" + link
}

// takesLink sets a password by a one-time link.
func (b *tab) takesLink(link string) {
	b.t.Helper()
	b.visit(link)
	b.fill("#new_password", casetest.Password)
	b.fill("#repeat_password", casetest.Password)
	b.press("main form.form")
	b.sees("密码设好了")
}

// signInWith signs somebody in by the login alone.
func (b *tab) signInWith(login string) { b.t.Helper(); b.signIn(auth.Actor{LoginName: login}) }

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
