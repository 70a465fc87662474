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
	if err := writeGuide(book, []*list{l}, nil); err != nil {
		return err
	}
	return book.Close()
}

// left is what the workbook of a whole network does not take along; NotTaken says it on pages.
var left = append([]string{NotTaken, "“站点功能”“事项类别”里系统没有的，导入时会添加，核对结果里写明；系统里多出来的不会去掉。"}, general[1:]...)

// NotTaken is what the workbook of a whole network does not take along, in words.
const NotTaken = "已经关闭、合并的站点和它们的经过，已经撤销的单位，停用的账号、密码和代班，已经卸任的站长、联络员，站点从哪一天起暂停，照片和附件，都不在里面。"

// writeGuide writes the sheet that says how lists are filled in.
func writeGuide(book *sheet.Book, of []*list, more []string) error {
	guide, err := book.Sheet("填写说明", guideColumns)
	if err != nil {
		return err
	}
	for _, l := range of {
		if len(of) > 1 {
			_ = guide.Write([]any{"工作表“" + l.title + "”", nil, nil, nil, nil}) // kept until Close
		}
		for _, c := range l.columns {
			_ = guide.Write([]any{c.Name, c.Must, c.Help, c.Example, strings.Join(c.Choices, separator)})
		}
	}
	if more == nil {
		more = general
	}
	for _, words := range more {
		_ = guide.Write([]any{"注意", nil, words, nil, nil})
	}
	return guide.Close()
}
