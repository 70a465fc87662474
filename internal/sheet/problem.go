package sheet

import "strconv"

// Problem is what is wrong with a cell, for whoever filled in the file.
type Problem struct {
	Row    int    // as the spreadsheet program numbers it, from 1
	Column string // the column's heading, "" where the row as a whole is wrong
	Cell   string // such as C12, "" likewise
	Words  string // Chinese: what is wrong and what to do
}

// String says where and what: 第 12 行“日期”（C12）：“三月”不是日期，请写成 2026-03-01 这样。
func (p Problem) String() string {
	place := "第 " + strconv.Itoa(p.Row) + " 行"
	if p.Column != "" {
		place += "“" + p.Column + "”"
	}
	if p.Cell != "" {
		place += "（" + p.Cell + "）"
	}
	return place + "：" + p.Words + "。"
}

// cellName returns the name of the cell in the column, counted from 0, and row: C12.
func cellName(column, row int) string {
	letters := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters + strconv.Itoa(row)
}
