package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lianluo/internal/errs"
)

func fails(err error) http.Handler {
	return Handle(func(http.ResponseWriter, *http.Request) error { return err })
}

func signedIn(r *http.Request) *http.Request {
	return WithFrame(r, Frame{Who: "王丽 · 县人大人事代表工委", Menu: []MenuItem{{URL: "/", Name: "工作台"}}})
}

func TestErrorStatusesAndWords(t *testing.T) {
	t.Parallel()
	const own = `第二个人已经先评价了 <b>"'&`
	for _, test := range []struct {
		name   string
		err    error
		status int
		words  string
	}{
		{"not found", errs.NotFound, 404, "地址可能不完整"},
		{"not found, wrapped", fmt.Errorf("case: %w", errs.NotFound), 404, "地址可能不完整"},
		{"conflict", errs.Conflict, 409, "刚才有人先办了"},
		{"conflict, own words", fmt.Errorf("x: %w", errs.Refuse(errs.Conflict, own)), 409, own},
		{"forbidden", errs.Forbidden, 403, "您现在的身份"},
		{"too many", errs.TooMany, 429, "几分钟"},
		{"invalid", errs.Invalid{"b": "请写内容", "a": "请选单位"}, 422, "请选单位请写内容"},
		{"too large", fmt.Errorf("form: %w", &http.MaxBytesError{Limit: 1}), 413, "请减少一些"},
		{"wrong method", errMethod, 405, "再按一次"},
		{"unknown", errors.New("pq: column secret_code does not exist"), 500, "已经记下来了"},
		{"unknown kind with words", errs.Refuse(errors.New("secret kind"), "secret words"), 500, "已经记下来了"},
		{"a cancelled query of somebody who is here", context.Canceled, 500, "已经记下来了"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := serve(fails(test.err), signedIn(get("/cases/XY2026-1")))
			text, _ := io.ReadAll(got.Body)
			doc := parse(t, strings.NewReader(string(text)))
			if got.StatusCode != test.status {
				t.Errorf("status %d, want %d", got.StatusCode, test.status)
			}
			if !strings.Contains(words(doc, "main"), test.words) {
				t.Errorf("page says %q", words(doc, "main"))
			}
			if strings.Contains(string(text), "secret") || strings.Contains(string(text), "pq:") {
				t.Errorf("page shows the error: %s", text)
			}
			if doc.Find("nav.side a").Length() != 1 || doc.Find("h1").Length() != 1 {
				t.Error("not in the layout of the staff, or without its one title")
			}
		})
	}
}

func TestUnknownErrorIsLoggedUnderItsReference(t *testing.T) {
	t.Parallel()
	doc := parse(t, serve(fails(fmt.Errorf("load case: %w", errors.New("disk of marmalade"))), get("/cases")).Body)
	ref := doc.Find("main b").Text()
	found := logged.with("ref=" + ref)
	if len(ref) != 6 || len(found) != 1 || !strings.Contains(found[0], "load case: disk of marmalade") {
		t.Errorf("reference %q is logged as %q", ref, found)
	}
}

func TestErrorLayouts(t *testing.T) {
	t.Parallel()
	for path, layout := range map[string]string{"/r/abc": ".c-page", "/q": ".c-page", "/s/1": ".c-page", "/c/140423": ".c-page",
		"/": ".door", "/registers": ".door", "/stations/1": ".door", "/cases": ".door"} {
		doc := parse(t, serve(fails(errs.NotFound), get(path)).Body)
		if doc.Find("main"+layout).Length() != 1 {
			t.Errorf("%s is not in %s", path, layout)
		}
		if citizen := layout == ".c-page"; citizen && (doc.Find("script").Length() > 0 || doc.Find("meta[name=robots]").Length() == 0) {
			t.Errorf("%s has a script or may be indexed", path)
		}
	}
	r := WithFrame(get("/r/abc"), Frame{Site: "古韩镇人大代表联络站", Home: "/s/1", Phone: "0355-000 0000", Who: "王丽"})
	doc := parse(t, serve(fails(errors.New("x")), r).Body)
	if doc.Find(`main a[href="tel:03550000000"]`).Length() != 1 || doc.Find(".c-page").Length() != 1 {
		t.Error("a citizen's error page gives no phone number")
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	from := func(r *http.Request, referer string) *http.Request {
		r.Header.Set("Referer", referer)
		return r
	}
	for _, test := range []struct {
		name    string
		request *http.Request
		next    string
	}{
		{"a page", get("/cases?view=late&q=a%26b"), "/cases?view=late&q=a%26b"},
		{"the home", get("/"), ""},
		{"a form", from(post("/cases/1/step", ""), "http://example.com/cases/1?tab=2"), "/cases/1?tab=2"},
		{"a form elsewhere", from(post("/cases/1/step", ""), "http://evil.example/x"), ""},
		{"a form of nowhere", post("/cases/1/step", ""), ""},
		{"two slashes", &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "//evil.example/"}, Header: http.Header{}}, ""},
	} {
		got := serve(fails(fmt.Errorf("x: %w", errs.SignIn)), test.request)
		location, err := url.Parse(got.Header.Get("Location"))
		if err != nil || got.StatusCode != http.StatusSeeOther || location.Path != "/login" || location.Query().Get("next") != test.next {
			t.Errorf("%s: %d to %s", test.name, got.StatusCode, got.Header.Get("Location"))
		}
		if told := len(got.Cookies()) == 1; got.Header.Get("Cache-Control") != "no-store" || told != (test.request.Method == http.MethodPost) { // that nothing was done
			t.Errorf("%s: headers %v", test.name, got.Header)
		}
	}
	got := serve(fails(errs.Refuse(errs.SignIn, "登录已过期，请再登录")), get("/cases"))
	if len(got.Cookies()) != 1 || got.Cookies()[0].Name != flashCookie {
		t.Error("the words of a sign-in error are lost")
	}
}

func TestReaderWhoLeftIsNoFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	got := serve(fails(fmt.Errorf("query of the impatient: %w", context.Canceled)), get("/cases").WithContext(ctx))
	if got.StatusCode != 499 || len(logged.with("impatient")) != 0 {
		t.Errorf("status %d, logged %q", got.StatusCode, logged.with("impatient"))
	}
}

func TestRouterHandlers(t *testing.T) {
	t.Parallel()
	if got := serve(NotFound, get("/x")).StatusCode; got != 404 {
		t.Errorf("NotFound: %d", got)
	}
	if got := serve(MethodNotAllowed, get("/x")).StatusCode; got != 405 {
		t.Errorf("MethodNotAllowed: %d", got)
	}
}
