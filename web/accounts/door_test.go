package accounts

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lianluo/internal/auth"
)

func TestDoor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	door := b.get("/login")
	if door.status != 200 || door.Find("title").Text() != "登录 - 人大代表联络站工作平台" {
		t.Errorf("%d %q", door.status, door.Find("title").Text())
	}
	for _, selector := range []string{
		`form[method=post][action="/login"] label[for=login_name]`,
		`input[name=login_name][autocomplete=username][required]`,
		`input[name=password][type=password][autocomplete=current-password][required]`,
		`button.btn-main`,
	} {
		if door.Find(selector).Length() != 1 {
			t.Errorf("no %s", selector)
		}
	}
	for _, selector := range []string{"#errors", "input[name=next]", "table", "script", "[style]"} {
		if door.Find(selector).Length() != 0 {
			t.Errorf("%s on the plain sign-in page", selector)
		}
	}
	b.leads(b.signIn("zhangmin", password), "/")
	if home := b.get("/"); home.text != "zhangmin clerk" {
		t.Errorf("home says %q", home.text)
	}
	b.leads(b.get("/login"), "/")
	b.leads(b.get("/login?next=/cases"), "/cases")
}

func TestOneMessageWhateverWasWrong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user(t, "likai", "李凯", auth.RoleGrant{Role: auth.CountyAdmin})
	s.user(t, "norole", "吴任")
	s.super(t, `update users set disabled_at = now() where login_name = 'likai'`)
	var first string
	for _, login := range []string{"zhangmin", "likai", "norole", "nobody"} {
		given := password
		if login == "zhangmin" {
			given = "不是这个密码"
		}
		a := s.browser(t).signIn(login, given)
		if a.status != http.StatusUnprocessableEntity || !strings.HasPrefix(a.Find("title").Text(), "错误：登录") {
			t.Errorf("%s: %d %q", login, a.status, a.Find("title").Text())
		}
		if got := a.Find(`#errors[role=alert] a[href="#password"]`).Text(); got != auth.WrongSignIn {
			t.Errorf("%s: %q", login, got)
		}
		if got := a.Find("#password-err").Text(); got != auth.WrongSignIn {
			t.Errorf("%s: beside the field stands %q", login, got)
		}
		if got, _ := a.Find("#login_name").Attr("value"); got != login {
			t.Errorf("%s: the login name is not kept but %q", login, got)
		}
		html, _ := a.Html()
		if strings.Contains(html, given) {
			t.Errorf("%s: the password is on the page", login)
		}
		if html = strings.ReplaceAll(html, login, "_"); first == "" {
			first = html
		} else if html != first {
			t.Errorf("%s: another page than the first:\n%s\n%s", login, first, html)
		}
	}
	if a := s.browser(t).signIn("", ""); a.status != 422 || a.Find("#errors li").Length() != 2 {
		t.Errorf("an empty form: %d %s", a.status, a.Find("#errors").Text())
	}
}

func TestTooManyTries(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, login := range []string{"zhangmin", "nobody"} {
		b := s.browser(t)
		for range 5 {
			b.signIn(login, "不是这个密码")
		}
		a := b.signIn(login, password)
		if a.status != http.StatusTooManyRequests || strings.TrimSpace(a.Find("#errors p").Text()) != "尝试次数过多，请 1 分钟后再试。" {
			t.Errorf("%s: %d %s", login, a.status, a.Find("#errors").Text())
		}
		b.leads(b.get("/cases"), "/login?next=%2Fcases")
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.leads(b.get("/cases"), "/login?next=%2Fcases")
	door := b.get("/login?next=%2Fcases%3Fstate%3Dhandling")
	if next, _ := door.Find("input[name=next]").Attr("value"); next != "/cases?state=handling" {
		t.Errorf("the form carries next %q", next)
	}
	again := b.post("/login", "login_name", "nobody", "password", "x", "next", "/cases")
	if next, _ := again.Find("input[name=next]").Attr("value"); next != "/cases" {
		t.Errorf("after a wrong password the form carries next %q", next)
	}
	b.leads(b.post("/login", "login_name", "zhangmin", "password", password, "next", "/cases?state=handling"), "/cases?state=handling")
}

// Wherever next points, a browser ends up on this site, and not at the door again.
func TestNextStaysOnTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	base, err := url.Parse(s.URL + "/login")
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{
		"https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "/\t/evil.example", "\t//evil.example",
		" //evil.example", "/%09/evil.example", "/..//evil.example", "/.//evil.example", "/%2f/evil.example", "///evil.example",
		"javascript:alert(1)", "data:text/html,x", "http:evil.example", "evil.example", "/\r\nSet-Cookie: a=b", "",
		"/login", "/login?next=/login", "/logout", "@evil.example", "?next=//evil.example",
	} {
		b := s.browser(t)
		a := b.post("/login", "login_name", "zhangmin", "password", password, "next", next)
		// A browser drops tabs and line breaks, and takes a backslash for a slash.
		to, err := base.Parse(strings.NewReplacer("\t", "", "\r", "", "\n", "", "\\", "/").Replace(a.to))
		if a.status != 303 || err != nil || to.Host != base.Host || to.Path == "/login" || to.Path == "/logout" {
			t.Errorf("next %q: %d leads to %q, %v", next, a.status, a.to, err)
		}
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn("zhangmin", password)
	if a := b.get("/logout"); a.status != http.StatusMethodNotAllowed {
		t.Errorf("a link signs out: %d", a.status)
	}
	b.leads(b.post("/logout"), "/login")
	b.leads(b.get("/"), "/login")
	b.leads(b.post("/logout"), "/login")
}

func TestDemonstrationAccounts(t *testing.T) {
	t.Parallel()
	s := newSite(t, DemoAccount{LoginName: "zhangmin", Password: password, Role: "联络员", Place: "古韩镇站"},
		DemoAccount{LoginName: "luhongxia", Password: password, Role: "县办理岗", Place: "襄垣县人大常委会"})
	b := s.browser(t)
	door := b.get("/login?next=/cases")
	rows := door.Find("section .row")
	if rows.Length() != 2 || !strings.Contains(rows.First().Text(), "联络员") || !strings.Contains(rows.First().Text(), password) {
		t.Errorf("the page lists %q", rows.Text())
	}
	if door.Find("aside.demo").Length() != 1 {
		t.Error("the page does not say that all is made up")
	}
	var fields []string
	for _, input := range rows.Last().Find("form input").EachIter() {
		name, _ := input.Attr("name")
		value, _ := input.Attr("value")
		fields = append(fields, name, value)
	}
	b.leads(b.post("/login", fields...), "/cases")
	if got := b.get("/").text; got != "luhongxia county_handler" {
		t.Errorf("the button signs in %s", got)
	}
	if wrong := s.browser(t).signIn("zhangmin", "不是这个密码"); wrong.Find("section .row").Length() != 2 {
		t.Error("after a wrong password the list is gone")
	}
}

func TestABookIsNoPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if a := s.browser(t).signIn("zhangmin", strings.Repeat("长", 100_000)); a.status != http.StatusRequestEntityTooLarge {
		t.Error(fmt.Sprint(a.status))
	}
}
