package visits_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestAgainAfterClosing: nobody handles a closed matter, so who says it again brings a new one
// that names the old; the list says so.
func TestAgainAfterClosing(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Closed)
	s.Advance(1)
	clerk := s.As(s.Clerk)
	looked := clerk.Get("/visits/new").Form(deskForm).Set("name", casetest.Visitor).Set("phone", casetest.Phone).Submit("查有没有登记过").MustSay(number)
	again := looked.Form(deskForm).Submit("办结后又来反映，另立一件").Form(deskForm).Set("words-1", "修了又坏了，又没水。").Choose("category-1", "饮水管网")
	again.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("XY2026-0002", "查询码", "和 "+number+" 可能是同一件事")
	s.As(s.Head).Get("/cases/XY2026-0002").MustSay("办结后又来反映", number)
	s.As(s.Head).Get("/cases?view=open").MustSay("再次反映")
	late := s.Visit()
	late.Matters = []casefile.Matter{{ReturnTo: number, Words: "又没水。"}}
	_, err := s.RegisterVisit(s.Clerk, late)
	casetest.InvalidAt(t, err, "words-1")
}

// TestHandlersSeeWhoCameAgain: whoever has a matter finds in the list those about which somebody
// came again, until a step is taken.
func TestHandlersSeeWhoCameAgain(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	s.Advance(1)
	back := s.Visit()
	back.Key, back.Matters = uuid.New(), []casefile.Matter{{ReturnTo: number, Words: "还没有修。"}}
	if _, err := s.RegisterVisit(s.Clerk, back); err != nil {
		t.Fatal(err)
	}
	for _, by := range []auth.Actor{s.Clerk, s.Head, s.Water, s.Admin} {
		s.As(by).Get("/cases?view=back").MustStatus(http.StatusOK).MustSay("又来过的", number, "来过 2 次")
	}
	if home := s.As(s.Head).Get("/"); !strings.Contains(home.Text("main"), "又来过的") {
		t.Error("the head's home does not say it")
	}
	s.Advance(1)
	note := s.As(s.Head).Get("/cases/"+number).Form("form[action$='/steps/note']").Set("text", "已给来访人回电。")
	note.Submit().MustStatus(http.StatusSeeOther)
	s.As(s.Head).Get("/cases?view=back").MustNotSay(number)
}
