package register

// Rows are the columns that a card shows as they stand on it: a long one alone, short ones two in
// a row.
func (f Form) Rows() [][]Column {
	var rows [][]Column
	open := false
	for _, column := range f.Shown() {
		if short := !column.Long(); short && open {
			rows[len(rows)-1], open = append(rows[len(rows)-1], column), false
		} else {
			rows, open = append(rows, []Column{column}), short
		}
	}
	return rows
}

// Long reports whether the column takes a line of its own on a card.
func (c Column) Long() bool { return c.Width == Rest || c.Width == Widest }

// Cell is a column with what stands in it.
type Cell struct {
	Column
	Value any
}

// Entry is a line as a card has it: Rows with what stands in them.
func (f Form) Entry(l Line) [][]Cell {
	var entry [][]Cell
	n := 0
	for _, row := range f.Rows() {
		var cells []Cell
		for _, column := range row {
			cells = append(cells, Cell{column, l.Cells[n]})
			n++
		}
		entry = append(entry, cells)
	}
	return entry
}

// Filed is the form as an archive has it: on top of a card stands what it is about, whatever the
// county chose, and pictures are left out.
func (f Form) Filed() Form {
	var columns []Column
	for _, field := range sources[f.Source].rows.all() {
		if field.Head {
			columns = append(columns, Column{Field: field, Label: field.Name, Shown: true})
		}
	}
	for _, column := range f.Columns {
		if !column.Picture {
			columns = append(columns, column)
		}
	}
	f.Columns = columns
	return f
}
