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
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// The limits of one record.
const (
	MaxFiles = 20
	MaxBytes = 100 << 20
)

// Field is the form's field at which Add complains.
const Field = "files"

// Attachment is one file of a case, or its tombstone.
type Attachment struct {
	ID            int64
	Key           uuid.UUID // in its address
	CaseID        int64
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

const columns = `a.id, a.key, a.case_id, a.name, a.format, a.size, a.width, a.height, a.blob_key, a.thumb_key, a.added_by,
	a.added_name, a.added_at, a.removed_at`

// Find reads a file by the key in its address. Another county's is errs.NotFound.
func Find(v *tenant.View, key uuid.UUID) *Attachment {
	return tenant.One[Attachment](v, `select `+columns+` from attachments a where a.county_id = @county and a.key = @key`,
		pgx.NamedArgs{"key": key})
}

// Lock reads a file and holds its row until the transaction ends.
func Lock(ctx context.Context, tx *tenant.Tx, key uuid.UUID) (Attachment, error) {
	return postgres.One[Attachment](ctx, tx, `select `+columns+` from attachments a
		where a.county_id = @county and a.key = @key for update`, pgx.NamedArgs{"key": key})
}

// OfCase reads the files of a case that were not removed, oldest first.
func OfCase(ctx context.Context, tx *tenant.Tx, caseID int64) ([]Attachment, error) {
	return postgres.All[Attachment](ctx, tx, `select `+columns+` from attachments a
		where a.county_id = @county and a.case_id = @case_id and a.removed_at is null order by a.id`, pgx.NamedArgs{"case_id": caseID})
}

// Added reports whether by has sent this post for the case before: a second press, or a
// retry after a lost answer.
func Added(ctx context.Context, tx *tenant.Tx, by auth.Actor, caseID int64, submission uuid.UUID) (bool, error) {
	return postgres.Value[bool](ctx, tx, `select exists (select from attachments where county_id = @county
		and submission_key = @submission and case_id = @case_id and added_by = @by)`,
		pgx.NamedArgs{"submission": submission, "case_id": caseID, "by": by.UserID})
}

// Add writes the rows of a post's files, which are in the store already, all or none. The
// caller holds the case's row. It returns errs.Invalid at Field where the case would have
// too many, or too much; whoever calls it then drops the files from the store.
func Add(ctx context.Context, tx *tenant.Tx, by auth.Actor, caseID int64, submission uuid.UUID, files []blob.Kept) ([]uuid.UUID, error) {
	there, err := OfCase(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	if err := room(there, files); err != nil {
		return nil, err
	}
	keys := make([]uuid.UUID, len(files))
	statements := make([]tenant.Statement, len(files))
	for i, f := range files {
		keys[i] = uuid.New()
		args := pgx.NamedArgs{"key": keys[i], "case_id": caseID, "submission": submission, "position": i + 1, "name": f.Name,
			"format": f.Format, "size": f.Size, "sha256": f.SHA256, "width": orNull(f.Width), "height": orNull(f.Height),
			"blob_key": f.Key, "thumb_key": orNull(f.ThumbKey), "by": by.UserID, "by_name": by.Name, "now": tx.Now()}
		statements[i] = tenant.Statement{Args: args, SQL: `insert into attachments (county_id, key, case_id, submission_key, position,
				name, format, size, sha256, width, height, blob_key, thumb_key, added_by, added_name, added_at)
			values (@county, @key, @case_id, @submission, @position, @name, @format, @size, @sha256, @width, @height,
				@blob_key, @thumb_key, @by, @by_name, @now)`}
	}
	if err := tx.Batch(ctx, statements); err != nil {
		return nil, fmt.Errorf("add files: %w", err)
	}
	return keys, nil
}

// room says whether more files fit beside those that are there.
func room(there []Attachment, more []blob.Kept) error {
	size := int64(0)
	for _, f := range there {
		size += f.Size
	}
	for _, f := range more {
		size += f.Size
	}
	switch {
	case len(more) == 0:
		return errs.Invalid{Field: "请选择要上传的文件。"}
	case len(there)+len(more) > MaxFiles:
		return errs.Invalid{Field: fmt.Sprintf("一件事最多 %d 个附件，现在已有 %d 个。请少选几个，或者先移除不要的。", MaxFiles, len(there))}
	case size > MaxBytes:
		return errs.Invalid{Field: fmt.Sprintf("一件事的附件合计不能超过 %d MB。请少选几个，或者先移除不要的。", MaxBytes>>20)}
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
		pgx.NamedArgs{"id": f.ID, "now": tx.Now(), "by": orNull(by.UserID), "by_name": by.Name, "reason": reason})
	if err != nil {
		return fmt.Errorf("remove file: %w", err)
	}
	if n == 0 {
		return errs.Refuse(errs.Conflict, "这个附件已经移除了。")
	}
	return tx.Enqueue(ctx, Purge{tx.County(), f.ID}, nil)
}

// orNull is nil for the zero value of T.
func orNull[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
