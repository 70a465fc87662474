package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestFilesThatAreNoList(t *testing.T) {
	t.Parallel()
	good := excel(t, func(f *excelize.File) { grid(t, f, "Sheet1", []any{"日期", "姓名"}, []any{"2026-3-1", "张三"}) })
	locked, err := excelize.Encrypt(good, &excelize.Options{Password: "1234"})
	must(t, err)
	flagged := bytes.ReplaceAll(good, []byte("PK\x01\x02\x14\x00\x14\x00\x08\x00"), []byte("PK\x01\x02\x14\x00\x14\x00\x09\x00"))
	other := func(parts map[string]string) []byte {
		parts["xl/workbook.xml"] = ""
		return repack(t, good, parts)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":               {nil, "这个文件是空的。"},
		"too large":             {make([]byte, MaxFile+1), "文件太大，不能超过 20 MB。"},
		"an .xls":               {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"), "这是旧格式（.xls 等）的文件。"},
		"a password":            {locked, "这个文件设了打开密码。"},
		"a zip with a password": {flagged, "这个文件设了密码。"},
		"a web page":            {[]byte("\uFEFF \n<HTML><table><tr><td>日期</td></tr></table>"), "里面却是网页格式"},
		"a web page of UTF-16":  {[]byte("\xFF\xFE<\x00t\x00a\x00b\x00l\x00e\x00>\x00"), "里面却是网页格式"},
		"Excel's XML of 2003":   {[]byte("<?xml version=\"1.0\"?><Workbook/>"), "里面却是网页格式"},
		"a PDF":                 {[]byte("%PDF-1.7"), "这个文件不是表格。"},
		"an empty zip":          {[]byte("PK\x05\x06" + strings.Repeat("\x00", 18)), "这个文件不是表格。"},
		"bytes":                 {[]byte{1, 2, 0, 3}, "认不出这个文件。"},
		"a Word file":           {other(map[string]string{"word/document.xml": "<a/>"}), "这是 Word 文件。"},
		"an .xlsb":              {other(map[string]string{"xl/workbook.bin": "x"}), "这是 .xlsb 格式的文件。"},
		"an .ods":               {other(map[string]string{"content.xml": "<a/>"}), "这是 .ods 格式的文件。"},
		"a zip of something":    {other(map[string]string{}), "这个压缩文件里没有表格。"},
		"half an XLSX":          {good[:len(good)/2], "这个文件已损坏"},
	} {
		if _, _, err := read(c.data, visits); !strings.Contains(told(err), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDamagedWorkbooks: half a list is no list.
func TestDamagedWorkbooks(t *testing.T) {
	t.Parallel()
	good := excel(t, func(f *excelize.File) { grid(t, f, "Sheet1", []any{"日期", "姓名"}, []any{"2026-3-1", "张三"}) })
	const sheet, shared, damaged, big = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "这个文件已损坏", "这个文件解开以后太大。"
	head := `<row r="1"><c r="A1" t="inlineStr"><is><t>日期</t></is></c><c r="B1" t="inlineStr"><is><t>姓名</t></is></c></row>`
	tail := func(rest string) string { return sheetXML(head + rest) }
	for name, c := range map[string]struct{ part, content, want string }{
		"a sheet that ends too early":    {sheet, strings.TrimSuffix(tail(`<row r="2"><c r="A2"><v>46082</v></c></row>`), "</sheetData></worksheet>"), damaged},
		"tags that do not match":         {sheet, tail("<row><c></row></c>"), damaged},
		"no XML":                         {sheet, tail("<row><c r=>"), damaged},
		"a text that is not there":       {sheet, tail(`<row><c t="s"><v>99</v></c></row>`), damaged},
		"rows that go back":              {sheet, tail(`<row r="1"/>`), damaged},
		"a row too far":                  {sheet, tail(`<row r="1048577"/>`), damaged},
		"a row of no number":             {sheet, tail(`<row r="x"/>`), damaged},
		"a column too far":               {sheet, tail(`<row r="2"><c r="XFE2"/></row>`), damaged},
		"a cell without a name":          {sheet, tail(`<row r="2"><c r="12"/></row>`), damaged},
		"endless columns":                {sheet, tail(`<row r="2">` + strings.Repeat("<c/>", 10000) + `</row>`), ""},
		"endless columns of text":        {sheet, tail(`<row r="2">` + strings.Repeat("<c><v>1</v></c>", 300) + `</row>`), "第 2 行超过 200 列"},
		"a merged cell of nowhere":       {sheet, strings.Replace(tail(""), "</worksheet>", `<mergeCells><mergeCell ref="A3:B1"/></mergeCells></worksheet>`, 1), damaged},
		"too many merged cells":          {sheet, strings.Replace(tail(""), "</worksheet>", `<mergeCells>`+strings.Repeat(`<mergeCell ref="A3:B9"/>`, mostMerges+1)+`</mergeCells></worksheet>`, 1), big},
		"a declaration":                  {sheet, `<!DOCTYPE a [<!ENTITY b "c">]>` + tail(""), damaged},
		"a comment":                      {sheet, tail("<!-- " + strings.Repeat("<", 100) + " -->"), damaged},
		"another encoding":               {sheet, strings.Replace(tail(""), "UTF-8", "UTF-7", 1), damaged},
		"elements inside each other":     {sheet, tail(strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000)), damaged},
		"an endless text":                {sheet, tail(`<row r="2"><c t="str"><v>` + strings.Repeat("长", 1<<20) + `</v></c></row>`), big},
		"an endless tag":                 {sheet, tail(`<row r="2"` + strings.Repeat(` a="b"`, 1<<20) + "/>"), big},
		"two million texts":              {shared, "<sst>" + strings.Repeat("<si/>", mostTexts+1) + "</sst>", big},
		"texts that end too early":       {shared, "<sst><si><t>日期</t></si>", damaged},
		"a sheet that is not there":      {sheet, "", damaged},
		"a workbook without sheets":      {"xl/workbook.xml", "<workbook/>", damaged},
		"relationships that are damaged": {"xl/_rels/workbook.xml.rels", "<Relationships>", damaged},
		"styles that are damaged":        {"xl/styles.xml", "<styleSheet><cellXfs><xf></cellXfs></styleSheet>", damaged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, _, err := read(repack(t, good, map[string]string{c.part: c.content}), visits)
			if c.want == "" && err != nil || c.want != "" && !strings.Contains(told(err), c.want) {
				t.Errorf("%q, %v", rows, err)
			}
		})
	}
}

// TestBombs: a part is refused by the size that it says, and by the size that it has.
func TestBombs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	w, err := zw.Create("xl/workbook.xml")
	must(t, err)
	_, err = w.Write([]byte(`<workbook><sheets><sheet name="s" r:id="r1"/></sheets></workbook>`))
	must(t, err)
	w, err = zw.Create("xl/_rels/workbook.xml.rels")
	must(t, err)
	_, err = w.Write([]byte(`<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/></Relationships>`))
	must(t, err)
	_, err = zw.CreateRaw(&zip.FileHeader{Name: "xl/s.xml", Method: zip.Deflate, UncompressedSize64: mostSheet + 1})
	must(t, err)
	must(t, zw.Close())
	if _, _, err := read(out.Bytes(), visits); !strings.Contains(told(err), "这个文件解开以后太大。") {
		t.Error(err)
	}
	for size, want := range map[int64]error{1000: nil, 999: errTooBig} {
		if _, err := io.Copy(io.Discard, &careful{r: strings.NewReader(strings.Repeat("<row></r>\n", 100)), left: size}); !reflect.DeepEqual(err, want) {
			t.Errorf("of 1000 bytes %d are allowed: %v", size, err)
		}
	}
}

// TestDamagedBytes turns over each byte of a workbook in turn: it is read as before or
// refused in words, never half.
func TestDamagedBytes(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"xl/workbook.xml", `<workbook><sheets><sheet name="s" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="t.xml"/></Relationships>`},
		{"xl/t.xml", `<sst><si><t>日期</t></si><si><t>姓名</t></si><si><t>张三</t></si></sst>`},
		{"xl/s.xml", sheetXML(`<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="2"><c><v>46082</v></c><c t="s"><v>2</v></c></row>`)},
	} {
		w, err := zw.Create(part[0])
		must(t, err)
		_, err = w.Write([]byte(part[1]))
		must(t, err)
	}
	must(t, zw.Close())
	good, refused := out.Bytes(), 0
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x55
		rows, problems, err := read(bad, visits)
		switch {
		case told(err) != "":
			refused++
		case err != nil:
			t.Errorf("byte %d: %v", i, err)
		case len(rows) != 1 || len(problems) != 0:
			t.Errorf("byte %d: %q, %q", i, rows, problems)
		}
	}
	t.Logf("%d of %d refused", refused, len(good))
}
