package casefile

import (
	"bytes"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// ChangedSince is a form under whose key a visit is registered, and which says something else
// now: somebody went on with it after an answer that never came. Nothing of it is registered.
var ChangedSince = errs.Refuse(errs.Conflict, "这张表已经登记过，后来改的、加的没有登记。")

// resent is what the form came to when it was registered; ChangedSince where it was another.
func (v *Visit) resent(ctx context.Context, tx *tenant.Tx, keys private.Keys) (Receipts, error) {
	receipts, err := RegisteredBefore(ctx, tx, keys, v.Key)
	if err != nil || v.Typed == "" {
		return receipts, err
	}
	type form struct {
		Typed       []byte
		TypedPhotos []uuid.UUID
	}
	before, err := postgres.One[form](ctx, tx, `select typed, typed_photos from visits where county_id = @county and submission_key = @key`,
		pgx.NamedArgs{"key": v.Key})
	if err != nil {
		return Receipts{}, err
	}
	more := slices.ContainsFunc(v.Chosen, func(photo uuid.UUID) bool { return !slices.Contains(before.TypedPhotos, photo) })
	if before.Typed != nil && (more || !bytes.Equal(before.Typed, v.typed(keys, tx.County()))) {
		return Receipts{}, ChangedSince
	}
	return receipts, nil
}

// typed is the form's keyed hash; nil where nobody says what was typed.
func (v *Visit) typed(keys private.Keys, of tenant.County) []byte {
	if v.Typed == "" {
		return nil
	}
	return keys.Blind(int32(of), "visit form", v.Typed)
}

// Brought is one matter of a registered visit, in the words of its form.
type Brought struct {
	ReturnTo string // the number of the earlier case; "" of a new one
	Words    string
}

// BroughtBy queues what the visit with that submission key brought.
func BroughtBy(v *tenant.View, key uuid.UUID) *[]Brought {
	return tenant.All[Brought](v, `select '' as return_to, c.words from cases c join visits v on v.county_id = @county and v.id = c.visit_id
			where c.county_id = @county and v.submission_key = @key
		union all select c.number, coalesce(x.words, '') from visit_returns x join visits v on v.county_id = @county and v.id = x.visit_id
			join cases c on c.county_id = @county and c.id = x.case_id where x.county_id = @county and v.submission_key = @key`,
		pgx.NamedArgs{"key": key})
}
