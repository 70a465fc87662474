package county

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Move moves an entry in use one place up or down. from is the place, from 1, that it had
// when the button was shown: pressed twice it moves once.
func (l *List) Move(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64, from int, up bool) error {
	if err := Lock(ctx, tx); err != nil {
		return err
	}
	e, err := l.find(ctx, tx, id)
	if err != nil {
		return err
	}
	all, err := l.siblings(ctx, tx, above(e))
	if err != nil {
		return err
	}
	living := Living(all)
	at := slices.IndexFunc(living, func(e Entry) bool { return e.ID == id })
	to := at + 1
	if up {
		to = at - 1
	}
	if at < 0 || at+1 != from || to < 0 || to == len(living) {
		return nil // moved meanwhile, or nowhere to go
	}
	living[at], living[to] = living[to], living[at]
	if err := l.renumber(ctx, tx, living); err != nil {
		return err
	}
	changes := Changes{"position": {strconv.Itoa(at + 1), strconv.Itoa(to + 1)}}
	return record(ctx, tx, by, string(l.Subject)+".move", string(l.Subject)+" "+strconv.FormatInt(id, 10), 0, e.Name, changes)
}

// renumber gives the entries the places in which they stand.
func (l *List) renumber(ctx context.Context, tx *tenant.Tx, living []Entry) error {
	var statements []tenant.Statement
	for i, e := range living {
		if int(e.Position) != i+1 {
			statements = append(statements, tenant.Statement{SQL: `update ` + l.table + ` set position = @position where county_id = @county and id = @id`,
				Args: pgx.NamedArgs{"id": e.ID, "position": i + 1}})
		}
	}
	if err := tx.Batch(ctx, statements); err != nil {
		return fmt.Errorf("order of %s: %w", l.Key, err)
	}
	return nil
}

// Along is a retirement that would take entries along which its form did not name. It is
// an errs.Conflict.
type Along struct{ Entries []Entry }

func (a Along) Error() string {
	return fmt.Sprintf("%d entries would be retired along", len(a.Entries))
}

// Unwrap makes Along an errs.Conflict.
func (Along) Unwrap() error { return errs.Conflict }

// Retire lets an entry be offered no more; what carries it keeps it. told are the ids of
// what stands in it and is retired along, as the form said: where it did not name them all
// nothing is done, and Along says what is missing. It returns errs.Conflict for the last
// entry of a list that cannot be without.
func (l *List) Retire(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64, told []int64) error {
	if err := Lock(ctx, tx); err != nil {
		return err
	}
	e, err := l.find(ctx, tx, id)
	if err != nil || e.Retired {
		return err
	}
	if l.last != "" {
		all, err := l.siblings(ctx, tx, above(e))
		if err != nil {
			return err
		}
		if len(Living(all)) == 1 {
			return errs.Refuse(errs.Conflict, l.last)
		}
	}
	var children []Entry
	if l.along {
		inside, err := l.children.siblings(ctx, tx, id)
		if err != nil {
			return err
		}
		children = Living(inside)
	}
	if slices.ContainsFunc(children, func(c Entry) bool { return !slices.Contains(told, c.ID) }) {
		return Along{children}
	}
	for _, c := range children {
		if err := l.children.use(ctx, tx, by, c, false, 0); err != nil {
			return err
		}
	}
	return l.use(ctx, tx, by, e, false, 0)
}

// Restore offers an entry again, at the end of its list; with along, what stands in it
// too. It returns errs.Conflict where the entry above is retired.
func (l *List) Restore(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64, along bool) error {
	if err := Lock(ctx, tx); err != nil {
		return err
	}
	e, err := l.find(ctx, tx, id)
	if err != nil || !e.Retired {
		return err
	}
	if l.above != nil && l.above.along {
		parent, err := l.above.find(ctx, tx, above(e))
		if err != nil {
			return err
		}
		if parent.Retired {
			return errs.Refuse(errs.Conflict, "上一级“"+parent.Name+"”还停用着，请先恢复它。")
		}
	}
	if err := l.restore(ctx, tx, by, e); err != nil || !along || !l.along {
		return err
	}
	inside, err := l.children.siblings(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, c := range Retired(inside) {
		if err := l.children.restore(ctx, tx, by, c); err != nil {
			return err
		}
	}
	return nil
}

func (l *List) restore(ctx context.Context, tx *tenant.Tx, by audit.Actor, e Entry) error {
	all, err := l.siblings(ctx, tx, above(e))
	if err != nil {
		return err
	}
	return l.use(ctx, tx, by, e, true, last(all)+1)
}

// use takes an entry out of use, or into use at a position.
func (l *List) use(ctx context.Context, tx *tenant.Tx, by audit.Actor, e Entry, used bool, position int32) error {
	if !used {
		position = e.Position
	}
	_, err := postgres.Exec(ctx, tx, `update `+l.table+` set retired = @retired, position = @position, version = @version
		where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": e.ID, "retired": !used, "position": position, "version": e.Version + 1})
	if err != nil {
		return fmt.Errorf("retire or restore %s: %w", l.subjectOf(e.ID), err)
	}
	action, changes := ".retire", Changes{"retired": {"在用", "停用"}}
	if used {
		action, changes = ".restore", Changes{"retired": {"停用", "在用"}}
	}
	return record(ctx, tx, by, string(l.Subject)+action, string(l.Subject)+" "+strconv.FormatInt(e.ID, 10), e.Version+1, e.Name, changes)
}
