// Package attachment holds the files of a record: which there are, who added them, and
// what became of those that were removed. The bytes are package blob's. Who may see or
// add a file is decided by the noun that owns the record.
//
// The order of writing: the bytes first, then the row. A file without a row is swept, a
// row always has its file. Removing leaves a tombstone, and queues the job that deletes
// the bytes.
package attachment

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Field is the form's field at which Add complains.
const Field = "files"

// Attachment is one file, or its tombstone. Of the ids of its owner one is set; an item's
// stands beside its check's.
type Attachment struct {
	ID            int64
	Key           uuid.UUID // in its address
	CaseID        *int64
	ZoneID        *int64
	CheckID       *int64
	CheckItemID   *int64
	DeputyID      *int64
	Name          *string // nil: removed
	Format        blob.Format
	Size          int64
	Width, Height *int32 // of a photograph
	BlobKey       uuid.UUID
	ThumbKey      *uuid.UUID // of a photograph
	AddedBy       int64
	AddedName     string
	AddedAt       time.Time
	RemovedAt     *time.Time
}

const columns = `a.id, a.key, a.case_id, a.zone_id, a.check_id, a.check_item_id, a.deputy_id, a.name, a.format, a.size, a.width, a.height,
	a.blob_key, a.thumb_key, a.added_by, a.added_name, a.added_at, a.removed_at`

// Find reads a file by the key in its address. Another county's is errs.NotFound.
func Find(v *tenant.View, key uuid.UUID) *Attachment {
	return tenant.One[Attachment](v, `select `+columns+` from attachments a where a.county_id = @county and a.key = @key`,
		pgx.NamedArgs{"key": key})
}

// List queues an owner's files that were not removed, oldest first.
func List(v *tenant.View, of Owner) *[]Attachment {
	return tenant.All[Attachment](v, selectOf(of), of.args(pgx.NamedArgs{}))
}

// Lock reads a file and holds its row until the transaction ends.
func Lock(ctx context.Context, tx *tenant.Tx, key uuid.UUID) (Attachment, error) {
	return postgres.One[Attachment](ctx, tx, `select `+columns+` from attachments a
		where a.county_id = @county and a.key = @key for update`, pgx.NamedArgs{"key": key})
}

// Of reads an owner's files that were not removed, oldest first.
func Of(ctx context.Context, tx *tenant.Tx, of Owner) ([]Attachment, error) {
	return postgres.All[Attachment](ctx, tx, selectOf(of), of.args(pgx.NamedArgs{}))
}

func selectOf(of Owner) string {
	return `select ` + columns + ` from attachments a where a.county_id = @county and ` + of.where() + ` and a.removed_at is null order by a.id`
}

// Added reports whether by has sent this post for the owner before: a second press, or a
// retry after a lost answer.
func Added(ctx context.Context, tx *tenant.Tx, by auth.Actor, of Owner, submission uuid.UUID) (bool, error) {
	return postgres.Value[bool](ctx, tx, `select exists (select from attachments a where a.county_id = @county
		and a.submission_key = @submission and `+of.where()+` and a.added_by = @by)`,
		of.args(pgx.NamedArgs{"submission": submission, "by": by.UserID}))
}

// Add writes the rows of a post's files, which are in the store already, all or none. The
// caller holds the owner's row. It returns errs.Invalid at Field where the owner would have
// too many, too much, or what is no photograph where only photographs go; whoever calls it
// then drops the files from the store.
func Add(ctx context.Context, tx *tenant.Tx, by auth.Actor, of Owner, submission uuid.UUID, files []blob.Kept) ([]uuid.UUID, error) {
	there, err := Of(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	if err := limits[of.kind].room(there, files); err != nil {
		return nil, err
	}
	keys := make([]uuid.UUID, len(files))
	statements := make([]tenant.Statement, len(files))
	for i, f := range files {
		keys[i] = uuid.New()
		args := pgx.NamedArgs{"key": keys[i], "submission": submission, "position": i + 1, "name": f.Name,
			"format": f.Format, "size": f.Size, "sha256": f.SHA256, "width": null.Of(f.Width), "height": null.Of(f.Height),
			"blob_key": f.Key, "thumb_key": null.Of(f.ThumbKey), "by": by.UserID, "by_name": by.Name, "now": tx.Now()}
		statements[i] = tenant.Statement{Args: of.insert(args), SQL: `insert into attachments (county_id, key, case_id, zone_id, check_id,
				check_item_id, deputy_id, submission_key, position, name, format, size, sha256, width, height, blob_key, thumb_key,
				added_by, added_name, added_at)
			values (@county, @key, @case_id, @zone_id, @check_id, @check_item_id, @deputy_id, @submission, @position, @name, @format,
				@size, @sha256, @width, @height, @blob_key, @thumb_key, @by, @by_name, @now)`}
	}
	if err := tx.Batch(ctx, statements); err != nil {
		return nil, fmt.Errorf("add files: %w", err)
	}
	return keys, nil
}

// Replace is Add for an owner that has one file at a time: what is there is removed, with
// the reason. Where Add refuses, the caller's transaction must end without a trace.
func Replace(ctx context.Context, tx *tenant.Tx, by auth.Actor, of Owner, submission uuid.UUID, file blob.Kept, reason string) (uuid.UUID, error) {
	there, err := Of(ctx, tx, of)
	if err != nil {
		return uuid.Nil, err
	}
	for _, f := range there {
		if err := Remove(ctx, tx, by, f, reason); err != nil {
			return uuid.Nil, err
		}
	}
	keys, err := Add(ctx, tx, by, of, submission, []blob.Kept{file})
	if err != nil {
		return uuid.Nil, err
	}
	return keys[0], nil
}

// There is errs.NotFound, in words, for a file that was removed.
func (a Attachment) There() error {
	if a.RemovedAt != nil {
		return errs.Refuse(errs.NotFound, "这个附件已经移除了。")
	}
	return nil
}

// maxReason is the longest reason, in characters.
const maxReason = 200

// Remove leaves a file's tombstone and queues the job that deletes its bytes. Its reason
// stands on the page, so it is asked for: errs.Invalid at "reason". A file that is removed
// already is errs.Conflict.
func Remove(ctx context.Context, tx *tenant.Tx, by auth.Actor, f Attachment, reason string) error {
	switch reason = strings.TrimSpace(reason); {
	case reason == "":
		return errs.Invalid{"reason": "请写明为什么移除。"}
	case utf8.RuneCountInString(reason) > maxReason:
		return errs.Invalid{"reason": fmt.Sprintf("理由最多 %d 个字。", maxReason)}
	}
	n, err := postgres.Exec(ctx, tx, `update attachments set name = null, removed_at = @now, removed_by = @by, removed_name = @by_name,
		removed_reason = @reason where county_id = @county and id = @id and removed_at is null`,
		pgx.NamedArgs{"id": f.ID, "now": tx.Now(), "by": null.Of(by.UserID), "by_name": by.Name, "reason": reason})
	if err != nil {
		return fmt.Errorf("remove file: %w", err)
	}
	if n == 0 {
		return errs.Refuse(errs.Conflict, "这个附件已经移除了。")
	}
	return tx.Enqueue(ctx, Purge{County: tx.County(), Attachment: f.ID}, nil)
}
