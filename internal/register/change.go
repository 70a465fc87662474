package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// The longest names.
const (
	longestName  = 30
	longestLabel = 20
)

// check judges a form that somebody has filled; messages stand at name, paper, numbering
// and, for the columns, at label_ and the field's key, or at columns.
func (f *Form) check() error {
	invalid := errs.Invalid{}
	f.Name = county.Trimmed(f.Name)
	county.OneLine(invalid, "name", f.Name, "请填表名。", longestName)
	if !slices.ContainsFunc(Numberings, func(n struct{ Numbering, Name, Note string }) bool { return n.Numbering == f.Numbering }) {
		invalid["numbering"] = "请选择怎样编号。"
	}
	room := f.room()
	if room == 0 {
		invalid["paper"] = "请选择纸张。"
	}
	for i := range f.Columns {
		c := &f.Columns[i]
		c.Label = county.Trimmed(c.Label)
		county.OneLine(invalid, "label_"+c.Key, c.Label, "请填栏目名称，不要这一栏的不要勾选“显示”。", longestLabel)
		same := func(other Column) bool { return other.Shown && other.Label == c.Label }
		switch {
		case c.Width.mm() == 0:
			invalid["label_"+c.Key] = "请选择这一栏的宽度。"
		case c.Shown && slices.ContainsFunc(f.Columns[:i], same):
			invalid["label_"+c.Key] = "前面已经有一栏叫“" + c.Label + "”，请换个名称。"
		}
	}
	if shown := f.Shown(); room > 0 {
		switch needs := needed(shown); {
		case len(shown) < 2:
			invalid["columns"] = "至少要显示两栏。"
		case !f.Listed(): // a card's lines stand below each other
		case needs > room:
			invalid["columns"] = fmt.Sprintf("这些栏一共要 %d 毫米，纸上只有 %d 毫米。请少显示几栏、把几栏改窄，或者换成横向。", needs, room)
		case !slices.ContainsFunc(shown, func(c Column) bool { return c.Width == Rest }):
			invalid["columns"] = "至少要有一栏的宽度是“余下的”，由它填满纸张。"
		}
	}
	return invalid.Err()
}

func (w Width) mm() int {
	for _, x := range Widths {
		if x.Width == w {
			return x.MM
		}
	}
	return 0
}

func (f *Form) room() int {
	for _, p := range Papers {
		if p.Paper == f.Paper {
			return p.MM
		}
	}
	return 0
}

func needed(columns []Column) (mm int) {
	for _, c := range columns {
		mm += c.Width.mm()
	}
	return mm
}

// Change makes a form what somebody has filled, who began from its Version. It returns
// errs.Invalid, county.Stale where somebody else was faster, and errs.NotFound for a source
// that there is not.
func Change(ctx context.Context, tx *tenant.Tx, by audit.Actor, f Form) error {
	d, known := sources[f.Source]
	if !known {
		return errs.NotFound
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := county.Lock(ctx, tx); err != nil {
		return err
	}
	was, err := formOf(ctx, tx, d)
	if err != nil {
		return err
	}
	changes := was.changes(f)
	switch {
	case len(changes) == 0:
		return nil // pressed twice, or nothing to do
	case was.Version != f.Version:
		return county.Overtaken(ctx, tx, "register "+string(f.Source), f.Version, was.Version)
	}
	f.Version++
	if err := f.save(ctx, tx, by); err != nil {
		return fmt.Errorf("register %s: %w", f.Source, err)
	}
	return audit.Record(ctx, tx, by, "settings.register", "register "+string(f.Source),
		map[string]any{"version": f.Version, "name": f.Name, "changes": changes})
}

func formOf(ctx context.Context, tx *tenant.Tx, d definition) (Form, error) {
	f := d.form()
	row, err := postgres.One[formRow](ctx, tx, selectForms+` and f.source = @source`, pgx.NamedArgs{"source": d.source})
	switch {
	case errors.Is(err, errs.NotFound):
		return f, nil
	case err != nil:
		return f, fmt.Errorf("register %s: %w", d.source, err)
	}
	f.take(row)
	return f, nil
}

func (f Form) save(ctx context.Context, tx *tenant.Tx, by audit.Actor) error {
	var author *int64
	if by.ID != 0 {
		author = &by.ID
	}
	form := tenant.Statement{SQL: `insert into register_forms (county_id, source, name, paper, numbering, retired, version, updated_at, updated_by)
		values (@county, @source, @name, @paper, @numbering, @retired, @version, @now, @by)
		on conflict (county_id, source) do update set name = excluded.name, paper = excluded.paper, numbering = excluded.numbering,
			retired = excluded.retired, version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		Args: pgx.NamedArgs{"source": f.Source, "name": f.Name, "paper": f.Paper, "numbering": f.Numbering, "retired": f.Retired,
			"version": f.Version, "now": tx.Now(), "by": author}}
	all := []tenant.Statement{form, {SQL: `delete from register_columns where county_id = @county and source = @source`,
		Args: pgx.NamedArgs{"source": f.Source}}}
	for i, c := range f.Columns {
		all = append(all, tenant.Statement{SQL: `insert into register_columns (county_id, source, field, label, width, position, shown)
			values (@county, @source, @field, @label, @width, @position, @shown)`,
			Args: pgx.NamedArgs{"source": f.Source, "field": c.Key, "label": c.Label, "width": c.Width, "position": i + 1, "shown": c.Shown}})
	}
	return tx.Batch(ctx, all)
}

// changes are the fields that become others, in the words of the record.
func (f Form) changes(to Form) county.Changes {
	changes := county.Changes{}
	changes.Set("name", f.Name, to.Name)
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

// PaperName is how the form's paper lies: A4 横向.
func (f Form) PaperName() string {
	for _, p := range Papers {
		if p.Paper == f.Paper {
			return p.Name
		}
	}
	return f.Paper
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

// Name is the width as pages say it.
func (w Width) Name() string {
	for _, x := range Widths {
		if x.Width == w {
			return x.Name
		}
	}
	return string(w)
}
