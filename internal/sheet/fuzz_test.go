package sheet

import (
	"archive/zip"
	"bytes"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// survives reads whatever it is given: it must answer with rows or with words, in time.
func survives(t *testing.T, data []byte) {
	t.Helper()
	start := time.Now()
	rows, problems, err := read(data, visits)
	if err != nil && told(err) == "" {
		t.Errorf("no words: %v", err)
	}
	for _, text := range append(rows, problems...) {
		if !utf8.ValidString(text) {
			t.Errorf("no text: %q", text)
		}
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %s", took)
	}
}

func FuzzReadCSV(f *testing.F) {
	const text = "接待登记簿\r\n来访日期,姓名,电话,人数,登记时间\r\n2026年3月1日,\"张\n三\",138 0013 8000,１,2026-3-1 9:30\r\n"
	coded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	must(f, err)
	for _, seed := range []string{text, "\uFEFF" + text, coded, "日期\t姓名\n2026.3.1\t'=1\n", "日期;姓名\r1;\"\r", "\xFF\xFE\xE5\x65\x1F\x67"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(survives)
}

func FuzzReadXLSX(f *testing.F) {
	f.Add(excel(f, func(f *excelize.File) {}))
	var out bytes.Buffer
	w, err := NewWriter(&out, XLSX, visits)
	must(f, err)
	must(f, w.Write([]any{"2026-3-1", "张三", "13800138000", 1, time.Unix(0, 0)}))
	must(f, w.Close())
	f.Add(out.Bytes())
	f.Fuzz(survives)
}

// FuzzReadSheet changes the XML inside: a changed byte of the zip itself rarely gets past
// its checksum.
func FuzzReadSheet(f *testing.F) {
	const book = `<workbook><workbookPr date1904="0"/><sheets><sheet name="s" r:id="r1"/></sheets></workbook>`
	const sheet = `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>姓名</t></is></c></row>` +
		`<row r="2"><c s="1"><v>46082</v></c><c t="str"><f>A1</f><v>张_x000D_</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>`
	const shared = `<sst><si><t>日期</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`
	const styles = `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`
	f.Add(book, sheet, shared, styles)
	f.Fuzz(func(t *testing.T, book, sheet, shared, styles string) {
		var out bytes.Buffer
		zw := zip.NewWriter(&out)
		for name, content := range map[string]string{
			"xl/workbook.xml": book, "xl/s.xml": sheet, "xl/t.xml": shared, "xl/y.xml": styles,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="t.xml"/><Relationship Id="r3" Type="x/styles" Target="/xl/y.xml"/></Relationships>`,
		} {
			w, err := zw.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			must(t, err)
			_, err = w.Write([]byte(content))
			must(t, err)
		}
		must(t, zw.Close())
		survives(t, out.Bytes())
	})
}
