package register

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/sheet"
)

// said makes a field of words.
func said[T line](key, name string, width Width, of func(T) string) field[T] {
	return field[T]{Field: Field{Key: key, Name: name, Width: width}, of: func(row T, _ Reader) (any, error) {
		if words := of(row); words != "" {
			return words, nil
		}
		return nil, nil
	}}
}

// dated makes a field of a day; nil is a blank.
func dated[T line](key, name string, of func(T) *calendar.Date) field[T] {
	return field[T]{Field: Field{Key: key, Name: name, Width: Narrow, Kind: sheet.Date, Centred: true}, of: func(row T, _ Reader) (any, error) {
		if day := of(row); day != nil {
			return *day, nil
		}
		return nil, nil
	}}
}

// counted makes a field of a number.
func counted[T line](key, name string, of func(T) int32) field[T] {
	return field[T]{Field: Field{Key: key, Name: name, Width: Narrow, Kind: sheet.Number, Centred: true},
		of: func(row T, _ Reader) (any, error) { return of(row), nil }}
}

// blank makes a column that is written on by hand: 签名.
func blank[T line](key, name string, width Width) field[T] {
	return field[T]{Field: Field{Key: key, Name: name, Width: width, Blank: true}}
}

// picture makes a column that the page which prints a card draws.
func picture[T line](key, name string) field[T] {
	return field[T]{Field: Field{Key: key, Name: name, Picture: true}}
}

func (f field[T]) head() field[T]    { f.Head = true; return f }
func (f field[T]) centred() field[T] { f.Centred = true; return f }
func (f field[T]) leads() field[T]   { f.Leads = true; return f }
func (f field[T]) spare() field[T]   { f.Spare = true; return f }
func (f field[T]) code() field[T]    { f.Kind = sheet.Code; return f.centred() }

func itoa[N int16 | int32 | int](n N) string { return strconv.Itoa(int(n)) }

func list(names []string) string { return strings.Join(names, "、") }

func yes(b bool) string {
	if b {
		return "是"
	}
	return ""
}

// stationed is how far by may see what lies in stations, whose id stands in column.
func stationed(by auth.Actor, args pgx.NamedArgs, column string) []string {
	switch by.Scope(auth.SeeRegisters) {
	case auth.WholeCounty:
		return []string{`true`}
	case auth.OwnStation:
		args["my_stations"] = by.Stations() // those that were merged into it too
		return []string{column + ` = any(@my_stations)`}
	}
	return []string{`false`}
}

// placed are the filters of a register whose rows have a station and a place.
func placed(station, place string) []postgres.Filter {
	return []postgres.Filter{{Name: "station", Kind: postgres.ID, Where: station + ` = @station`},
		{Name: "place", Kind: postgres.ID, Where: place + ` = @place`}}
}

// days are the filters of a period, of a column that is a day.
func days(column string) []postgres.Filter {
	return []postgres.Filter{{Name: "from", Kind: postgres.Day, Where: column + ` >= @from::date`},
		{Name: "to", Kind: postgres.Day, Where: column + ` <= @to::date`}}
}

// times are the filters of a period, of a column that is a time.
func times(column string) []postgres.Filter {
	return []postgres.Filter{{Name: "from", Kind: postgres.Day, Where: column + ` >= (@from || ' 00:00+08')::timestamptz`},
		{Name: "to", Kind: postgres.Day, Where: column + ` < (@to || ' 00:00+08')::timestamptz + interval '1 day'`}}
}
