package register

import (
	"slices"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

type formRow struct {
	Key       Key
	Kind      Kind
	Name      string
	Paper     string
	Numbering string
	Retired   bool
	Version   int32
	Columns   []columnRow
}

type columnRow struct {
	Field string `json:"field"`
	Label string `json:"label"`
	Width Width  `json:"width"`
	Shown bool   `json:"shown"`
}

const selectForms = `select f.key, f.kind, f.name, f.paper, f.numbering, f.retired, f.version,
	coalesce((select json_agg(json_build_object('field', c.field, 'label', c.label, 'width', c.width, 'shown', c.shown) order by c.position)
		from register_columns c where c.county_id = @county and c.form = f.key), '[]') as columns
	from register_forms f where f.county_id = @county order by length(f.key), f.key`

// Forms queues the county's forms, in their order: of each source the one that is shipped, then
// those that the county added.
func Forms(v *tenant.View) func() []Form {
	rows := tenant.All[formRow](v, selectForms)
	return func() []Form { return formsOf(*rows) }
}

// formsOf are the shipped forms with what the county made of them, and its own.
func formsOf(rows []formRow) []Form {
	var forms []Form
	for _, d := range shipped {
		first := len(forms)
		forms = append(forms, d.form())
		for _, row := range rows {
			switch f := d.form(); {
			case row.Key == d.source.Key():
				forms[first].take(row)
			case row.Key.Source() == d.source:
				f.take(row)
				forms = append(forms, f)
			}
		}
	}
	return forms
}

// Of is the form with that key among a county's forms; the zero Form where there is none.
func Of(forms []Form, key Key) Form {
	for _, f := range forms {
		if f.Key == key {
			return f
		}
	}
	return Form{}
}

// Standing is Of, but for a shipped form that the county retired: then it is the first of those in
// use over its source, so that what leads to a register leads to the one that the county keeps.
func Standing(forms []Form, key Key) Form {
	f := Of(forms, key)
	if !f.Retired || !f.Shipped() {
		return f
	}
	for _, other := range forms {
		if other.Source == f.Source && !other.Retired {
			return other
		}
	}
	return f
}

// take makes the form as the county has it. A field that came with a later version of the
// program stands last and is not shown; one that is gone is dropped.
func (f *Form) take(row formRow) {
	f.Key, f.Kind, f.Name, f.Paper, f.Numbering, f.Retired, f.Version = row.Key, row.Kind, row.Name, row.Paper, row.Numbering, row.Retired, row.Version
	if len(row.Columns) == 0 {
		return // it was saved before cards had columns
	}
	place := func(c Column) int {
		if at := slices.IndexFunc(row.Columns, func(r columnRow) bool { return r.Field == c.Key }); at >= 0 {
			return at
		}
		return len(row.Columns)
	}
	slices.SortStableFunc(f.Columns, func(a, b Column) int { return place(a) - place(b) })
	for i := range f.Columns {
		c := &f.Columns[i]
		if at := place(*c); at < len(row.Columns) {
			c.Label, c.Width, c.Shown = row.Columns[at].Label, row.Columns[at].Width, row.Columns[at].Shown
		} else {
			c.Shown = false
		}
	}
}

// For is the form as by reads what the ask shows. Where its lines may be of several stations, each
// says of which, whatever the county chose: numbers and days of one station are like another's.
func (f Form) For(by auth.Actor, ask tenant.Ask) Form {
	f.Stations = !ask.Has("station") && !ask.Has("place") && (by.Scope(auth.SeeRegisters) != auth.OwnStation || len(by.Stations()) > 1)
	if at := slices.IndexFunc(f.Columns, func(c Column) bool { return c.Key == "station" }); f.Stations && at >= 0 {
		f.Columns = slices.Clone(f.Columns)
		f.Columns[at].Shown = true
	}
	return f
}

// Note is what is to be known of the form's numbers; "" where it gives none.
func (f Form) Note() string {
	if !f.Numbered() || f.Numbering == "none" {
		return ""
	}
	words := "编号按站、按登记先后编，编了不变；筛选过的，或者有限制查看的事项时，号码不连续。"
	if f.Stations {
		return words + "各站分别编号。"
	}
	return words
}

// Printed is the form as it may be printed; errs.NotFound for one that the county does not use.
func (f Form) Printed() (Form, error) {
	switch {
	case f.Key == "":
		return f, errs.NotFound
	case f.Retired:
		return f, errs.Refuse(errs.NotFound, "本县不用“"+f.Name+"”。")
	}
	return f, nil
}

// Offered are the forms that by may open or print, without those that the county does not use.
func Offered(forms []Form, by auth.Actor) []Form {
	var offered []Form
	for _, f := range forms {
		if !f.Retired && f.Source.SeenBy(by) {
			offered = append(offered, f)
		}
	}
	return offered
}

// Title is a form as a button names it.
type Title = casefile.PrintForm

// Titles queues the forms of the source that the county uses: what a page offers to print.
func (s Source) Titles(v *tenant.View) func() []Title {
	rows := tenant.All[Title](v, `select key, name, retired from register_forms where county_id = @county order by length(key), key`)
	return func() []Title { return s.Among(*rows) }
}

// Among are those of the county's forms that are the source's and in use; the shipped one first,
// also where the county never changed it.
func (s Source) Among(forms []Title) []Title {
	titles := []Title{{Key: string(s.Key()), Name: sources[s].name}}
	for _, form := range forms {
		switch {
		case form.Key == string(s.Key()):
			titles[0] = form
		case Key(form.Key).Source() == s:
			titles = append(titles, form)
		}
	}
	return slices.DeleteFunc(titles, func(t Title) bool { return t.Retired })
}
