package browser

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// window is a page of the browser with cookies of its own. To open one takes as much work as
// five pages, so a test takes a window that another has left clean.
type window struct {
	ctx   context.Context
	close context.CancelFunc

	mu    sync.Mutex
	hears func(event any) // whoever has the window now; nil: nobody
}

// windows are those that nobody has.
var windows struct {
	sync.Mutex
	free []*window
}

// takeWindow gives hears a window, in which nobody is signed in.
func takeWindow(t testing.TB, hears func(event any)) *window {
	t.Helper()
	windows.Lock()
	defer windows.Unlock()
	var w *window
	if last := len(windows.free) - 1; last >= 0 {
		w, windows.free = windows.free[last], windows.free[:last]
	} else {
		w = &window{}
		w.ctx, w.close = chromedp.NewContext(browserOf(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(w.hear))
	}
	w.has(hears)
	return w
}

func (w *window) has(hears func(event any)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hears = hears
}

func (w *window) hear(event any) {
	w.mu.Lock()
	hears := w.hears
	w.mu.Unlock()
	if hears != nil {
		hears(event)
	}
}

// leave gives the window back for the next test: an empty page, no cookies, nothing stored, with
// JavaScript. One that cannot be cleaned is closed.
func (w *window) leave(origin string) {
	w.has(nil)
	ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank"), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{}); err != nil {
			return err
		}
		if _, err := chromedp.Call(ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: origin, StorageTypes: "all"}); err != nil {
			return err
		}
		_, err := chromedp.CallBrowser(ctx, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: chromedp.FromContext(ctx).BrowserContextID})
		return err
	})); err != nil {
		w.close()
		return
	}
	windows.Lock()
	defer windows.Unlock()
	windows.free = append(windows.free, w)
}
