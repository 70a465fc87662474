package register

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Change makes a form what somebody has filled, who began from its Version. It returns
// errs.Invalid, county.Stale where somebody else was faster, and errs.NotFound for a form
// that there is not.
func Change(ctx context.Context, tx *tenant.Tx, by audit.Actor, f Form) error {
	forms, err := locked(ctx, tx)
	if err != nil {
		return err
	}
	was := Of(forms, f.Key)
	if was.Key == "" {
		return errs.NotFound
	}
	f.Source = was.Source
	if err := f.check(forms); err != nil {
		return err
	}
	changes := was.changes(f)
	switch {
	case len(changes) == 0:
		return nil // pressed twice, or nothing to do
	case was.Version != f.Version:
		return county.Overtaken(ctx, tx, "register "+string(f.Key), f.Version, was.Version)
	}
	if err := f.save(ctx, tx, by); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by, "settings.register", "register "+string(f.Key), f.detail(changes))
}

// Add makes a further form over the source of f, of which the key and the version do not count, and
// returns its key. It returns errs.Invalid, and errs.NotFound for a source that there is not.
func Add(ctx context.Context, tx *tenant.Tx, by audit.Actor, f Form) (Key, error) {
	forms, err := locked(ctx, tx)
	if err != nil {
		return "", err
	}
	d, known := sources[f.Source]
	if !known {
		return "", errs.NotFound
	}
	number := 1
	for _, other := range forms {
		if other.Source != f.Source || other.Shipped() {
			continue
		}
		if other.Version == 1 && len(other.changes(f)) == 0 {
			return other.Key, nil // pressed twice
		}
		_, last, _ := strings.Cut(string(other.Key), "-")
		n, err := strconv.Atoi(last)
		if err != nil {
			return "", fmt.Errorf("form %s: %w", other.Key, err)
		}
		number = max(number, n)
	}
	f.Key, f.Version = Key(fmt.Sprintf("%s-%d", f.Source, number+1)), 0
	if err := f.check(forms); err != nil {
		return "", err
	}
	if err := f.save(ctx, tx, by); err != nil {
		return "", err
	}
	return f.Key, audit.Record(ctx, tx, by, "settings.register.add", "register "+string(f.Key), f.detail(d.form().changes(f)))
}

// New is a form over the source that a county may add, as the shipped one is.
func New(source Source) Form {
	f := sources[source].form()
	f.Key, f.Name = "", ""
	return f
}

// locked reads the county's forms while nobody else changes them.
func locked(ctx context.Context, tx *tenant.Tx) ([]Form, error) {
	if err := county.Lock(ctx, tx); err != nil {
		return nil, err
	}
	rows, err := postgres.All[formRow](ctx, tx, selectForms)
	if err != nil {
		return nil, fmt.Errorf("forms: %w", err)
	}
	return formsOf(rows), nil
}

// detail is what the record says of a form that was saved.
func (f *Form) detail(changes county.Changes) map[string]any {
	return map[string]any{"version": f.Version, "name": f.Name, "changes": changes}
}

// save writes the form as its next version.
func (f *Form) save(ctx context.Context, tx *tenant.Tx, by audit.Actor) error {
	var author *int64
	if by.ID != 0 {
		author = &by.ID
	}
	f.Version++
	form := tenant.Statement{SQL: `insert into register_forms (county_id, key, kind, name, paper, numbering, retired, version, updated_at, updated_by)
		values (@county, @key, @kind, @name, @paper, @numbering, @retired, @version, @now, @by)
		on conflict (county_id, key) do update set kind = excluded.kind, name = excluded.name, paper = excluded.paper, numbering = excluded.numbering,
			retired = excluded.retired, version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		Args: pgx.NamedArgs{"key": f.Key, "kind": f.Kind, "name": f.Name, "paper": f.Paper, "numbering": f.Numbering, "retired": f.Retired,
			"version": f.Version, "now": tx.Now(), "by": author}}
	all := []tenant.Statement{form, {SQL: `delete from register_columns where county_id = @county and form = @form`, Args: pgx.NamedArgs{"form": f.Key}}}
	for i, c := range f.Columns {
		all = append(all, tenant.Statement{SQL: `insert into register_columns (county_id, form, field, label, width, position, shown)
			values (@county, @form, @field, @label, @width, @position, @shown)`,
			Args: pgx.NamedArgs{"form": f.Key, "field": c.Key, "label": c.Label, "width": c.Width, "position": i + 1, "shown": c.Shown}})
	}
	if err := tx.Batch(ctx, all); err != nil {
		return fmt.Errorf("register %s: %w", f.Key, err)
	}
	return nil
}

// changes are the fields that become others, in the words of the record.
func (f Form) changes(to Form) county.Changes {
	changes := county.Changes{}
	changes.Set("name", f.Name, to.Name)
	changes.Set("kind", f.Kind.Name(), to.Kind.Name())
	changes.Set("paper", f.PaperName(), to.PaperName())
	changes.Set("numbering", f.numberingName(), to.numberingName())
	changes.Set("retired", inUse(f.Retired), inUse(to.Retired))
	changes.Set("columns", f.columnWords(), to.columnWords())
	return changes
}

func inUse(retired bool) string {
	if retired {
		return "停用"
	}
	return "在用"
}

func (f Form) numberingName() string {
	for _, n := range Numberings {
		if n.Numbering == f.Numbering {
			return n.Name
		}
	}
	return f.Numbering
}

// columnWords say every column, those shown first, so that each difference is seen.
func (f Form) columnWords() string {
	var shown, hidden []string
	for _, c := range f.Columns {
		words := c.Label
		if f.Listed() {
			words += "（" + c.Width.Name() + "）"
		}
		if c.Shown {
			shown = append(shown, strconv.Itoa(len(shown)+1)+" "+words)
		} else {
			hidden = append(hidden, words)
		}
	}
	words := strings.Join(shown, "、")
	if len(hidden) > 0 {
		words += "；不显示：" + strings.Join(hidden, "、")
	}
	return words
}
