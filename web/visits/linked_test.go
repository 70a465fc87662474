package visits_test

import (
	"net/http"
	"strings"
	"testing"

	"lianluo/web/webtest"
)

// TestLinkToTheRightNumber: what was answered on the spot is rated by whom it was told: a link that
// went to a wrong number opens nothing once that is put right, and one goes to the right number.
func TestLinkToTheRightNumber(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := filled(clerk.Get("/visits/new"), "路灯坏了。").Set("phone", "13800000301")
	saved := form.Choose("outcome-1", "当场答复").Set("answer-1", "今天下午就换。").Submit("登记").MustStatus(http.StatusSeeOther).Follow()
	s.Set("2026-09-14 10:00")
	wrong := s.Links(1)[0]
	s.Anonymous().Get(wrong).MustStatus(http.StatusOK).MustSay("今天下午就换。")
	s.Set("2026-09-14 10:05")
	righted(clerk, clerk.Get(saved.URL.RequestURI())).Set("phone", "13900000077").Submit().MustStatus(http.StatusSeeOther)
	s.Anonymous().Get(wrong).MustNotSay("今天下午就换。")
	right := s.Links(2)[1]
	s.Anonymous().Get(right).MustStatus(http.StatusOK).MustSay("今天下午就换。")
	if n := strings.Count(strings.Join(s.Letters(), "\n"), "短信 13900000077："); n != 1 {
		t.Errorf("%d letters to the right number", n)
	}
	// Who does not wish to be told any more is not asked.
	righted(clerk, clerk.Get(saved.URL.RequestURI())).Choose("reply_by", "不用告诉").Submit().MustStatus(http.StatusSeeOther)
	s.Anonymous().Get(right).MustNotSay("今天下午就换。")
}
