package sheet

import "strings"

// Format is how a list is written.
type Format int

// The formats. CSV is UTF-8 with a byte order mark, by which Excel and WPS know it.
const (
	XLSX Format = iota
	CSV
	CSVGB18030
)

var formatNames = [...]string{"xlsx", "csv", "gb18030"}

// String returns the name of f in an address: xlsx, csv or gb18030.
func (f Format) String() string { return formatNames[f] }

// ParseFormat reads what String returns, and takes "" as XLSX.
func ParseFormat(name string) (Format, bool) {
	if name == "" {
		return XLSX, true
	}
	for i, known := range formatNames {
		if name == known {
			return Format(i), true
		}
	}
	return XLSX, false
}

// ContentType returns the media type of f.
func (f Format) ContentType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case CSVGB18030:
		return "text/csv; charset=gb18030"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// FileName returns the name of the list's file: 联络站名单.xlsx. Characters that file systems
// refuse become a line.
func (f Format) FileName(name string) string {
	ending := ".xlsx"
	if f != XLSX {
		ending = ".csv"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`\/:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name) + ending
}
