package sheet

import (
	"encoding/xml"
	"io"
	"path"
	"strings"
)

// book is an XLSX as far as it is read.
type book struct {
	parts   parts
	mac     bool
	strings *sharedStrings
	styles  []style
}

type relation struct{ kind, target string }

// openBook returns the visible sheets.
func openBook(r io.ReaderAt, size int64) ([]candidate, error) {
	parts, err := openParts(r, size)
	if err != nil {
		return nil, err
	}
	main := "xl/workbook.xml"
	top, err := relations(parts, "")
	if err != nil {
		return nil, err
	}
	for _, to := range top {
		if to.kind == "officeDocument" {
			main = to.target
		}
	}
	if parts[strings.ToLower(main)] == nil || !strings.HasSuffix(main, ".xml") || strings.HasPrefix(main, "word/") || strings.HasPrefix(main, "ppt/") {
		return nil, parts.refuse()
	}
	b := &book{parts: parts}
	return b.candidates(main)
}

func (b *book) candidates(main string) ([]candidate, error) {
	related, err := relations(b.parts, main)
	if err != nil {
		return nil, err
	}
	for _, to := range related {
		switch to.kind {
		case "sharedStrings":
			b.strings, err = readStrings(b.parts, to.target)
		case "styles":
			b.styles, err = readStyles(b.parts, to.target)
		}
		if err != nil {
			return nil, err
		}
	}
	found := []candidate{}
	err = b.parts.read(main, mostSmall, func(e *elements) error {
		return e.inside(func(start *xml.StartElement, _ []byte) error {
			if start == nil {
				return nil
			}
			switch start.Name.Local {
			case "workbookPr":
				b.mac = isTrue(attribute(start, "date1904"))
			case "sheet":
				to, state, name := related[attribute(start, "id")], attribute(start, "state"), attribute(start, "name")
				if to.kind == "worksheet" && (state == "" || state == "visible") {
					found = append(found, candidate{name, &sheetSource{book: b, part: to.target}})
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errDamaged
	}
	return found, nil
}

// relations reads where a part points to, by id; of is "" for the package itself.
func relations(p parts, of string) (map[string]relation, error) {
	dir, name := path.Split(of)
	found := map[string]relation{}
	err := p.read(path.Join(dir, "_rels", name+".rels"), mostSmall, func(e *elements) error {
		return e.inside(func(start *xml.StartElement, _ []byte) error {
			if start != nil && start.Name.Local == "Relationship" && attribute(start, "TargetMode") != "External" {
				found[attribute(start, "Id")] = relation{path.Base(attribute(start, "Type")), resolve(dir, attribute(start, "Target"))}
			}
			return nil
		})
	})
	return found, err
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }
