package accounts

import (
	"net/http"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/tenant"
)

func (s *site) link(t *testing.T, login string, more func(tx *tenant.Tx, id int64) error) (link string) {
	t.Helper()
	err := s.db.Update(t.Context(), 1, func(tx *tenant.Tx) error {
		id, err := auth.UserOf(t.Context(), tx, login)
		if err == nil {
			link, err = auth.MakeLink(t.Context(), tx, auth.SystemOf(1), id)
		}
		if err == nil && more != nil {
			err = more(tx, id)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return "/password/" + link
}

// TestALinkIsUsed: on one of the person's computers somebody is signed in; the use of the
// link ends that.
func TestALinkIsUsed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	elsewhere, b := s.browser(t), s.browser(t)
	elsewhere.signIn("zhangmin", password)
	link := s.link(t, "zhangmin", nil)
	if a := b.get(link); a.status != 200 || a.Find("input[name=username]").AttrOr("value", "") != "zhangmin" || a.Find("nav").Length() != 0 {
		t.Errorf("the page: %d %s", a.status, a.Find("main").Text())
	}
	for field, typed := range map[string][2]string{"new_password": {"短", "短"}, "repeat_password": {fresh, fresh + "8"}} {
		a := b.post(link, "new_password", typed[0], "repeat_password", typed[1])
		html, _ := a.Html()
		if a.status != 422 || a.Find(`#errors a[href="#`+field+`"]`).Length() != 1 || strings.Contains(html, fresh) {
			t.Errorf("%s: %d %s", field, a.status, a.Find("main").Text())
		}
	}
	if got := elsewhere.get("/").text; got != "zhangmin clerk" {
		t.Errorf("before the link was used: %s", got)
	}
	b.leads(b.post(link, "new_password", fresh, "repeat_password", fresh), "/login")
	if note := b.get("/login").Find(".note-ok").Text(); !strings.Contains(note, "请用账号 zhangmin") {
		t.Errorf("the note says %q", note)
	}
	elsewhere.leads(elsewhere.get("/"), "/login")
	b.leads(b.signIn("zhangmin", fresh), "/")
}

// TestDeadLinks: none tells why it is dead, and guessing ends after a while.
func TestDeadLinks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	used := s.link(t, "zhangmin", nil)
	s.browser(t).post(used, "new_password", fresh, "repeat_password", fresh)
	replaced := s.link(t, "zhangmin", nil)
	live := s.link(t, "zhangmin", nil)
	disabled := s.link(t, "luhongxia", func(tx *tenant.Tx, id int64) error { return auth.Disable(t.Context(), tx, auth.SystemOf(1), id) })
	var first string
	for name, link := range map[string]string{"used": used, "replaced": replaced, "of a disabled account": disabled,
		"unknown": "/password/1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "of no county": "/password/7" + live[len("/password/1"):], "no token": "/password/zhangmin"} {
		for _, a := range []answer{b.get(link), b.post(link, "new_password", fresh+"9", "repeat_password", fresh+"9")} {
			html, _ := a.Html()
			html = strings.ReplaceAll(html, link, "_")
			if first == "" {
				first = html
			}
			if a.status != http.StatusNotFound || html != first {
				t.Errorf("%s: %d, another page than the first:\n%s\n%s", name, a.status, html, first)
			}
		}
	}
	for range 60 {
		b.get("/password/1-aaaaaaaaaaaaaaaaaaaaaaaaab")
	}
	if a := b.get(live); a.status != http.StatusTooManyRequests {
		t.Errorf("after sixty guesses: %d", a.status)
	}
}
