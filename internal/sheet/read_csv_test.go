package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func readerAt(data []byte) io.ReaderAt { return bytes.NewReader(data) }

func TestReadsEveryEncoding(t *testing.T) {
	t.Parallel()
	const text = "来访日期,姓名,电话\r\n2026年3月1日,张㐂𠮷,138 0013 8000\r\n"
	want := []string{"2|2026-03-01|张㐂𠮷|13800138000||"}
	for name, enc := range map[string]encoding.Encoding{
		"UTF-8": encoding.Nop, "UTF-8 with BOM": unicode.UTF8BOM, "GB18030": simplifiedchinese.GB18030,
		"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	} {
		for _, separator := range []string{",", "\t", ";"} {
			data, err := enc.NewEncoder().String(strings.ReplaceAll(text, ",", separator))
			must(t, err)
			t.Run(name+separator, func(t *testing.T) {
				t.Parallel()
				check(t, []byte(data), visits, want, nil)
			})
		}
	}
}

func TestReadsCSVAsSpreadsheetProgramsDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in             string
		want, problems []string
	}{
		"lines inside a cell, rows counted as shown": {"标题\n\n日期,姓名\n2026-3-1,\"张\r\n三\"\n2026-3-2,\"李\"\"四\"\n", []string{"4|2026-03-01|张\n三|||", "5|2026-03-02|李\"四|||"}, nil},
		"no line end at the end":                     {"日期,姓名\r\n2026-3-1,张三", []string{"2|2026-03-01|张三|||"}, nil},
		"line ends of an old Mac":                    {"日期,姓名\r2026-3-1,张三\r", []string{"2|2026-03-01|张三|||"}, nil},
		"a semicolon in a text":                      {"日期,姓名\n2026-3-1,甲;乙;丙\n", []string{"2|2026-03-01|甲;乙;丙|||"}, nil},
		"a quote that is none":                       {"日期,姓名\n2026-3-1,5\"管\n2026-3-2,\"王\"五\n", []string{"2|2026-03-01|5\"管|||", "3|2026-03-02|王五|||"}, nil},
		"missing cells":                              {"日期,姓名,电话\n2026-3-1\n,,\n,张三,,,,\n", []string{"2|2026-03-01||||", "4||张三|||"}, nil},
		"what was kept from being a formula":         {"日期,姓名\n2026-3-1,'=1\n2026-3-2,''=1\n2026-3-3,'张三\n", []string{"2|2026-03-01|=1|||", "3|2026-03-02|'=1|||", "4|2026-03-03|'张三|||"}, nil},
		"a number that Excel has shortened": {"日期,姓名,电话\n2026-3-1,张三,1.38E+10\n", []string{"2|2026-03-01|张三|||"},
			[]string{"第 2 行“电话”（C2）：“1.38E+10”是被 Excel 缩写的号码，请把这一列设成文本后重新填写。"}},
		"a text that is too long": {"日期,姓名\n2026-3-1," + strings.Repeat("长", MaxText+1) + "\n", []string{"2|2026-03-01||||"}, []string{"第 2 行“姓名”（B2）：这一格的内容太长。"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, []byte(c.in), visits, c.want, c.problems)
		})
	}
	broken := append([]byte("\xC8\xD5\xC6\xDA,\xD0\xD5\xC3\xFB\n2026-3-1,"), 0xFF, 0xFF, '\n') // 日期,姓名 in GB18030
	check(t, broken, visits, []string{"2|2026-03-01||||"}, []string{"第 2 行“姓名”（B2）：这一格里有认不出的内容，请重新填写。"})
}

func TestCSVThatIsRefused(t *testing.T) {
	t.Parallel()
	const head = "日期,姓名\n"
	for name, c := range map[string]struct{ in, want string }{
		"an open quote":               {head + "2026-3-1,\"张三\n2026-3-2,李四\n", "第 2 行有一格的内容没有结束，可能少了一个英文引号（\"）。请改好后再上传。"},
		"an open quote, a large file": {head + "2026-3-1,\"张三\n" + strings.Repeat("2026-3-2,李四\n", 100_000), "第 2 行有一格的内容没有结束，可能少了一个英文引号（\"）。请改好后再上传。"},
		"too many columns":            {head + strings.Repeat(",", 200) + "远\n", "第 2 行超过 200 列，请删去不用的列。"},
	} {
		if _, _, err := read([]byte(c.in), visits); told(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := []byte(head + strings.Repeat("\n,x\n", MaxRows+1))
	table, err := Read(readerAt(many), int64(len(many)), visits)
	must(t, err)
	rows := 0
	for _, err = range table.Rows() {
		if err == nil {
			rows++
		}
	}
	if rows != MaxRows || told(err) != "这个文件超过 100000 行，请分成几个文件上传。" {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	date, number, moment := func(s string) string { return "日|" + s }, func(s string) string { return "数|" + s }, func(s string) string { return "时|" + s }
	for in, want := range map[string]string{
		date("2026-3-1"): "2026-03-01", date("2026/03/1"): "2026-03-01", date("2026.3.1"): "2026-03-01", date("2026年3月1日"): "2026-03-01",
		date("2026年3月1"): "2026-03-01", date("20260301"): "2026-03-01", date("２０２６－０３－０１"): "2026-03-01", date("２０２６．３．１"): "2026-03-01",
		date("2026 年 3 月 1 日"): "2026-03-01", date("2026—3—1"): "2026-03-01", date("2026/3/1 0:00:00"): "2026-03-01", date("2026-03-01T08:00:00"): "2026-03-01",
		date("2026年3月1日 星期日"): "2026-03-01", date("2026-2-29"): "", date("2024-2-29"): "2024-02-29", date("2026-13-1"): "", date("3月1日"): "", date("26-3-1"): "",
		date("2026-3"): "", date("46082"): "", date("20261301"): "", date("2026-3-1 25:00"): "", date("2026-3-1-1"): "", date("0000-1-1"): "",
		date("2026年3月1日（周日）"): "2026-03-01",
		number("１２，３４５．５"):    "12345.5", number("-1"): "-1", number("+3 "): "3", number("1,234,567"): "1.234567e+06", number("1,2"): "", number("三"): "",
		number("1e3"): "", number("NaN"): "", number("3个"): "", number(".5"): "0.5", number("－５"): "-5",
		moment("2026-3-1 9:30"): "2026-03-01 09:30:00", moment("2026年3月1日 9时30分"): "2026-03-01 09:30:00", moment("2026/3/1 09:30:15"): "2026-03-01 09:30:15",
		moment("2026-3-1"): "2026-03-01 00:00:00", moment("２０２６-３-１　９：３０"): "2026-03-01 09:30:00", moment("9:30"): "", moment("2026-3-1 9:60"): "",
		moment("2026年3月1日9点30分"): "2026-03-01 09:30:00",
	} {
		kind, text, _ := strings.Cut(in, "|")
		column := Column{Name: kind, Kind: map[string]Kind{"日": Date, "数": Number, "时": Time}[kind]}
		rows, problems, err := read(fmt.Appendf(nil, "%s;空\n\"%s\";\n", kind, text), []Column{column, {Name: "空"}})
		if err != nil || len(rows) != 1 || rows[0] != "2|"+want+"|" || (want == "") != (len(problems) == 1) {
			t.Errorf("%s: %q, %q, %v", in, rows, problems, err)
		}
	}
}
