package demo

import (
	"slices"

	"lianluo/internal/register"
)

// ownForms are the forms that the county has beside the shipped ones. Two counties want a sheet
// that each visitor signs, besides the register.
func (w *world) ownForms() []register.Form {
	if !slices.Contains([]string{"140423", "140406"}, w.code) {
		return nil
	}
	f := register.New(register.Visits)
	f.Name, f.Kind, f.Paper = "群众来访登记表", register.Cards, "a5"
	shown := []string{"no", "received", "visitor", "phone", "village", "persons", "deputies", "words", "dealt", "signature"}
	for i, c := range f.Columns {
		f.Columns[i].Shown = slices.Contains(shown, c.Key)
	}
	return []register.Form{f}
}

// forms writes the county's own forms, as the administrator added them when it began.
func (x *writing) forms() error {
	var forms, columns [][]any
	for _, f := range x.w.ownForms() {
		key := string(f.Source) + "-2"
		forms = append(forms, []any{key, f.Kind, f.Name, f.Paper, f.Numbering, false, 1, x.w.begun(), x.w.admin.id})
		for i, c := range f.Columns {
			columns = append(columns, []any{key, c.Key, c.Label, c.Width, i + 1, c.Shown})
		}
	}
	if err := x.insert(table{"register_forms", "key, kind, name, paper, numbering, retired, version, updated_at, updated_by"}, forms); err != nil {
		return err
	}
	return x.insert(table{"register_columns", "form, field, label, width, position, shown"}, columns)
}
