package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"lianluo/web/webtest"
)

// The widths that pages are looked at in: a laptop of the office, a handed-down phone,
// and the narrowest there is.
const (
	laptop = 1366
	phone  = 390
	narrow = 320
)

// patience is how long one act in the browser may take on a busy machine.
const patience = 40 * time.Second

// tab is somebody at the site, with cookies of their own.
type tab struct {
	t        testing.TB
	site     *webtest.Site
	who      string // names the pictures
	width    int64
	noScript bool
	again    bool // looks also at what was looked at before
	cut      bool // its line is cut on purpose: the browser may say so
	spent    bool // its window keeps what was done to it: nobody has it after this test
	ctx      context.Context

	mu       sync.Mutex
	noise    []string // what the browser complained of
	excused  map[string]int64
	pictures int
}

// open gives somebody a browser of that width.
func open(t testing.TB, site *webtest.Site, who string, width int64) *tab {
	t.Helper()
	b := &tab{t: t, site: site, who: who, width: width, excused: map[string]int64{}}
	w := takeWindow(t, b.hear)
	b.ctx = w.ctx
	t.Cleanup(func() {
		b.quiet()
		if b.spent || t.Failed() {
			w.close()
			return
		}
		w.leave(site.URL)
	})
	b.do(chromedp.EmulateViewport(width, 844))
	return b
}

// withoutScript turns JavaScript off, as some phones and some people do.
func (b *tab) withoutScript() *tab {
	b.t.Helper()
	b.noScript = true
	b.script(false)
	return b
}

func (b *tab) script(on bool) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	}))
}

// hear collects whatever the browser has to say: the console, exceptions, and reports
// against the content security policy, which come as entries of the log.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		for _, arg := range e.Args {
			b.noise = append(b.noise, fmt.Sprintf("console.%s: %s %s", e.Type, arg.Description, arg.Value))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.noise = append(b.noise, "exception: "+text)
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.excused[e.Response.URL] = e.Response.Status
		}
	case *log.EventEntryAdded:
		if !b.own(e.Entry) {
			b.noise = append(b.noise, fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	}
}

// own is the browser's own line for a page that was answered so on purpose.
func (b *tab) own(entry *log.Entry) bool {
	if b.cut && strings.HasPrefix(entry.Text, "Failed to load resource: net::ERR_") {
		return true
	}
	if !strings.HasPrefix(entry.Text, "Failed to load resource: the server responded with a status of 4") {
		return false
	}
	for _, status := range []int64{403, 404, 409, 410, 422} {
		if b.excused[entry.URL] == status {
			return true
		}
	}
	return false
}

// quiet fails the test for what the browser complained of.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.noise {
		b.t.Errorf("%s: the browser says: %s", b.who, line)
	}
	b.noise = nil
}

// do runs actions, none of which may take long.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	within(b, func(ctx context.Context) (any, error) { return nil, chromedp.Do(ctx, actions...) })
}

// get runs an action for its value.
func get[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	return within(b, func(ctx context.Context) (T, error) { return chromedp.Run(ctx, action) })
}

func within[T any](b *tab, act func(ctx context.Context) (T, error)) T {
	b.t.Helper()
	if chromedp.FromContext(b.ctx).Target == nil { // the first act gives the tab its life
		if err := chromedp.Do(b.ctx); err != nil {
			b.t.Fatalf("%s: open a tab: %v", b.who, err)
		}
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := act(ctx)
	if err != nil {
		b.picture("failed")
		b.t.Fatalf("%s at %s: %v", b.who, b.address(), err)
	}
	return value
}

func (b *tab) address() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	address, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("location.pathname + location.search"))
	return address
}

// goes runs what leads to another page, and looks at that page; it must be answered so.
func (b *tab) goes(status int64, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	answer := within(b, func(ctx context.Context) (*network.Response, error) { return chromedp.RunResponse(ctx, actions...) })
	if answer.Status != status {
		b.t.Fatalf("%s at %s: answered %d, want %d: %s", b.who, b.address(), answer.Status, status, b.text("main"))
	}
	b.met()
}

// visit opens an address.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.visitFor(200, path)
}

func (b *tab) visitFor(status int64, path string) {
	b.t.Helper()
	b.goes(status, chromedp.Navigate(b.site.URL+strings.TrimPrefix(path, b.site.URL)))
}

// picture keeps what is to be seen, for the eye, where SHOTS names a directory.
func (b *tab) picture(name string) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	b.pictures++
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		name = fmt.Sprintf("%s-%s-%02d-%s.png", strings.ReplaceAll(b.t.Name(), "/", "-"), b.who, b.pictures, name)
		err = os.WriteFile(filepath.Join(dir, name), shot, 0o600)
	}
	if err != nil {
		b.t.Log("picture: ", err)
	}
}
