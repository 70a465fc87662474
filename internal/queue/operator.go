package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// State is the queue as the platform's operator sees it: numbers and kinds, no county's
// content, and no arguments.
type State struct {
	Now      time.Time // by the database's clock, as everything here
	Kinds    []Count
	Oldest   *time.Time // since when the oldest job waits that could be worked now
	Retrying []Job
	Dead     []Job
	Periodic []Periodic
	Servers  []Server
}

// Count is how many jobs of a kind stand where.
type Count struct {
	Kind     string
	Waiting  int64 // to be worked now
	Later    int64 // at a time that was set
	Running  int64
	Retrying int64
	Dead     int64
}

// Job is one that failed.
type Job struct {
	ID          int64
	Kind        string
	Attempt     int16
	MaxAttempts int16
	At          time.Time // of the next try, or when it was given up
	Error       string    // the first line of the last error, without numbers and links
}

// Itself reports whether the county sees and mends it on a page of its own.
func (j Job) Itself() bool { return KindOf(j.Kind).Itself }

// Periodic is when a periodic job last ended well.
type Periodic struct {
	Kind Kind
	Last *time.Time
	Late bool // it should have ended well since
}

// Server is one that works the queue, or has until a day ago.
type Server struct {
	ID        string
	Host      string
	StartedAt time.Time
	SeenAt    time.Time
	Running   int64
	Alive     bool
}

// silent is how long after its last word a server is shown as gone.
const silent = time.Minute

// mostJobs is how many failed jobs the page lists of each sort.
const mostJobs = 50

// Read reads the queue's state.
func Read(ctx context.Context, db *tenant.DB) (State, error) {
	var s State
	var err error
	pool := db.Platform()
	if s.Now, err = postgres.Value[time.Time](ctx, pool, `select now()`); err != nil {
		return s, err
	}
	s.Kinds, err = postgres.All[Count](ctx, pool, `select kind,
			count(*) filter (where state = 'available') as waiting, count(*) filter (where state in ('scheduled', 'pending')) as later,
			count(*) filter (where state = 'running') as running, count(*) filter (where state = 'retryable') as retrying,
			count(*) filter (where state = 'discarded') as dead
		from river.river_job where state in ('available', 'scheduled', 'pending', 'running', 'retryable', 'discarded') group by kind order by kind`)
	if err != nil {
		return s, err
	}
	if s.Oldest, err = postgres.Value[*time.Time](ctx, pool,
		`select min(scheduled_at) from river.river_job where state = 'available' and scheduled_at <= now()`); err != nil {
		return s, err
	}
	if s.Retrying, err = failed(ctx, pool, "retryable", `scheduled_at`); err != nil {
		return s, err
	}
	if s.Dead, err = failed(ctx, pool, "discarded", `finalized_at`); err != nil {
		return s, err
	}
	if s.Periodic, err = periodic(ctx, pool, s.Now); err != nil {
		return s, err
	}
	s.Servers, err = postgres.All[Server](ctx, pool, `select s.id, s.host, s.started_at, s.seen_at, s.seen_at > now() - @silent::interval as alive,
			(select count(*) from river.river_job j where j.state = 'running' and j.attempted_by[array_upper(j.attempted_by, 1)] = s.id) as running
		from river.server s order by s.started_at`, pgx.NamedArgs{"silent": silent})
	return s, err
}

func failed(ctx context.Context, pool postgres.Querier, state, at string) ([]Job, error) {
	jobs, err := postgres.All[Job](ctx, pool, `select id, kind, attempt, max_attempts, `+at+` as at,
			coalesce(errors[array_upper(errors, 1)]->>'error', '') as error
		from river.river_job where state = @state::river.river_job_state order by id desc limit @most`,
		pgx.NamedArgs{"state": state, "most": mostJobs})
	for i := range jobs {
		jobs[i].Error = plain(jobs[i].Error)
	}
	return jobs, err
}

func periodic(ctx context.Context, pool postgres.Querier, now time.Time) ([]Periodic, error) {
	type last struct {
		Kind string
		At   time.Time
	}
	lasts, err := postgres.All[last](ctx, pool, `select kind, max(finalized_at) as at from river.river_job
		where state = 'completed' group by kind`)
	if err != nil {
		return nil, err
	}
	var all []Periodic
	for _, kind := range Kinds {
		if kind.Every == 0 {
			continue
		}
		p := Periodic{Kind: kind, Late: true}
		for _, l := range lasts {
			if l.Kind == kind.ID {
				p.Last, p.Late = &l.At, now.Sub(l.At) > 2*kind.Every+time.Minute
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// secret is what an error of a gateway might repeat: a number, a link, an address of a page.
var secret = regexp.MustCompile(`https?://\S+|/r/\S+|\d[\d -]{5,}\d|[2-9A-Z]{4}-[2-9A-Z]{3}-[2-9A-Z]{3}`)

// plain is the first line of an error, without what might be somebody's.
func plain(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	if runes := []rune(first); len(runes) > 300 {
		first = string(runes[:300]) + "…"
	}
	return secret.ReplaceAllString(first, "****")
}

// again is how often a job is tried that the operator takes up again.
const again = 3

// Retry takes up a job that was given up, for the operator. What its county was told of it
// counts as dealt with; the county's record names who did it. It returns errs.Forbidden
// without the right, errs.NotFound for no such job, and errs.Conflict for one that is not
// given up, or that its county mends itself.
func Retry(ctx context.Context, db *tenant.DB, by auth.Actor, id int64) error {
	if !by.May(auth.SeeQueue) {
		return errs.Forbidden
	}
	type job struct {
		Kind string
		Args json.RawMessage
	}
	found, err := postgres.One[job](ctx, db.Platform(), `select kind, args from river.river_job where id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	if KindOf(found.Kind).Itself {
		return errs.Refuse(errs.Conflict, "这一类由县里在自己的页面上再办一次。")
	}
	touched, err := postgres.Exec(ctx, db.Platform(), `update river.river_job set state = 'available', finalized_at = null,
		max_attempts = attempt + @again, scheduled_at = now() where id = @id and state = 'discarded'`, pgx.NamedArgs{"id": id, "again": again})
	if err != nil {
		return err
	}
	if touched == 0 {
		return errs.Refuse(errs.Conflict, "这一项已经不是“放弃”的了，请看看现在的情况。")
	}
	return tell(ctx, db, by, id, found.Kind, found.Args)
}

// tell lets the county know that the operator has taken the job up.
func tell(ctx context.Context, db *tenant.DB, by auth.Actor, id int64, kind string, args json.RawMessage) error {
	county := CountyOf(args)
	if county == 0 {
		return nil
	}
	return db.Update(ctx, county, func(tx *tenant.Tx) error {
		subject, err := postgres.Value[string](ctx, tx, `update job_failures set resolved_at = @now, resolution = 'again'
			where county_id = @county and job_id = @id and resolved_at is null returning subject`, pgx.NamedArgs{"id": id, "now": tx.Now()})
		if errors.Is(err, errs.NotFound) {
			subject, err = fmt.Sprintf("job %d", id), nil
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, by.Audit(), "job.again", subject, map[string]any{"kind": kind})
	})
}

// CountyOf is the county that a job's arguments name; 0 where they name none.
func CountyOf(args json.RawMessage) tenant.County {
	var of struct {
		County tenant.County `json:"county"`
	}
	if json.Unmarshal(args, &of) != nil {
		return 0
	}
	return of.County
}
