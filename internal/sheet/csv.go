package sheet

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// csvSource reads a CSV with one separator.
type csvSource struct {
	text      func() io.Reader // in UTF-8, from the start
	separator rune
}

// openCSV returns a candidate for each separator: the header decides.
func openCSV(r io.ReaderAt, size int64, start []byte) ([]candidate, error) {
	text, err := decode(r, size, start)
	if err != nil {
		return nil, err
	}
	candidates := []candidate{}
	for _, separator := range []rune{',', '\t', ';'} {
		candidates = append(candidates, candidate{source: csvSource{text, separator}})
	}
	return candidates, nil
}

func (s csvSource) rows(yield func(row int, cells []cell) bool) error {
	in := csvReader{r: bufio.NewReaderSize(s.text(), 1<<16), separator: s.separator}
	for row := 1; ; row++ {
		cells, err := in.record(row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !yield(row, cells) {
			return nil
		}
	}
}

// csvReader reads records after RFC 4180, with what spreadsheet programs forgive: a quote
// inside an unquoted cell, and text after a closing quote.
type csvReader struct {
	r         *bufio.Reader
	separator rune
	cells     []cell
	text      strings.Builder
}

// longest is the most that a cell may hold before the file is refused: a quote without its
// partner would take in the rest of the file.
const longest = 1 << 20

// record reads a row. Its number counts records, as a spreadsheet program does, not lines.
func (c *csvReader) record(row int) ([]cell, error) {
	c.cells = c.cells[:0]
	for first := true; ; first = false {
		end, err := c.cell(row)
		if err != nil {
			return nil, err
		}
		if end == atEnd && first && c.text.Len() == 0 {
			return nil, io.EOF
		}
		if err := c.add(row); err != nil {
			return nil, err
		}
		if end != c.separator {
			return c.cells, nil
		}
	}
}

func (c *csvReader) add(row int) error {
	value := cell{}
	if text := c.text.String(); text != "" {
		value = cell{what: words, text: unguard(text)}
		if strings.ContainsRune(text, utf8.RuneError) {
			value.what = stranger
		}
	}
	if len(c.cells) >= MaxColumns {
		if value.blank() {
			return nil
		}
		return tooWide(row)
	}
	c.cells = append(c.cells, value)
	return nil
}

func tooWide(row int) error {
	return invalid("第 " + strconv.Itoa(row) + " 行超过 " + strconv.Itoa(MaxColumns) + " 列，请删去不用的列。")
}

// atEnd is what ends a cell where the file does.
const atEnd rune = -1

// cell reads a cell into c.text and returns what ended it: the separator, \n or atEnd.
func (c *csvReader) cell(row int) (rune, error) {
	c.text.Reset()
	quoted, opened := false, false
	for {
		r, _, err := c.r.ReadRune()
		switch {
		case errors.Is(err, io.EOF) && quoted:
			return 0, unpaired(row)
		case errors.Is(err, io.EOF):
			return atEnd, nil
		case err != nil:
			return 0, err
		case quoted && r == '"':
			if quoted = c.skip('"'); quoted {
				c.text.WriteByte('"')
			}
		case quoted:
			c.write(r)
		case r == '"' && c.text.Len() == 0 && !opened:
			quoted, opened = true, true
		case r == c.separator || r == '\n':
			return r, nil
		case r == '\r':
			c.skip('\n')
			return '\n', nil
		default:
			c.write(r)
		}
		if c.text.Len() > longest {
			return 0, unpaired(row)
		}
	}
}

// write adds r; a line end inside a cell is \n, however it was written.
func (c *csvReader) write(r rune) {
	if r == '\r' {
		c.skip('\n')
		r = '\n'
	}
	c.text.WriteRune(r)
}

// skip reads the next rune where it is r.
func (c *csvReader) skip(r rune) bool {
	next, _, err := c.r.ReadRune()
	if err != nil {
		return false // the same error comes again
	}
	if next != r {
		_ = c.r.UnreadRune() // the rune was just read
	}
	return next == r
}

func unpaired(row int) error {
	return invalid("第 " + strconv.Itoa(row) + " 行有一格的内容没有结束，可能少了一个英文引号（\"）。请改好后再上传。")
}
