package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/export"
	"lianluo/internal/imports"
	"lianluo/internal/task"
	"lianluo/internal/tenant"
)

// tasker does the long work of package task. Where a server dies in the middle, another does
// the work again from the start, into the same file.
type tasker struct {
	river.WorkerDefaults[task.Run]
	deps Deps
}

// Timeout is how long a task may take.
func (*tasker) Timeout(*river.Job[task.Run]) time.Duration { return LongTimeout }

// NextRetry is soon: somebody waits for it. What fails eight times is given up within minutes.
func (*tasker) NextRetry(job *river.Job[task.Run]) time.Time {
	return time.Now().Add(time.Duration(job.Attempt*job.Attempt) * time.Second)
}

// Work does the task in the name, and with the rights, of whoever asked for it.
func (t *tasker) Work(ctx context.Context, job *river.Job[task.Run]) error {
	args := job.Args
	var begun task.Task
	err := t.deps.DB.Update(ctx, args.County, func(tx *tenant.Tx) (err error) {
		begun, err = task.Begin(ctx, tx, args.Task)
		return err
	})
	if errors.Is(err, errs.NotFound) {
		return nil // it is over
	}
	if err != nil {
		return err
	}
	err = t.do(ctx, args.County, begun)
	switch refused := errs.Message(err, ""); {
	case err == nil || errors.Is(err, errs.NotFound): // done, or over meanwhile
		return nil
	case refused != "" || errors.Is(err, errs.SignIn) || errors.Is(err, errs.Forbidden):
		if refused == "" {
			refused = "您的账号或角色已经停用，没有做。"
		}
		return t.fail(ctx, args, refused)
	}
	return err
}

func (t *tasker) do(ctx context.Context, county tenant.County, begun task.Task) error {
	if begun.Kind == task.Export {
		return t.export(ctx, county, begun)
	}
	if t.deps.Files == nil {
		return errNoFiles
	}
	return imports.Work(ctx, imports.Site{DB: t.deps.DB, Keys: t.deps.Keys, Files: t.deps.Files}, county, begun)
}

// givenUp is what a task's page says once its job was given up.
const givenUp = "试了几次都没有做成，请过一会儿再试；还不行，请告诉管理员。"

func (t *tasker) fail(ctx context.Context, args task.Run, said string) error {
	return t.deps.DB.Update(context.WithoutCancel(ctx), args.County, func(tx *tenant.Tx) error { return task.Fail(ctx, tx, args.Task, said) })
}

func (t *tasker) export(ctx context.Context, county tenant.County, begun task.Task) error {
	var request export.Request
	if err := json.Unmarshal([]byte(*begun.Input), &request); err != nil {
		return fmt.Errorf("task %s: %w", begun.Key, err)
	}
	account, err := auth.Reload(ctx, t.deps.DB, county, begun.UserID, begun.RoleID)
	if err != nil {
		return err
	}
	size, err := export.Count(ctx, t.deps.DB, account.Actor, request)
	if err != nil {
		return err
	}
	total := int(size.Rows)
	if err := t.progress(ctx, county, begun.Key, 0, total); err != nil {
		return err
	}
	file, err := os.CreateTemp("", "lianluo-export-*")
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer func() { _, _ = file.Close(), os.Remove(file.Name()) }()
	rows, err := export.Write(ctx, t.deps.DB, t.deps.Keys, account.Actor, request, file,
		func(rows int) error { return t.progress(ctx, county, begun.Key, rows, max(rows, total)) })
	if err != nil {
		return err
	}
	return t.keep(ctx, county, begun, request, file, rows)
}

func (t *tasker) progress(ctx context.Context, county tenant.County, key uuid.UUID, rows, total int) error {
	return t.deps.DB.Update(ctx, county, func(tx *tenant.Tx) error { return task.Progress(ctx, tx, key, rows, &total) })
}

// keep puts the file into the store first: a task that is done has its file.
func (t *tasker) keep(ctx context.Context, county tenant.County, begun task.Task, request export.Request, file *os.File, rows int) error {
	size, err := file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := t.deps.Files.Put(ctx, county, begun.FileKey, file); err != nil {
		return err
	}
	return t.deps.DB.Update(ctx, county, func(tx *tenant.Tx) error {
		return task.Finish(ctx, tx, begun.Key, rows, request.Said(rows), task.File{Name: request.FileName(calendar.DateOf(tx.Now())), Type: request.ContentType(), Size: size})
	})
}

// Expire is the periodic job that removes what tasks made, and what was uploaded for them,
// more than a day ago.
type Expire struct{}

// Kind names the job in the queue.
func (Expire) Kind() string { return "task.expire" }

type taskExpirer struct {
	river.WorkerDefaults[Expire]
	deps Deps
}

// Work goes through the counties. A file whose removal fails is swept later: no task knows
// it any more.
func (e *taskExpirer) Work(ctx context.Context, job *river.Job[Expire]) error {
	return everyCounty(ctx, e.deps, job, func(ctx context.Context, of tenant.County) error {
		var keys []uuid.UUID
		err := e.deps.DB.Update(ctx, of, func(tx *tenant.Tx) error {
			made, err := task.Expire(ctx, tx)
			if err != nil {
				return err
			}
			uploaded, err := imports.Expire(ctx, tx)
			keys = slices.Concat(made, uploaded)
			return err
		})
		for _, key := range keys {
			err = errors.Join(err, e.deps.Files.Delete(ctx, of, key))
		}
		return err
	})
}
