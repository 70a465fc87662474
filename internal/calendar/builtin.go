package calendar

import (
	_ "embed" // the announced years
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

//go:embed holidays-china.csv
var builtinCSV string

var builtinDays = sync.OnceValue(func() []Day {
	days, err := parseDays(strings.NewReader(builtinCSV))
	if err != nil {
		panic("calendar: holidays-china.csv: " + err.Error()) // a fault of the build: its tests read it
	}
	return days
})

var builtin = sync.OnceValue(func() *Calendar { return New(builtinDays()) })

// Builtin returns the calendar of the years that were announced when this program was
// built: 2020 to 2026.
func Builtin() *Calendar { return builtin() }

// parseDays reads a CSV with the columns date (2006-01-02), kind and name.
func parseDays(r io.Reader) ([]Day, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = 3
	rows, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || !slices.Equal(rows[0], []string{"date", "kind", "name"}) {
		return nil, fmt.Errorf("the header is not date,kind,name")
	}
	days := make([]Day, 0, len(rows)-1)
	for i, row := range rows[1:] {
		date, err := ParseDate(row[0])
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+2, err)
		}
		if row[1] != Holiday && row[1] != Workday {
			return nil, fmt.Errorf("row %d: unknown kind %q", i+2, row[1])
		}
		days = append(days, Day{date, row[1], row[2]})
	}
	return days, nil
}
