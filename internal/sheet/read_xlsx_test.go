package sheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func check(t *testing.T, data []byte, columns []Column, want, wantProblems []string) {
	t.Helper()
	rows, problems, err := read(data, columns)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantProblems, problems); diff != "" {
		t.Error(diff)
	}
}

func TestReadsAListAsClerksKeepIt(t *testing.T) {
	t.Parallel()
	data := excel(t, func(f *excelize.File) {
		grid(t, f, "Sheet1",
			[]any{"襄垣县群众来访接待登记簿"},
			nil,
			[]any{"单位：王桥镇人大代表联络站"},
			[]any{"序号", "来访\n日期*", "姓 名（必填）", "联系方式", nil, "人　数："},
			[]any{nil, nil, nil, "电话", "住址", nil},
			[]any{1, "２０２６年３月１日", "　张三\u00a0", "１３８００１３８０００", "王桥村", "３"},
			[]any{2, 46083, "李四", 13800138000, nil, "1，024"},
			nil,
			[]any{3, nil, "王五", nil, nil, nil},
		)
		must(t, f.MergeCell("Sheet1", "A1", "F2"))
		for _, column := range []string{"A", "B", "C", "F"} {
			must(t, f.MergeCell("Sheet1", column+"4", column+"5"))
		}
		must(t, f.MergeCell("Sheet1", "D4", "E4"))
		must(t, f.MergeCell("Sheet1", "B7", "B9")) // one day, two visits
	})
	check(t, data, visits, []string{
		"6|2026-03-01|张三|13800138000|3|",
		"7|2026-03-02|李四|13800138000|1024|",
		"9|2026-03-02|王五|||",
	}, nil)
}

func TestReadsTheFirstSheetThatHasTheHeader(t *testing.T) {
	t.Parallel()
	data := excel(t, func(f *excelize.File) {
		grid(t, f, "Sheet1", []any{"填写说明"}, []any{"日期要写全"})
		for _, name := range []string{"藏", "名单", "旧名单"} {
			_, err := f.NewSheet(name)
			must(t, err)
			grid(t, f, name, []any{"姓名", "日期"}, []any{name, "2026-03-01"})
		}
		must(t, f.SetSheetVisible("藏", false))
	})
	check(t, data, visits, []string{"2|2026-03-01|名单|||"}, nil)
}

func TestReadsTheCachedValue(t *testing.T) {
	t.Parallel()
	data := excel(t, func(f *excelize.File) {
		grid(t, f, "Sheet1", []any{"日期", "姓名", "人数"}, []any{"x", "x", "x"}, []any{"x", "x", "x"}, []any{"x", "x", "x"})
	})
	data = repack(t, data, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`
		<row r="1"><c t="inlineStr"><is><t>日期</t></is></c><c t="inlineStr"><is><r><t>姓</t></r><rPh sb="0" eb="1"><t>xing</t></rPh><r><t>名</t></r></is></c><c t="inlineStr"><is><t>人数</t></is></c></row>
		<row r="2"><c r="A2"><f>TODAY()</f><v>46082</v></c><c r="B2" t="str"><f>"张"&amp;"三"</f><v>张三_x000D_</v></c><c r="C2"><f>1+1</f><v>2</v></c></row>
		<row r="3"><c r="A3"><f>TODAY()</f></c><c r="B3" t="e"><f>VLOOKUP(1,2,3)</f><v>#N/A</v></c><c r="C3" t="b"><v>1</v></c></row>
		<row><c r="B4" t="str"><f>""</f><v></v></c><c r="C4"><v>abc</v></c></row>`)})
	check(t, data, visits, []string{"2|2026-03-01|张三||2|", "3|||||", "4|||||"}, []string{
		"第 3 行“日期”（A3）：这一格的公式还没有结果，请用 Excel 或 WPS 打开文件，保存后再上传。",
		"第 3 行“姓名”（B3）：这一格的公式出错（#N/A），请改成具体的内容。",
		"第 3 行“人数”（C3）：“TRUE”不是数字。",
		"第 4 行“人数”（C4）：这一格里有认不出的内容，请重新填写。",
	})
}

func sheetXML(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`
}

func TestReadsExcelsDates(t *testing.T) {
	t.Parallel()
	columns := []Column{{Name: "日期", Kind: Date}, {Name: "时间", Kind: Time, Optional: true}, {Name: "文字", Optional: true}}
	fill := func(f *excelize.File) {
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		code := `[$-804]yyyy"年"m"月"d"日"`
		chinese, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		must(t, err)
		padded := "000000"
		pad, err := f.NewStyle(&excelize.Style{CustomNumFmt: &padded})
		must(t, err)
		grid(t, f, "Sheet1", []any{"日期", "时间", "文字"},
			[]any{46082, 46082.5, 46082}, []any{46082.75, 46082.9999999, 46082.5}, []any{1, 2, 123}, []any{20260301, 46082, 0.25}, []any{2026, nil, 1e15}, []any{-1, 3e6, 0.1 + 0.2})
		must(t, f.SetCellStyle("Sheet1", "A2", "A4", day))
		must(t, f.SetCellStyle("Sheet1", "C2", "C3", chinese))
		must(t, f.SetCellStyle("Sheet1", "C4", "C4", pad))
		must(t, f.SetCellStyle("Sheet1", "C5", "C5", day))
	}
	problems := []string{
		"第 4 行“时间”（B4）：“2”不是时间，请写成 2026-03-01 09:30 这样。",
		"第 6 行“日期”（A6）：“2026”不是日期，请写成 2026-03-01 这样。",
		"第 6 行“文字”（C6）：这一格的号码超过 15 位，Excel 按数字保存时丢了后面的位数，请把这一列设成文本后重新填写。",
		"第 7 行“日期”（A7）：“-1”不是日期，请写成 2026-03-01 这样。",
		"第 7 行“时间”（B7）：“3000000”不是时间，请写成 2026-03-01 09:30 这样。",
	}
	check(t, excel(t, fill), columns, []string{
		"2|2026-03-01|2026-03-01 12:00:00|2026-03-01", "3|2026-03-01|2026-03-02 00:00:00|2026-03-01 12:00", "4|1900-01-01||000123",
		"5|2026-03-01|2026-03-01 00:00:00|06:00", "6|||", "7|||0.3"}, problems)
	mac := excel(t, func(f *excelize.File) {
		fill(f)
		yes := true
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	})
	check(t, mac, columns, []string{
		"2|2030-03-02|2030-03-02 12:00:00|2030-03-02", "3|2030-03-02|2030-03-03 00:00:00|2030-03-02 12:00", "4|1904-01-02||000123",
		"5|2026-03-01|2030-03-02 00:00:00|06:00", "6|||", "7|||0.3"}, problems)
}

func TestHeaderOfAnXLSX(t *testing.T) {
	t.Parallel()
	file := func(rows ...[]any) []byte { return excel(t, func(f *excelize.File) { grid(t, f, "Sheet1", rows...) }) }
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a column is missing":       {file([]any{"表"}, nil, []any{"姓名", "电话"}), "第 3 行的表头缺少“日期”。请对照模板补上。"},
		"a column is there twice":   {file([]any{"日期", "姓名", "日期"}), "第 1 行的表头里，“日期”这一列出现了两次（A1、C1），请删去一列。"},
		"nothing is there":          {file([]any{"甲", "乙"}), "没有找到表头。表里应有“日期”“姓名”这些列，请下载模板，照着填写。打不开的文件，请先用 Excel 或 WPS 另存为 .xlsx。"},
		"the sheet is empty":        {file(), "没有找到表头。表里应有“日期”“姓名”这些列，请下载模板，照着填写。打不开的文件，请先用 Excel 或 WPS 另存为 .xlsx。"},
		"it is below thirty others": {file(append(append([][]any{}, many(30)...), []any{"日期", "姓名"})...), "没有找到表头。表里应有“日期”“姓名”这些列，请下载模板，照着填写。打不开的文件，请先用 Excel 或 WPS 另存为 .xlsx。"},
	} {
		if _, _, err := read(c.data, visits); told(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	check(t, file(append(append([][]any{}, many(29)...), []any{"日期", "姓名"}, []any{"2026-3-1", "张三"})...), visits, []string{"31|2026-03-01|张三|||"}, nil)
	// The column's own name comes before what only looks like it.
	check(t, file([]any{"姓名（别名）", "姓名", "来访日期", "日期（补）"}, []any{"小张", "张三", "2026.3.1", "2026.3.2"}, []any{"姓名（别名）", "姓名", "来访日期", "日期（补）"}),
		visits, []string{"2|2026-03-01|张三|||"}, nil)
	check(t, file([]any{"姓名（按身份证）", "日期（如 2026-03-01）"}, []any{"张三", "2026/3/1"}), visits, []string{"2|2026-03-01|张三|||"}, nil)
}

func many(n int) [][]any {
	rows := [][]any{}
	for range n {
		rows = append(rows, []any{"说明"})
	}
	return rows
}

func TestRowRefuses(t *testing.T) {
	t.Parallel()
	data := excel(t, func(f *excelize.File) {
		grid(t, f, "Sheet1", []any{"日期", "姓名"}, []any{"三月", "张三"})
	})
	table, err := Read(readerAt(data), int64(len(data)), visits)
	must(t, err)
	if table.Sheet != "Sheet1" || table.Header != 1 {
		t.Errorf("%+v", table)
	}
	for row, err := range table.Rows() {
		must(t, err)
		row.Refuse("姓名", "没有这个人")
		row.Refuse("电话", "没有电话")
		row.Refuse("", "这一行重复")
		want := []string{"第 2 行“日期”（A2）：“三月”不是日期，请写成 2026-03-01 这样。", "第 2 行“姓名”（B2）：没有这个人。", "第 2 行“电话”：没有电话。", "第 2 行：这一行重复。"}
		got := []string{}
		for _, p := range row.Problems() {
			got = append(got, p.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if !row.Bad("日期") || row.Bad("人数") {
			t.Error("Bad is wrong")
		}
		defer func() {
			if recover() == nil {
				t.Error("a column that nobody asked for")
			}
		}()
		row.Text("没有")
	}
}

func TestWideAndLongSheets(t *testing.T) {
	t.Parallel()
	data := excel(t, func(f *excelize.File) { grid(t, f, "Sheet1", []any{"日期", "姓名"}) })
	sheet := func(rows string) []byte {
		const head = `<row r="1"><c r="A1" t="inlineStr"><is><t>日期</t></is></c><c r="B1" t="inlineStr"><is><t>姓名</t></is></c></row>`
		return repack(t, data, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(head + rows)})
	}
	check(t, sheet(`<row r="3"><c r="A3"><v>46082</v></c><c r="XFD3" t="str"><v> </v></c></row><row r="1048576"><c r="B1048576" t="str"><v>李四</v></c></row>`),
		visits, []string{"3|2026-03-01||||", "1048576||李四|||"}, nil)
	if rows, _, err := read(sheet(`<row r="3"><c r="GS3"><v>1</v></c></row>`), visits); told(err) != "第 3 行超过 200 列，请删去不用的列。" {
		t.Error(rows, err)
	}
}
