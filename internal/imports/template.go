package imports

import (
	"io"
	"strings"

	"lianluo/internal/sheet"
)

// guideColumns are the columns of a template's instructions.
var guideColumns = []sheet.Column{{Name: "这一列", Width: 20}, {Name: "要不要填", Width: 16}, {Name: "怎么填", Width: 70}, {Name: "例子", Width: 30}, {Name: "可以选", Width: 50}}

// general is what holds for every list.
var general = []string{
	"填在第一张工作表里，一行一条；表头不要改，不用的列可以删去。",
	"空着的格子表示不改：不会清掉系统里已有的内容。要清掉的，请在系统的页面上改。",
	"日期写成 2026-03-01、2026年3月1日都可以，Excel 自己的日期也可以。",
	"上传以后先给您看每一行会怎样（新增、修改、不变、有错），确认以后才写进系统：要么全部写进去，要么一行也不写。",
	"同一个文件传两次，第二次什么也不会改。",
}

// WriteTemplate writes a kind's empty list; as XLSX with drop-downs and a sheet of
// instructions. There is none of Network.
func (k Kind) WriteTemplate(w io.Writer, format sheet.Format) error {
	l := listOf(k)
	if format != sheet.XLSX {
		out, err := sheet.NewWriter(w, format, l.sheetColumns())
		if err != nil {
			return err
		}
		return out.Close()
	}
	book := sheet.NewBook(w)
	defer book.Abort()
	if _, err := writeList(book, l, func(func(...any)) {}); err != nil {
		return err
	}
	guide, err := book.Sheet("填写说明", guideColumns)
	if err != nil {
		return err
	}
	for _, c := range l.columns {
		choices := strings.Join(c.Choices, separator)
		_ = guide.Write([]any{c.Name, c.Must, c.Help, c.Example, choices}) // kept until Close
	}
	for _, words := range general {
		_ = guide.Write([]any{"注意", nil, words, nil, nil})
	}
	if err := guide.Close(); err != nil {
		return err
	}
	return book.Close()
}
