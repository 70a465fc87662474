package county

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/width"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// EntryInput is an entry as a form has it.
type EntryInput struct {
	Version int32 // that the form began from
	Above   int64 // of a new entry: the one that it stands in
	Code    string
	Name    string
	Text    string
	Promise bool
	Months  string // as typed; "": what was found never lapses
}

var codeForm = regexp.MustCompile(`^[A-Z]$`)

// check tidies what was typed and judges it by field.
func (l *List) check(in *EntryInput) errs.Invalid {
	invalid := errs.Invalid{}
	in.Code, in.Name, in.Text = letters(in.Code), Trimmed(in.Name), Trimmed(in.Text)
	OneLine(invalid, "name", in.Name, "请填"+l.named+"。", l.longestName)
	switch {
	case l.text == "":
		in.Text = ""
	case l.textMissing != "":
		Needed(invalid, "text", in.Text, l.textMissing, l.longestText)
	default:
		Readable(invalid, "text", in.Text, l.longestText)
	}
	if in.Months = width.Narrow.String(Trimmed(in.Months)); !l.lasting {
		in.Months = ""
	}
	if n, err := strconv.Atoi(in.Months); in.Months != "" && (err != nil || n < 1 || n > 120) {
		invalid["months"] = "请填 1 到 120 之间的整数，单位是月；不会过期的不填。"
	}
	if !l.coded {
		in.Code, in.Promise = "", false
	} else if !codeForm.MatchString(in.Code) {
		invalid["code"] = "请填一个英文字母，A 到 Z。"
	}
	return invalid
}

// subjectOf is what the record calls an entry; its name may change.
func (l *List) subjectOf(id int64) string { return string(l.Subject) + " " + strconv.FormatInt(id, 10) }

// Add puts a new entry at the end of a list and returns its id. It returns errs.Invalid
// by field, also where the name or the code is there already.
func (l *List) Add(ctx context.Context, tx *tenant.Tx, by audit.Actor, in EntryInput) (int64, error) {
	if err := l.check(&in).Err(); err != nil {
		return 0, err
	}
	if err := Lock(ctx, tx); err != nil {
		return 0, err
	}
	if l.above != nil {
		above, err := l.above.find(ctx, tx, in.Above)
		if errors.Is(err, errs.NotFound) || err == nil && above.Retired {
			return 0, errs.Invalid{"above": "上一级已经停用，不能再往里面添加。"}
		}
		if err != nil {
			return 0, err
		}
	}
	all, err := l.siblings(ctx, tx, in.Above)
	if err != nil {
		return 0, err
	}
	if err := taken(all, 0, in); err != nil {
		return 0, err
	}
	columns, values := "name, position", "@name, @position"
	args := pgx.NamedArgs{"name": in.Name, "position": last(all) + 1}
	for column, value := range l.more(in) {
		columns, values, args[column] = columns+", "+column, values+", @"+column, value
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into `+l.table+` (county_id, `+columns+`) values (@county, `+values+`) returning id`, args)
	if err != nil {
		return 0, fmt.Errorf("add to %s: %w", l.Key, err)
	}
	return id, record(ctx, tx, by, string(l.Subject)+".add", string(l.Subject)+" "+strconv.FormatInt(id, 10), 1, "", differences(Entry{}, in))
}

// more are the columns that only some lists have.
func (l *List) more(in EntryInput) map[string]any {
	more := map[string]any{}
	if l.above != nil {
		more[l.parent] = in.Above
	}
	if l.text != "" {
		more[l.text] = null.Of(in.Text)
	}
	if l.lasting {
		more["valid_months"] = nil
		if months, err := strconv.Atoi(in.Months); err == nil {
			more["valid_months"] = months
		}
	}
	if l.coded {
		more["code"], more["promise"] = in.Code, in.Promise
	}
	return more
}

// Change changes an entry where it stands. It returns errs.Invalid by field, Stale for a
// form that began from another version, and errs.NotFound for no entry of the county.
func (l *List) Change(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64, in EntryInput) error {
	if err := l.check(&in).Err(); err != nil {
		return err
	}
	if err := Lock(ctx, tx); err != nil {
		return err
	}
	was, err := l.hold(ctx, tx, id)
	if err != nil {
		return err
	}
	changes := differences(was, in)
	switch {
	case len(changes) == 0:
		return nil // pressed twice, or nothing to do
	case was.Version != in.Version:
		return Overtaken(ctx, tx, l.subjectOf(id), in.Version, was.Version)
	case null.Value(was.Code) != in.Code && was.Used > 0:
		return errs.Invalid{"code": "已经有事项用了 " + null.Value(was.Code) + "，代号不能再改。"}
	}
	all, err := l.siblings(ctx, tx, above(was))
	if err != nil {
		return err
	}
	if err := taken(all, id, in); err != nil {
		return err
	}
	in.Above = above(was)
	set, args := "name = @name, version = @version", pgx.NamedArgs{"id": id, "name": in.Name, "version": was.Version + 1}
	for column, value := range l.more(in) {
		set, args[column] = set+", "+column+" = @"+column, value
	}
	if _, err := postgres.Exec(ctx, tx, `update `+l.table+` set `+set+` where county_id = @county and id = @id`, args); err != nil {
		return fmt.Errorf("change %s: %w", l.subjectOf(id), err)
	}
	return record(ctx, tx, by, string(l.Subject)+".change", string(l.Subject)+" "+strconv.FormatInt(id, 10), was.Version+1, was.Name, changes)
}

// differences are what a form changes of an entry.
func differences(was Entry, in EntryInput) Changes {
	changes := Changes{}
	changes.Set("code", null.Value(was.Code), in.Code)
	changes.Set("name", was.Name, in.Name)
	changes.Set("text", null.Value(was.Text), in.Text)
	changes.Set("months", MonthsOf(was), in.Months)
	if was.Promise != in.Promise {
		changes["promise"] = [2]string{YesNo(was.Promise), YesNo(in.Promise)}
	}
	return changes
}

// MonthsOf is after how many months what was found by an entry lapses, as a form has it.
func MonthsOf(e Entry) string {
	if e.Months == nil {
		return ""
	}
	return strconv.Itoa(int(*e.Months))
}

// YesNo is a tick as the record says it.
func YesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

// taken says where another entry has the name or the code.
func taken(all []Entry, id int64, in EntryInput) error {
	invalid := errs.Invalid{}
	for _, e := range all {
		there := "已经有了"
		if e.Retired {
			there = "在停用的里面，请恢复它"
		}
		if e.ID != id && e.Name == in.Name {
			invalid["name"] = "“" + in.Name + "”" + there + "。"
		}
		if e.ID != id && in.Code != "" && null.Value(e.Code) == in.Code {
			invalid["code"] = "代号 " + in.Code + " " + there + "。"
		}
	}
	return invalid.Err()
}

func above(e Entry) int64 {
	if e.ParentID == nil {
		return 0
	}
	return *e.ParentID
}

// last is the last position among the entries in use.
func last(all []Entry) (position int32) {
	for _, e := range Living(all) {
		position = max(position, e.Position)
	}
	return position
}

// find reads an entry, or errs.NotFound.
func (l *List) find(ctx context.Context, tx *tenant.Tx, id int64) (Entry, error) {
	return postgres.One[Entry](ctx, tx, l.selects(false)+l.level()+` and e.id = @id`, pgx.NamedArgs{"id": id})
}

// hold reads an entry, with what carries it, once its row is held. A code may change only
// while nothing carries it: whoever is about to carry it holds the row too (for key share),
// so that the count is whole.
func (l *List) hold(ctx context.Context, tx *tenant.Tx, id int64) (Entry, error) {
	mode := ` for no key update`
	if l.coded {
		mode = ` for update`
	}
	_, err := postgres.Value[int64](ctx, tx, `select e.id from `+l.table+` e where e.county_id = @county and e.id = @id`+l.level()+mode,
		pgx.NamedArgs{"id": id})
	if err != nil {
		return Entry{}, err
	}
	return postgres.One[Entry](ctx, tx, l.selects(true)+l.level()+` and e.id = @id`, pgx.NamedArgs{"id": id})
}

// siblings reads what stands together, in its order.
func (l *List) siblings(ctx context.Context, tx *tenant.Tx, above int64) ([]Entry, error) {
	all, err := postgres.All[Entry](ctx, tx, l.selects(false)+l.within()+` order by e.position, e.id`, l.args(pgx.NamedArgs{}, above))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.Key, err)
	}
	return all, nil
}
