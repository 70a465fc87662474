package exports_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/job"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// rows opens an XLSX that was sent.
func rows(t *testing.T, p *webtest.Page) [][]string {
	t.Helper()
	p.MustStatus(http.StatusOK)
	book, err := excelize.OpenReader(bytes.NewReader([]byte(p.Body)))
	if err != nil {
		t.Fatalf("%v\n%s", err, p.Text("main"))
	}
	defer func() { _ = book.Close() }()
	all, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// export opens a list, goes through 导出 and sends the form.
func export(c *webtest.Client, list string) *webtest.Form {
	p := c.Get(list).MustStatus(http.StatusOK)
	return p.Open(p.Find(".tools a[href^='/exports/new']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).Form("form[action='/exports']")
}

func audited(t *testing.T, s *webtest.Site) (n int, detail string) {
	t.Helper()
	err := s.PG.Super.QueryRow(t.Context(), `select count(*), coalesce(max(detail::text), '') from audit_entries where action = 'list.export'`).Scan(&n, &detail)
	if err != nil {
		t.Fatal(err)
	}
	return n, detail
}

// TestAsShown: what is exported is what the list shows, for whoever looks at it.
func TestAsShown(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	first := s.DriveNew(casefile.Registered)
	visit := s.Visit("村口的路灯不亮。")
	visit.Name = "=cmd|' /C calc'!A0"
	receipts, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	second := receipts.Matters[0].Number
	clerk := s.As(s.Clerk)

	all := rows(t, export(clerk, "/cases?view=open").Submit())
	if len(all) != 3 || all[0][0] != "编号" || all[1][0] != first || all[2][0] != second {
		t.Fatalf("%q", all)
	}
	if line := strings.Join(all[1], " "); !strings.Contains(line, "申**") || !strings.Contains(line, "138****0017") || strings.Contains(line, casetest.Visitor) {
		t.Errorf("names and numbers are masked: %q", line)
	}
	if one := rows(t, export(clerk, "/cases?view=open&q=路灯").Submit()); len(one) != 2 || one[1][0] != second {
		t.Errorf("filtered: %q", one)
	}
	if turned := rows(t, export(clerk, "/cases?view=open&sort=registered").Submit()); turned[1][0] != second {
		t.Errorf("in the order of the list: %q", turned)
	}
	p := export(clerk, "/cases?view=open").Submit()
	if _, named, err := mime.ParseMediaType(p.Header.Get("Content-Disposition")); err != nil || named["filename"] != "事项-20260914.xlsx" {
		t.Errorf("%v, %q", err, named)
	}
	if n, detail := audited(t, s); n != 4 || strings.Contains(detail, "路灯") {
		t.Errorf("%d exports are recorded, %s", n, detail)
	}
	for name, who := range map[string]*webtest.Client{"another station": s.As(s.OtherClerk), "a unit without orders": s.As(s.Roads)} {
		p := who.Get("/exports/new?list=cases&in=view%3Dopen").MustStatus(http.StatusOK)
		if got := rows(t, p.Form("form[action='/exports']").Submit()); len(got) != 1 {
			t.Errorf("%s: %q", name, got)
		}
	}
	s.As(s.Deputy).Get("/exports/new?list=cases").MustStatus(http.StatusForbidden)
	clerk.Get("/exports/new?list=nothing").MustStatus(http.StatusNotFound)
	clerk.Get("/exports/new?list=users").MustStatus(http.StatusForbidden)
	s.As(s.Water).Get("/exports/new?list=deputies").MustStatus(http.StatusForbidden)
}

// TestFormulas: text that starts like a formula is text in every format.
func TestFormulas(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	visit := s.Visit("村口的路灯不亮。")
	visit.Village = "=HYPERLINK(\"http://x\",\"y\")"
	if _, err := s.RegisterVisit(s.Clerk, visit); err != nil {
		t.Fatal(err)
	}
	clerk := s.As(s.Clerk)
	p := export(clerk, "/cases?view=open").Submit()
	book, err := excelize.OpenReader(strings.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	at := slices.Index(rows(t, p)[0], "村社")
	cell, _ := excelize.CoordinatesToCellName(at+1, 2)
	if formula, _ := book.GetCellFormula(book.GetSheetName(0), cell); formula != "" {
		t.Errorf("%s is the formula %s", cell, formula)
	}
	if value, _ := book.GetCellValue(book.GetSheetName(0), cell); value != visit.Village {
		t.Errorf("%s is %q", cell, value)
	}
	for format, decode := range map[string]func(string) io.Reader{
		"csv":     func(s string) io.Reader { return strings.NewReader(strings.TrimPrefix(s, "\uFEFF")) },
		"gb18030": func(s string) io.Reader { return simplifiedchinese.GB18030.NewDecoder().Reader(strings.NewReader(s)) },
	} {
		p := export(clerk, "/cases?view=open").Set("format", format).Submit().MustStatus(http.StatusOK)
		lines, err := csv.NewReader(decode(p.Body)).ReadAll()
		if err != nil || len(lines) != 2 || lines[0][0] != "编号" || !strings.HasPrefix(lines[1][at], "'=") {
			t.Errorf("%s: %v %q", format, err, lines)
		}
	}
}

// TestInFull: names and numbers in full take a right and a reason, and the record has both.
func TestInFull(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	admin := s.As(s.Admin)
	form := export(admin, "/cases?view=open").Set("full", "1")
	form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明做什么用")
	if n, _ := audited(t, s); n != 0 {
		t.Error("what was refused is recorded")
	}
	all := rows(t, form.Set("reason", "年终逐户回访").Submit())
	if line := strings.Join(all[1], " "); !strings.Contains(line, casetest.Visitor) || !strings.Contains(line, casetest.Phone) {
		t.Errorf("%q", line)
	}
	if n, detail := audited(t, s); n != 1 || !strings.Contains(detail, "年终逐户回访") {
		t.Errorf("%d, %s", n, detail)
	}
	unit := export(s.As(s.Water), "/cases?view=open")
	if s.As(s.Water).Get("/exports/new?list=cases").Find("[name=full]").Length() > 0 {
		t.Error("a unit is offered names and numbers")
	}
	line := strings.Join(rows(t, unit.Submit())[1], " ")
	if !strings.Contains(line, number) || strings.Contains(line, "138") || strings.Contains(line, casetest.Visitor) {
		t.Errorf("a unit gets %q", line)
	}
	s.As(s.Water).Post("/exports", map[string][]string{"list": {"cases"}, "format": {"xlsx"}, "full": {"1"}, "reason": {"x"}}).MustStatus(http.StatusForbidden)
}

// TestLongExport: more rows than are made at once become a task, whose page says how far it
// is and gives the file to the one who asked, for a day.
func TestLongExport(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	_, err := s.PG.Super.Exec(t.Context(), `insert into deputies (county_id, number, name, initials, created_at)
		select $1, 100 + n, '代表' || n, 'db' || n, now() from generate_series(1, 2500) n`, s.County)
	if err != nil {
		t.Fatal(err)
	}
	admin := s.As(s.Admin)
	form := export(admin, "/deputies?q=代表")
	p := form.Submit().MustStatus(http.StatusSeeOther)
	at := p.Header.Get("Location")
	if again := form.Submit().MustStatus(http.StatusSeeOther).Header.Get("Location"); again != at {
		t.Errorf("pressed twice: %s and %s", at, again)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if p = admin.Get(at).MustStatus(http.StatusOK); p.Header.Get("Refresh") == "" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(p.Text("main"))
		}
	}
	p.MustSay("做好了，共 2500 名")
	if all := rows(t, admin.Get(at+"/file")); len(all) != 2501 || all[0][0] != "姓名" {
		t.Errorf("%d rows", len(all))
	}
	admin.Get("/exports").MustSay("导出人大代表", "下载")
	for _, other := range []*webtest.Client{s.As(s.Handler), s.As(s.Neighbour.Clerk)} {
		other.Get(at).MustStatus(http.StatusNotFound)
		other.Get(at + "/file").MustStatus(http.StatusNotFound)
	}

	// The store's key is the program's own: the form's key reaches no other file.
	var stored uuid.UUID
	if err := s.PG.Super.QueryRow(t.Context(), `select file_key from tasks where key = $1`, path.Base(at)).Scan(&stored); err != nil || stored.String() == path.Base(at) {
		t.Fatalf("%s, %v", stored, err)
	}
	if n, _ := audited(t, s); n != 1 {
		t.Errorf("one export pressed twice is recorded %d times", n)
	}

	s.Advance(2)
	admin = s.As(s.Admin)
	admin.Get(at + "/file").MustStatus(http.StatusNotFound).MustSay("只保留一天")
	admin.Get(at).MustStatus(http.StatusOK).MustSay("已经过期")
	err = s.DB.Update(t.Context(), s.County, func(tx *tenant.Tx) error { return tx.Enqueue(t.Context(), job.Expire{}, nil) })
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var left int
		err := s.PG.Super.QueryRow(t.Context(), `select count(*) from tasks where input is not null or state <> 'expired'`).Scan(&left)
		_, there := s.Deps.Files.Get(t.Context(), s.County, stored)
		if err == nil && left == 0 && errors.Is(there, errs.NotFound) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d tasks keep what was asked for, %v; their file: %v", left, err, there)
		}
	}
}
