package export

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/register"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// All registers of a period together are an archive.
func init() {
	lists["registers"] = list{title: "台账归档包", unit: "行", private: true, right: auth.SeeRegisters,
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return register.Visits.Count(v, by, ask, mostCounted)
		},
		most:   func(tenant.Ask) int64 { return 0 }, // always a task: other registers go with it
		ask:    askOf(register.Visits),
		packed: true,
		book: func(x exporting, w io.Writer, progress func(int) error) (int, error) {
			return register.Archive{Reader: x.reader(), Address: x.address, Progress: progress}.Write(x.ctx, x.db, w)
		}}
}

// known is the list of that name: one of lists, or a register, with the columns that the county
// gave its form.
func known(name string) (list, bool) {
	if key, is := strings.CutPrefix(name, "registers/"); is {
		return registerList(register.Key(key)), register.Key(key).Source().Listed()
	}
	l, is := lists[name]
	return l, is
}

func registerList(key register.Key) list {
	source := key.Source()
	return list{title: source.Name(), unit: source.Unit(), private: source.Private(), right: auth.SeeRegisters, form: key,
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return source.Count(v, by, ask, mostCounted)
		},
		most: some, ask: askOf(source),
		rows: func(x exporting) error {
			total, err := register.Stream(x.ctx, x.db, x.reader(), x.shape, x.ask, func(l register.Line) error { return x.write(l.Cells...) })
			if err != nil {
				return err
			}
			return x.foot(total.Words(x.shape.Source.Unit()), x.shape.Note())
		}}
}

func askOf(source register.Source) func(context.Context, *tenant.DB, auth.Actor, url.Values) (tenant.Ask, error) {
	return func(_ context.Context, db *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
		return source.Ask(address, calendar.DateOf(db.Now()), 1), nil
	}
}

func (x exporting) reader() register.Reader {
	return register.Reader{By: x.by, Keys: x.keys, Full: x.full}
}

// foot writes what stands below the lines of a register, in the column that has most room, as 合计.
func (x exporting) foot(words ...string) error {
	shown := x.shape.Shown()
	widest := max(0, slices.IndexFunc(shown, func(c register.Column) bool { return c.Kind == sheet.Text && c.Width == register.Rest }))
	for i, line := range words {
		if line == "" {
			continue
		}
		row := make([]any, len(shown))
		if row[widest] = line; i == 0 && widest > 0 {
			row[0] = "合计"
		}
		if err := x.below(row); err != nil {
			return err
		}
	}
	return nil
}

// formOf reads a form as the county has it; errs.NotFound for one that it does not use.
func formOf(ctx context.Context, db *tenant.DB, by auth.Actor, key register.Key) (register.Form, error) {
	var forms func() []register.Form
	if err := db.View(ctx, by.County, func(v *tenant.View) { forms = register.Forms(v) }); err != nil {
		return register.Form{}, err
	}
	return register.Of(forms(), key).Printed()
}

// columnsOf are a form's columns as a sheet has them.
func columnsOf(f register.Form) []sheet.Column {
	var columns []sheet.Column
	for _, c := range f.Shown() {
		width := 0.0
		switch c.Width {
		case register.Rest, register.Widest:
			width = 40
		case register.Wide:
			width = 20
		}
		columns = append(columns, sheet.Column{Name: c.Label, Kind: c.Kind, Width: width})
	}
	return columns
}
