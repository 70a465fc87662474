package visits_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestSentAgainWithMore: a form that was registered, and whose answer was lost, is gone on with and
// sent again: what was added is neither dropped in silence nor registered twice.
func TestSentAgainWithMore(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。").Set("village", "五阳村").Attach("files-1", "pipe.jpg", casetest.Photo(50, 40))
	form.Submit("登记").MustStatus(http.StatusSeeOther) // the answer is lost
	two := form.Submit("再加一件事").MustStatus(http.StatusOK).MustSay("没有存草稿：这张表已经登记过了。").MustNotSay("已存草稿")
	refused := two.Form(deskForm).Set("words-2", "村口的路灯坏了。").Choose("category-2", "路灯照明").Attach("files-2", "lamp.jpg", casetest.Photo(60, 40)).
		Submit("登记").MustStatus(http.StatusConflict).MustSay("这张表刚才已经登记过", "后来加的还没有登记", "lamp.jpg", "已存草稿")
	if refused.Find(".note-err a[href='/visits/saved?key="+form.Value("key")+"']").Length() != 1 {
		t.Error("no way leads to what is registered")
	}
	rest := refused.Form(deskForm)
	if rest.Value("words-1") != "村口的路灯坏了。" || rest.Value("matters") != "1" || rest.Value("village") != "五阳村" || rest.Value("key") == form.Value("key") {
		t.Errorf("the form has %q of %s, key %s", rest.Value("words-1"), rest.Value("matters"), rest.Value("key"))
	}
	rest.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事", "XY2026-0002")
	clerk.Get("/cases/XY2026-0002").MustSay("村口的路灯坏了", "lamp.jpg")
	clerk.Get("/cases/XY2026-0001").MustNotSay("lamp.jpg")
	if first, added := s.SheetFiles("XY2026-0001"), s.SheetFiles("XY2026-0002"); len(first) != 1 || len(added) != 1 {
		t.Errorf("%d photographs of the first matter, %d of what was added", len(first), len(added))
	}

	// Nothing was added, but the name is another: it is told, and pressed again registers nothing.
	renamed := form.Set("name", "裴月仙")
	for range 2 {
		again := renamed.Submit("登记").MustStatus(http.StatusConflict).MustSay("后来改的、加的没有登记", "改刚才的登记").Form(deskForm)
		if again.Value("name") != "裴月仙" || again.Value("key") != form.Value("key") {
			t.Errorf("the form has %q, key %s", again.Value("name"), again.Value("key"))
		}
		renamed = again
	}
	form.Set("name", "裴月娥").Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("XY2026-0001") // as it was
	clerk.Get("/visits/new").MustSay("今天已登记 2 批")

	// Sent after the session ended it is no draft either, and is not said to be one.
	clerk.Get("/account").Form("form[action='/logout']").Submit()
	form.Set("name", "裴月仙").Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("以前已经登记过", "没有存成草稿")
}

// TestSentAgainWithAWordPutRight: a word that is put right after the answer was lost makes no second
// visit, alone or beside a matter that was added.
func TestSentAgainWithAWordPutRight(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。")
	form.Submit("登记").MustStatus(http.StatusSeeOther) // the answer is lost
	right := form.Set("words-1", "东头饮水管道停了三回水。")
	for range 2 {
		again := right.Submit("登记").MustStatus(http.StatusConflict).MustSay("后来改的、加的没有登记", "“补充”").MustNotSay("另一次来访").Form(deskForm)
		if again.Value("words-1") != "东头饮水管道停了三回水。" || again.Value("key") != form.Value("key") {
			t.Errorf("the form has %q, key %s", again.Value("words-1"), again.Value("key"))
		}
		right = again
	}
	clerk.Get("/visits/new").MustSay("今天已登记 1 批")

	more := right.Submit("再加一件事").Form(deskForm).Set("words-2", "村口的路灯坏了。").Choose("category-2", "路灯照明").
		Submit("登记").MustStatus(http.StatusConflict).MustSay("后来加的还没有登记", "改了的话没有存，请写在那件事的“补充”里：东头饮水管道停了三回水。")
	rest := more.Form(deskForm)
	if rest.Value("words-1") != "村口的路灯坏了。" || rest.Value("matters") != "1" {
		t.Errorf("the form has %q of %s", rest.Value("words-1"), rest.Value("matters"))
	}
	rest.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记 1 件事", "XY2026-0002")
}

// TestPressedAtOnceWithMore: of several posts of one form at the same time, of which some say more,
// one is registered; each of the others is led to it, or told so.
func TestPressedAtOnceWithMore(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	for range 6 {
		one := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。")
		two := one.Submit("再加一件事").Form(deskForm).Set("words-2", "村口的路灯坏了。").Choose("category-2", "路灯照明")
		var all sync.WaitGroup
		for _, form := range []*webtest.Form{one, two, two, two} {
			all.Go(func() {
				if p := form.Submit("登记"); p.Status != http.StatusSeeOther && p.Status != http.StatusConflict {
					t.Errorf("answered %d", p.Status)
				}
			})
		}
		all.Wait()
	}
	clerk.Get("/visits/new").MustSay("今天已登记 6 批")
}

// TestNoSuchStation: the county's office names the station for which it registers; one that there
// is not is said, before anything is kept for it.
func TestNoSuchStation(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	office := s.As(s.Handler)
	for _, id := range []string{"999999", "0", "9223372036854775807", "-1", "x"} {
		for _, path := range []string{"/visits", "/visits/draft"} {
			office.Post(path, url.Values{"key": {uuid.NewString()}, "station_id": {id}, "add": {"1"}, "words-1": {"路灯坏了。"}}).
				MustStatus(http.StatusNotFound).MustSay("没有这个联络站")
		}
	}
}
