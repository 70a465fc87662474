package sheet

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

// sharedStrings are the texts of a workbook, all in one string: some have a million.
type sharedStrings struct {
	text string
	ends []uint32
}

const mostTexts = 2_000_000

func (s *sharedStrings) get(i int) (string, bool) {
	if s == nil || i < 0 || i >= len(s.ends) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]], true
}

func readStrings(p parts, name string) (*sharedStrings, error) {
	found, text := &sharedStrings{}, strings.Builder{}
	err := p.read(name, mostStrings, func(e *elements) error {
		return e.inside(func(start *xml.StartElement, _ []byte) error {
			if start == nil || start.Name.Local != "si" {
				return nil
			}
			if err := e.richText(&text); err != nil {
				return err
			}
			if len(found.ends) == mostTexts {
				return errTooBig
			}
			found.ends = append(found.ends, uint32(text.Len()))
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	found.text = text.String()
	return found, nil
}

// richText adds the text inside the element that has just started, its runs one after the
// other, without the reading aids of East Asian text.
func (e *elements) richText(to *strings.Builder) error {
	return e.inside(func(start *xml.StartElement, text []byte) error {
		switch {
		case start != nil && start.Name.Local == "rPh":
			return e.skip()
		case start == nil && len(e.open) > 0 && e.open[len(e.open)-1] == "t":
			unescape(to, text)
		}
		return nil
	})
}

// escaped is how a workbook writes characters that XML forbids, and itself.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func unescape(to *strings.Builder, text []byte) {
	for {
		at := escaped.FindIndex(text)
		if at == nil {
			to.Write(text)
			return
		}
		to.Write(text[:at[0]])
		if code, err := strconv.ParseUint(string(text[at[0]+2:at[1]-1]), 16, 16); err == nil {
			to.WriteRune(rune(code))
		}
		text = text[at[1]:]
	}
}
