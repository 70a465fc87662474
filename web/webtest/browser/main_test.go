// Package browser plays the main job in a real browser: every role, in Chinese, by the
// pages alone. On every page that is met it asks axe-core, the console and the width.
// LIANLUO_CHROMIUM names another browser than the one that is found; SHOTS names a
// directory for pictures of every page.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) {
	webtest.ServeIfProcess()
	code := pgtest.Main(m)
	if chromium.quit != nil {
		chromium.quit()
	}
	os.Exit(code)
}

// chromium is the browser of this process; each tab is somebody's own, with its cookies.
var chromium struct {
	once sync.Once
	ctx  context.Context
	quit func()
	err  error
}

// browserOf returns the running browser. Without one the test fails: a story that nobody
// played proves nothing.
func browserOf(t testing.TB) context.Context {
	t.Helper()
	chromium.once.Do(start)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	return chromium.ctx
}

func start() {
	path, err := find()
	if err != nil {
		chromium.err = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("js-flags", "--no-opt --no-maglev"), // nothing runs long enough to repay its compilation
		chromedp.Env("LANG=zh_CN.UTF-8"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	chromium.ctx, chromium.quit = ctx, func() { cancel(); stop() }
	if err := chromedp.Do(ctx); err != nil {
		chromium.err = fmt.Errorf("start %s: %w; %s", path, err, hint)
	}
}

// find is the program: LIANLUO_CHROMIUM, or what a machine usually has. The headless shell
// is Chromium without windows: it draws and prints the same pages with half the work.
func find() (string, error) {
	if path := os.Getenv("LIANLUO_CHROMIUM"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium: %s", hint)
}

const hint = "install it (Debian: apt-get install chromium fonts-noto-cjk), or set LIANLUO_CHROMIUM to its program"
