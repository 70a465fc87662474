package register_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/register"
)

// archive makes an archive and returns its files by name, in their order.
func archive(t *testing.T, w *casetest.World, r register.Reader, address url.Values) (rows int, names []string, files map[string]string) {
	t.Helper()
	var whole bytes.Buffer
	rows, err := register.Archive{Reader: r, Address: address}.Write(t.Context(), w.DB, &whole)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	for _, f := range opened.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		names, files[f.Name] = append(names, f.Name), string(text)
	}
	return rows, names, files
}

// validRegister checks a register's data as its reader understands it: named, of a period, each
// row with a cell for each column, and nothing beyond.
func validRegister(t *testing.T, name, content string) {
	t.Helper()
	var data struct {
		Name    string `json:"name"`
		Form    string `json:"form"`
		Kind    string `json:"kind"`
		Source  string `json:"source"`
		From    string `json:"from"`
		To      string `json:"to"`
		Columns []struct {
			Key   string `json:"key"`
			Label string `json:"label"`
		} `json:"columns"`
		Rows [][]any `json:"rows"`
	}
	strict := json.NewDecoder(strings.NewReader(content))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&data); err != nil || strict.More() || data.Name == "" || data.Source == "" || data.Form == "" || data.Kind == "" || len(data.From) != 10 || len(data.To) != 10 || len(data.Columns) == 0 {
		t.Errorf("%s: %v %+v", name, err, data)
	}
	for _, row := range data.Rows {
		if len(row) != len(data.Columns) {
			t.Errorf("%s: %d cells in %d columns", name, len(row), len(data.Columns))
		}
	}
}

// TestArchive: each register as a page and as data, masked; every file's hash is in a list
// that sha256sum reads; what somebody wrote into a matter is text, not markup.
func TestArchive(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	if err := change(w, func() register.Form { f := form(t, w, register.Matters); f.Name = "处理/台账"; return f }()); err != nil {
		t.Fatal(err)
	}
	w.Register("水管冻裂了。<script>alert(1)</script>", "路灯\"不亮\"。")
	rows, names, files := archive(t, w, reader(w, w.Clerk), url.Values{"from": {"2026-01-01"}, "to": {"2026-12-31"}, "deputy": {"王志强"}}) // of a whole station, whatever was looked at
	want := []string{"01-接待日程安排表.html", "01-接待日程安排表.json", "02-代表联系卡.html", "02-代表联系卡.json", "03-意见建议处理反馈卡.html", "03-意见建议处理反馈卡.json",
		"04-选民接待登记簿.html", "04-选民接待登记簿.json",
		"05-处理_台账.html", "05-处理_台账.json", "06-代表活动记录簿.html", "06-代表活动记录簿.json", "说明.txt", "manifest.json", "SHA256SUMS"}
	if !slices.Equal(names, want) || rows != 1+4+2+2+2+1 {
		t.Errorf("%d rows in %q", rows, names)
	}
	sums := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(files["SHA256SUMS"]), "\n") {
		sum, name, _ := strings.Cut(line, "  ")
		sums[name] = sum
	}
	for name, content := range files {
		sum := sha256.Sum256([]byte(content))
		if name != "SHA256SUMS" && sums[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: its hash is %q", name, sums[name])
		}
	}
	page := files["04-选民接待登记簿.html"]
	for _, has := range []string{"单位：王桥镇人大代表联络站", "2026年1月1日至12月31日", "申**", "138****0017", "&lt;script&gt;", "<td class=\"c\">9月14日</td>", "共 2 条，来访 1 批次、1 人次，意见建议 2 件，", "A4 landscape"} {
		if !strings.Contains(page, has) {
			t.Errorf("the page does not say %q", has)
		}
	}
	for name, content := range files {
		if strings.Contains(content, casetest.Visitor) || strings.Contains(content, casetest.Phone) || strings.Contains(content, "<script>") {
			t.Errorf("%s: a name, a number or markup is in it", name)
		}
	}
	outside := regexp.MustCompile(`(?i)\b(src|href|action)\s*=|@import|url\(|https?:|<(script|link|iframe|img|object|base|form)\b`)
	for name, content := range files {
		if strings.HasSuffix(name, ".html") {
			if found := outside.FindString(content); found != "" {
				t.Errorf("%s does not stand alone: %q", name, found)
			}
			rows := strings.Count(content, "<tr>") - 1
			if cards := strings.Count(content, `<table class="card">`); cards > 0 {
				rows = cards
			}
			if rows < 0 || !strings.Contains(content, fmt.Sprintf("共 %d ", rows)) || !strings.HasSuffix(content, "</html>\n") {
				t.Errorf("%s is not whole: %d rows", name, rows)
			}
		}
		if strings.HasSuffix(name, ".json") && name != "manifest.json" {
			validRegister(t, name, content)
		}
	}
	var data struct {
		Name    string
		Columns []struct{ Key, Label string }
		Rows    [][]any
	}
	if err := json.Unmarshal([]byte(files["04-选民接待登记簿.json"]), &data); err != nil || len(data.Rows) != 2 || len(data.Columns) != len(data.Rows[0]) ||
		data.Rows[0][0] != "2026-0001-1" || data.Name != "选民接待登记簿" {
		t.Errorf("%v: %+v", err, data)
	}
	var manifest struct {
		Office, Station string
		Full            bool
		Files           []struct{ Name, SHA256 string }
	}
	if err := json.Unmarshal([]byte(files["manifest.json"]), &manifest); err != nil || len(manifest.Files) != 13 || manifest.Full || manifest.Station != "王桥镇人大代表联络站" {
		t.Errorf("%v: %+v", err, manifest)
	}

	checked(t, names, files)

	if strings.Contains(page, "<th scope=\"col\">联络站</th>") || strings.Contains(page, "各站分别编号") {
		t.Error("a station's own book says in each line which it is")
	}
	_, _, county := archive(t, w, reader(w, w.Handler), nil)
	if page := county["04-选民接待登记簿.html"]; !strings.Contains(page, "<th scope=\"col\">联络站</th><th scope=\"col\">登记编号</th>") || !strings.Contains(page, "各站分别编号") {
		t.Error("the county's does not say of which station a number is")
	}
	full := register.Reader{By: w.Admin, Keys: w.Keys, Full: true}
	if _, _, files := archive(t, w, full, nil); !strings.Contains(files["04-选民接待登记簿.html"], casetest.Phone) || !strings.Contains(files["manifest.json"], `"full": true`) {
		t.Error("in full, names and numbers are not")
	}
	for name, by := range map[string]auth.Actor{"another station": w.OtherClerk, "another county": w.Neighbour.Clerk} {
		if _, _, files := archive(t, w, reader(w, by), nil); strings.Contains(files["04-选民接待登记簿.json"], "水管") {
			t.Errorf("%s has ours", name)
		}
	}
}

// checked follows 说明.txt: it names every file, says a command for each that is filed, and the list
// of the codes finds every file as it is, and the one that somebody changed.
func checked(t *testing.T, names []string, files map[string]string) {
	t.Helper()
	guide, dir := files["说明.txt"], t.TempDir()
	if !strings.HasPrefix(guide, "\ufeff") || strings.Count(guide, "\n") != strings.Count(guide, "\r\n") {
		t.Error("an old editor does not show the guide")
	}
	for _, name := range names {
		if filed := strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".json") && name != "manifest.json"; !strings.Contains(guide, name+"　") ||
			filed && !strings.Contains(guide, `certutil -hashfile "`+name+`" SHA256`+"\r\n") {
			t.Errorf("the guide does not explain %s", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(files[name]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func() (string, error) {
		run := exec.Command("sha256sum", "-c", "SHA256SUMS")
		run.Dir = dir
		out, err := run.CombinedOutput()
		return string(out), err
	}
	if out, err := check(); err != nil || strings.Count(out, "\n") != len(names)-1 {
		t.Errorf("%v: %s", err, out)
	}
	changed := filepath.Join(dir, "04-选民接待登记簿.html")
	if err := os.WriteFile(changed, []byte(strings.Replace(files["04-选民接待登记簿.html"], "路灯", "电灯", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := check(); err == nil || strings.Count(out, "FAILED") != 1 {
		t.Errorf("a changed page is not found: %s", out)
	}
}
