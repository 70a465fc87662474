package deputy

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Approve says of deputies that what citizens see of them, name, photograph and duties, is
// right, and returns how many were not approved before. Unknown ids are passed over.
func Approve(ctx context.Context, tx *tenant.Tx, by auth.Actor, ids []int64) (int, error) {
	return approve(ctx, tx, by, ids, "deputy.approve", `approved_at is null`,
		pgx.NamedArgs{"at": tx.Now(), "by": null.Of(by.UserID), "name": by.Name})
}

// Unapprove takes deputies out of what citizens see until they are approved again.
func Unapprove(ctx context.Context, tx *tenant.Tx, by auth.Actor, ids []int64) (int, error) {
	return approve(ctx, tx, by, ids, "deputy.unapprove", `approved_at is not null`, pgx.NamedArgs{"at": nil, "by": nil, "name": nil})
}

func approve(ctx context.Context, tx *tenant.Tx, by auth.Actor, ids []int64, action, which string, args pgx.NamedArgs) (int, error) {
	if !MayApprove(by) {
		return 0, errs.Refuse(errs.Forbidden, "公开的内容由县人大代表工委核对。")
	}
	numbers, err := postgres.All[struct{ Number int32 }](ctx, tx, `select number from deputies
		where county_id = @county and id = any(@ids) and merged_into is null and `+which+` order by id for no key update`, pgx.NamedArgs{"ids": ids})
	if err != nil {
		return 0, fmt.Errorf("approve: %w", err)
	}
	args["ids"] = ids
	_, err = postgres.Exec(ctx, tx, `update deputies set approved_at = @at, approved_by = @by, approved_name = @name
		where county_id = @county and id = any(@ids) and merged_into is null and `+which, args)
	if err != nil {
		return 0, fmt.Errorf("approve: %w", err)
	}
	return len(numbers), audit.Collect(ctx, tx, func(ctx context.Context) error {
		for _, n := range numbers {
			if err := record(ctx, tx, by, action, n.Number, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

const clearApproval = `update deputies set approved_at = null, approved_by = null, approved_name = null where county_id = @county and id = any(@ids)`

// ClearApproval is for whoever changes a deputy's photograph: by somebody who may not
// approve it shows to citizens no more until somebody who may has looked. It records
// nothing: the change is what is recorded.
func ClearApproval(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) error {
	if MayApprove(by) {
		return nil
	}
	_, err := postgres.Exec(ctx, tx, clearApproval, pgx.NamedArgs{"ids": []int64{id}})
	if err != nil {
		return fmt.Errorf("clear the approval: %w", err)
	}
	return nil
}
