package sheet

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

// merge is a merged cell of several rows. Its value counts in each of them, as a reader of
// the list takes it; of the columns only the first has it.
type merge struct{ top, bottom, column int }

const mostMerges = 50_000

func readMerges(p parts, name string) ([]merge, error) {
	found := []merge{}
	err := p.read(name, mostSheet, func(e *elements) error {
		return e.inside(func(start *xml.StartElement, _ []byte) error {
			if start == nil || start.Name.Local != "mergeCell" {
				return nil
			}
			if len(found) == mostMerges {
				return errTooBig
			}
			m, ok := parseMerge(attribute(start, "ref"))
			if !ok {
				return errDamaged
			}
			if m.bottom > m.top && m.column < MaxColumns {
				found = append(found, m)
			}
			return nil
		})
	})
	slices.SortStableFunc(found, func(a, b merge) int { return a.top - b.top })
	return found, err
}

// parseMerge reads A1:B3.
func parseMerge(ref string) (merge, bool) {
	from, to, _ := strings.Cut(strings.ReplaceAll(ref, "$", ""), ":")
	if to == "" {
		to = from
	}
	m := merge{top: rowOf(from), bottom: rowOf(to), column: columnOf(from)}
	return m, m.top > 0 && m.bottom >= m.top && m.bottom <= lastRow && m.column >= 0 && columnOf(to) >= 0
}

// rowOf returns the row of a cell's name such as C12, or 0.
func rowOf(ref string) int {
	n, err := strconv.Atoi(strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
	if err != nil {
		return 0
	}
	return n
}

// merged follows the merged cells down the rows.
type merged struct {
	list   []merge
	next   int
	values [MaxColumns]cell // of the merged cell that reaches down here; until says how far
}

// fill gives the cells of a row that are covered by a merged cell its value.
func (m *merged) fill(row int, cells []cell) []cell {
	for ; m.next < len(m.list) && m.list[m.next].top <= row; m.next++ {
		at := m.list[m.next]
		if at.top == row && at.column < len(cells) {
			m.values[at.column] = cells[at.column]
			m.values[at.column].until = at.bottom
		}
	}
	if len(m.list) == 0 {
		return cells
	}
	for column := range m.values {
		value := &m.values[column]
		if value.until < row || value.what == nothing {
			continue
		}
		for len(cells) <= column {
			cells = append(cells, cell{})
		}
		if cells[column].what == nothing {
			cells[column] = *value
			cells[column].filled = true
		}
		cells[column].until = value.until
	}
	return cells
}
