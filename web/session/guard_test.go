package session

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"lianluo/internal/auth"
)

func TestRequire(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	nobody := s.browser(t)
	const path = "/work?state=handling&q=%E8%B7%AF%E7%81%AF"
	for method, want := range map[string]string{"GET": "/login?next=" + url.QueryEscape(path), "POST": "/login"} {
		if a := nobody.do(method, path); a.status != http.StatusSeeOther || a.Get("Location") != want {
			t.Errorf("%s leads, with %d, to %q, want %q", method, a.status, a.Get("Location"), want)
		}
	}
	b := s.browser(t)
	b.get("/in/zhangmin")
	if got := b.get("/work").body; got != "at work" {
		t.Errorf("signed in: %q", got)
	}
}

func TestGuards(t *testing.T) {
	t.Parallel()
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	clerk := auth.Account{Actor: auth.Actor{County: 1, UserID: 2, Name: "张敏", Role: auth.Clerk, StationID: 3}}
	given := clerk
	given.MustChangePassword = true
	for _, c := range []struct {
		name    string
		guard   func(http.Handler) http.Handler
		account *auth.Account
		path    string
		status  int
		to      string
	}{
		{"signed in", Require, &clerk, "/cases", 204, ""},
		{"nobody", Require, nil, "/cases", 303, "/login?next=%2Fcases"},
		{"a given password", Require, &given, "/cases", 303, PasswordPath},
		{"a given password, changing it", Require, &given, PasswordPath, 204, ""},
		{"a given password, leaving", Require, &given, "/logout", 204, ""},
		{"a given password, its own page", Require, &given, "/account", 303, PasswordPath},
		{"a right", RequireRight(auth.RegisterVisit), &clerk, "/visits/new", 204, ""},
		{"no right", RequireRight(auth.MakeCounties), &clerk, "/counties", 403, ""},
		{"nobody's right", RequireRight(auth.RegisterVisit), nil, "/visits/new", 303, "/login?next=%2Fvisits%2Fnew"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", c.path, nil)
		if c.account != nil {
			r = r.WithContext(With(r.Context(), *c.account))
		}
		w := httptest.NewRecorder()
		c.guard(ok).ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Location") != c.to {
			t.Errorf("%s: %d to %q, want %d to %q", c.name, w.Code, w.Header().Get("Location"), c.status, c.to)
		}
	}
	if _, signedIn := Actor(t.Context()); signedIn {
		t.Error("somebody is signed in without a session")
	}
}

func BenchmarkLoad(b *testing.B) {
	s := newSite(b)
	who := s.browser(b)
	who.get("/in/zhangmin")
	cookie := who.cookie()
	empty := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	ask := func(h http.Handler) {
		r := httptest.NewRequestWithContext(b.Context(), "GET", "/work", nil)
		r.AddCookie(cookie)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	for name, h := range map[string]http.Handler{"session": s.sessions.Load(empty), "none": empty} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(h)
			}
		})
	}
	b.Run("ping", func(b *testing.B) {
		for b.Loop() {
			if err := s.db.Ping(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("touch", func(b *testing.B) {
		h, n := s.sessions.Load(empty), 0
		for b.Loop() {
			if n++; n%1000 == 0 { // before the seven days are over
				b.StopTimer()
				who.get("/in/zhangmin")
				cookie = who.cookie()
				b.StartTimer()
			}
			s.pass(touchEvery)
			ask(h)
		}
	})
}
