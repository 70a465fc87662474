package browser

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// axe is axe-core, which looks for what keeps people out.
//
//go:embed testdata/axe.min.js
var axe string

// run asks axe for WCAG 2.0 to 2.2, A and AA, and for best practice.
const run = `axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag",
	values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then(r => ({passes: r.passes.length,
	violations: r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html + " — " + n.failureSummary)}))}))`

// finding is what axe says of a page.
type finding struct {
	Passes     int `json:"passes"`
	Violations []struct {
		ID    string   `json:"id"`
		Help  string   `json:"help"`
		Nodes []string `json:"nodes"`
	} `json:"violations"`
}

// met looks at the page that somebody has come to: nothing wider than the window, nothing
// that axe finds, nothing that the browser complains of.
func (b *tab) met() {
	b.t.Helper()
	defer b.quiet()
	b.fits(b.width)
	name := strings.Trim(strings.ReplaceAll(b.pattern(), "/", "-"), "-")
	b.picture(name)
	if _, seen := looked.LoadOrStore(fmt.Sprint(b.width, b.source()), true); seen && !b.again {
		return
	}
	b.audit()
	b.do(chromedp.EmulateViewport(narrow, 844))
	b.fits(narrow)
	b.picture(name + "-320")
	b.do(chromedp.EmulateViewport(b.width, 844))
}

// looked are the pages that were looked at, byte by byte, with their widths: the same once
// more, such as the door, has nothing new to tell.
var looked sync.Map

// audit runs axe. It needs JavaScript, so a page that came without is looked at with it
// afterwards.
func (b *tab) audit() {
	b.t.Helper()
	if b.noScript {
		b.script(true)
		defer b.script(false)
	}
	b.do(chromedp.Evaluate[chromedp.Void](axe))
	found := get(b, chromedp.Evaluate[finding](run, chromedp.EvalAwaitPromise))
	if found.Passes < 10 {
		b.t.Errorf("%s: axe found only %d rules to apply: it did not see the page", b.address(), found.Passes)
	}
	for _, v := range found.Violations {
		b.t.Errorf("%s as %s, %d wide: axe %s: %s\n%s", b.address(), b.who, b.width, v.ID, v.Help, strings.Join(v.Nodes, "\n"))
	}
}

// wide names what stands out of the window to the right.
const wide = `[...document.querySelectorAll("body *")].filter(n => !n.closest(".scroll, .sr, .skip") &&
	n.getBoundingClientRect().right > innerWidth + 0.5).slice(0, 5).map(n => n.outerHTML.slice(0, 120)).join("\n")`

func (b *tab) fits(width int64) {
	b.t.Helper()
	if got := get(b, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); got > width {
		b.picture("wide")
		b.t.Errorf("%s as %s is %d wide in a window of %d:\n%s", b.address(), b.who, got, width, get(b, chromedp.Evaluate[string](wide)))
	}
}

// pattern is the address without what differs from run to run.
func (b *tab) pattern() string {
	path, _, _ := strings.Cut(b.address(), "?")
	if strings.HasPrefix(path, "/r/") {
		return "/r"
	}
	if path == "/" {
		return "home"
	}
	return path
}

// sees fails where the page does not say one of words.
func (b *tab) sees(words ...string) {
	b.t.Helper()
	text := b.text("body")
	for _, word := range words {
		if !strings.Contains(text, word) {
			b.t.Fatalf("%s at %s does not see %q:\n%s", b.who, b.address(), word, text)
		}
	}
}

// seesNot fails where one of words stands anywhere in the page's source.
func (b *tab) seesNot(words ...string) {
	b.t.Helper()
	source := b.source()
	for _, word := range words {
		if strings.Contains(source, word) {
			b.t.Errorf("%s at %s gets to see %q", b.who, b.address(), word)
		}
	}
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	return get(b, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector)))
}

func (b *tab) source() string {
	b.t.Helper()
	return get(b, chromedp.Evaluate[string]("document.documentElement.outerHTML"))
}
