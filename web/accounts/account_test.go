package accounts

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"lianluo/internal/auth"
)

func TestAccountPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.leads(b.get("/account"), "/login?next=%2Faccount")
	b.signIn("zhangmin", password)
	a := b.get("/account")
	for _, text := range []string{"张敏", "zhangmin", "联络员", "古韩镇站"} {
		if !strings.Contains(a.Find("dl.facts").Text(), text) {
			t.Errorf("the page does not say %s", text)
		}
	}
	if a.Find("#roles").Length() != 0 {
		t.Error("who has one role is offered to switch")
	}
}

func TestSwitchRole(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, other := s.browser(t), s.browser(t)
	other.signIn("zhangmin", password)
	b.signIn("luhongxia", password)
	if got := b.get("/").text; got != "luhongxia county_handler" {
		t.Fatalf("signed in as %s", got)
	}
	page := b.get("/account")
	if rows := page.Find("table tbody tr"); rows.Length() != 2 || !strings.Contains(rows.First().Text(), "现在的身份") {
		t.Errorf("the page lists %q", rows.Text())
	}
	clerk, _ := page.Find(`form[action="/account/role"] input[name=role]`).Attr("value")
	b.leads(b.post("/account/role", "role", clerk), "/")
	if got := b.get("/").text; got != "luhongxia clerk" {
		t.Errorf("after switching: %s", got)
	}
	if note := b.get("/account").Find(".note-ok").Text(); strings.TrimSpace(note) != "现在的身份是联络员（古韩镇站）。" {
		t.Errorf("the note says %q", note)
	}
	for _, role := range []string{clerk, "", "0", "-1", "999999", "x"} { // another's, and what is none
		if a := other.post("/account/role", "role", role); a.status != http.StatusForbidden {
			t.Errorf("role %q: %d", role, a.status)
		}
	}
	if got := other.get("/").text; got != "zhangmin clerk" {
		t.Errorf("after all that: %s", got)
	}
	s.super(t, `update user_roles set from_date = '2020-01-01', to_date = '2020-01-01' where role = 'county_handler'`)
	var ended string
	if err := s.at.Super.QueryRow(t.Context(), `select id::text from user_roles where role = 'county_handler'`).Scan(&ended); err != nil {
		t.Fatal(err)
	}
	if a := b.post("/account/role", "role", ended); a.status != http.StatusForbidden {
		t.Errorf("a role that has ended: %d", a.status)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, elsewhere, colleague := s.browser(t), s.browser(t), s.browser(t)
	b.signIn("zhangmin", password)
	elsewhere.signIn("zhangmin", password)
	colleague.signIn("luhongxia", password)
	for name, c := range map[string]struct{ old, new, repeat, field string }{
		"a wrong old one":   {"不是这个密码", fresh, fresh, "old_password"},
		"the same again":    {password, password, password, "new_password"},
		"too short":         {password, "短", "短", "new_password"},
		"repeated wrong":    {password, fresh, "渔人", "repeat_password"},
		"nothing filled in": {"", "", "", "old_password"},
	} {
		a := b.post("/account/password", "old_password", c.old, "new_password", c.new, "repeat_password", c.repeat)
		if a.status != 422 || a.Find(`#errors a[href="#`+c.field+`"]`).Length() != 1 || a.Find("#"+c.field+"-err").Length() != 1 {
			t.Errorf("%s: %d %s", name, a.status, a.Find("main").Text())
		}
		html, _ := a.Html()
		for _, typed := range []string{c.old, c.new, c.repeat} {
			if len(typed) > 9 && strings.Contains(html, typed) {
				t.Errorf("%s: a password is on the page", name)
			}
		}
	}
	b.leads(b.post("/account/password", "old_password", password, "new_password", fresh, "repeat_password", fresh), "/account")
	if note := b.get("/account").Find(".note-ok").Text(); !strings.Contains(note, "密码已经改好") {
		t.Errorf("the note says %q", note)
	}
	elsewhere.leads(elsewhere.get("/"), "/login")
	if got := colleague.get("/").text; got != "luhongxia county_handler" {
		t.Errorf("a colleague: %s", got)
	}
	if a := elsewhere.signIn("zhangmin", password); a.status != 422 {
		t.Errorf("the old password: %d", a.status)
	}
	elsewhere.leads(elsewhere.signIn("zhangmin", fresh), "/")
}

func TestGivenPasswordIsChangedFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.super(t, `update users set must_change_password = true where login_name = 'zhangmin'`)
	b := s.browser(t)
	b.leads(b.post("/login", "login_name", "zhangmin", "password", password, "next", "/cases"), "/cases")
	for _, path := range []string{"/", "/cases", "/account"} {
		b.leads(b.get(path), "/account/password")
	}
	a := b.get("/account/password")
	if a.Find("nav").Length() != 0 || !strings.Contains(a.Find("h2").Text(), "请先换一个自己的密码") {
		t.Errorf("the page: %s", a.Find("main").Text())
	}
	if a := b.post("/account/password", "old_password", password, "new_password", password, "repeat_password", password); a.status != 422 {
		t.Errorf("keeping the given password: %d", a.status)
	}
	b.leads(b.get("/cases"), "/account/password")
	b.leads(b.post("/account/password", "old_password", password, "new_password", fresh, "repeat_password", fresh), "/")
	if got := b.get("/cases").text; got != "zhangmin clerk" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestPlatformAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := auth.CreatePlatformAccount(t.Context(), s.db, auth.NewPlatformAccount{
		LoginName: "duban", Name: "郭督", Kind: auth.Overseer, DivisionCode: "1404", Password: password, MustChange: true})
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser(t)
	b.signIn("duban", password)
	b.leads(b.get("/"), "/account/password")
	b.leads(b.post("/account/password", "old_password", password, "new_password", fresh, "repeat_password", fresh), "/")
	a := b.get("/account")
	if !strings.Contains(a.Find("dl.facts").Text(), "长治市") {
		t.Error(fmt.Sprint(a.status, a.Find("main").Text()))
	}
	if a := b.post("/account/role", "role", "1"); a.status != http.StatusForbidden {
		t.Errorf("a role of a county: %d", a.status)
	}
}
