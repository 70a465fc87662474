package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"mime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lianluo/internal/calendar"
)

func written(t testing.TB, format Format, columns []Column, rows ...[]any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, format, columns, Named("接待：登记/表"))
	must(t, err)
	defer w.Abort()
	for _, row := range rows {
		must(t, w.Write(row))
	}
	must(t, w.Close())
	return out.Bytes()
}

var noon = time.Date(2026, 3, 1, 4, 30, 5, 999, time.UTC)

func TestXLSXIsWhatExcelExpects(t *testing.T) {
	t.Parallel()
	data := written(t, XLSX, visits, []any{date(t, "2026-03-01"), "=1+1", 13800138000, 3, noon},
		[]any{nil, "", "00123", 2.5, nil})
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	t.Cleanup(func() { must(t, f.Close()) })
	if diff := cmp.Diff([]string{"接待登记表"}, f.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	rows, err := f.GetRows("接待登记表")
	must(t, err)
	want := [][]string{{"日期", "姓名", "电话", "人数", "登记时间"}, {"2026-03-01", "=1+1", "13800138000", "3", "2026-03-01 12:30"}, {"", "", "00123", "2.5"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	raw, err := f.GetRows("接待登记表", excelize.Options{RawCellValue: true})
	must(t, err)
	if got := raw[1][0]; got != "46082" {
		t.Errorf("the date is %s, not Excel's own", got)
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeUnset, "B2": excelize.CellTypeInlineString, "C2": excelize.CellTypeInlineString, "D2": excelize.CellTypeUnset} {
		if got, err := f.GetCellType("接待登记表", cell); err != nil || got != want {
			t.Errorf("%s is of type %v, %v", cell, got, err)
		}
		if formula, err := f.GetCellFormula("接待登记表", cell); err != nil || formula != "" {
			t.Errorf("%s has the formula %q, %v", cell, formula, err)
		}
	}
	panes, err := f.GetPanes("接待登记表")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
	bold, err := f.GetCellStyle("接待登记表", "A1")
	must(t, err)
	if style, err := f.GetStyle(bold); err != nil || style.Font == nil || !style.Font.Bold {
		t.Errorf("the header is not bold: %v", err)
	}
}

func TestXLSXOffersChoices(t *testing.T) {
	t.Parallel()
	data := written(t, XLSX, []Column{{Name: "类型", Choices: []string{"放假", "调休上班"}}})
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	t.Cleanup(func() { must(t, f.Close()) })
	rules, err := f.GetDataValidations("接待登记表")
	if err != nil || len(rules) != 1 || rules[0].Sqref != "A2:A5000" || rules[0].Formula1 != `"放假,调休上班"` {
		t.Errorf("%+v, %v", rules, err)
	}
}

func TestCSVIsWhatExcelExpects(t *testing.T) {
	t.Parallel()
	row := []any{date(t, "2026-03-01"), "说：\"好\"，\r\n第二行", "-5", -5, noon}
	const want = "日期,姓名,电话,人数,登记时间\r\n2026-03-01,\"说：\"\"好\"\"，\n第二行\",'-5,-5,2026-03-01 12:30:05\r\n"
	if got := string(written(t, CSV, visits, row)); got != "\uFEFF"+want {
		t.Errorf("%q", got)
	}
	coded, err := simplifiedchinese.GB18030.NewEncoder().String(want)
	must(t, err)
	if got := string(written(t, CSVGB18030, visits, row)); got != coded {
		t.Errorf("%q", got)
	}
}

func TestFormulasStayText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"=1+1", "+86", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"} {
		record, err := csv.NewReader(bytes.NewReader(written(t, CSV, []Column{{Name: "姓名"}}, []any{text})[3+len("姓名\r\n"):])).Read()
		if err != nil || !strings.HasPrefix(record[0], "'") {
			t.Errorf("%q is written as %q, %v", text, record, err)
		}
	}
	for _, text := range []string{"a=b", "张三", "1-2", " =1"} {
		if guard(text) != text {
			t.Errorf("%q got an apostrophe", text)
		}
	}
}

func TestTextExcelCannotHold(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长𠮷", MaxText) // 3 units each
	rows, problems, err := read(written(t, XLSX, []Column{{Name: "姓名"}}, []any{long}, []any{"a\x00\x1b\uFFFEb\xff"}), []Column{{Name: "姓名"}})
	if err != nil || len(rows) != 2 || len(problems) != 0 {
		t.Fatalf("%d rows, %v, %v", len(rows), problems, err)
	}
	text := strings.TrimPrefix(rows[0], "2|")
	kept, ok := strings.CutSuffix(text, "……（太长，后面没有放进来）")
	if !ok || !strings.HasPrefix(long, kept) || len(kept) < MaxText*2 {
		t.Errorf("kept %d bytes, ends %q", len(kept), text[len(text)-60:])
	}
	if units := len([]rune(kept))/2*3 + len([]rune("……（太长，后面没有放进来）")); units > MaxText {
		t.Errorf("%d units", units)
	}
	if rows[1] != "3|ab\uFFFD" {
		t.Errorf("%q", rows[1])
	}
	if exact := strings.Repeat("长", MaxText); cut(exact, MaxText) != exact {
		t.Error("what fits was cut")
	}
}

func TestWriterRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string][]any{
		"too few values": {"a"}, "no number": {nil, "a", nil, math.NaN(), nil}, "what it does not know": {nil, struct{}{}, nil, nil, nil},
	} {
		for _, format := range []Format{XLSX, CSV} {
			var out bytes.Buffer
			w, err := NewWriter(&out, format, visits)
			must(t, err)
			first := w.Write(row)
			if first == nil || !errors.Is(w.Write(make([]any, len(visits))), first) || !errors.Is(w.Close(), first) {
				t.Errorf("%s: %v", name, first)
			}
			w.Abort()
		}
	}
	if _, err := NewWriter(&bytes.Buffer{}, XLSX, nil); err == nil {
		t.Error("a list without columns")
	}
	w, err := NewWriter(&bytes.Buffer{}, XLSX, visits)
	must(t, err)
	must(t, w.Close())
	if err := w.Write(make([]any, len(visits))); err == nil {
		t.Error("a row after the end")
	}
	if _, err := NewWriter(broken{}, CSV, visits); err != nil {
		t.Error(err) // it is buffered: Close tells
	}
	for _, format := range []Format{XLSX, CSV, CSVGB18030} {
		w, err := NewWriter(broken{}, format, visits)
		must(t, err)
		if err := w.Close(); !errors.Is(err, errBroken) {
			t.Errorf("%s: closed into nothing: %v", format, err)
		}
	}
}

var errBroken = errors.New("gone")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestPlainValues(t *testing.T) {
	t.Parallel()
	day, at := date(t, "1899-12-31"), time.Date(1900, 1, 1, 0, 0, 0, 0, calendar.Shanghai)
	columns := []Column{{Name: "文"}, {Name: "数", Kind: Number}, {Name: "日", Kind: Date}, {Name: "时", Kind: Time}}
	rows := [][]any{
		{true, int16(1), &day, &at},
		{int32(7), int64(math.MaxInt64), (*calendar.Date)(nil), (*time.Time)(nil)},
		{0.5, "无", calendar.Date{}, time.Time{}},
		{false, 1e20, day, at},
	}
	want := []string{"2|是|1|1899-12-31|1900-01-01 00:00:00", "3|7|9.223372036854776e+18||", "4|0.5|||", "5|否|1e+20|1899-12-31|1900-01-01 00:00:00"}
	for _, format := range []Format{XLSX, CSV, CSVGB18030} {
		got, problems, err := read(written(t, format, columns, rows...), columns)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", format, err, diff)
		}
		if diff := cmp.Diff([]string{"第 4 行“数”（B4）：“无”不是数字。"}, problems); diff != "" {
			t.Error(diff)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for format, ending := range map[Format]string{XLSX: ".xlsx", CSV: ".csv", CSVGB18030: ".csv"} {
		if got, ok := ParseFormat(format.String()); !ok || got != format {
			t.Errorf("%s is read as %s", format, got)
		}
		if format.Ending() != ending {
			t.Errorf("%s ends with %s", format, format.Ending())
		}
		if _, _, err := mime.ParseMediaType(format.ContentType()); err != nil {
			t.Error(err)
		}
	}
	if format, ok := ParseFormat(""); !ok || format != XLSX {
		t.Error("no format is not XLSX")
	}
	if _, ok := ParseFormat("xls"); ok {
		t.Error("xls is a format")
	}
	for name, want := range map[string]string{"": "Sheet1", "'": "Sheet1", strings.Repeat("站", 40): strings.Repeat("站", 31), "a:b\\c?": "abc"} {
		if got := sheetName(name); got != want {
			t.Errorf("%q became %q", name, got)
		}
	}
}
