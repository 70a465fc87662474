package county

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Notice is one version of the 个人信息告知书: what a citizen is told before anything is
// written down. A version that was published never changes.
type Notice struct {
	Version       string // 2026-2: the second of that year
	Body          string // each line is a paragraph
	PublishedAt   time.Time
	PublishedName string
	Current       bool
}

const selectNotice = `select n.version, n.body, n.published_at, n.published_name, n.version = s.notice_version as current
	from notices n join county_settings s on s.county_id = @county where n.county_id = @county`

// CurrentNotice queues the notice that is given now.
func CurrentNotice(v *tenant.View) *Notice {
	return tenant.One[Notice](v, selectNotice+` and n.version = s.notice_version`)
}

// NoticeOf queues a version of the notice; there may be none.
func NoticeOf(v *tenant.View, version string) **Notice {
	return tenant.Maybe[Notice](v, selectNotice+` and n.version = @version`, pgx.NamedArgs{"version": version})
}

// ShownNotice queues the notice that a form was shown with, or the current one where
// there is no such version.
func ShownNotice(v *tenant.View, version string) *Notice {
	return tenant.One[Notice](v, selectNotice+` and n.version in (@version, s.notice_version)
		order by n.version = @version desc limit 1`, pgx.NamedArgs{"version": version})
}

// Notices queues every version, newest first.
func Notices(v *tenant.View) *[]Notice {
	return tenant.All[Notice](v, selectNotice+` order by n.position desc`)
}

// Superseded is a new notice whose author began from one that is no longer current. It is
// an errs.Conflict.
type Superseded struct{ Current Notice }

func (s Superseded) Error() string { return "notice " + s.Current.Version + " was published meanwhile" }

// Unwrap makes Superseded an errs.Conflict.
func (Superseded) Unwrap() error { return errs.Conflict }

// longestNotice is how much somebody can be asked to read, in characters.
const longestNotice = 4000

// CheckNotice judges the text of a notice; the field is body.
func CheckNotice(body string) error {
	invalid := errs.Invalid{}
	Needed(invalid, "body", Trimmed(body), "请写告知书的内容。", longestNotice)
	return invalid.Err()
}

// PublishNotice publishes a new version of the notice, which is current from then on, and
// returns its name. from is the version that its author began from: where another is
// current by now it returns Superseded. It returns errs.Invalid for a text that cannot be
// shown, or that says what the current one says. Published twice with the same text it
// returns what it did the first time.
func PublishNotice(ctx context.Context, tx *tenant.Tx, by audit.Actor, from, body string) (string, error) {
	if err := CheckNotice(body); err != nil {
		return "", err
	}
	if err := Lock(ctx, tx); err != nil {
		return "", err
	}
	was, err := postgres.One[Notice](ctx, tx, selectNotice+` and n.version = s.notice_version`)
	if err != nil {
		return "", fmt.Errorf("current notice: %w", err)
	}
	body = Trimmed(body)
	switch {
	case was.Body == body && was.Version != from:
		return was.Version, nil // pressed twice
	case was.Body == body:
		return "", errs.Invalid{"body": "和现在的告知书一样，没有改动。"}
	case was.Version != from:
		return "", Superseded{was}
	}
	version, err := insertNotice(ctx, tx, body, by)
	if err != nil {
		return "", err
	}
	_, err = postgres.Exec(ctx, tx, `update county_settings set notice_version = @version where county_id = @county`, pgx.NamedArgs{"version": version})
	if err != nil {
		return "", fmt.Errorf("current notice: %w", err)
	}
	return version, record(ctx, tx, by, "notice", "notice "+version, 0, "", Changes{"version": {was.Version, version}})
}

// insertNotice writes the next version of the year.
func insertNotice(ctx context.Context, tx *tenant.Tx, body string, by audit.Actor) (string, error) {
	year := calendar.DateOf(tx.Now()).Year()
	type counted struct{ InYear, InAll int }
	n, err := postgres.One[counted](ctx, tx, `select count(*) filter (where version like @year || '-%') as in_year, count(*) as in_all
		from notices where county_id = @county`, pgx.NamedArgs{"year": fmt.Sprint(year)})
	if err != nil {
		return "", fmt.Errorf("notices: %w", err)
	}
	var author *int64
	if by.ID != 0 {
		author = &by.ID
	}
	version := fmt.Sprintf("%d-%d", year, n.InYear+1)
	_, err = postgres.Exec(ctx, tx, `insert into notices (county_id, version, body, published_at, published_by, published_name, position)
		values (@county, @version, @body, @now, @by, @name, @position)`,
		pgx.NamedArgs{"version": version, "body": body, "now": tx.Now(), "by": author, "name": by.Name, "position": n.InAll + 1})
	if err != nil {
		return "", fmt.Errorf("notice %s: %w", version, err)
	}
	return version, nil
}
