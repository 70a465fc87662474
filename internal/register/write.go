package register

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"os"
	"time"

	"lianluo/internal/calendar"
)

//go:embed archive.html
var archiveHTML string

var archiveTemplate = template.Must(template.New("").Parse(archiveHTML))

// htmlWriter writes a register as a page that stands alone and prints as the office files it.
type htmlWriter struct {
	to   io.Writer
	form Form
	list *manifest
	rows int

	total Total // once all is written
}

// Head is what the page says above and below its lines.
type head struct {
	Form
	Unit, Period, By, At string
	Total                string // once all is written
}

func (h *htmlWriter) head() head {
	unit := h.list.Station
	if unit == "" {
		unit = h.list.Office
	}
	return head{Form: h.form, Unit: unit, Period: h.list.period().Words(), By: h.list.MadeBy, At: h.list.MadeAt.Format("2006年1月2日 15:04"), Total: h.total.Words(h.form.Unit())}
}

// Span is how many columns the table has, the 序号 among them.
func (h head) Span() int { return len(h.Shown()) + 1 }

func (h *htmlWriter) begin() error {
	return archiveTemplate.ExecuteTemplate(h.to, "begin", h.head())
}

func (h *htmlWriter) line(l Line) error {
	h.rows++
	if h.form.IsCards() {
		return archiveTemplate.ExecuteTemplate(h.to, "card", struct {
			No   int
			Name string
			Rows [][]Cell
		}{h.rows, h.form.Name, h.form.Entry(h.said(l))})
	}
	return archiveTemplate.ExecuteTemplate(h.to, "line", struct {
		No      int
		Columns []Column
		Cells   []any
	}{h.rows, h.form.Shown(), h.said(l).Cells})
}

// said is the line with its cells as paper has them.
func (h *htmlWriter) said(l Line) Line {
	said := Line{Cells: make([]any, len(l.Cells))}
	for i, cell := range l.Cells {
		said.Cells[i] = h.list.period().Say(cell)
	}
	return said
}

func (h *htmlWriter) end() error { return archiveTemplate.ExecuteTemplate(h.to, "end", h.head()) }

// jsonWriter writes a register as data.
type jsonWriter struct {
	to   io.Writer
	form Form
	list *manifest
	rows int
}

func (j *jsonWriter) begin() error {
	type column struct {
		Key   string `json:"key"`
		Label string `json:"label"`
	}
	var columns []column
	for _, c := range j.form.Shown() {
		columns = append(columns, column{c.Key, c.Label})
	}
	top, err := json.Marshal(columns)
	if err != nil {
		return err
	}
	name, err := json.Marshal(j.form.Name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.to, `{"name":%s,"form":%q,"kind":%q,"source":%q,"from":%q,"to":%q,"columns":%s,"rows":[`, name, j.form.Key, j.form.Kind, j.form.Source, j.list.From, j.list.To, top)
	return err
}

func (j *jsonWriter) line(l Line) error {
	cells := make([]any, len(l.Cells))
	for i, cell := range l.Cells {
		cells[i] = cell
		if at, ok := cell.(time.Time); ok {
			cells[i] = at.In(calendar.Shanghai).Format(time.RFC3339)
		}
	}
	text, err := json.Marshal(cells)
	if err != nil {
		return err
	}
	between := "\n"
	if j.rows++; j.rows > 1 {
		between = ",\n"
	}
	_, err = io.WriteString(j.to, between+string(text))
	return err
}

func (j *jsonWriter) end() error {
	_, err := io.WriteString(j.to, "\n]}\n")
	return err
}

// spill is a file for what must be written while something else is.
type spill struct {
	*bufio.Writer
	file *os.File
}

func newSpill() (*spill, error) {
	file, err := os.CreateTemp("", "lianluo-archive-*")
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return &spill{bufio.NewWriter(file), file}, nil
}

func (s *spill) copyTo(w io.Writer) error {
	if err := s.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
}

func (s *spill) remove() { _, _ = s.file.Close(), os.Remove(s.file.Name()) }
