package page

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// web is the folder of every template, seen from here.
const web = ".."

var templateRules = []struct {
	name string
	bad  *regexp.Regexp
}{
	// In Go code a Chinese character stands inside quotes, so a half-width mark beside one
	// is always in a text that somebody reads.
	{"half-width mark beside a Chinese character", regexp.MustCompile(`\p{Han}[,:?()]|[,:?()]\p{Han}`)},
	{"inline style", regexp.MustCompile(`(^|\s)style\??=["{]|<style`)},
	{"inline script", regexp.MustCompile(`(^|\s)on[a-z]+\??=["{]|<script[^>]*>[^<]|javascript:|templ\.(OnceHandle|JSFunc|ComponentScript)|^script `)},
	// A browser shows it by its own language, as AM and PM: ui.Time reads as it is said here.
	{"a browser's own time field", regexp.MustCompile(`[tT]ype(=|: )"(time|datetime-local)"`)},
	{"from elsewhere", regexp.MustCompile(`(src|href)="(https?:)?//`)},
}

// A comment ends with its line, or with */ or -->; what it says is for developers.
var templateComments = regexp.MustCompile(`(?s)/\*.*?\*/|<!--.*?-->|(^|[\n\s])//[^\n]*`)

func lint(template string) []string {
	var found []string
	plain := templateComments.ReplaceAllStringFunc(template, func(comment string) string {
		return strings.Repeat("\n", strings.Count(comment, "\n")) // keep the line numbers
	})
	for n, line := range strings.Split(plain, "\n") {
		for _, rule := range templateRules {
			if bad := rule.bad.FindString(line); bad != "" {
				found = append(found, rule.name+" in line "+strconv.Itoa(n+1)+": "+strings.TrimSpace(bad))
			}
		}
	}
	return found
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	seen := 0
	err := filepath.WalkDir(web, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".templ" {
			return err
		}
		seen++
		template, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, complaint := range lint(string(template)) {
			t.Errorf("%s: %s", path, complaint)
		}
		return nil
	})
	if err != nil || seen < 8 {
		t.Errorf("%d templates, error %v", seen, err)
	}
}

func TestLintFindsAndSpares(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"<p>您好,请</p>", "<p>期限:今天</p>", "吗?", "(可不填)", `{ "错误:" + title }`, `<p style="x">`, `<p style={ x }>`,
		`<a onclick="x">`, `<b onload={ x }>`, "<style>", "<script>x()</script>", `<a href="javascript:x">`, `<img src="//cdn">`,
		"// fine\n<p>坏,的</p>", "script x() {", `<input type="time">`, `@ui.Field(ui.FieldProps{Type: "time"})`} {
		if len(lint(bad)) == 0 {
			t.Errorf("%q passes", bad)
		}
	}
	for _, good := range []string{"<p>您好，请（稍）等：好吗？</p>", `@ui.Chip(ui.ChipLate, "逾期")`, "// 可不填, 见下: (x)?", "\tOptional bool // 说 可不填, 好",
		"<!-- 注,释 -->", `if on == "x" {`, `<p>6:40 开</p>`, `{ strconv.Itoa(n) } 天`, "/* 一,\n二 */", `<script src={ x } defer></script>`,
		`<a href="/x">更多</a>`, `data-on="x"`} {
		if complaints := lint(good); len(complaints) > 0 {
			t.Errorf("%q: %q", good, complaints)
		}
	}
	if got := lint("/* a\nb */\n<p>坏,的</p>"); len(got) != 1 || !strings.Contains(got[0], "line 3") {
		t.Errorf("line number: %q", got)
	}
}
