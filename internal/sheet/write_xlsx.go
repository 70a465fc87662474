package sheet

import (
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/calendar"
)

// xlsxSink writes through excelize's stream: rows leave memory as they come.
type xlsxSink struct {
	*workbook
	own  bool // the workbook has this sheet alone, and ends with it
	rows *excelize.StreamWriter
	next int
	row  []any
}

// widths are the columns' widths by kind.
var widths = map[Kind]float64{Text: 20, Code: 16, Number: 10, Date: 12, Time: 18}

func newXLSX(w io.Writer, columns []Column, o options) (*xlsxSink, error) {
	book := newWorkbook(w)
	s, err := book.sheet(o.sheet, columns)
	if err != nil {
		book.discard()
		return nil, err
	}
	s.own = true
	return s, nil
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
	err := s.rows.Flush()
	switch {
	case !s.own:
		return err
	case err != nil:
		s.discard()
		return err
	}
	return s.finish()
}

func (s *xlsxSink) abort() {
	if s.own {
		s.discard()
	}
}

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
