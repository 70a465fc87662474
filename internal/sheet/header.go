package sheet

import "strconv"

// searched are the rows with content in which the header must be.
const searched = 30

// header is what a row would be as the header.
type header struct {
	row, bottom int   // bottom is the last row of its merged cells
	at          []int // as in Table
	found       int
	missing     []string // columns that are wanted and not there
	twice       string   // a sentence about a column that is there twice
}

// find looks for the header: the first row with every column that is wanted, or below it,
// where its cells are merged over two rows, the one with more. It returns the best row
// where there is none.
func find(s source, columns []Column) (header, error) {
	best, seen := header{}, 0
	err := s.rows(func(number int, cells []cell) bool {
		if best.complete() && number > best.bottom {
			return false
		}
		if h := match(number, cells, columns); h.better(best) {
			best = h
		}
		seen++
		return seen < searched
	})
	return best, err
}

func (h header) better(than header) bool {
	if h.complete() != than.complete() {
		return h.complete()
	}
	return h.found > than.found
}

func (h header) complete() bool { return h.found > 0 && len(h.missing) == 0 && h.twice == "" }

// match reads a row as the header. The column's own name is looked for first, then its
// aliases, each once more without what stands in brackets behind it.
func match(number int, cells []cell, columns []Column) header {
	h := header{row: number, bottom: number, at: make([]int, len(columns))}
	headings := make([]string, len(cells))
	for i := range cells {
		headings[i] = headingOf(&cells[i])
	}
	taken := make([]bool, len(cells))
	for i := range columns {
		h.at[i] = -1
	}
	for _, brackets := range []bool{false, true} {
		for i := range columns {
			for names := 1; names <= len(columns[i].Aliases)+1 && h.at[i] < 0; names++ {
				h.take(i, &columns[i], headings, taken, names, brackets)
			}
		}
	}
	for i, at := range h.at {
		if at >= 0 {
			h.found++
			h.bottom = max(h.bottom, cells[at].until)
		} else if !columns[i].Optional {
			h.missing = append(h.missing, columns[i].Name)
		}
	}
	return h
}

func (h *header) take(i int, column *Column, headings []string, taken []bool, names int, brackets bool) {
	for at, text := range headings {
		if taken[at] || !column.means(text, names, brackets) {
			continue
		}
		if h.at[i] >= 0 {
			h.twice = "“" + column.Name + "”这一列出现了两次（" + cellName(h.at[i], h.row) + "、" + cellName(at, h.row) + "），请删去一列。"
			return
		}
		h.at[i], taken[at] = at, true
	}
}

// refuse says what is wrong with the best row.
func (h header) refuse(columns []Column) error {
	switch {
	case h.twice != "":
		return invalid("第 " + strconv.Itoa(h.row) + " 行的表头里，" + h.twice)
	case h.found > 0:
		return invalid("第 " + strconv.Itoa(h.row) + " 行的表头缺少" + names(h.missing) + "。请对照模板补上。")
	}
	wanted := []string{}
	for _, column := range columns {
		if !column.Optional {
			wanted = append(wanted, column.Name)
		}
	}
	return invalid("没有找到表头。表里应有" + names(wanted) + "这些列，请下载模板，照着填写。打不开的文件，请先用 Excel 或 WPS 另存为 .xlsx。")
}
