package check

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/attachment"
	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// The evidence of a check. What was found is never changed, but a photograph may be added
// to it later, and one that was wrong goes again, with a tombstone.

// held is a check whose place is held until the transaction ends: checks themselves can be
// locked by nobody who cannot change them.
type held struct {
	ID     int64
	RootID int64
}

func hold(ctx context.Context, tx *tenant.Tx, code string, key uuid.UUID) (held, error) {
	if _, err := postgres.Value[int64](ctx, tx, `select id from stations where county_id = @county and code = @code for no key update`,
		pgx.NamedArgs{"code": code}); err != nil {
		return held{}, err
	}
	return postgres.One[held](ctx, tx, `select c.id, s.root_id from station_checks c
		join stations s on s.county_id = @county and s.id = c.station_id
		where c.county_id = @county and c.submission_key = @key and s.code = @code`, pgx.NamedArgs{"code": code, "key": key})
}

// MayAttach says whether by may add evidence to the check: nil or errs.Forbidden.
func (s *Sheet) MayAttach(by auth.Actor) error { return mayAttach(by, s.RootID) }

func mayAttach(by auth.Actor, root int64) error {
	if !by.MayOn(auth.CheckStations, auth.Subject{StationID: root}) {
		return errs.Refuse(errs.Forbidden, "您不能改动这个站点的核查。")
	}
	return nil
}

// MayRemove says whether by may remove a file of the check: whoever added it, and the
// county's administrator.
func (s *Sheet) MayRemove(by auth.Actor, addedBy int64) bool {
	return mayRemove(by, s.RootID, addedBy) == nil
}

func mayRemove(by auth.Actor, root, addedBy int64) error {
	if err := mayAttach(by, root); err != nil {
		return err
	}
	if by.Role != auth.CountyAdmin && by.UserID != addedBy {
		return errs.Refuse(errs.Forbidden, "只有添加的人和县管理员能移除它。")
	}
	return nil
}

// Attach adds evidence of one item, which is in the store, to a check, all or none. It
// reports false where this very post was stored before. It returns the errors of MayAttach
// and of attachment.Add, and errs.NotFound.
func Attach(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key uuid.UUID, item int64, submission uuid.UUID, files []blob.Kept) (bool, error) {
	c, err := hold(ctx, tx, code, key)
	if err != nil {
		return false, err
	}
	if err := mayAttach(by, c.RootID); err != nil {
		return false, err
	}
	there, err := postgres.Value[bool](ctx, tx, `select exists (select from station_check_items
		where county_id = @county and check_id = @check and item_id = @item)`, pgx.NamedArgs{"check": c.ID, "item": item})
	if err != nil {
		return false, fmt.Errorf("evidence: %w", err)
	}
	if !there {
		return false, errs.Invalid{"item": "请选择是哪一项的。"}
	}
	of := attachment.CheckItem(c.ID, item)
	if before, err := attachment.Added(ctx, tx, by, of, submission); before || err != nil {
		return false, err
	}
	keys, err := attachment.Add(ctx, tx, by, of, submission, files)
	if err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, by.Audit(), "file.add", "station "+code, map[string]any{"files": keys})
}

// RemoveFile removes a piece of evidence of the check; its tombstone stays in the table and
// in the record.
func RemoveFile(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key, file uuid.UUID) error {
	c, err := hold(ctx, tx, code, key)
	if err != nil {
		return err
	}
	f, err := attachment.Lock(ctx, tx, file)
	if err != nil {
		return err
	}
	if f.CheckID == nil || *f.CheckID != c.ID {
		return fmt.Errorf("file %s of check %s: %w", file, key, errs.NotFound)
	}
	if err := mayRemove(by, c.RootID, f.AddedBy); err != nil {
		return err
	}
	if err := attachment.Remove(ctx, tx, by, f, "从核查中移除。"); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "file.remove", "station "+code, map[string]any{"file": file})
}
