// Package county makes a county a tenant, and knows what a county decides for itself: its
// names, its periods, its dictionaries (List), its privacy notice and its texts. What an
// administrator changes is recorded with what it was and what it became, and of two who
// change the same thing at once the second is told what the first did (Stale).
package county

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/division"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// County is a tenant as the platform knows it.
type County struct {
	ID           tenant.County
	DivisionCode string // of GB/T 2260, six digits
	Name         string // 襄垣县
	Office       string // 襄垣县人大常委会
	NumberPrefix string // XY, of the numbers of its cases
	Phone        string // the office's public number, or ""
	Demo         bool   // a demonstration, with nothing real in it
}

// New is what makes a county.
type New struct {
	DivisionCode string
	Divisions    []division.Division // the county with its ancestors and what lies in it; nil: Changzhi's
	Name         string              // "": the division's
	Office       string              // "": 某某县人大常委会
	NumberPrefix string              // "": the known one of a county of Changzhi
	Phone        string
	Demo         bool
}

// Prefixes of the numbers of Changzhi's counties, by division code. Another county
// brings its own.
var prefixes = map[string]string{
	"140403": "LZ", "140404": "SD", "140405": "TL", "140406": "LC", "140423": "XY", "140425": "PS",
	"140426": "LI", "140427": "HG", "140428": "ZZ", "140429": "WX", "140430": "QX", "140431": "QY",
}

// PrefixOf is the known prefix of a county of Changzhi, or "".
func PrefixOf(divisionCode string) string { return prefixes[divisionCode] }

// divisionForm is a county's code in GB/T 2260.
var divisionForm = regexp.MustCompile(`^[0-9]{6}$`)

var prefixForm = regexp.MustCompile(`^[A-Z]{2,4}$`)

// complete fills what was left to the program, and judges the rest per field.
func (c New) complete() (New, error) {
	if c.Divisions == nil {
		c.Divisions = division.Changzhi()
	}
	itself, within, ancestors, err := division.County(c.Divisions, c.DivisionCode)
	if err != nil {
		return c, errs.Invalid{"division_code": errs.Message(err, "没有这个区划代码。")}
	}
	c.Divisions = append(append(ancestors, itself), within...)
	if c.Name = strings.TrimSpace(c.Name); c.Name == "" {
		c.Name = itself.Name
	}
	if c.Office = strings.TrimSpace(c.Office); c.Office == "" {
		c.Office = c.Name + "人大常委会"
	}
	if c.NumberPrefix == "" {
		c.NumberPrefix = PrefixOf(c.DivisionCode)
	}
	if !prefixForm.MatchString(c.NumberPrefix) {
		return c, errs.Invalid{"number_prefix": "请填 2 到 4 个大写字母作编号前缀，例如 XY。"}
	}
	return c, nil
}

// Add makes a county with its settings and dictionaries. It returns errs.Invalid for an
// unknown division or a missing prefix, and errs.Conflict where the division or the
// prefix is there already.
func Add(ctx context.Context, db *tenant.DB, c New) (tenant.County, error) {
	id, err := Reserve(ctx, db, c)
	if err != nil {
		return 0, err
	}
	return id, db.Update(ctx, id, func(tx *tenant.Tx) error { return Make(ctx, tx, c) })
}

// Reserve takes an id for the county that Make then makes in one transaction of its own,
// so that a county is there whole or not at all. Its divisions, which belong to nobody,
// are written here. The errors are Add's.
func Reserve(ctx context.Context, db *tenant.DB, c New) (tenant.County, error) {
	c, err := c.complete()
	if err != nil {
		return 0, err
	}
	if err := addDivisions(ctx, db, c.Divisions); err != nil {
		return 0, err
	}
	tx, err := db.Platform().Begin(ctx)
	if err != nil {
		return 0, fmt.Errorf("begin: %w", err)
	}
	// The identity gives an id only to a row: the row is taken back, its id stays ours.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	id, err := postgres.Value[tenant.County](ctx, tx, `insert into counties (`+columns+`, created_at)
		values (@division_code, @name, @office, @number_prefix, nullif(@phone, ''), @demo, @now) returning id`, c.arguments(db.Now()))
	return id, c.explain(err)
}

// Make makes the county whose transaction it is, by an id that Reserve gave.
func Make(ctx context.Context, tx *tenant.Tx, c New) error {
	c, err := c.complete()
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `insert into counties (id, `+columns+`, created_at) overriding system value
		values (@county, @division_code, @name, @office, @number_prefix, nullif(@phone, ''), @demo, @now)`, c.arguments(tx.Now()))
	if err != nil {
		return c.explain(err)
	}
	notice, err := insertNotice(ctx, tx, defaultNotice(c.Office), audit.Actor{Name: "系统"})
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `insert into county_settings (county_id, notice_version) values (@county, @notice)`, pgx.NamedArgs{"notice": notice})
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return addDictionaries(ctx, tx)
}

const columns = `division_code, name, office, number_prefix, phone, demo`

func (c New) arguments(now any) pgx.NamedArgs {
	return pgx.NamedArgs{"division_code": c.DivisionCode, "name": c.Name, "office": c.Office,
		"number_prefix": c.NumberPrefix, "phone": c.Phone, "demo": c.Demo, "now": now}
}

// explain says which county is in the way.
func (c New) explain(err error) error {
	if errors.Is(err, errs.Conflict) {
		return errs.Refuse(errs.Conflict, fmt.Sprintf("%s（%s）已经开通，或编号前缀 %s 已被别的县使用。", c.Name, c.DivisionCode, c.NumberPrefix))
	}
	if err != nil {
		return fmt.Errorf("county %s: %w", c.DivisionCode, err)
	}
	return nil
}

// addDivisions writes the divisions where they are missing.
func addDivisions(ctx context.Context, db *tenant.DB, divisions []division.Division) error {
	batch := &pgx.Batch{}
	for _, d := range divisions {
		batch.Queue(`insert into divisions (code, name, parent_code, level) values ($1, $2, nullif($3, ''), $4)
			on conflict do nothing`, d.Code, d.Name, d.ParentCode, d.Level)
	}
	if err := db.Platform().SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("divisions: %w", postgres.Error(err))
	}
	return nil
}
