package sheet

import (
	"errors"
	"io"
	"strconv"
)

// Read finds the list with the wanted columns in a file. r must stay open as long as the
// Table is used. Title rows above the header are passed over.
//
// It returns errs.Invalid for Field where the file is too large, damaged, not XLSX or CSV,
// protected by a password, or without the columns. What is wrong inside a row comes with
// the row.
func Read(r io.ReaderAt, size int64, columns []Column) (*Table, error) {
	candidates, err := open(r, size)
	if err != nil {
		return nil, err
	}
	return choose(candidates, columns)
}

// ReadSheet is Read for the sheet with that name alone, of a workbook of several lists.
// The Table is nil where there is no such sheet.
func ReadSheet(r io.ReaderAt, size int64, name string, columns []Column) (*Table, error) {
	candidates, err := open(r, size)
	if err != nil {
		return nil, err
	}
	for i, c := range candidates {
		if trim(c.sheet) == name {
			return choose(candidates[i:i+1], columns)
		}
	}
	return nil, nil
}

// choose takes the first candidate with all that is wanted.
func choose(candidates []candidate, columns []Column) (*Table, error) {
	best := header{}
	for _, c := range candidates {
		h, err := find(c.source, columns)
		if err != nil {
			return nil, err
		}
		if h.complete() {
			return &Table{Sheet: c.sheet, Header: h.row, columns: columns, at: h.at, first: h.bottom + 1, source: c.source}, nil
		}
		if h.found > best.found {
			best = h
		}
	}
	return nil, best.refuse(columns)
}

// candidate is where in a file the list may be: a sheet, or a CSV read with one separator.
type candidate struct {
	sheet  string
	source source
}

func open(r io.ReaderAt, size int64) ([]candidate, error) {
	if size > MaxFile {
		return nil, invalid("文件太大，不能超过 " + strconv.Itoa(MaxFile>>20) + " MB。")
	}
	if size == 0 {
		return nil, invalid("这个文件是空的。")
	}
	start := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := refuseKind(start, r, size); err != nil {
		return nil, err
	}
	if isZip(start) {
		return openBook(r, size)
	}
	return openCSV(r, size, start)
}

// errDamaged is what a file gets that contradicts itself.
var errDamaged = invalid("这个文件已损坏，或者不是用 Excel、WPS 保存的。请打开后另存为 .xlsx 再上传。")
