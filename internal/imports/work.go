package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/sheet"
	"lianluo/internal/task"
	"lianluo/internal/tenant"
)

// Site is what imports work with.
type Site struct {
	DB    *tenant.DB
	Keys  private.Keys
	Files *blob.Store
}

// Work does a task of Preview or Import, again from the start where a server died in it. A
// file that is refused, or that would do something else by now than was shown, is a Refusal,
// whose words the import keeps.
func Work(ctx context.Context, s Site, county tenant.County, t task.Task) error {
	var ref reference
	if err := json.Unmarshal([]byte(*t.Input), &ref); err != nil {
		return fmt.Errorf("task %s: %w", t.Key, err)
	}
	account, err := auth.Reload(ctx, s.DB, county, t.UserID, t.RoleID)
	if err != nil {
		return err
	}
	w := working{Site: s, ctx: ctx, by: account.Actor, roleID: t.RoleID, task: t}
	err = s.DB.View(ctx, county, func(v *tenant.View) { w.i = Of(v, w.by, t.RoleID, ref.Import) })
	if err != nil {
		return err
	}
	if err := w.i.Kind.Check(w.by); err != nil {
		return err
	}
	if t.Kind == task.Import {
		err = w.file(w.apply)
	} else {
		err = w.file(w.preview)
	}
	return w.refused(err)
}

type working struct {
	Site
	ctx    context.Context
	by     auth.Actor
	roleID int64
	i      *Import
	task   task.Task
}

// file fetches the uploaded file and hands it on.
func (w *working) file(do func(source) error) error {
	stored, err := w.Files.Get(w.ctx, w.by.County, w.i.FileKey)
	if errors.Is(err, errs.NotFound) {
		return errs.Refuse(errs.Conflict, gone)
	}
	if err != nil {
		return err
	}
	defer stored.Close()
	sealed, err := io.ReadAll(stored)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	plain, err := w.Keys.Open(sealed, fileBind(w.by.County, w.i.FileKey))
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return do(source{strings.NewReader(plain), int64(len(plain))})
}

// Put keeps an uploaded file in the store, sealed: lists are full of private numbers.
func (s Site) Put(ctx context.Context, county tenant.County, key uuid.UUID, file io.Reader) error {
	plain, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return s.Files.Put(ctx, county, key, bytes.NewReader(s.Keys.Seal(string(plain), fileBind(county, key))))
}

func fileBind(county tenant.County, key uuid.UUID) string {
	return fmt.Sprintf("county %d import %s", county, key)
}

// drop removes the file of an import that will not be compared again.
func (w *working) drop() error {
	return w.Files.Delete(context.WithoutCancel(w.ctx), w.by.County, w.i.FileKey)
}

func (w *working) told(done, total int) error {
	return w.DB.Update(w.ctx, w.by.County, func(tx *tenant.Tx) error { return task.Progress(w.ctx, tx, w.task.Key, done, &total) })
}

// preview compares the file with what there is, and keeps what it would do.
func (w *working) preview(file source) error {
	var lines []Line
	err := w.DB.Update(w.ctx, w.by.County, func(tx *tenant.Tx) (err error) {
		if lines, err = judge(w.ctx, tx, w.Keys, w.by, w.i.Kind, file, false, w.told); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		return err
	}
	i, counts := *w.i, count(lines)
	if i.Digest, err = digest(lines); err != nil {
		return err
	}
	i.State, i.Said = Ready, nil
	i.Added, i.Changed, i.Same, i.Wrong = int32(counts.Added), int32(counts.Changed), int32(counts.Same), int32(counts.Wrong)
	return w.DB.Update(w.ctx, w.by.County, func(tx *tenant.Tx) error {
		if err := keep(w.ctx, tx, i.ID, lines); err != nil {
			return err
		}
		if err := i.become(w.ctx, tx); err != nil {
			return err
		}
		return task.Finish(w.ctx, tx, w.task.Key, len(lines), "共 "+strconv.Itoa(len(lines))+" 行。", task.File{})
	})
}

const overtaken = "核对以后，系统里的内容有了变化，照原来的核对结果导入会不一样，所以什么也没有写。请再核对一次。"

// apply makes what was shown true: all of it, once, or nothing.
func (w *working) apply(file source) error {
	err := w.DB.Update(w.ctx, w.by.County, func(tx *tenant.Tx) error {
		i, err := hold(w.ctx, tx, w.by, w.roleID, w.i.Key)
		if err != nil {
			return err
		}
		if i.State != Applying {
			return errs.NotFound // another server was faster
		}
		lines, err := judge(w.ctx, tx, w.Keys, w.by, i.Kind, file, true, w.told)
		if err != nil {
			return err
		}
		now, err := digest(lines)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, i.Digest) || i.Wrong > 0 {
			return errs.Refuse(errs.Conflict, overtaken)
		}
		return w.done(tx, i, len(lines))
	})
	if err != nil {
		return err
	}
	return w.drop()
}

func (w *working) done(tx *tenant.Tx, i Import, rows int) error {
	i.State = Done
	if err := i.become(w.ctx, tx); err != nil {
		return err
	}
	said := "新增 " + strconv.Itoa(int(i.Added)) + " 行，修改 " + strconv.Itoa(int(i.Changed)) + " 行。"
	if err := task.Finish(w.ctx, tx, w.task.Key, rows, said, task.File{}); err != nil {
		return err
	}
	return audit.Record(w.ctx, tx, w.by.Audit(), "network.import", "list "+string(i.Kind),
		map[string]any{"file": i.FileName, "added": i.Added, "changes_made": i.Changed, "same": i.Same})
}

// refused keeps with the import why it was refused, and returns the error as a Refusal.
func (w *working) refused(err error) error {
	words := errs.Message(err, "")
	invalid, bad := errors.AsType[errs.Invalid](err)
	if bad {
		words = invalid[sheet.Field]
	}
	if words == "" {
		return err
	}
	i := *w.i
	i.State, i.Said = Refused, &words
	kept := w.DB.Update(context.WithoutCancel(w.ctx), w.by.County, func(tx *tenant.Tx) error { return i.become(w.ctx, tx) })
	if bad && kept == nil { // nobody can read it
		kept = w.drop()
	}
	if kept != nil {
		return kept
	}
	return errs.Refuse(errs.Conflict, words)
}

// keep stores what is said of the rows.
func keep(ctx context.Context, tx *tenant.Tx, importID int64, lines []Line) error {
	_, err := postgres.Exec(ctx, tx, `delete from import_rows where county_id = @county and import_id = @id`, pgx.NamedArgs{"id": importID})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	for start := 0; start < len(lines); start += keptAtOnce {
		var statements []tenant.Statement
		for n, l := range lines[start:min(start+keptAtOnce, len(lines))] {
			statements = append(statements, tenant.Statement{SQL: `insert into import_rows
					(county_id, import_id, position, list, row, subject, verdict, changes, problems, note)
				values (@county, @id, @position, @list, @row, @subject, @verdict, @changes, @problems, @note)`,
				Args: pgx.NamedArgs{"id": importID, "position": start + n + 1, "list": l.List, "row": l.Row, "subject": l.Subject, "verdict": l.Verdict,
					"changes": orNone(l.Changes), "problems": orNone(l.Problems), "note": null.Of(l.Note)}})
		}
		if err := tx.Batch(ctx, statements); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	return nil
}

// keptAtOnce is how many rows go in one round trip.
const keptAtOnce = 500

// orNone is a list that is never null in JSON.
func orNone[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}
