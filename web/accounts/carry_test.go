package accounts_test

import (
	"net/http"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

const door = "form[action='/login']:has(#password)"

// registered is a visit that clerk registers, and the form that puts it right.
func registered(clerk *webtest.Client, name string) *webtest.Form {
	saved := clerk.Get("/visits/new").Form("form[data-desk]").Set("name", name).Set("words-1", "东头饮水管道停了两回水。").Choose("category-1", "饮水管网").
		Submit("登记").MustStatus(http.StatusSeeOther).Follow()
	return saved.Open(saved.Find("a[href^='/visits/correct']").AttrOr("href", "")).Form("form[action='/visits/correct']")
}

func leave(c *webtest.Client) {
	c.Get("/account").Form("form[action='/logout']").Submit().MustStatus(http.StatusSeeOther)
}

func signIn(p *webtest.Page, by auth.Actor, password string) *webtest.Page {
	return p.Form(door).Set("login_name", by.LoginName).Set("password", password).Submit()
}

// TestFormOutlivesTheSession: what was sent after the session ended waits behind the password, for
// whoever filled it and for nobody else, and is done with one more press.
func TestFormOutlivesTheSession(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := registered(clerk, "裴月娥").Set("name", "裴月仙").ByScript()
	leave(clerk)
	waits := form.Submit().MustStatus(http.StatusForbidden).MustSay("刚才那一步还没有办", "用原来的账号登录").MustNotSay("裴月仙")
	if strings.Contains(waits.Body, "裴月仙") || strings.Contains(waits.Body, s.Clerk.LoginName) {
		t.Error("the page on the way tells something of the form")
	}
	signIn(waits, s.Clerk2, casetest.Password).MustStatus(http.StatusSeeOther).Follow().MustSay("另一个账号填的，没有办").MustNotSay("裴月仙")
	leave(clerk)
	waits = signIn(waits, s.Clerk, "记错了").MustStatus(http.StatusUnprocessableEntity)
	again := signIn(waits, s.Clerk, casetest.Password).MustStatus(http.StatusOK).MustSay("填的都还在，再按一次", "裴月仙", "勾选的、选好的和号码", "不交了，回到原来的页面")
	if again.Find("main a[href^='/visits/correct']").Length() != 1 {
		t.Error("no way leads back to the page")
	}
	press := again.Form("main form")
	press.Submit("再交一次").MustStatus(http.StatusSeeOther).Follow().MustSay("已经改好", "裴月仙")
	// The page with the button outlives the session as well as any.
	leave(clerk)
	signIn(press.Submit("再交一次").MustStatus(http.StatusForbidden), s.Clerk, casetest.Password).MustStatus(http.StatusOK).MustSay("裴月仙")
}

// TestNotCarried: what says nobody's name, comes too late, is too large or has a password is not
// carried; that it was not done is said in words, on the way back to its page.
func TestNotCarried(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	fill := registered(clerk, "裴月娥")
	password := clerk.Get("/account/password").Form("form[action='/account/password']").ByScript()
	leave(clerk)
	not := func(p *webtest.Page) {
		t.Helper()
		p.MustStatus(http.StatusSeeOther)
		if to := p.Header.Get("Location"); !strings.HasPrefix(to, "/login?next=%2F") {
			t.Errorf("leads to %s", to)
		}
		if p.Follow().MustSay("刚才那一步没有办").Find("[name=carried]").Length() != 0 {
			t.Error("it is carried")
		}
	}
	not(fill.Submit())
	not(password.Submit())
	not(fill.ByScript().Set("name", strings.Repeat("裴", 20_000)).Submit())
	waits := fill.Set("name", "裴月仙").Submit().MustStatus(http.StatusForbidden)
	s.Set("2026-09-14 11:00")
	signIn(waits, s.Clerk, casetest.Password).MustStatus(http.StatusSeeOther).Follow().MustSay("隔得太久了，刚才那一步没有办").MustNotSay("裴月仙")
	leave(clerk)
	signIn(waits, s.Clerk, casetest.Password) // and with something else in its place
	leave(clerk)
	waits.Form(door).Set("carried", "AQAA").Set("login_name", s.Clerk.LoginName).Set("password", casetest.Password).Submit().
		MustStatus(http.StatusSeeOther).Follow().MustSay("没有办")
	leave(clerk)
	fill.Set("name", "裴月仙").Drop("key")
	s.Advance(9) // a page from last week says nobody's name any more
	not(fill.Submit())
}

// TestAnothersPage: what stands filled on a page of somebody who went away is not done in the name
// of who signed in since, in another tab of the same computer.
func TestAnothersPage(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	clerk := s.As(s.Clerk)
	note := clerk.Get("/cases/"+number).Form("form[action='/cases/"+number+"/steps/note']").Set("text", "问过村里了。")
	leave(clerk)
	signIn(clerk.Get("/login"), s.Clerk2, casetest.Password)
	note.ByScript().Submit().MustStatus(http.StatusConflict).MustSay("另一个账号打开的", "没有办").MustNotSay("问过村里了")
	if n := len(s.Events(number)); n != 1 {
		t.Errorf("%d events", n)
	}
	leave(clerk)
	signIn(clerk.Get("/login"), s.Clerk, casetest.Password)
	note.Submit().MustStatus(http.StatusSeeOther)
}
