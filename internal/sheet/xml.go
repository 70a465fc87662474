package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// errTooBig is what a part of a workbook gets that unpacks to more than it may.
var errTooBig = invalid("这个文件解开以后太大。请删去多余的工作表、行和列，再上传。")

const (
	deepest  = 64      // elements inside each other
	unbroken = 1 << 20 // bytes without a tag: the longest cell has far less
)

// careful passes on a part's bytes up to a limit. It refuses what makes a reader of XML
// keep much in memory: declarations, comments and CDATA, which no spreadsheet program
// writes into these parts, and endless text.
type careful struct {
	r       io.Reader
	left    int64
	run     int
	opening bool // the byte before was <
}

func (c *careful) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errTooBig
	}
	for rest := p[:n]; len(rest) > 0; {
		if c.opening && rest[0] == '!' {
			return 0, errDamaged
		}
		c.opening = false
		i := bytes.IndexByte(rest, '<')
		if i < 0 {
			c.run += len(rest)
			break
		}
		c.run, c.opening, rest = 0, true, rest[i+1:]
	}
	if c.run > unbroken+len(p) {
		return 0, errTooBig
	}
	return n, err
}

// elements reads XML without namespaces, whose prefixes it drops, and refuses what is not
// well formed or ends too early.
type elements struct {
	d    *xml.Decoder
	open []string
}

func newElements(r io.Reader) *elements { return &elements{d: xml.NewDecoder(r)} }

// next returns the next start, end or text, io.EOF after the root's end, errs.Invalid for
// what is damaged.
func (e *elements) next() (xml.Token, error) {
	for {
		token, err := e.d.RawToken()
		if err != nil {
			return nil, e.refuse(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(e.open) == deepest {
				return nil, errDamaged
			}
			e.open = append(e.open, t.Name.Local)
			return t, nil
		case xml.EndElement:
			last := len(e.open) - 1
			if last < 0 || e.open[last] != t.Name.Local {
				return nil, errDamaged
			}
			e.open = e.open[:last]
			return t, nil
		case xml.CharData:
			if len(e.open) > 0 {
				return t, nil
			}
		}
	}
}

func (e *elements) refuse(err error) error {
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && len(e.open) == 0 {
		return io.EOF
	}
	return damage(err)
}

// damage returns err where it says something already, else that the file is damaged.
func damage(err error) error {
	if isInvalid(err) {
		return err
	}
	return errDamaged
}

// inside calls each for every start, and every text with the name of the element around
// it, until the file or the element in which it was called ends.
func (e *elements) inside(each func(start *xml.StartElement, text []byte) error) error {
	depth := len(e.open)
	for {
		token, err := e.next()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
			return damage(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = each(&t, nil)
		case xml.CharData:
			err = each(nil, t)
		case xml.EndElement:
			if len(e.open) < depth {
				return nil
			}
		}
		if err != nil {
			return err
		}
	}
}

// skip passes over the element that has just started.
func (e *elements) skip() error {
	return e.inside(func(*xml.StartElement, []byte) error { return nil })
}

// attribute returns the value of the attribute without its prefix, or "".
func attribute(start *xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
