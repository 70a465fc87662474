package sheet

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianluo/internal/calendar"
)

// what a cell of a file holds.
type what uint8

const (
	nothing  what = iota
	words         // text
	number        // a number, or a date: then style says so
	mistake       // an error of Excel's own: #N/A
	pending       // a formula without a result
	stranger      // characters in no known encoding, or a damaged value
)

// style is what of a number's format changes its meaning.
type style struct {
	date bool
	zero int // digits to which a whole number is filled with zeros, as in a code 000123
}

// cell is a cell as the file has it.
type cell struct {
	what   what
	text   string // of words and mistake
	number float64
	style  style
	mac    bool // dates count from 1904
	until  int  // the last row of the merged cell that this belongs to
	filled bool // the value is that of the merged cell's first row
}

// blank reports whether c holds nothing but spaces.
func (c *cell) blank() bool { return c.what == nothing || c.what == words && trim(c.text) == "" }

// problem says what is wrong whatever the column's kind, or "".
func (c *cell) problem() string {
	switch c.what {
	case mistake:
		return "这一格的公式出错（" + c.text + "），请改成具体的内容"
	case pending:
		return "这一格的公式还没有结果，请用 Excel 或 WPS 打开文件，保存后再上传"
	case stranger:
		return "这一格里有认不出的内容，请重新填写"
	case words:
		if len(c.text) > MaxText && utf8.RuneCountInString(c.text) > MaxText {
			return "这一格的内容太长"
		}
	}
	return ""
}

// display returns what a reader of the file sees in c, and a problem where the file has
// lost it.
func (c *cell) display() (text, problem string) {
	if c.what == words {
		return trim(clean(c.text)), ""
	}
	if c.what != number {
		return "", ""
	}
	if c.style.date {
		if d, seconds, ok := fromSerial(c.number, c.mac); ok {
			return dateText(d, seconds, c.number), ""
		}
	}
	if math.Abs(c.number) >= 1e15 {
		return "", "这一格的号码超过 15 位，Excel 按数字保存时丢了后面的位数，请把这一列设成文本后重新填写"
	}
	text = decimal(c.number)
	if short := c.style.zero - len(text); short > 0 && !strings.ContainsAny(text, "-.") {
		text = strings.Repeat("0", short) + text
	}
	return text, ""
}

func dateText(d calendar.Date, seconds int, serial float64) string {
	text := timeText(at(d, seconds))
	switch {
	case serial < 1: // a time of day alone
		_, text, _ = strings.Cut(text, " ")
		return text
	case seconds == 0:
		return d.String()
	}
	return text
}

// decimal writes n as Excel does: fifteen digits, no exponent.
func decimal(n float64) string {
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64); err == nil {
		n = rounded
	}
	return strconv.FormatFloat(n+0, 'f', -1, 64)
}
