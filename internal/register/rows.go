package register

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Line is a row of a register, with a cell for each column that was asked for: nil (to be
// written on by hand), string, int32, calendar.Date or time.Time.
type Line struct {
	At    string // its place in the list
	Link  string // the page of what it is about, "" for none; see Field.Leads
	Cells []any

	adds Total
}

// Page is one page of a register.
type Page struct {
	Lines      []Line
	Prev, Next string
	Most       bool // the ask's limit is reached, and more follow
}

// rows is where a register's lines come from.
type rows interface {
	all() []Field
	address(url.Values) url.Values
	ask(url.Values, int) tenant.Ask
	page(v *tenant.View, r Reader, f Form, ask tenant.Ask) func() (Page, error)
	count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64
	total(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *Total
	stream(ctx context.Context, db *tenant.DB, r Reader, f Form, ask tenant.Ask, do func(Line) error) (Total, error)
}

// line is what a source reads: a list's row.
type line interface{ Key() string }

// field is a field with the cell that it makes of a row.
type field[T line] struct {
	Field
	of func(T, Reader) (any, error)
}

// source are rows of one kind.
type source[T line] struct {
	list   postgres.List
	arms   func(by auth.Actor, ask tenant.Ask, args pgx.NamedArgs) string // makes list.From of rows from several tables; nil: it is as it stands
	link   func(T, Reader) string                                         // "" for a line that leads nowhere; nil where none leads
	within func(by auth.Actor, args pgx.NamedArgs) []string               // how far by may see, as conditions
	fields []field[T]

	again func(row *T, before T) // tells a row what stands before it; nil: it need not know
	adds  func(T) Total          // what a row adds to the total, beside itself; nil: nothing
	sums  sums
}

func (s source[T]) all() []Field {
	all := make([]Field, len(s.fields))
	for i, f := range s.fields {
		all[i] = f.Field
	}
	return all
}

func (s source[T]) ask(address url.Values, limit int) tenant.Ask { return s.list.Ask(address, limit) }
func (s source[T]) address(address url.Values) url.Values        { return s.list.Address(address) }

func (s source[T]) page(v *tenant.View, r Reader, f Form, ask tenant.Ask) func() (Page, error) {
	list, where := s.read(r.By, ask, v.Now())
	read := tenant.PageOf[T](v, list, ask, where)
	return func() (Page, error) {
		lines, err := s.lines(read.Items, r, f)
		return Page{Lines: lines, Prev: read.Prev, Next: read.Next, Most: read.Next != ""}, err
	}
}

// mostAbout bounds the lines about one thing.
const mostAbout = 100

// about queues the lines that the condition names, for who is known to have a right to them.
func (s source[T]) about(v *tenant.View, r Reader, condition string, args pgx.NamedArgs) func(Form) ([]Line, error) {
	args["today"] = calendar.DateOf(v.Now())
	read := tenant.PageOf[T](v, &s.list, s.list.Ask(url.Values{}, mostAbout), postgres.Where{SQL: []string{condition}, Args: args})
	return func(f Form) ([]Line, error) { return s.lines(read.Items, r, f) }
}

func (s source[T]) lines(rows []T, r Reader, f Form) ([]Line, error) {
	var lines []Line
	cells := s.cells(r, f)
	for _, row := range rows {
		line, err := cells(row)
		if err != nil {
			return lines, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (s source[T]) count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	list, where := s.read(by, ask, v.Now())
	return tenant.CountOf(v, list, ask, where, most)
}

func (s source[T]) stream(ctx context.Context, db *tenant.DB, r Reader, f Form, ask tenant.Ask, do func(Line) error) (Total, error) {
	list, where := s.read(r.By, ask, db.Now())
	cells := s.cells(r, f)
	total := Total{}
	err := tenant.Stream(ctx, db, r.By.County, list, ask, where, func(row T) error {
		line, err := cells(row)
		if err != nil {
			return err
		}
		total = total.plus(line.adds)
		return do(line)
	})
	return total, err
}

// read is the list as by reads it now.
func (s source[T]) read(by auth.Actor, ask tenant.Ask, now time.Time) (*postgres.List, postgres.Where) {
	list, args := s.list, pgx.NamedArgs{"today": calendar.DateOf(now)}
	where := postgres.Where{Args: args, SQL: s.within(by, args)}
	if s.arms != nil {
		list.From = s.arms(by, ask, args)
	}
	return &list, where
}

// cells makes lines of rows as the form wants them.
func (s source[T]) cells(r Reader, f Form) func(T) (Line, error) {
	r.numbering = f.Numbering
	shown := f.Shown()
	makers := make([]func(T, Reader) (any, error), len(shown))
	for i, c := range shown {
		for _, have := range s.fields {
			if have.Key == c.Key {
				makers[i] = have.of
			}
		}
	}
	var before T
	return func(row T) (Line, error) {
		line := Line{At: row.Key(), Cells: make([]any, len(makers)), adds: Total{Lines: 1}}
		if s.again != nil {
			s.again(&row, before)
			before = row
		}
		if s.adds != nil {
			line.adds = line.adds.plus(s.adds(row))
		}
		if s.link != nil {
			line.Link = s.link(row, r)
		}
		for i, of := range makers {
			if of == nil {
				continue
			}
			var err error
			if line.Cells[i], err = of(row, r); err != nil {
				return line, err
			}
		}
		return line, nil
	}
}

// Ask reads the address of a register. Without a period it is this year.
func (s Source) Ask(address url.Values, today calendar.Date, limit int) tenant.Ask {
	return sources[s].rows.ask(withPeriod(address, today), limit)
}

// Address is what of an address the register knows, with its period, without the place in it.
func (s Source) Address(address url.Values, today calendar.Date) url.Values {
	return sources[s].rows.address(withPeriod(address, today))
}

// withPeriod is an address with both ends of a period: what is missing, or is no day, is
// the beginning of the year, and its end. A year alone is the whole of it.
func withPeriod(address url.Values, today calendar.Date) url.Values {
	full := url.Values{}
	for name, values := range address {
		full[name] = values
	}
	if year, err := strconv.Atoi(address.Get("year")); err == nil && year > 1900 && year < 3000 {
		full.Set("from", calendar.NewDate(year, 1, 1).String())
		full.Set("to", calendar.NewDate(year, 12, 31).String())
		return full
	}
	from, err := calendar.ParseDate(address.Get("from"))
	to, noEnd := calendar.ParseDate(address.Get("to"))
	if err != nil {
		from = calendar.NewDate(today.Year(), 1, 1)
		if noEnd == nil {
			from = calendar.NewDate(to.Year(), 1, 1)
		}
	}
	if noEnd != nil {
		to = calendar.NewDate(from.Year(), 12, 31)
	}
	full.Set("from", from.String())
	full.Set("to", to.String())
	return full
}

// PageOf queues one page of a register.
func PageOf(v *tenant.View, r Reader, f Form, ask tenant.Ask) func() (Page, error) {
	return sources[f.Source].rows.page(v, r, f, ask)
}

// Count queues how many lines the ask shows to by, counted up to most.
func (s Source) Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return sources[s].rows.count(v, by, ask, most)
}

// Stream reads every line that the ask shows, in its order and as of one moment, and calls
// do for each, which must not wait for a slow reader. It returns what the lines come to.
func Stream(ctx context.Context, db *tenant.DB, r Reader, f Form, ask tenant.Ask, do func(Line) error) (Total, error) {
	return sources[f.Source].rows.stream(ctx, db, r, f, ask, do)
}

// Period is from when to when a register is.
type Period struct{ From, To calendar.Date }

// Words are the period as pages and paper say it: 2026年1月1日至12月31日.
func (p Period) Words() string {
	if p.From == p.To {
		return p.From.ChineseFull()
	}
	return p.From.ChineseFull() + "至" + p.To.ChineseIn(p.From.Year())
}

// Say is a cell as screen and paper under the period have it, where a day needs no year that is the
// period's only one. Sheets and data have the day itself.
func (p Period) Say(cell any) string {
	switch x := cell.(type) {
	case calendar.Date:
		return x.ChineseIn(p.year())
	case time.Time:
		return calendar.DateOf(x).ChineseIn(p.year()) + " " + x.In(calendar.Shanghai).Format("15:04")
	}
	return Text(cell)
}

// year is the period's only one, else 0.
func (p Period) year() int {
	if p.From.Year() != p.To.Year() {
		return 0
	}
	return p.From.Year()
}

// Text is a cell as text that sorts by day and time.
func Text(cell any) string {
	switch x := cell.(type) {
	case string:
		return x
	case int32:
		return itoa(x)
	case calendar.Date:
		return x.String()
	case time.Time:
		return x.In(calendar.Shanghai).Format("2006-01-02 15:04")
	}
	return ""
}
