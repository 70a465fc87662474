package deputy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Mandate is a seat in a congress, as a form or a sheet has it.
type Mandate struct {
	Level         string // of Levels
	Term          string // 第十七届
	ElectoralUnit string // 选区, 选举单位
	Division      string // of a township's congress: the township's code or its name
	From          calendar.Date
	To            *calendar.Date // nil: running
	EndReason     string         // of EndReasons, where it has ended
}

// AddMandate gives a deputy a mandate, a running one or one that has ended, and returns
// its id. Of a level a person has one at a time. Given twice it is there once. It returns
// errs.Invalid by form field: level, term, electoral_unit, division, from, to, end_reason.
func AddMandate(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputyID int64, m Mandate) (int64, error) {
	if err := mayChange(by); err != nil {
		return 0, err
	}
	d, err := hold(ctx, tx, deputyID)
	if err != nil {
		return 0, err
	}
	if err := m.check(ctx, tx); err != nil {
		return 0, err
	}
	if same, err := m.beside(ctx, tx, deputyID, 0); err != nil || same != 0 {
		return same, err
	}
	id, err := postgres.Value[int64](ctx, tx, insertMandate+` returning id`, m.args(pgx.NamedArgs{"deputy": deputyID}))
	if err != nil {
		return 0, fmt.Errorf("mandate: %w", err)
	}
	return id, record(ctx, tx, by, "deputy.mandate", d.Number, m.detail())
}

const insertMandate = `insert into mandates (county_id, deputy_id, level, term, electoral_unit, division_code, from_date, to_date, end_reason)
	values (@county, @deputy, @level, @term, @unit, @division, @from, @to, @reason)`

// ChangeMandate corrects what was written of a mandate; version is the deputy's, that the
// form began from. It returns what AddMandate returns, and county.Stale.
func ChangeMandate(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputyID, mandateID int64, version int32, m Mandate) error {
	if err := mayChange(by); err != nil {
		return err
	}
	d, err := hold(ctx, tx, deputyID)
	if err != nil {
		return err
	}
	if err := m.check(ctx, tx); err != nil {
		return err
	}
	was, err := mandate(ctx, tx, deputyID, mandateID)
	if err != nil {
		return err
	}
	changes := m.differences(was)
	if len(changes) == 0 {
		return nil
	}
	if d.Version != version {
		return county.OvertakenPart(ctx, tx, "deputy "+strconv.Itoa(int(d.Number)), "mandate", mandateID, version, d.Version)
	}
	if _, err := m.beside(ctx, tx, deputyID, mandateID); err != nil {
		return err
	}
	args := m.args(pgx.NamedArgs{"id": mandateID})
	_, err = postgres.Exec(ctx, tx, `update mandates set level = @level, term = @term, electoral_unit = @unit, division_code = @division,
		from_date = @from, to_date = @to, end_reason = @reason where county_id = @county and id = @id`, args)
	if err != nil {
		return fmt.Errorf("change a mandate: %w", err)
	}
	if err := raise(ctx, tx, deputyID); err != nil {
		return err
	}
	return record(ctx, tx, by, "deputy.change_mandate", d.Number, map[string]any{"changes": changes, "mandate": mandateID, "version": d.Version + 1})
}

// raise gives people another version: a form about them or their mandates that is open
// meanwhile is told.
func raise(ctx context.Context, tx *tenant.Tx, deputies ...int64) error {
	_, err := postgres.Exec(ctx, tx, `update deputies set version = version + 1 where county_id = @county and id = any(@ids)`, pgx.NamedArgs{"ids": deputies})
	if err != nil {
		return fmt.Errorf("version: %w", err)
	}
	return nil
}

// mandate reads one of a deputy's mandates, or errs.NotFound.
func mandate(ctx context.Context, tx *tenant.Tx, deputyID, id int64) (Held, error) {
	return postgres.One[Held](ctx, tx, `select m.id, m.level, m.term, m.electoral_unit, m.division_code, t.name as division, m.from_date, m.to_date, m.end_reason
		from mandates m left join divisions t on t.code = m.division_code
		where m.county_id = @county and m.deputy_id = @deputy and m.id = @id`, pgx.NamedArgs{"deputy": deputyID, "id": id})
}

// check tidies what was typed and judges it by field.
func (m *Mandate) check(ctx context.Context, tx *tenant.Tx) error {
	return m.judge(calendar.DateOf(tx.Now()), func(typed string) (string, error) { return township(ctx, tx, typed) })
}

// judge is check with another way to look a township up.
func (m *Mandate) judge(today calendar.Date, township func(typed string) (string, error)) error {
	invalid := errs.Invalid{}
	m.Term, m.ElectoralUnit, m.Division = CleanName(m.Term), county.Trimmed(m.ElectoralUnit), county.Trimmed(m.Division)
	if !slices.Contains(Levels, m.Level) {
		invalid["level"] = "请选择哪一级的代表。"
	}
	county.OneLine(invalid, "term", m.Term, "请填届次，例如 第十七届。", 20)
	county.OneLine(invalid, "electoral_unit", m.ElectoralUnit, "请填选区或选举单位。", 60)
	m.checkDates(invalid, today)
	switch {
	case m.Level != "township":
		m.Division = ""
	case m.Division == "":
		invalid["division"] = "乡镇人大代表请写明是哪个乡镇的。"
	default:
		code, err := township(m.Division)
		if errors.Is(err, errs.NotFound) {
			invalid["division"] = "本县没有这个乡镇，请从乡镇里选一个。"
		} else if err != nil {
			return err
		}
		m.Division = code
	}
	return invalid.Err()
}

func (m *Mandate) checkDates(invalid errs.Invalid, today calendar.Date) {
	switch {
	case m.From.IsZero():
		invalid["from"] = "请填任职的日期。"
	case m.From.After(today):
		invalid["from"] = "任职的日期不能晚于今天。"
	case m.From.Year() < firstYear:
		invalid["from"] = tooEarly
	}
	switch {
	case m.To == nil && m.EndReason != "":
		invalid["to"] = "写了终止的原因，请填终止的日期。"
	case m.To == nil:
	case m.To.After(today):
		invalid["to"] = "终止的日期不能晚于今天。"
	case m.To.Before(m.From):
		invalid["to"] = "终止的日期不能早于任职的日期。"
	case NameOf(EndReasons, m.EndReason) == "":
		invalid["end_reason"] = "请选择终止的原因。"
	}
}

// firstYear is before which nobody was a deputy.
const firstYear = 1949

const tooEarly = "日期太早了，请核对年份。"

// township is the code of the county's township with that code or name, or errs.NotFound.
func township(ctx context.Context, tx *tenant.Tx, typed string) (string, error) {
	found, err := postgres.One[Township](ctx, tx, selectTownships+` and (t.code = @typed or t.name = @typed) limit 1`, pgx.NamedArgs{"typed": typed})
	return found.Code, err
}

// beside refuses a mandate whose time lies within another of its level. The same once more
// is no mistake: its id is returned.
func (m Mandate) beside(ctx context.Context, tx *tenant.Tx, deputyID, but int64) (same int64, err error) {
	others, err := postgres.All[Held](ctx, tx, `select id, level, term, electoral_unit, division_code, null as division, from_date, to_date, end_reason
		from mandates where county_id = @county and deputy_id = @deputy and id <> @but and level = @level
			and from_date <= coalesce(@to::date, 'infinity') and coalesce(to_date, 'infinity') >= @from order by from_date desc, id`,
		pgx.NamedArgs{"deputy": deputyID, "but": but, "level": m.Level, "from": m.From, "to": m.To})
	if err != nil {
		return 0, fmt.Errorf("mandates: %w", err)
	}
	if len(others) == 0 {
		return 0, nil
	}
	if o := others[0]; len(m.differences(o)) > 0 {
		return 0, m.clash(o.Level, o.Term, o.ToDate)
	}
	return others[0].ID, nil
}

// clash says that a mandate lies within another of its level.
func (m Mandate) clash(level, term string, to *calendar.Date) error {
	if to == nil && m.To == nil {
		return errs.Invalid{"level": "已经是" + term + LevelNames[level] + "。先终止那一届，再登记新的。"}
	}
	return errs.Invalid{"from": "和" + term + LevelNames[level] + "的任期重叠，请核对日期。"}
}

func (m Mandate) args(args pgx.NamedArgs) pgx.NamedArgs {
	args["level"], args["term"], args["unit"], args["division"] = m.Level, m.Term, m.ElectoralUnit, null.Of(m.Division)
	args["from"], args["to"], args["reason"] = m.From, m.To, null.Of(m.EndReason)
	return args
}

// differences are what a form makes of a mandate that is there.
func (m Mandate) differences(was Held) county.Changes {
	changes := county.Changes{}
	changes.Set("level", LevelNames[was.Level], LevelNames[m.Level])
	changes.Set("term", was.Term, m.Term)
	changes.Set("electoral_unit", was.ElectoralUnit, m.ElectoralUnit)
	changes.Set("division", null.Value(was.DivisionCode), m.Division)
	changes.Set("from", was.FromDate.String(), m.From.String())
	changes.Set("to", day(was.ToDate), day(m.To))
	changes.Set("end_reason", NameOf(EndReasons, null.Value(was.EndReason)), NameOf(EndReasons, m.EndReason))
	return changes
}

func (m Mandate) detail() map[string]any {
	return map[string]any{"level": LevelNames[m.Level], "term": m.Term, "from": m.From.String(), "to": day(m.To)}
}

func day(d *calendar.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
