package register

// cardFields are what 代表联系卡 can say of a deputy and of a station: what everybody may know.
var cardFields = []Field{
	{Key: "mandates", Name: "代表身份"}, {Key: "duties", Name: "职务"}, {Key: "station", Name: "联络站"}, {Key: "address", Name: "地址"},
	{Key: "days", Name: "接待日"}, {Key: "phone", Name: "联系电话"}, {Key: "photo", Name: "照片"}, {Key: "qr", Name: "二维码"},
}

// feedbackFields are what 意见建议处理反馈卡 can say of a matter. Those with Rest take the whole
// width, the others stand two in a row.
var feedbackFields = []Field{
	{Key: "visitor", Name: "来访人"}, {Key: "phone", Name: "联系电话"}, {Key: "village", Name: "住址"}, {Key: "way", Name: "接待方式"},
	{Key: "place", Name: "接待地点"}, {Key: "deputies", Name: "接待代表"}, {Key: "category", Name: "类别"}, {Key: "nature", Name: "性质"},
	{Key: "words", Name: "反映的问题和建议", Width: Rest}, {Key: "proposal", Name: "拟办意见", Width: Rest},
	{Key: "sorted", Name: "梳理人"}, {Key: "goes", Name: "去向"}, {Key: "handed", Name: "交办人"}, {Key: "due", Name: "办理期限"},
	{Key: "way_on", Name: "退回、延期、催办", Width: Rest}, {Key: "result", Name: "办理结果", Width: Rest},
	{Key: "approved", Name: "审核人"}, {Key: "closed", Name: "办结"},
	{Key: "told_deputies", Name: "反馈代表", Width: Rest}, {Key: "told", Name: "反馈群众", Width: Rest}, {Key: "verdict", Name: "群众评价", Width: Rest},
}

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
