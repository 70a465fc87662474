// Package sheet reads and writes lists as XLSX and CSV: rows under a header, and no word
// of what they are about. It knows no county and no database.
//
// Out, through NewWriter: what starts like a formula stays text, dates are real dates, and
// memory does not grow with the rows. In, through Read: the file is judged by what is in
// it, not by its name; a cell counts as its cached value, read by its column's kind; a
// cell that cannot be read is named with its place, in Chinese.
//
// Writing goes through excelize. Reading does not: its row reader hides the cells' types,
// styles and merges unless a whole sheet is loaded, and takes the end of a damaged file for
// the end of its rows, so that half a list would be imported and nobody told. Here a file
// is read whole or refused.
//
// What we write we read back: the same text, trimmed, with line ends as \n and without the
// control characters that XML forbids; the same numbers, dates and times to the second.
package sheet

import "lianluo/internal/errs"

// What a file may hold. Whatever is above is refused in words.
const (
	MaxFile    = 20 << 20 // bytes
	MaxRows    = 100_000  // rows below the header that hold something
	MaxColumns = 200
	MaxText    = 32_767 // UTF-16 units in a cell: Excel's own limit
)

// Field is the form field that a refused file's errs.Invalid names: call the file input so.
const Field = "file"

// Kind is what a column holds.
type Kind int

// The kinds.
const (
	Text   Kind = iota // words as they stand, trimmed
	Code               // a number that is a name: telephone, certificate, division code. Half-width, without spaces
	Number             // read as float64
	Date               // read as calendar.Date
	Time               // a date and a time of day in Shanghai, read as time.Time to the second
)

// Column is a column of a list. The same columns make the template, read what comes back
// and write the export.
type Column struct {
	Name     string
	Kind     Kind
	Width    float64  // in the width of a digit; 0 is by Kind
	Choices  []string // what Excel offers in the column's cells
	Aliases  []string // reading: other headings that mean it
	Optional bool     // reading: a file without it is read too
}

func invalid(words string) error { return errs.Invalid{Field: words} }
