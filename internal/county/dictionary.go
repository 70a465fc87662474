package county

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Category is one of the county's 领域类别; a child names its parent.
type Category struct {
	ID       int64
	ParentID *int64 // nil: of the first level
	Name     string
	Retired  bool // kept for the cases that carry it, offered no more
}

// ResultClass is how a unit's result is classed.
type ResultClass struct {
	Code    string // A to D by default
	Name    string
	Promise bool // something is promised for a day
	Retired bool
}

// Categories queues the county's categories: a parent, its children, the next parent.
func Categories(v *tenant.View) *[]Category {
	return tenant.All[Category](v, `select c.id, c.parent_id, c.name, c.retired from categories c
		left join categories p on p.county_id = @county and p.id = c.parent_id
		where c.county_id = @county
		order by coalesce(p.position, c.position), coalesce(p.id, c.id), c.parent_id nulls first, c.position, c.id`)
}

// ResultClasses queues the county's classes of results, in their order.
func ResultClasses(v *tenant.View) *[]ResultClass {
	return tenant.All[ResultClass](v, `select code, name, promise, retired from result_classes
		where county_id = @county order by position, code`)
}

// addDictionaries gives a new county the dictionaries of defaults.go.
func addDictionaries(ctx context.Context, tx *tenant.Tx) error {
	const category = `insert into categories (county_id, parent_id, name, position) values (@county, @parent, @name, @position) returning id`
	parents := make([]tenant.Statement, len(defaultCategories))
	for i, c := range defaultCategories {
		parents[i] = tenant.Statement{SQL: category, Args: pgx.NamedArgs{"parent": nil, "name": c.name, "position": i + 1}}
	}
	ids, err := tx.BatchIDs(ctx, parents)
	if err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	var rest []tenant.Statement
	for i, c := range defaultCategories {
		for j, name := range c.children {
			rest = append(rest, tenant.Statement{SQL: `insert into categories (county_id, parent_id, name, position)
				values (@county, @parent, @name, @position)`, Args: pgx.NamedArgs{"parent": ids[i], "name": name, "position": j + 1}})
		}
	}
	for i, c := range defaultClasses {
		rest = append(rest, tenant.Statement{SQL: `insert into result_classes (county_id, code, name, promise, position)
			values (@county, @code, @name, @promise, @position)`,
			Args: pgx.NamedArgs{"code": c.Code, "name": c.Name, "promise": c.Promise, "position": i + 1}})
	}
	for i, r := range defaultRefusals {
		rest = append(rest, tenant.Statement{SQL: `insert into refusal_reasons (county_id, name, guidance, position)
			values (@county, @name, @guidance, @position)`,
			Args: pgx.NamedArgs{"name": r.name, "guidance": r.guidance, "position": i + 1}})
	}
	list, err := postgres.Value[int64](ctx, tx, `insert into checklists (county_id, name, note, position, valid_months)
		values (@county, @name, @note, 1, @months) returning id`,
		pgx.NamedArgs{"name": defaultChecklist.name, "note": defaultChecklist.note, "months": defaultChecklist.months})
	if err != nil {
		return fmt.Errorf("checklist: %w", err)
	}
	for i, item := range defaultChecklist.items {
		rest = append(rest, tenant.Statement{SQL: `insert into checklist_items (county_id, checklist_id, name, position)
			values (@county, @list, @name, @position)`, Args: pgx.NamedArgs{"list": list, "name": item, "position": i + 1}})
	}
	for i, f := range defaultFunctions {
		rest = append(rest, tenant.Statement{SQL: `insert into functions (county_id, name, note, position)
			values (@county, @name, @note, @position)`,
			Args: pgx.NamedArgs{"name": f.name, "note": null.Of(f.note), "position": i + 1}})
	}
	if err := tx.Batch(ctx, rest); err != nil {
		return fmt.Errorf("dictionaries: %w", err)
	}
	return nil
}
