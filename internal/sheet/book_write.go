package sheet

import (
	"archive/zip"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// Book writes several lists into one XLSX, each on a sheet of its own. Close finishes it;
// whoever gives up calls Abort instead, and may always defer it.
type Book struct {
	out  *workbook
	done bool
}

// NewBook starts a workbook, which reaches w when it is closed.
func NewBook(w io.Writer) *Book { return &Book{out: newWorkbook(w)} }

// Sheet starts the next list. The one before it must be closed.
func (b *Book) Sheet(name string, columns []Column) (*Writer, error) {
	if len(columns) == 0 || len(columns) > MaxColumns {
		return nil, fmt.Errorf("sheet: a list of %d columns", len(columns))
	}
	out, err := b.out.sheet(name, columns)
	if err != nil {
		return nil, err
	}
	return &Writer{columns: columns, row: make([]any, len(columns)), out: out}, nil
}

// Close writes the workbook.
func (b *Book) Close() error {
	b.done = true
	return b.out.finish()
}

// Abort removes what was kept for the workbook. After Close it does nothing.
func (b *Book) Abort() {
	if !b.done {
		b.done = true
		b.out.discard()
	}
}

// workbook is an XLSX on its way.
type workbook struct {
	file   *excelize.File
	w      io.Writer
	style  map[Kind]int
	sheets int
}

func newWorkbook(w io.Writer) *workbook { return &workbook{file: excelize.NewFile(), w: w} }

func (b *workbook) sheet(name string, columns []Column) (*xlsxSink, error) {
	name = sheetName(name)
	if err := b.begin(name); err != nil {
		return nil, err
	}
	if err := offer(b.file, name, columns); err != nil {
		return nil, err
	}
	rows, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	s := &xlsxSink{workbook: b, rows: rows, next: 1, row: make([]any, len(columns))}
	return s, s.head(columns)
}

// begin makes the sheet: the first is there already, under a name of excelize's.
func (b *workbook) begin(name string) error {
	if b.sheets++; b.sheets > 1 {
		_, err := b.file.NewSheet(name)
		return err
	}
	b.style = map[Kind]int{}
	for kind, format := range map[Kind]string{Text: "@", Code: "@", Number: "General", Date: "yyyy-mm-dd", Time: "yyyy-mm-dd hh:mm"} {
		wrap := &excelize.Alignment{Vertical: "top", WrapText: kind == Text}
		style, err := b.file.NewStyle(&excelize.Style{CustomNumFmt: &format, Alignment: wrap})
		if err != nil {
			return err
		}
		b.style[kind] = style
	}
	return b.file.SetSheetName("Sheet1", name)
}

// finish writes straight to w: excelize itself would first hold the whole file in memory.
func (b *workbook) finish() error {
	defer b.discard()
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(b.w) })
	return b.file.Write(io.Discard)
}

// discard removes the temporary files.
func (b *workbook) discard() { _ = b.file.Close() }
