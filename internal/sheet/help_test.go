package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
)

// visits are columns of every kind.
var visits = []Column{
	{Name: "日期", Kind: Date, Aliases: []string{"来访日期"}},
	{Name: "姓名"},
	{Name: "电话", Kind: Code, Optional: true},
	{Name: "人数", Kind: Number, Optional: true},
	{Name: "登记时间", Kind: Time, Optional: true},
}

// excel makes an XLSX with excelize, which is not what reads it.
func excel(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	out, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// grid fills a sheet from A1 on.
func grid(t testing.TB, f *excelize.File, sheet string, rows ...[]any) {
	t.Helper()
	for i, row := range rows {
		must(t, f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read returns the rows as lines and the problems.
func read(data []byte, columns []Column) (rows, problems []string, err error) {
	table, err := Read(bytes.NewReader(data), int64(len(data)), columns)
	if err != nil {
		return nil, nil, err
	}
	for row, err := range table.Rows() {
		if err != nil {
			return rows, problems, err
		}
		rows = append(rows, line(row, columns))
		for _, p := range row.Problems() {
			problems = append(problems, p.String())
		}
	}
	return rows, problems, nil
}

// line is a row as "3|2026-03-01|张三": its number and its values.
func line(row *Row, columns []Column) string {
	parts := []string{fmt.Sprint(row.Number)}
	for _, column := range columns {
		switch column.Kind {
		case Number:
			n, ok := row.Float(column.Name)
			parts = append(parts, map[bool]string{true: fmt.Sprint(n), false: ""}[ok])
		case Date:
			parts = append(parts, row.Date(column.Name).String())
		case Time:
			at := row.Time(column.Name)
			parts = append(parts, map[bool]string{true: "", false: at.Format(time.DateTime)}[at.IsZero()])
		default:
			parts = append(parts, row.Text(column.Name))
		}
	}
	return strings.Join(parts, "|")
}

// told is what a refused file says.
func told(err error) string {
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return invalid[Field]
	}
	return ""
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	must(t, err)
	return d
}

// repack makes an XLSX of other parts: an empty one is left out.
func repack(t testing.TB, data []byte, change map[string]string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	add := func(name string, content []byte) {
		w, err := zw.Create(name)
		must(t, err)
		_, err = w.Write(content)
		must(t, err)
	}
	for _, file := range in.File {
		if _, changed := change[file.Name]; changed {
			continue
		}
		r, err := file.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		add(file.Name, content)
	}
	for name, content := range change {
		if content != "" {
			add(name, []byte(content))
		}
	}
	must(t, zw.Close())
	return out.Bytes()
}
