package visits_test

import (
	"bytes"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestDrafts: what was begun is there again, on another computer too, for nobody else; and the
// form that was kept and the form that is sent are one visit.
func TestDrafts(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	form := filled(s.As(s.Clerk).Get("/visits/new"), "东头饮水管道停了两回水。").Set("phone", "13800000301").Set("confidential", "1")
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
	form := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。").Set("phone", "13800000301").
		Attach("files-1", "tap.jpg", casetest.Photo(60, 40))
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
	back.MustSay("tap.jpg")
	filledAgain.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事")
	clerk.Get("/cases/XY2026-0001").MustSay("tap.jpg")
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

// TestPhotographs: each matter has its own, kept with the draft from the first press on, sealed,
// on every computer of the one who fills it; they go with the cases, or with the draft.
func TestPhotographs(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。")
	bad := form.Attach("files-1", "a.jpg", casetest.Photo(60, 40)).Attach("files-1", "IMG_1.HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1")).Submit("登记")
	bad.MustStatus(http.StatusUnprocessableEntity).MustSay("“IMG_1.HEIC”是苹果手机的 HEIC 照片")
	bad.Form(deskForm).Attach("files-1", "a.pdf", []byte(casetest.PDF)).Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("“a.pdf”不是照片")
	if again := bad.Form(deskForm); again.Value("words-1") != "东头饮水管道停了两回水。" || again.Value("name") != "裴月娥" || again.Value("key") != form.Value("key") {
		t.Error("the form is lost")
	}
	if n := len(s.Blobs()); n != 0 {
		t.Errorf("%d blobs of what was refused", n)
	}
	two := bad.Form(deskForm).Attach("files-1", "a.jpg", casetest.Photo(60, 40)).Attach("files-1", "b.jpg", casetest.Photo(40, 60)).Submit("再加一件事")
	two.MustStatus(http.StatusOK).MustSay("a.jpg", "b.jpg", "已存草稿")
	thumb := two.Find("ul.picked img").First().AttrOr("src", "/missing")
	if got := two.Open(thumb).MustStatus(http.StatusOK); !strings.HasPrefix(got.Body, "\xff\xd8") || got.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("the small picture: %q", got.Header)
	}
	for _, other := range []auth.Actor{s.Clerk2, s.Head, s.Neighbour.Clerk} {
		s.As(other).Get(thumb).MustStatus(http.StatusNotFound)
	}
	for _, path := range s.Blobs() {
		if content, err := os.ReadFile(path); err != nil || bytes.Contains(content, []byte("JFIF")) || bytes.HasPrefix(content, []byte("\xff\xd8")) {
			t.Errorf("%s is not sealed: %v", path, err)
		}
	}
	// On another computer: one away, one more for the second matter, the same picture once more.
	resumed := s.As(s.Clerk).Get("/visits/new?draft="+form.Value("key")).MustSay("a.jpg", "b.jpg")
	fewer := resumed.Form(deskForm).Submit("移除").MustStatus(http.StatusOK)
	if n := fewer.Find("ul.picked li").Length(); n != 1 {
		t.Errorf("%d photographs are left", n)
	}
	more := fewer.Form(deskForm).Set("phone", "13800000301").Set("words-2", "路灯坏了。").Choose("category-2", "路灯照明").Attach("files-2", "c.jpg", casetest.Photo(50, 50)).
		Attach("files-2", "c2.jpg", casetest.Photo(50, 50))
	unnamed := more.Set("name", "").Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("请填姓名", "c.jpg").MustNotSay("c2.jpg")
	whole := unnamed.Form(deskForm).Set("name", "裴月娥")
	for range 2 {
		whole.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 2 件事")
	}
	more.Set("name", "裴月娥").Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 2 件事") // the page before, once more
	clerk.Get("/cases/XY2026-0001").MustSay(fewer.Find("ul.picked p").Text()).MustNotSay(resumed.Find("ul.picked p").First().Text(), "c.jpg")
	clerk.Get("/cases/XY2026-0002").MustSay("c.jpg").MustNotSay("a.jpg", "b.jpg")
	left(t, s, 4) // each with its small picture; the sealed ones are gone

	// Without a matter there is nowhere to put them; thrown away, they are gone.
	none := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Choose("purpose", "感谢").Attach("files-1", "d.jpg", casetest.Photo(60, 40))
	none.Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("照片没有地方放", "d.jpg")
	left(t, s, 5)
	clerk.Get("/visits/new").MustSay("没登完的登记").Form("form[action$='/drop']").Submit().MustStatus(http.StatusSeeOther)
	left(t, s, 4)
	// About an earlier matter they go to it; another station's takes none.
	back := clerk.Get("/visits/new").Form(deskForm).Set("name", "裴月娥").Set("words-1", "东头饮水管道停了两回水。").Submit("查有没有登记过").Form(deskForm)
	back.Submit("同一个人，再次来访").Form(deskForm).Attach("files-1", "e.jpg", casetest.Photo(80, 20)).Submit("登记").MustStatus(http.StatusSeeOther)
	clerk.Get("/cases/XY2026-0001").MustSay("e.jpg", "再次来访（第 2 次）")
	elsewhere := s.As(s.OtherClerk).Get("/visits/new").Form(deskForm).Set("name", "裴月娥").Set("phone", "13800000301").Submit("查有没有登记过").Form(deskForm)
	elsewhere.Submit("回执上是这个编号，再次来访").Form(deskForm).Attach("files-1", "f.jpg", casetest.Photo(80, 20)).Submit("登记").
		MustStatus(http.StatusUnprocessableEntity).MustSay("那件事不归本站")
	// Eleven for one matter are one too many.
	many := clerk.Get("/visits/new").Form(deskForm).Set("name", "裴月娥")
	for n := range 10 {
		many.Attach("files-1", "g.jpg", casetest.Photo(20+n, 20))
	}
	full := many.Submit("查有没有登记过").MustStatus(http.StatusOK).Form(deskForm)
	full.Attach("files-1", "h.jpg", casetest.Photo(90, 20)).Submit("查有没有登记过").MustStatus(http.StatusUnprocessableEntity).MustSay("一件事最多放 10 张照片")
}

// left waits until so many blobs are left.
func left(t *testing.T, s *webtest.Site, n int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); len(s.Blobs()) != n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d blobs, want %d", len(s.Blobs()), n)
		}
	}
}

// TestPhotographsPressedAtOnce: of several presses at one time one registers, with the
// photograph; the others are led to what it came to, though the draft's bytes go meanwhile.
func TestPhotographsPressedAtOnce(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	for range 4 {
		form := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。").Attach("files-1", "tap.jpg", casetest.Photo(60, 40)).
			Submit("查有没有登记过").MustSay("tap.jpg").Form(deskForm)
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() { form.Submit("登记").MustStatus(http.StatusSeeOther) })
		}
		all.Wait()
	}
	for n := range 4 {
		clerk.Get("/cases/XY2026-000" + strconv.Itoa(n+1)).MustStatus(http.StatusOK).MustSay("tap.jpg")
	}
	clerk.Get("/visits/new").MustSay("今天已登记 4 批")
	// One press read the draft before another registered it, and comes to its bytes when they are gone.
	sql := func(statements string) {
		t.Helper()
		if _, err := s.PG.Super.Exec(t.Context(), statements); err != nil {
			t.Fatal(err)
		}
	}
	left(t, s, 8)
	form := filled(clerk.Get("/visits/new"), "路灯坏了。").Attach("files-1", "lamp.jpg", casetest.Photo(60, 40)).Submit("查有没有登记过").Form(deskForm)
	sql(`create table read_drafts as table visit_drafts; create table read_photos as table draft_photos`)
	form.Submit("登记").MustStatus(http.StatusSeeOther)
	left(t, s, 10)
	sql(`insert into visit_drafts overriding system value table read_drafts; insert into draft_photos table read_photos`)
	form.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("XY2026-0005")
}
