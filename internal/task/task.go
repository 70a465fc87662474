// Package task is long work with a record of how far it is. Whoever starts it sees a page
// that outlives reloads and restarts; a job does the work, and may do it again from the
// start where a server died, so what it makes is the same each time.
package task

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Kind is what a task does.
type Kind string

// The kinds.
const (
	Export  Kind = "export"  // a list on its way into a sheet
	Preview Kind = "preview" // an uploaded list is compared with what there is
	Import  Kind = "import"  // an uploaded list becomes true
)

// State is how far a task is.
type State string

// The states. Expired is a task whose file was removed.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	Expired State = "expired"
)

// Kept is how long what a task made is kept.
const Kept = 24 * time.Hour

// Task is a piece of long work, as its page shows it.
type Task struct {
	Key       uuid.UUID
	FileKey   uuid.UUID // where the store has its file
	UserID    int64
	RoleID    int64
	Kind      Kind
	Title     string
	Input     *string // JSON; nil once it expired
	State     State
	Done      int32
	Total     *int32  // nil: not known yet
	Said      *string // what came of it, or why not
	FileName  *string
	FileType  *string
	FileSize  *int64
	CreatedAt time.Time
	ExpiresAt *time.Time
}

const columns = `key, file_key, user_id, role_id, kind, title, input::text as input, state, done, total, said, file_name, file_type, file_size,
	created_at, expires_at`

// Over reports whether nothing more will happen to it.
func (t Task) Over() bool { return t.State != Waiting && t.State != Running }

// HasFile reports whether there is a file to fetch at now.
func (t Task) HasFile(now time.Time) bool {
	return t.State == Done && t.FileName != nil && t.ExpiresAt != nil && t.ExpiresAt.After(now)
}

// New is a task to be started.
type New struct {
	Key   uuid.UUID // of the submission: the same key again starts nothing
	Kind  Kind
	Title string
	Input any // as JSON
}

// Run is the job that does a task.
type Run struct {
	County tenant.County `json:"county"`
	Task   uuid.UUID     `json:"task"`
}

// Kind names the job in the queue.
func (Run) Kind() string { return "task.run" }

// Start records a task of by, who acts in the role roleID, and queues its job. It reports
// false where the submission started one before.
func Start(ctx context.Context, tx *tenant.Tx, by auth.Actor, roleID int64, n New) (started bool, err error) {
	input, err := json.Marshal(n.Input)
	if err != nil {
		return false, fmt.Errorf("task: %w", err)
	}
	added, err := postgres.Exec(ctx, tx, `insert into tasks (county_id, key, file_key, user_id, role_id, kind, title, input, state, created_at)
		values (@county, @key, @file_key, @user_id, @role_id, @kind, @title, @input, 'waiting', @now) on conflict (county_id, key) do nothing`,
		pgx.NamedArgs{"key": n.Key, "file_key": uuid.New(), "user_id": by.UserID, "role_id": roleID, "kind": n.Kind, "title": n.Title, "input": string(input), "now": tx.Now()})
	if err != nil {
		return false, fmt.Errorf("start a task: %w", err)
	}
	if added == 0 {
		return false, nil
	}
	return true, tx.Enqueue(ctx, Run{tx.County(), n.Key}, &tenant.JobOptions{Long: true, Once: true})
}

// Of queues a task that by started in the role roleID; another one is errs.NotFound.
func Of(v *tenant.View, by auth.Actor, roleID int64, key uuid.UUID) *Task {
	return tenant.One[Task](v, `select `+columns+` from tasks
		where county_id = @county and key = @key and user_id = @user_id and role_id = @role_id`,
		pgx.NamedArgs{"key": key, "user_id": by.UserID, "role_id": roleID})
}

// Mine queues the newest tasks that by started in the role roleID.
func Mine(v *tenant.View, by auth.Actor, roleID int64, kind Kind, limit int) *[]Task {
	return tenant.All[Task](v, `select `+columns+` from tasks
		where county_id = @county and user_id = @user_id and role_id = @role_id and kind = @kind
		order by id desc limit @limit`, pgx.NamedArgs{"user_id": by.UserID, "role_id": roleID, "kind": kind, "limit": limit})
}

// Begin takes a task up, also one that a dead server had taken up. One that is over is
// errs.NotFound.
func Begin(ctx context.Context, tx *tenant.Tx, key uuid.UUID) (Task, error) {
	return postgres.One[Task](ctx, tx, `update tasks set state = 'running', done = 0, started_at = @now
		where county_id = @county and key = @key and state in ('waiting', 'running') returning `+columns,
		pgx.NamedArgs{"key": key, "now": tx.Now()})
}

// Progress records how far a task is. A task that is over meanwhile is errs.NotFound.
func Progress(ctx context.Context, tx *tenant.Tx, key uuid.UUID, done int, total *int) error {
	n, err := postgres.Exec(ctx, tx, `update tasks set done = @done, total = coalesce(@total, total)
		where county_id = @county and key = @key and state = 'running'`, pgx.NamedArgs{"key": key, "done": done, "total": total})
	if err == nil && n == 0 {
		return errs.NotFound
	}
	return err
}

// File is what a task made, kept in the store under the task's FileKey.
type File struct {
	Name string
	Type string
	Size int64
}

// Finish ends a task that has run, with what is said of it and its file; the zero File is
// none. A task that is over already is errs.NotFound.
func Finish(ctx context.Context, tx *tenant.Tx, key uuid.UUID, rows int, said string, file File) error {
	n, err := postgres.Exec(ctx, tx, `update tasks set state = 'done', done = @rows, total = @rows, said = @said, file_name = @name,
		file_type = @type, file_size = @size, finished_at = @now, expires_at = @expires
		where county_id = @county and key = @key and state = 'running'`,
		pgx.NamedArgs{"key": key, "rows": rows, "said": said, "name": null.Of(file.Name), "type": null.Of(file.Type), "size": null.Of(file.Size),
			"now": tx.Now(), "expires": tx.Now().Add(Kept)})
	if err == nil && n == 0 {
		return errs.NotFound
	}
	return err
}

// Fail ends a task that will not be done, and says why in words.
func Fail(ctx context.Context, tx *tenant.Tx, key uuid.UUID, said string) error {
	_, err := postgres.Exec(ctx, tx, `update tasks set state = 'failed', said = @said, finished_at = @now, expires_at = @expires
		where county_id = @county and key = @key and state in ('waiting', 'running')`,
		pgx.NamedArgs{"key": key, "said": said, "now": tx.Now(), "expires": tx.Now().Add(Kept)})
	return err
}

// Expire empties the tasks whose time is over, and returns the keys of their files, which go.
func Expire(ctx context.Context, tx *tenant.Tx) ([]uuid.UUID, error) {
	expired, err := postgres.All[struct{ FileKey uuid.UUID }](ctx, tx, `update tasks set state = 'expired', input = null
		where county_id = @county and expires_at <= @now and state <> 'expired' returning file_key`, pgx.NamedArgs{"now": tx.Now()})
	keys := make([]uuid.UUID, len(expired))
	for i, t := range expired {
		keys[i] = t.FileKey
	}
	return keys, err
}
