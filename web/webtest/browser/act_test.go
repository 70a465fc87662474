package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
)

// step is the selector of a step's form on a case's page.
func step(name string) string { return "form[action$='/steps/" + name + "'] " }

// click is a press on what the words name within form: a button, a link or a label.
func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
}

// press presses a form's main button, and looks at what comes.
func (b *tab) press(form string) {
	b.t.Helper()
	b.pressFor(200, form)
}

func (b *tab) pressFor(status int64, form string) {
	b.t.Helper()
	b.goes(status, click(strings.TrimSpace(form)+" button:not([type=button]):not(.sr):not([name])"))
}

// insert types text as an input method does.
func insert(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// fill writes into a field, in place of what is there.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.Focus(chromedp.CSS(selector), chromedp.NodeVisible),
		chromedp.Evaluate[chromedp.Void]("document.activeElement.select()"), insert(text))
}

// date chooses a day.
func (b *tab) date(selector, day string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).value = %q", selector, day)))
}

// choose ticks the answer with those words among a form's answers of that name.
func (b *tab) choose(form, name, words string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.JSPath(fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(n =>
		n.closest("label").innerText.trim().startsWith(%q)).slice(0, 1)`, form+"[name='"+name+"']", words)), chromedp.NodeVisible))
}

// pick chooses from a list.
func (b *tab) pick(selector, words string) {
	b.t.Helper()
	found := get(b, chromedp.Evaluate[bool](fmt.Sprintf(`(() => { const list = document.querySelector(%q);
		const option = [...list.options].find(o => o.text === %q); if (!option) return false;
		list.value = option.value; list.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, selector, words)))
	if !found {
		b.t.Fatalf("%s at %s: %s does not offer %q", b.who, b.address(), selector, words)
	}
}

// unfold opens 其他办法 that holds a step's form.
func (b *tab) unfold(name string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.JSPath(fmt.Sprintf(`document.querySelector(%q).closest("details").querySelector("summary")`, step(name)))))
}

// signIn signs somebody in with the mouse.
func (b *tab) signIn(as auth.Actor) *tab {
	b.t.Helper()
	b.visit("/login")
	b.fill("#login_name", as.LoginName)
	b.fill("#password", casetest.Password)
	b.press("form[action='/login']")
	return b
}

// Keys.

// keys presses keys one after the other.
func (b *tab) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// stop is where the focus is, and whether it can be seen: a ring, and nothing in front.
const stop = `(() => { const n = document.activeElement, r = n.getBoundingClientRect(), s = getComputedStyle(n);
	const ring = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none";
	const front = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
	const free = !front || n.contains(front) || front.contains(n) || n.labels && [...n.labels].some(l => l.contains(front));
	return {tag: n.outerHTML.slice(0, 160), here: n.matches(%q), ring, free} })()`

// tabTo presses Tab until the focus is on what selector names. Every stop on the way must
// be seen.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 80 {
		b.keys(kb.Tab)
		at := get(b, chromedp.Evaluate[struct {
			Tag              string `json:"tag"`
			Here, Ring, Free bool
		}](fmt.Sprintf(stop, selector)))
		if !at.Ring || !at.Free {
			b.picture("focus")
			b.t.Errorf("%s: the focus cannot be seen (ring %v, nothing in front %v): %s", b.address(), at.Ring, at.Free, at.Tag)
		}
		if at.Here {
			return
		}
	}
	b.t.Fatalf("%s: no number of Tabs leads to %s", b.address(), selector)
}

// types types into what has the focus: letters by their keys, Chinese by the input method.
func (b *tab) types(text string) {
	b.t.Helper()
	for _, r := range text {
		if r < 0x80 {
			b.keys(string(r))
		} else {
			b.do(insert(string(r)))
		}
	}
}

// tabAndType goes to a field and fills it.
func (b *tab) tabAndType(selector, text string) {
	b.t.Helper()
	b.tabTo(selector)
	b.types(text)
}

// downTo presses the arrow until the list or the set of answers in focus says words.
func (b *tab) downTo(words string) {
	b.t.Helper()
	const says = `(n => n.tagName === "SELECT" ? n.selectedOptions[0].text : n.closest("label").innerText.trim())(document.activeElement)`
	for range 150 {
		if strings.HasPrefix(get(b, chromedp.Evaluate[string](says)), words) {
			return
		}
		b.keys(kb.ArrowDown)
	}
	b.t.Fatalf("%s: no number of arrows leads to %q", b.address(), words)
}

// enter is the key that sends a form and follows a link.
var enter = chromedp.KeyEvent(kb.Enter)

// anyway lets a form be sent that the browser would hold back: an older one would not.
func (b *tab) anyway(form string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).noValidate = true", form)))
}

// isLarge fails where the letters are not those of the large mode.
func (b *tab) isLarge() {
	b.t.Helper()
	if size := get(b, chromedp.Evaluate[float64]("parseFloat(getComputedStyle(document.body).fontSize)")); size < 20 {
		b.t.Errorf("%s: the letters are %g px", b.address(), size)
	}
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// prints prints the page on A4, and fails where it takes another number of sheets.
func (b *tab) prints(name string, sheets int) {
	b.t.Helper()
	pdf := get(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	if got := len(pdfPage.FindAll(pdf, -1)); got != sheets {
		b.t.Errorf("%s prints on %d sheets, want %d", b.address(), got, sheets)
	}
	if dir := os.Getenv("SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), pdf, 0o600); err != nil {
			b.t.Log(err)
		}
	}
}
