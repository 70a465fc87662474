package browser

import (
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/web/webtest"
)

// TestDeskHoldsStill: what is like the matter already comes into the page above the button that
// somebody is about to press, which stays where it was.
func TestDeskHoldsStill(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Register("东头饮水管道停了两回水。")
	for _, width := range []int64{laptop, phone} {
		b := open(t, s, "联络员", width).signIn(s.Clerk)
		b.visit("/visits/new")
		b.fill("#words-1", "东头饮水管道停了三回水。")
		const at = `document.querySelector(".stick-acts .btn-main").getBoundingClientRect().top`
		b.do(chromedp.Evaluate[chromedp.Void](`scrollTo(0, document.body.scrollHeight); document.querySelector(".stick-acts .btn-main").focus({preventScroll: true})`))
		before := get(b, chromedp.Evaluate[float64](at))
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#words-1").dispatchEvent(new Event("change", {bubbles: true}))`))
		b.waits("main", "说的可能是同一件事")
		if after := get(b, chromedp.Evaluate[float64](at)); after < before-1 || after > before+1 {
			t.Errorf("%d wide: the button went from %v to %v", width, before, after)
		}
	}
}
