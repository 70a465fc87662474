package sheet

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

// Ending returns what the name of a file in f ends with.
func (f Format) Ending() string {
	if f == XLSX {
		return ".xlsx"
	}
	return ".csv"
}
