package county

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/width"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Stale is a form that was filled while somebody else changed the same thing. It is an
// errs.Conflict, and says what the other did.
type Stale struct {
	Version int32 // as it is now: the form goes on from here
	Since   []Change
}

func (s Stale) Error() string { return fmt.Sprintf("changed meanwhile, now version %d", s.Version) }

// Unwrap makes a Stale an errs.Conflict.
func (Stale) Unwrap() error { return errs.Conflict }

// Change is what somebody changed, and when.
type Change struct {
	At      time.Time
	By      string
	Changes Changes
}

// Changes are fields with what they were and what they became.
type Changes map[string][2]string

// Set notes a field that became another.
func (c Changes) Set(field, from, to string) {
	if from != to {
		c[field] = [2]string{from, to}
	}
}

// Lock holds what a county decides for itself until the transaction ends: of those who change them at
// once one goes after the other. Casework, which only reads them, does not wait.
func Lock(ctx context.Context, tx *tenant.Tx) error {
	_, err := postgres.Value[int32](ctx, tx, `select version from county_settings where county_id = @county for update`)
	if err != nil {
		return fmt.Errorf("lock settings: %w", err)
	}
	return nil
}

// record writes a change into the county's record, last in its transaction. version is
// what the subject became by it, 0 for what no form begins from.
func record(ctx context.Context, tx *tenant.Tx, by audit.Actor, action, subject string, version int32, name string, changes Changes) error {
	detail := map[string]any{"changes": changes}
	if version != 0 {
		detail["version"] = version
	}
	if name != "" {
		detail["name"] = name
	}
	return audit.Record(ctx, tx, by, "settings."+action, subject, detail)
}

// Overtaken is the Stale that says what the others did to subject since a form began from
// version, oldest first: whatever was recorded of it with version and changes in its detail.
func Overtaken(ctx context.Context, tx *tenant.Tx, subject string, version, now int32) error {
	return OvertakenPart(ctx, tx, subject, "", 0, version, now)
}

// OvertakenPart is Overtaken for a form about one part of subject, such as one mandate of a
// deputy: what was recorded of another part, whose id its detail has under key, is not said.
func OvertakenPart(ctx context.Context, tx *tenant.Tx, subject, key string, id int64, version, now int32) error {
	since, err := postgres.All[Change](ctx, tx, `select at, actor_name as by, detail -> 'changes' as changes from audit_entries
		where county_id = @county and subject = @subject and (detail ->> 'version')::int > @version
			and coalesce((detail ->> @key)::bigint, @id) = @id order by entry`,
		pgx.NamedArgs{"subject": subject, "version": version, "key": key, "id": id})
	if err != nil {
		return fmt.Errorf("what was changed: %w", err)
	}
	return Stale{now, since}
}

// Needed checks a text that must be there.
func Needed(invalid errs.Invalid, field, value, missing string, longest int) {
	if strings.TrimSpace(value) == "" {
		invalid[field] = missing
		return
	}
	Readable(invalid, field, value, longest)
}

// Readable checks a text that may be missing: what PostgreSQL can keep and a page can
// show, nothing that is not seen or turns the order of what is (U+202E), and not too long.
// Lines may break.
func Readable(invalid errs.Invalid, field, value string, longest int) {
	strange := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) || r == utf8.RuneError
	}
	switch n := utf8.RuneCountInString(value); {
	case !utf8.ValidString(value) || strings.ContainsFunc(value, strange):
		invalid[field] = "里面有无法识别的字符，请重新输入。"
	case n > longest:
		invalid[field] = fmt.Sprintf("太长了，最多 %d 个字，现在是 %d 个字。", longest, n)
	}
}

// OneLine is Needed for a text without line breaks.
func OneLine(invalid errs.Invalid, field, value, missing string, longest int) {
	Needed(invalid, field, value, missing, longest)
	if strings.Contains(value, "\n") {
		invalid[field] = "请写成一行，不要换行。"
	}
}

// Trimmed is a text as it was typed in a form, with the line breaks of a text.
func Trimmed(typed string) string {
	return strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
}

// service is a number of a public service: 12345.
var service = regexp.MustCompile(`^[19][0-9]{2,5}$`)

// PublicPhone checks a number that everybody may know, which may be missing, and returns
// it as it was typed, in characters of half width.
func PublicPhone(invalid errs.Invalid, field, typed string) string {
	phone := Trimmed(width.Narrow.String(typed))
	if phone == "" || service.MatchString(phone) {
		return phone
	}
	if _, err := private.NormalizePhone(phone); err != nil {
		invalid[field] = err.Error() + "。"
	}
	if len(phone) > 30 {
		invalid[field] = "电话太长了，只填一个号码。"
	}
	return phone
}
