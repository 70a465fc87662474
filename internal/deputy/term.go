package deputy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// NewTerm is 换届: a level's congress, of all townships or of one, begins another term.
type NewTerm struct {
	Level    string
	Division string // of one township: its code or its name; "": all of the level
	Name     string // 第十八届
	From     calendar.Date
	Leave    bool    // whoever has no mandate left leaves the stations' groups
	Again    []int64 // deputies who were elected again, in the same electoral unit
	Seen     string  // SeenEnding of the preview that is confirmed; "": not compared
}

// Ending is a deputy whose mandate a new term ends.
type Ending struct {
	ID            int64 // the deputy's
	Number        int32
	Version       int32
	MandateID     int64
	Name          string
	Term          string
	ElectoralUnit string
	DivisionCode  *string
	Division      *string
	Last          bool // there is no other running mandate
	InGroup       bool
}

// selectEnding are the running mandates that a term ends: of its level and township, under
// another term's name, begun before it. Those that a merged record keeps end with the others,
// and are neither shown nor counted.
const selectEnding = `select d.id, d.number, d.version, m.id as mandate_id, d.name, m.term, m.electoral_unit, m.division_code, t.name as division,
		not exists (select from mandates o where o.county_id = @county and o.deputy_id = d.id and o.to_date is null and o.id <> m.id) as last,
		exists (select from station_deputies g where g.county_id = @county and g.deputy_id = d.id and g.to_date is null) as in_group
	from mandates m join deputies d on d.county_id = @county and d.id = m.deputy_id left join divisions t on t.code = m.division_code
	where m.county_id = @county and d.merged_into is null and ` + ended + ` order by m.division_code, m.electoral_unit, coalesce(d.initials, d.name), d.id`

const ended = `m.to_date is null and m.level = @level and (@division::text is null or m.division_code = @division) and m.term <> @name and m.from_date < @from`

func (t NewTerm) args() pgx.NamedArgs {
	return pgx.NamedArgs{"level": t.Level, "division": null.Of(t.Division), "name": t.Name, "from": t.From}
}

// EndingBy reads whose mandates the term ends, in the caller's transaction, once its form
// is right: errs.Invalid at level, division, name and from; errs.Conflict where the term
// began already.
func EndingBy(ctx context.Context, tx *tenant.Tx, by auth.Actor, t NewTerm) ([]Ending, NewTerm, error) {
	if err := mayChange(by); err != nil {
		return nil, t, err
	}
	if err := t.check(ctx, tx); err != nil {
		return nil, t, err
	}
	begun, err := postgres.Value[bool](ctx, tx, `select exists (select from terms where county_id = @county and level = @level
		and division_code is not distinct from @division and name = @name)`,
		pgx.NamedArgs{"level": t.Level, "division": null.Of(t.Division), "name": t.Name})
	if err != nil {
		return nil, t, fmt.Errorf("terms: %w", err)
	}
	if begun {
		return nil, t, t.begun()
	}
	all, err := postgres.All[Ending](ctx, tx, selectEnding, t.args())
	return all, t, err
}

// ErrBegun is a term that began already: the same form once more.
var ErrBegun = errors.New("the term began already")

// ErrEnding is a term that was confirmed on other people than it would end now.
var ErrEnding = fmt.Errorf("the list has changed since the preview: %w", errs.Conflict)

// SeenEnding sums up what a preview showed: who goes, from which electoral unit, and whether
// they leave a group.
func SeenEnding(all []Ending) string {
	sum := sha256.New()
	for _, e := range all {
		fmt.Fprintf(sum, "%d %q %q %q %t %t\n", e.ID, e.Term, e.ElectoralUnit, null.Value(e.DivisionCode), e.Last, e.InGroup)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func (t NewTerm) begun() error {
	return errors.Join(ErrBegun, errs.Refuse(errs.Conflict, t.Name+LevelNames[t.Level]+"已经换过届了。"))
}

// Started is what a new term did.
type Started struct{ Ended, Again, Left int64 }

// StartTerm begins a term: the mandates of the old one end the day before, for the reason
// that the term is over; they stay readable. Begun twice it returns ErrBegun, and errs.Invalid
// as EndingBy does.
func StartTerm(ctx context.Context, tx *tenant.Tx, by auth.Actor, t NewTerm) (Started, error) {
	if err := mayChange(by); err != nil {
		return Started{}, err
	}
	if err := t.check(ctx, tx); err != nil {
		return Started{}, err
	}
	began, err := postgres.All[struct{ ID int64 }](ctx, tx, `insert into terms (county_id, level, division_code, name, from_date, started_at, started_by, started_name)
		values (@county, @level, @division, @name, @from, @now, @by, @by_name) on conflict do nothing returning id`,
		pgx.NamedArgs{"level": t.Level, "division": null.Of(t.Division), "name": t.Name, "from": t.From, "now": tx.Now(),
			"by": null.Of(by.UserID), "by_name": by.Name})
	if err != nil {
		return Started{}, fmt.Errorf("term: %w", err)
	}
	if len(began) == 0 {
		return Started{}, t.begun()
	}
	done, ending, left, err := t.turn(ctx, tx)
	if err != nil {
		return Started{}, err
	}
	return done, audit.Collect(ctx, tx, func(ctx context.Context) error {
		if err := t.note(ctx, tx, by, ending, left); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by.Audit(), "term.start", "term "+t.Name+LevelNames[t.Level],
			map[string]any{"division": t.Division, "from": t.From.String(), "ended": done.Ended, "again": done.Again, "left": done.Left})
	})
}

// note records of everybody whose mandate the term ended that it did, who goes on in it, and
// which groups the others left.
func (t NewTerm) note(ctx context.Context, tx *tenant.Tx, by auth.Actor, ending []Ending, left map[int64][]string) error {
	to := t.From.AddDays(-1)
	for _, e := range ending {
		detail := Held{ID: e.MandateID, Level: t.Level, Term: e.Term, ToDate: &to, EndReason: new("term")}.ended(e.Version + 1)
		if slices.Contains(t.Again, e.ID) {
			detail["again"] = t.Name
		}
		if len(left[e.ID]) > 0 {
			detail["left"] = left[e.ID]
		}
		if err := record(ctx, tx, by, "deputy.end_mandate", e.Number, detail); err != nil {
			return err
		}
	}
	return nil
}

// turn ends the old mandates, gives the new ones, and empties the groups of who has none. It
// returns whose mandates ended, as they were, and which stations each of them left.
func (t NewTerm) turn(ctx context.Context, tx *tenant.Tx) (done Started, ending []Ending, left map[int64][]string, err error) {
	_, err = postgres.Exec(ctx, tx, `select d.id from deputies d where d.county_id = @county and exists (select from mandates m
		where m.county_id = @county and m.deputy_id = d.id and `+ended+`) order by d.id for no key update`, t.args())
	if err != nil {
		return done, nil, nil, fmt.Errorf("hold deputies: %w", err)
	}
	ending, err = postgres.All[Ending](ctx, tx, selectEnding, t.args())
	if err != nil {
		return done, nil, nil, fmt.Errorf("ending mandates: %w", err)
	}
	if t.Seen != "" && t.Seen != SeenEnding(ending) {
		return done, nil, nil, errs.Refuse(ErrEnding, "从您看到名单到现在，届满的人有变化，还没有换届。请再核对一次。")
	}
	args := t.args()
	args["to"], done.Ended = t.From.AddDays(-1), int64(len(ending))
	if _, err = postgres.Exec(ctx, tx, `update mandates m set to_date = @to, end_reason = 'term' where m.county_id = @county and `+ended, args); err != nil {
		return done, nil, nil, fmt.Errorf("end mandates: %w", err)
	}
	var again []tenant.Statement
	ids := make([]int64, len(ending))
	for i, e := range ending {
		ids[i] = e.ID
		if slices.Contains(t.Again, e.ID) {
			m := Mandate{Level: t.Level, Term: t.Name, ElectoralUnit: e.ElectoralUnit, Division: null.Value(e.DivisionCode), From: t.From}
			again = append(again, tenant.Statement{SQL: insertMandate, Args: m.args(pgx.NamedArgs{"deputy": e.ID})})
		}
	}
	done.Again = int64(len(again))
	if err := tx.Batch(ctx, again); err != nil {
		return done, nil, nil, fmt.Errorf("new mandates: %w", err)
	}
	if err := raise(ctx, tx, ids...); err != nil || !t.Leave {
		return done, ending, nil, err
	}
	left, err = leaveWithout(ctx, tx, ids, t.From.AddDays(-1))
	for _, stations := range left {
		done.Left += int64(len(stations))
	}
	return done, ending, left, err
}

// check tidies what was typed and judges it by field.
func (t *NewTerm) check(ctx context.Context, tx *tenant.Tx) error {
	invalid := errs.Invalid{}
	t.Name, t.Division = CleanName(t.Name), county.Trimmed(t.Division)
	if !slices.Contains(Levels, t.Level) {
		invalid["level"] = "请选择哪一级换届。"
	}
	county.OneLine(invalid, "name", t.Name, "请填新的届次，例如 第十八届。", 20)
	switch today := calendar.DateOf(tx.Now()); {
	case t.From.IsZero():
		invalid["from"] = "请填新一届从哪一天开始。"
	case t.From.After(today):
		invalid["from"] = "新一届还没有开始。请到那一天再办，旧的一届会在前一天终止。"
	}
	if t.Level != "township" {
		t.Division = ""
	}
	if t.Division != "" {
		code, err := township(ctx, tx, t.Division)
		switch {
		case errors.Is(err, errs.NotFound):
			invalid["division"] = "本县没有这个乡镇，请从乡镇里选一个。"
		case err != nil:
			return err
		}
		t.Division = code
	}
	if len(invalid) == 0 {
		if err := t.inOrder(ctx, tx, invalid); err != nil {
			return err
		}
	}
	return invalid.Err()
}

// inOrder refuses a term that begins before another one did.
func (t NewTerm) inOrder(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid) error {
	later, err := postgres.All[struct{ Name string }](ctx, tx, `select name from terms where county_id = @county and level = @level
		and (division_code is null or @division::text is null or division_code = @division) and name <> @name and from_date >= @from
		order by from_date desc limit 1`, t.args())
	if err != nil {
		return fmt.Errorf("terms: %w", err)
	}
	for _, l := range later {
		invalid["from"] = l.Name + "不比这一天早，日期要在它以后。"
	}
	return nil
}

// Term is a term that began.
type Term struct {
	Level        string
	DivisionCode *string
	Division     *string // of one township
	Name         string
	FromDate     calendar.Date
	StartedName  string
}

// Terms queues the terms that began, newest first.
func Terms(v *tenant.View) *[]Term {
	return tenant.All[Term](v, `select s.level, s.division_code, t.name as division, s.name, s.from_date, s.started_name
		from terms s left join divisions t on t.code = s.division_code where s.county_id = @county order by s.from_date desc, s.id desc`)
}

// Sitting is how many hold mandates of a level and a term now, in each township.
type Sitting struct {
	Level        string
	DivisionCode *string
	Division     *string
	Term         string
	Count        int64
}

// Sittings queues who sits where: by level, township and term.
func Sittings(v *tenant.View) *[]Sitting {
	return tenant.All[Sitting](v, `select m.level, m.division_code, t.name as division, m.term, count(*) as count
		from mandates m join deputies d on d.county_id = @county and d.id = m.deputy_id and d.merged_into is null
		left join divisions t on t.code = m.division_code where m.county_id = @county and m.to_date is null
		group by m.level, m.division_code, t.name, m.term order by `+levelOrder+`, m.division_code, count desc, m.term`)
}

// Township is one of the county's: each has a congress, with a station or without one.
type Township struct{ Code, Name string }

const selectTownships = `select t.code, t.name from counties c join divisions t on t.parent_code = c.division_code
	where c.id = (@county) and t.level = 'township'`

// Townships queues the county's townships by code.
func Townships(v *tenant.View) *[]Township {
	return tenant.All[Township](v, selectTownships+` order by t.code`)
}
