package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Failure is a job that was given up, as the county's staff see it.
type Failure struct {
	ID       int64
	Kind     string
	Subject  string // case XY2026-0012, or what else it was about
	Said     string
	FailedAt time.Time
}

// CaseNumber is the case that it was about; "" where it was about none.
func (f Failure) CaseNumber() string {
	number, found := strings.CutPrefix(f.Subject, "case ")
	if !found {
		return ""
	}
	return number
}

// Dead is a job that was given up, as it is reported.
type Dead struct {
	JobID   int64 // 0: the county's part of a periodic job
	Attempt int
	Kind    string
	Args    json.RawMessage
	Subject string
	Said    string // "" is what the kind says
}

// Report records in the county that a job was given up. What was reported is not reported
// again; of a periodic job one report stands until somebody has dealt with it, or it works.
func Report(ctx context.Context, tx *tenant.Tx, d Dead) error {
	if d.Said == "" {
		d.Said = KindOf(d.Kind).Said
	}
	if d.Said == "" {
		d.Said = KindOf("").Said
	}
	var jobID *int64
	if d.JobID != 0 {
		jobID = &d.JobID
	}
	_, err := postgres.Exec(ctx, tx, `insert into job_failures (county_id, job_id, attempt, kind, args, subject, said, failed_at)
		values (@county, @job_id, @attempt, @kind, @args, @subject, @said, @now) on conflict do nothing`,
		pgx.NamedArgs{"job_id": jobID, "attempt": d.Attempt, "kind": d.Kind, "args": d.Args, "subject": d.Subject, "said": d.Said, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("report a job that was given up: %w", err)
	}
	return nil
}

// Works records that the county's part of a periodic job went well: what was reported of
// it has mended itself.
func Works(ctx context.Context, tx *tenant.Tx, kind string) error {
	_, err := postgres.Exec(ctx, tx, `update job_failures set resolved_at = @now, resolution = 'mended'
		where county_id = @county and kind = @kind and job_id is null and resolved_at is null`, pgx.NamedArgs{"kind": kind, "now": tx.Now()})
	return err
}

// MaySee reports whether by is one of those who deal with what was given up: the county's
// office, administrators and handlers.
func MaySee(by auth.Actor) bool { return by.Scope(auth.SeeMessages) == auth.WholeCounty }

// mostFailures is how many the page lists: should there be more, the cause is one and the same.
const mostFailures = 200

// Open reads what was given up and nobody has dealt with, newest first.
func Open(v *tenant.View) *[]Failure {
	return tenant.All[Failure](v, `select id, kind, subject, said, failed_at from job_failures
		where county_id = @county and resolved_at is null order by id desc limit @most`, pgx.NamedArgs{"most": mostFailures})
}

// Again adds the job once more; Seen only takes note. Both are errs.Forbidden without the
// right, and errs.Conflict where somebody was first.
func Again(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) error {
	type job struct {
		Kind    string
		Subject string
		Args    json.RawMessage
	}
	found, err := resolve[job](ctx, tx, by, id, "again", `kind, subject, args`)
	if err != nil {
		return err
	}
	options := &tenant.JobOptions{Once: true, Long: KindOf(found.Kind).Long}
	if err := tx.Enqueue(ctx, raw{found.Kind, found.Args}, options); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "job.again", found.Subject, map[string]any{"kind": found.Kind})
}

// Seen takes note of what was given up: see Again.
func Seen(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) error {
	type job struct{ Kind, Subject string }
	found, err := resolve[job](ctx, tx, by, id, "seen", `kind, subject`)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "job.seen", found.Subject, map[string]any{"kind": found.Kind})
}

func resolve[T any](ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, resolution, columns string) (T, error) {
	var none T
	if !MaySee(by) {
		return none, errs.Forbidden
	}
	found, err := postgres.One[T](ctx, tx, `update job_failures set resolved_at = @now, resolved_by = @by, resolution = @resolution
		where county_id = @county and id = @id and resolved_at is null returning `+columns,
		pgx.NamedArgs{"id": id, "by": by.UserID, "resolution": resolution, "now": tx.Now()})
	if !errors.Is(err, errs.NotFound) {
		return found, err
	}
	if _, err := postgres.Value[int64](ctx, tx, `select id from job_failures where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": id}); err != nil {
		return none, err // another county's, or nobody's
	}
	return none, errs.Refuse(errs.Conflict, "这一项已经有人处理了。")
}
