package sheet

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"lianluo/internal/calendar"
)

// csvSink writes RFC 4180 with CRLF: a line end inside a cell is \n.
type csvSink struct {
	out     *bufio.Writer
	encoder *transform.Writer // of GB18030, else nil
}

func newCSV(w io.Writer, columns []Column, format Format) (*csvSink, error) {
	s := &csvSink{}
	if format == CSVGB18030 {
		s.encoder = transform.NewWriter(w, simplifiedchinese.GB18030.NewEncoder())
		w = s.encoder
	}
	s.out = bufio.NewWriterSize(w, 1<<16)
	if format == CSV {
		if _, err := s.out.WriteString("\uFEFF"); err != nil {
			return nil, err
		}
	}
	header := make([]any, len(columns))
	for i, column := range columns {
		header[i] = clean(column.Name)
	}
	return s, s.write(header)
}

func (s *csvSink) write(row []any) error {
	for i, value := range row {
		if i > 0 {
			_ = s.out.WriteByte(',') // bufio keeps its error until the line's end
		}
		_, _ = s.out.WriteString(csvCell(value))
	}
	_, err := s.out.WriteString("\r\n")
	return err
}

func csvCell(value any) string {
	switch v := value.(type) {
	case string:
		v = guard(v)
		if strings.ContainsAny(v, ",\"\n;\t") || trim(v) != v {
			return `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case calendar.Date:
		return v.String()
	case time.Time:
		return timeText(v)
	}
	return ""
}

func timeText(t time.Time) string {
	if t.Second() == 0 {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format(time.DateTime)
}

func (s *csvSink) close() error {
	if err := s.out.Flush(); err != nil {
		return err
	}
	if s.encoder != nil {
		return s.encoder.Close()
	}
	return nil
}

func (s *csvSink) abort() {}
