package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/task"
	"lianluo/internal/tenant"
)

// State is how far an import is.
type State string

// The states. What becomes of it while it is read or applied, its task says.
const (
	Reading  State = "reading"  // is compared with what there is
	Ready    State = "ready"    // was compared: somebody looks at it
	Applying State = "applying" // becomes true
	Done     State = "done"
	Refused  State = "refused" // the file cannot be read, or things changed since it was compared
)

// Import is an uploaded file, as its page shows it.
type Import struct {
	ID        int64
	Key       uuid.UUID
	FileKey   uuid.UUID
	FileName  string
	FileSize  int64
	Kind      Kind
	UserID    int64
	RoleID    int64
	State     State
	Round     int32
	Digest    []byte
	Added     int32
	Changed   int32
	Same      int32
	Wrong     int32
	Said      *string
	CreatedAt time.Time
	ExpiresAt time.Time
	EmptiedAt *time.Time
}

const columns = `id, key, file_key, file_name, file_size, kind, user_id, role_id, state, round, digest, added, changed, same, wrong, said,
	created_at, expires_at, emptied_at`

// Gone reports whether the file and what was said of it are removed by now.
func (i Import) Gone(now time.Time) bool { return i.EmptiedAt != nil || !i.ExpiresAt.After(now) }

// Rows is how many rows the file has.
func (i Import) Rows() int { return int(i.Added + i.Changed + i.Same + i.Wrong) }

// MayApply reports whether it may become true: compared, nothing wrong, something to do.
func (i Import) MayApply(now time.Time) bool {
	return i.State == Ready && i.Wrong == 0 && i.Added+i.Changed > 0 && !i.Gone(now)
}

// Task is the key of the task that reads the import, or makes it true, in its round.
func (i Import) Task() uuid.UUID {
	kind := task.Preview
	if i.State == Applying || i.State == Done {
		kind = task.Import
	}
	return i.taskOf(kind)
}

func (i Import) taskOf(kind task.Kind) uuid.UUID {
	return uuid.NewSHA1(i.Key, []byte(string(kind)+" "+strconv.Itoa(int(i.Round))))
}

// reference is what a task of an import keeps.
type reference struct {
	Import uuid.UUID `json:"import"`
}

// Upload is a file that was put into the store.
type Upload struct {
	Key      uuid.UUID // of the submission: the same key again starts nothing
	FileKey  uuid.UUID
	FileName string
	FileSize int64
	Kind     Kind
}

// Check judges at once whether a file holds what kind says: errs.Invalid at sheet.Field.
func Check(file io.ReaderAt, size int64, kind Kind) error {
	_, err := open(source{file, size}, kind)
	return err
}

// Start records an uploaded file and queues its comparison. It reports false where the
// submission did so before: the file is then nobody's.
func Start(ctx context.Context, tx *tenant.Tx, by auth.Actor, roleID int64, n Upload) (started bool, err error) {
	if err := n.Kind.Check(by); err != nil {
		return false, err
	}
	added, err := postgres.Exec(ctx, tx, `insert into imports (county_id, key, file_key, file_name, file_size, kind, user_id, role_id, state, created_at, expires_at)
		values (@county, @key, @file_key, @name, @size, @kind, @user, @role, 'reading', @now, @expires) on conflict (county_id, key) do nothing`,
		pgx.NamedArgs{"key": n.Key, "file_key": n.FileKey, "name": n.FileName, "size": n.FileSize, "kind": n.Kind, "user": by.UserID, "role": roleID,
			"now": tx.Now(), "expires": tx.Now().Add(task.Kept)})
	if err != nil || added == 0 {
		return false, err
	}
	i := Import{Key: n.Key, Kind: n.Kind, Round: 1}
	return true, i.start(ctx, tx, by, roleID, task.Preview)
}

func (i Import) start(ctx context.Context, tx *tenant.Tx, by auth.Actor, roleID int64, kind task.Kind) error {
	title := map[task.Kind]string{task.Preview: "核对", task.Import: "导入"}[kind] + i.Kind.Title()
	_, err := task.Start(ctx, tx, by, roleID, task.New{Key: i.taskOf(kind), Kind: kind, Title: title, Input: reference{i.Key}})
	return err
}

// Of queues an import that by uploaded in the role roleID; another one is errs.NotFound.
func Of(v *tenant.View, by auth.Actor, roleID int64, key uuid.UUID) *Import {
	return tenant.One[Import](v, `select `+columns+` from imports
		where county_id = @county and key = @key and user_id = @user and role_id = @role`, pgx.NamedArgs{"key": key, "user": by.UserID, "role": roleID})
}

// Mine queues the newest imports that by uploaded in the role roleID.
func Mine(v *tenant.View, by auth.Actor, roleID int64, limit int) *[]Import {
	return tenant.All[Import](v, `select `+columns+` from imports where county_id = @county and user_id = @user and role_id = @role
		order by id desc limit @limit`, pgx.NamedArgs{"user": by.UserID, "role": roleID, "limit": limit})
}

// hold reads an import of by and keeps its row until the transaction ends.
func hold(ctx context.Context, tx *tenant.Tx, by auth.Actor, roleID int64, key uuid.UUID) (Import, error) {
	return postgres.One[Import](ctx, tx, `select `+columns+` from imports
		where county_id = @county and key = @key and user_id = @user and role_id = @role for update`,
		pgx.NamedArgs{"key": key, "user": by.UserID, "role": roleID})
}

// Confirm lets what was shown become true, by a task. Confirmed twice it becomes true once.
// It returns errs.NotFound, and a Refusal where there is something wrong or nothing to do.
func Confirm(ctx context.Context, tx *tenant.Tx, by auth.Actor, roleID int64, key uuid.UUID) error {
	i, err := hold(ctx, tx, by, roleID, key)
	if err != nil {
		return err
	}
	switch {
	case i.State == Applying || i.State == Done:
		return nil
	case i.Gone(tx.Now()):
		return errs.Refuse(errs.Conflict, gone)
	case !i.MayApply(tx.Now()):
		return errs.Refuse(errs.Conflict, "现在不能导入：文件里有错，或者没有要改的。请看核对的结果。")
	}
	i.State = Applying
	if err := i.become(ctx, tx); err != nil {
		return err
	}
	return i.start(ctx, tx, by, roleID, task.Import)
}

const gone = "上传的文件只保留一天，已经删除了，请重新上传。"

// Again compares the file once more: things may have changed. It returns errs.NotFound,
// and a Refusal while it is being read or applied and for what is done.
func Again(ctx context.Context, tx *tenant.Tx, by auth.Actor, roleID int64, key uuid.UUID) error {
	i, err := hold(ctx, tx, by, roleID, key)
	if err != nil {
		return err
	}
	if i.Gone(tx.Now()) {
		return errs.Refuse(errs.Conflict, gone)
	}
	if i.State == Reading || i.State == Applying {
		failed, err := postgres.Value[bool](ctx, tx, `select exists (select from tasks where county_id = @county and key = @task and state = 'failed')`,
			pgx.NamedArgs{"task": i.Task()})
		if err != nil || !failed {
			return err // it is under way: pressed twice
		}
	}
	if i.State == Done {
		return errs.Refuse(errs.Conflict, "这个文件已经导入了。")
	}
	i.State, i.Round, i.Said = Reading, i.Round+1, nil
	if err := i.become(ctx, tx); err != nil {
		return err
	}
	return i.start(ctx, tx, by, roleID, task.Preview)
}

// become writes how far an import is.
func (i Import) become(ctx context.Context, tx *tenant.Tx) error {
	_, err := postgres.Exec(ctx, tx, `update imports set state = @state, round = @round, digest = @digest, added = @added, changed = @changed,
		same = @same, wrong = @wrong, said = @said where county_id = @county and key = @key`,
		pgx.NamedArgs{"key": i.Key, "state": i.State, "round": i.Round, "digest": i.Digest, "added": i.Added, "changed": i.Changed,
			"same": i.Same, "wrong": i.Wrong, "said": i.Said})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return nil
}

// Expire empties the imports whose time is over, and returns the keys of their files, which go.
func Expire(ctx context.Context, tx *tenant.Tx) ([]uuid.UUID, error) {
	expired, err := postgres.All[struct {
		ID      int64
		FileKey uuid.UUID
	}](ctx, tx, `update imports set emptied_at = @now where county_id = @county and expires_at <= @now and emptied_at is null
		returning id, file_key`, pgx.NamedArgs{"now": tx.Now()})
	keys, ids := make([]uuid.UUID, len(expired)), make([]int64, len(expired))
	for n, i := range expired {
		keys[n], ids[n] = i.FileKey, i.ID
	}
	if err == nil && len(ids) > 0 {
		_, err = postgres.Exec(ctx, tx, `delete from import_rows where county_id = @county and import_id = any(@ids)`, pgx.NamedArgs{"ids": ids})
	}
	return keys, err
}

// errUndo ends the transaction of a preview.
var errUndo = errors.New("a preview leaves nothing")
