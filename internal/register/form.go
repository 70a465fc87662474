package register

import (
	"slices"

	"lianluo/internal/tenant"
)

type formRow struct {
	Source    Source
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

const selectForms = `select f.source, f.name, f.paper, f.numbering, f.retired, f.version,
	coalesce((select json_agg(json_build_object('field', c.field, 'label', c.label, 'width', c.width, 'shown', c.shown) order by c.position)
		from register_columns c where c.county_id = @county and c.source = f.source), '[]') as columns
	from register_forms f where f.county_id = @county`

// Forms queues the county's forms, in their order.
func Forms(v *tenant.View) func() []Form {
	rows := tenant.All[formRow](v, selectForms)
	return func() []Form {
		forms := make([]Form, len(shipped))
		for i, d := range shipped {
			forms[i] = d.form()
			for _, row := range *rows {
				if row.Source == d.source {
					forms[i].take(row)
				}
			}
		}
		return forms
	}
}

// Of is the form of a source among a county's forms.
func Of(forms []Form, source Source) Form {
	for _, f := range forms {
		if f.Source == source {
			return f
		}
	}
	return Form{}
}

// take makes the form as the county has it. A field that came with a later version of the
// program stands last and is not shown; one that is gone is dropped.
func (f *Form) take(row formRow) {
	f.Name, f.Paper, f.Numbering, f.Retired, f.Version = row.Name, row.Paper, row.Numbering, row.Retired, row.Version
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
