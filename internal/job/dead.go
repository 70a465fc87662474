package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/queue"
	"lianluo/internal/tenant"
)

// dead is a job that was given up and not told of yet.
type dead struct {
	ID      int64
	Kind    string
	Args    json.RawMessage
	Attempt int16
}

// bury tells the counties of the jobs that were given up since. Every server looks for
// them, rather than the one whose try was the last: that one may have been killed before it
// could tell. What has been told is marked in the queue; twice told is once recorded.
func (l *lease) bury(ctx context.Context) error {
	found, err := postgres.All[dead](ctx, l.pool, `select id, kind, args, attempt from river.river_job
		where state = 'discarded' and metadata->>'told' is distinct from attempt::text order by id limit 100`)
	if err != nil {
		return err
	}
	var failed []error
	for _, d := range found {
		if err := l.deps.tell(ctx, d); err != nil {
			failed = append(failed, fmt.Errorf("job %d, %s: %w", d.ID, d.Kind, err))
			continue
		}
		_, err := postgres.Exec(ctx, l.pool, `update river.river_job set metadata = metadata || jsonb_build_object('told', attempt)
			where id = @id and state = 'discarded' and attempt = @attempt`, pgx.NamedArgs{"id": d.ID, "attempt": d.Attempt})
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// tell tells the county whose job it was. A periodic job tells by itself (everyCounty);
// what belongs to no county is on the operator's page alone.
func (d Deps) tell(ctx context.Context, job dead) error {
	of := queue.CountyOf(job.Args)
	if of == 0 || queue.KindOf(job.Kind).Every > 0 {
		return nil
	}
	return d.DB.Update(ctx, of, func(tx *tenant.Tx) error {
		if job.Kind == (message.Send{}).Kind() { // the outbox shows it, and sends it again
			var args message.Send
			if err := json.Unmarshal(job.Args, &args); err != nil {
				return err
			}
			return message.Failed(ctx, tx, args.Message, "试了很多次，短信通道都没有收下。请过一阵再发一次；还是不行的，请打电话告诉群众。")
		}
		subject, err := subjectOf(ctx, tx, job)
		if err != nil {
			return err
		}
		return queue.Report(ctx, tx, queue.Dead{JobID: job.ID, Attempt: int(job.Attempt), Kind: job.Kind, Args: job.Args, Subject: subject})
	})
}

// subjectOf is what a job was about.
func subjectOf(ctx context.Context, tx *tenant.Tx, job dead) (string, error) {
	if job.Kind == (casefile.Follow{}).Kind() {
		var args casefile.Follow
		if err := json.Unmarshal(job.Args, &args); err != nil {
			return "", err
		}
		number, err := casefile.NumberOf(ctx, tx, args.Case)
		if !errors.Is(err, errs.NotFound) {
			return "case " + number, err
		}
	}
	return fmt.Sprintf("job %d", job.ID), nil
}

// everyCounty is the work of a periodic job: the counties one by one, of which one that
// fails stops no other. A county that fails in the last try is told; one where the work
// goes well again has nothing to deal with any more.
func everyCounty[T river.JobArgs](ctx context.Context, d Deps, job *river.Job[T], work func(context.Context, tenant.County) error) error {
	counties, err := county.All(ctx, d.DB)
	if err != nil {
		return err
	}
	only := queue.CountyOf(job.EncodedArgs)
	var failed []error
	for _, c := range counties {
		if only != 0 && c.ID != only {
			continue
		}
		err := work(ctx, c.ID)
		if err != nil {
			failed = append(failed, fmt.Errorf("county %d: %w", c.ID, err))
		}
		if err == nil || job.Attempt >= job.MaxAttempts {
			failed = append(failed, d.told(context.WithoutCancel(ctx), c.ID, job.Kind, job.Attempt, err)) // also of a timeout
		}
	}
	return errors.Join(failed...)
}

// told records how a periodic job's part for a county ended.
func (d Deps) told(ctx context.Context, of tenant.County, kind string, attempt int, failure error) error {
	return d.DB.Update(ctx, of, func(tx *tenant.Tx) error {
		if failure == nil {
			return queue.Works(ctx, tx, kind)
		}
		args := json.RawMessage(fmt.Sprintf(`{"county": %d}`, of))
		return queue.Report(ctx, tx, queue.Dead{Attempt: attempt, Kind: kind, Args: args, Subject: "全县"})
	})
}
