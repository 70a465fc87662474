package sheet

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

// readStyles returns what each of the cells' formats means.
func readStyles(p parts, name string) ([]style, error) {
	found, codes := []style{}, map[int]style{}
	err := p.read(name, mostSmall, func(e *elements) error {
		return e.inside(func(start *xml.StartElement, _ []byte) error {
			if start == nil {
				return nil
			}
			switch start.Name.Local {
			case "numFmt":
				if id, err := strconv.Atoi(attribute(start, "numFmtId")); err == nil {
					codes[id] = styleOf(attribute(start, "formatCode"))
				}
			case "cellXfs":
				return e.inside(func(start *xml.StartElement, _ []byte) error {
					if start != nil && start.Name.Local == "xf" {
						id, _ := strconv.Atoi(attribute(start, "numFmtId")) // without one it is General
						found = append(found, builtinOr(codes, id))
					}
					return nil
				})
			}
			return nil
		})
	})
	return found, err
}

// builtinOr returns the meaning of a format by its number. 14 to 22 and 45 to 47 are dates
// and times everywhere, 27 to 36 and 50 to 58 in a Chinese Excel.
func builtinOr(codes map[int]style, id int) style {
	if custom, ok := codes[id]; ok {
		return custom
	}
	return style{date: id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58}
}

// literal is what of a format code stands for itself: text in quotes, an escaped character,
// a colour or locale in brackets, padding.
var literal = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|[_*].`)

func styleOf(code string) style {
	first, _, _ := strings.Cut(literal.ReplaceAllString(code, ""), ";")
	if strings.Trim(first, "0") == "" {
		return style{zero: min(len(first), 15)}
	}
	return style{date: !strings.EqualFold(first, "General") && strings.ContainsAny(first, "yYmMdDhHsS")}
}
