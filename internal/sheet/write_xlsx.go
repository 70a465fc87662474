package sheet

import (
	"archive/zip"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/calendar"
)

// xlsxSink writes through excelize's stream: rows leave memory as they come.
type xlsxSink struct {
	file  *excelize.File
	rows  *excelize.StreamWriter
	w     io.Writer
	next  int
	style map[Kind]int
	row   []any
}

// widths are the columns' widths by kind.
var widths = map[Kind]float64{Text: 20, Code: 16, Number: 10, Date: 12, Time: 18}

func newXLSX(w io.Writer, columns []Column, o options) (*xlsxSink, error) {
	s := &xlsxSink{file: excelize.NewFile(), w: w, next: 1, style: map[Kind]int{}, row: make([]any, len(columns))}
	if err := s.begin(columns, sheetName(o.sheet)); err != nil {
		s.abort()
		return nil, err
	}
	return s, nil
}

func (s *xlsxSink) begin(columns []Column, name string) error {
	err := s.file.SetSheetName("Sheet1", name)
	if err != nil {
		return err
	}
	for kind, format := range map[Kind]string{Text: "@", Code: "@", Number: "General", Date: "yyyy-mm-dd", Time: "yyyy-mm-dd hh:mm"} {
		wrap := &excelize.Alignment{Vertical: "top", WrapText: kind == Text}
		if s.style[kind], err = s.file.NewStyle(&excelize.Style{CustomNumFmt: &format, Alignment: wrap}); err != nil {
			return err
		}
	}
	if err := offer(s.file, name, columns); err != nil {
		return err
	}
	if s.rows, err = s.file.NewStreamWriter(name); err != nil {
		return err
	}
	return s.head(columns)
}

// offer lets Excel offer each column's choices in its cells.
func offer(file *excelize.File, name string, columns []Column) error {
	for i, column := range columns {
		if len(column.Choices) == 0 {
			continue
		}
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		rule := excelize.NewDataValidation(true)
		rule.SetSqref(letter + "2:" + letter + "5000")
		if err := rule.SetDropList(column.Choices); err != nil {
			return err
		}
		if err := file.AddDataValidation(name, rule); err != nil {
			return err
		}
	}
	return nil
}

func (s *xlsxSink) head(columns []Column) error {
	bold, err := s.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	if err != nil {
		return err
	}
	names := make([]any, len(columns))
	for i, column := range columns {
		width := column.Width
		if width == 0 {
			width = widths[column.Kind]
		}
		if err := s.rows.SetColWidth(i+1, i+1, min(width, excelize.MaxColumnWidth)); err != nil {
			return err
		}
		if err := s.rows.SetColStyle(i+1, i+1, s.style[column.Kind]); err != nil {
			return err
		}
		names[i] = excelize.Cell{StyleID: bold, Value: clean(column.Name)}
	}
	if err := s.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	s.next = 2
	return s.rows.SetRow("A1", names)
}

func (s *xlsxSink) write(row []any) error {
	for i, value := range row {
		s.row[i] = s.cell(value)
	}
	ref, err := excelize.CoordinatesToCellName(1, s.next)
	if err != nil {
		return err
	}
	s.next++
	return s.rows.SetRow(ref, s.row)
}

// cell returns value as excelize takes it. A string is always a string cell, never a
// formula; it is cut, and says so, at what Excel can hold.
func (s *xlsxSink) cell(value any) any {
	switch v := value.(type) {
	case string:
		if v == "" {
			return nil
		}
		return cut(v, MaxText)
	case calendar.Date:
		if v.Before(firstDay) {
			return v.String()
		}
		return excelize.Cell{StyleID: s.style[Date], Value: serialOf(v)}
	case time.Time:
		if calendar.DateOf(v).Before(firstDay) {
			return timeText(v)
		}
		return excelize.Cell{StyleID: s.style[Time], Value: serialAt(v)}
	}
	return value
}

func (s *xlsxSink) close() error {
	defer s.abort()
	if err := s.rows.Flush(); err != nil {
		return err
	}
	// Straight to w: excelize itself would first hold the whole file in memory.
	s.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(s.w) })
	return s.file.Write(io.Discard)
}

// abort removes the temporary files.
func (s *xlsxSink) abort() { _ = s.file.Close() }

// sheetName makes a name that Excel takes: up to 31 characters, without \ / ? * : [ ].
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\/?*:[]：＼／？＊［］`, r) {
			return -1
		}
		return r
	}, clean(name))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), "'")
	for len(utf16.Encode([]rune(name))) > excelize.MaxSheetNameLength {
		runes := []rune(name)
		name = string(runes[:len(runes)-1])
	}
	if name == "" {
		return "Sheet1"
	}
	return name
}
