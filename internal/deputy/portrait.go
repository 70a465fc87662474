package deputy

import (
	"context"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// MayPicture reports whether by may give the deputy a photograph: the county's office, and
// the station that has the deputy in its group.
func (r Record) MayPicture(by auth.Actor, groups []Belongs) bool {
	return r.on(by, auth.AttachFile, groups)
}

// SetPhoto gives a deputy a photograph that is in the store, in place of the one before. It
// reports false where this very post was stored already. By somebody who may not approve,
// the deputy shows to citizens no more until it is approved. It returns errs.Forbidden,
// and errs.Invalid at attachment.Field for what is no photograph or more than one.
func SetPhoto(ctx context.Context, tx *tenant.Tx, by auth.Actor, number int32, submission uuid.UUID, files []blob.Kept) (bool, error) {
	r, err := mayPicture(ctx, tx, by, number)
	if err != nil {
		return false, err
	}
	owner := attachment.Deputy(r.ID)
	if before, err := attachment.Added(ctx, tx, by, owner, submission); before || err != nil {
		return false, err
	}
	if len(files) != 1 {
		return false, errs.Invalid{attachment.Field: "请只选一张照片。"}
	}
	key, err := attachment.Replace(ctx, tx, by, owner, submission, files[0], "换了新照片")
	if err != nil {
		return false, err
	}
	if err := ClearApproval(ctx, tx, by, r.ID); err != nil {
		return false, err
	}
	return true, record(ctx, tx, by, "deputy.photo", number, map[string]any{"file": key})
}

// RemovePhoto takes a deputy's photograph away; without one there is nothing to do.
func RemovePhoto(ctx context.Context, tx *tenant.Tx, by auth.Actor, number int32) error {
	r, err := mayPicture(ctx, tx, by, number)
	if err != nil {
		return err
	}
	files, err := attachment.Of(ctx, tx, attachment.Deputy(r.ID))
	if err != nil || len(files) == 0 {
		return err
	}
	if err := attachment.Remove(ctx, tx, by, files[0], "不再使用"); err != nil {
		return err
	}
	return record(ctx, tx, by, "deputy.photo_removed", number, map[string]any{"file": files[0].Key})
}

func mayPicture(ctx context.Context, tx *tenant.Tx, by auth.Actor, number int32) (Record, error) {
	id, err := IDOf(ctx, tx, number)
	if err != nil {
		return Record{}, err
	}
	r, err := hold(ctx, tx, id)
	if err != nil {
		return r, err
	}
	in, err := groups(ctx, tx, id)
	if err == nil && !r.MayPicture(by, in) {
		err = errs.Refuse(errs.Forbidden, "代表的照片由县人大代表工委和代表所在的联络站上传。")
	}
	return r, err
}
