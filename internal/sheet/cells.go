package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
)

// What Excel itself can hold: whoever claims more is not Excel.
const (
	lastRow    = 1 << 20
	lastColumn = 1 << 14
)

// sheetSource reads the cells of one sheet.
type sheetSource struct {
	book   *book
	part   string
	merges []merge // those of several rows, by their first
	looked bool
}

func (s *sheetSource) rows(yield func(row int, cells []cell) bool) error {
	if err := s.look(); err != nil {
		return err
	}
	part, err := s.book.parts.open(s.part, mostSheet)
	if err != nil {
		return err
	}
	defer part.Close()
	reader := rowReader{elements: newElements(part), book: s.book, merged: merged{list: s.merges}}
	err = reader.inside(func(start *xml.StartElement, _ []byte) error {
		if start == nil || start.Name.Local != "row" {
			return nil
		}
		if err := reader.read(start); err != nil {
			return err
		}
		if !yield(reader.row, reader.cells) {
			return errStop
		}
		return nil
	})
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

var errStop = errors.New("enough rows")

// look unpacks the sheet once: a part that is damaged is refused before its first row is
// given, and only where it has merged cells are they read.
func (s *sheetSource) look() error {
	if s.looked {
		return nil
	}
	part, err := s.book.parts.open(s.part, mostSheet)
	if err != nil {
		return err
	}
	defer part.Close()
	has, err := contains(part, []byte("mergeCell "))
	if err != nil {
		return damage(err)
	}
	if has {
		if s.merges, err = readMerges(s.book.parts, s.part); err != nil {
			return err
		}
	}
	s.looked = true
	return nil
}

// contains reads r to its end.
func contains(r io.Reader, what []byte) (bool, error) {
	found, buffer, kept := false, make([]byte, 1<<16), 0
	for {
		n, err := r.Read(buffer[kept:])
		found = found || bytes.Contains(buffer[:kept+n], what)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return false, err
		}
		tail := buffer[max(0, kept+n-len(what)):][:min(kept+n, len(what))]
		kept = copy(buffer, tail)
	}
}

// rowReader reads row after row.
type rowReader struct {
	*elements
	book   *book
	merged merged
	row    int
	cells  []cell
	text   strings.Builder
}

// read reads the row that has just started into cells.
func (r *rowReader) read(start *xml.StartElement) error {
	number := r.row + 1
	if given := attribute(start, "r"); given != "" {
		var err error
		if number, err = strconv.Atoi(given); err != nil || number <= r.row {
			return errDamaged
		}
	}
	if number > lastRow {
		return errDamaged
	}
	r.row, r.cells = number, r.cells[:0]
	column := -1
	err := r.inside(func(start *xml.StartElement, _ []byte) error {
		if start == nil || start.Name.Local != "c" {
			return nil
		}
		column++
		if ref := attribute(start, "r"); ref != "" {
			if column = columnOf(ref); column < 0 {
				return errDamaged
			}
		}
		return r.cell(column, start)
	})
	if err != nil {
		return err
	}
	r.cells = r.merged.fill(r.row, r.cells)
	return nil
}

func (r *rowReader) cell(column int, start *xml.StartElement) error {
	if column >= lastColumn {
		return errDamaged
	}
	c, err := r.value(attribute(start, "t"), attribute(start, "s"))
	switch {
	case err != nil:
		return err
	case c.what == nothing:
		return nil
	case column >= MaxColumns && c.blank():
		return nil
	case column >= MaxColumns:
		return tooWide(r.row)
	}
	for len(r.cells) <= column {
		r.cells = append(r.cells, cell{})
	}
	r.cells[column] = c
	return nil
}

// value reads the cell of type t that has just started.
func (r *rowReader) value(t, s string) (cell, error) {
	r.text.Reset()
	formula, result := false, false
	err := r.inside(func(start *xml.StartElement, text []byte) error {
		switch {
		case start != nil && start.Name.Local == "v":
			result = true
		case start != nil && start.Name.Local == "f":
			formula = true
			return r.skip()
		case start != nil && start.Name.Local == "is":
			return r.richText(&r.text)
		case start == nil && r.open[len(r.open)-1] == "v":
			if t == "str" {
				unescape(&r.text, text)
			} else {
				r.text.Write(text)
			}
		}
		return nil
	})
	if err != nil {
		return cell{}, err
	}
	if r.text.Len() == 0 {
		if formula && !result {
			return cell{what: pending}, nil
		}
		return cell{}, nil
	}
	return r.typed(r.text.String(), t, s)
}

func (r *rowReader) typed(text, t, s string) (cell, error) {
	switch t {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		shared, ok := r.book.strings.get(i)
		if err != nil || !ok {
			return cell{}, errDamaged
		}
		return textCell(shared), nil
	case "str", "inlineStr", "d":
		return textCell(text), nil
	case "b":
		return textCell(map[bool]string{true: "TRUE", false: "FALSE"}[isTrue(strings.TrimSpace(text))]), nil
	case "e":
		return cell{what: mistake, text: text}, nil
	}
	return r.numeric(strings.TrimSpace(text), s), nil
}

func (r *rowReader) numeric(text, s string) cell {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return cell{what: stranger}
	}
	c := cell{what: number, number: n, mac: r.book.mac}
	if i, err := strconv.Atoi(s); err == nil && i >= 0 && i < len(r.book.styles) {
		c.style = r.book.styles[i]
	}
	return c
}

func textCell(text string) cell {
	if text == "" {
		return cell{}
	}
	return cell{what: words, text: text}
}

// columnOf returns the column, from 0, of a cell's name such as C12, or -1.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref); i++ {
		letter := ref[i] &^ 0x20
		if letter < 'A' || letter > 'Z' {
			if i == 0 {
				return -1
			}
			break
		}
		if n = n*26 + int(letter-'A'+1); n > lastColumn {
			return -1
		}
	}
	return n - 1
}
