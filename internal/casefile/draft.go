package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// DraftDays is how many days a registration that was begun is kept.
const DraftDays = 7

// mostDrafts is how many one person may leave lying.
const mostDrafts = 50

// maxDraft bounds what one draft holds, in bytes.
const maxDraft = 256 << 10

// Draft is a registration that was begun and not sent (没登完的登记). What was typed is
// sealed under its key and its owner, and opens for nobody else.
type Draft struct {
	Key       uuid.UUID
	StationID int64
	Text      string    // as the page gave it
	SavedAt   time.Time // when it was last kept
	Unseen    bool      // kept while its owner was signed out: nobody reads a refusal

	Photos  []StoredPhoto // that came with it
	Removed []uuid.UUID   // photographs that were taken out of it
}

type draftRow struct {
	Key       uuid.UUID
	StationID int64
	Sealed    []byte
	SavedAt   time.Time
}

// Owner is whose draft it is.
type Owner struct {
	County tenant.County
	UserID int64
}

// OwnerOf is by as the owner of drafts.
func OwnerOf(by auth.Actor) Owner { return Owner{by.County, by.UserID} }

func (o Owner) bind(key uuid.UUID) string {
	return fmt.Sprintf("county %d user %d draft %s", o.County, o.UserID, key)
}

// SaveDraft keeps what was typed, in place of what was kept under that key before. It asks
// for no session, only for whose it is: a page says that with Claim. A key that is somebody
// else's, or that is registered already, changes nothing: then it is not kept. errs.Invalid at ""
// where the text is too large.
func SaveDraft(ctx context.Context, tx *tenant.Tx, keys private.Keys, of Owner, d Draft) (kept bool, err error) {
	if len(d.Text) > maxDraft {
		return false, errs.Invalid{"": "填的内容太多，没有存成草稿。"}
	}
	if err := roomForDraft(ctx, tx, of, d); err != nil {
		return false, err
	}
	args := pgx.NamedArgs{"key": d.Key, "user": of.UserID, "station": d.StationID,
		"sealed": keys.Seal(d.Text, of.bind(d.Key)), "now": tx.Now()}
	saved, err := postgres.Exec(ctx, tx, `insert into visit_drafts (county_id, key, user_id, station_id, sealed, saved_at)
		values (@county, @key, @user, @station, @sealed, @now)
		on conflict (county_id, key) do update set sealed = excluded.sealed, saved_at = excluded.saved_at
		where visit_drafts.county_id = @county and visit_drafts.user_id = excluded.user_id`, args)
	if err != nil {
		return false, fmt.Errorf("save draft: %w", err)
	}
	// Asked after the draft's row is held, for which a registration that drops it was waited for.
	registered, err := postgres.Value[bool](ctx, tx, `select exists (select from visits where county_id = @county and submission_key = @key)`,
		pgx.NamedArgs{"key": d.Key})
	if err != nil {
		return false, err
	}
	if registered {
		err = errors.Join(purgePhotos(ctx, tx, d.blobs()), dropDrafts(ctx, tx, `d.key = @key and d.user_id = @user`, pgx.NamedArgs{"key": d.Key, "user": of.UserID}))
	} else {
		err = saveDraftPhotos(ctx, tx, keys, of, d)
	}
	if err != nil {
		return false, err
	}
	return saved > 0 && !registered, ForgetDrafts(ctx, tx)
}

// roomForDraft refuses one draft too many; where nobody could read that, the oldest goes.
func roomForDraft(ctx context.Context, tx *tenant.Tx, of Owner, d Draft) error {
	args := pgx.NamedArgs{"key": d.Key, "user": of.UserID}
	if _, err := postgres.Value[int64](ctx, tx, `select id from users where county_id = @county and id = @user for no key update`,
		pgx.NamedArgs{"user": of.UserID}); err != nil { // two at once count one after the other
		return err
	}
	n, err := postgres.Value[int](ctx, tx, `select count(*) filter (where d.key <> @key) + 1000 * count(*) filter (where d.key = @key) from visit_drafts d
		where d.county_id = @county and d.user_id = @user`, args)
	if err != nil || n < mostDrafts || n >= 1000 { // kept already: it may be kept again
		return err
	}
	if !d.Unseen {
		return errs.Invalid{"": "您没登完的草稿已经有 " + itoa(mostDrafts) + " 份，这一张没有存成草稿。请在登记页上面的“没登完的”里删去不用的，再接着填；直接按“登记”不受影响。"}
	}
	return dropDrafts(ctx, tx, `d.key = (select o.key from visit_drafts o where o.county_id = @county and o.user_id = @user order by o.saved_at, o.key limit 1)`,
		pgx.NamedArgs{"user": of.UserID})
}

func draftsFrom(now time.Time) time.Time { return now.AddDate(0, 0, -DraftDays) }

// Drafts queues what by has begun and not sent, newest first; call the function once the
// view has returned. A draft whose visit is registered is none.
func Drafts(v *tenant.View, keys private.Keys, by auth.Actor) func() []Draft {
	rows := tenant.All[draftRow](v, `select d.key, d.station_id, d.sealed, d.saved_at from visit_drafts d
		where d.county_id = @county and d.user_id = @user and d.saved_at > @from
			and not exists (select from visits w where w.county_id = @county and w.submission_key = d.key)
		order by d.saved_at desc limit `+itoa(mostDrafts), pgx.NamedArgs{"user": by.UserID, "from": draftsFrom(v.Now())})
	return func() []Draft {
		var drafts []Draft
		for _, row := range *rows {
			text, err := keys.Open(row.Sealed, OwnerOf(by).bind(row.Key))
			if err == nil { // sealed with a key that is gone: nobody can read it any more
				drafts = append(drafts, Draft{Key: row.Key, StationID: row.StationID, Text: text, SavedAt: row.SavedAt})
			}
		}
		return drafts
	}
}

// DropDraft throws away by's own draft.
func DropDraft(ctx context.Context, tx *tenant.Tx, by auth.Actor, key uuid.UUID) error {
	return dropDrafts(ctx, tx, `d.key = @key and d.user_id = @user`, pgx.NamedArgs{"key": key, "user": by.UserID})
}

// dropDrafts removes the drafts d that are so, with their photographs.
func dropDrafts(ctx context.Context, tx *tenant.Tx, so string, args pgx.NamedArgs) error {
	// Held first, so that no photograph comes in between.
	held, err := postgres.All[struct{ Key uuid.UUID }](ctx, tx, `select d.key from visit_drafts d where d.county_id = @county and `+so+` for update`, args)
	if err != nil || len(held) == 0 {
		return err
	}
	if err := dropDraftPhotos(ctx, tx, so, args); err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `delete from visit_drafts d where d.county_id = @county and `+so, args)
	return err
}

// ForgetDrafts deletes the county's drafts whose time is over.
func ForgetDrafts(ctx context.Context, tx *tenant.Tx) error {
	return dropDrafts(ctx, tx, `d.saved_at <= @from`, pgx.NamedArgs{"from": draftsFrom(tx.Now())})
}

// claimDays is how long after it was opened a form still says whose it is: longer than any
// session lasts.
const claimDays = 8

// Claim says, sealed, to whom a form with that key was shown and for which station. The form
// brings it back, so that what was typed finds its owner also when the session has ended.
func Claim(keys private.Keys, by auth.Actor, stationID int64, key uuid.UUID, now time.Time) []byte {
	return keys.Seal(fmt.Sprintf("%d %d %d %d", by.County, by.UserID, stationID, calendar.DateOf(now).AddDays(claimDays).Start().Unix()), claimBind(key))
}

func claimBind(key uuid.UUID) string { return "claim of draft " + key.String() }

// Claimed reads a Claim; false where it is none of that key's, or too old.
func Claimed(keys private.Keys, claim []byte, key uuid.UUID, now time.Time) (of Owner, stationID int64, ok bool) {
	text, err := keys.Open(claim, claimBind(key))
	if err != nil {
		return Owner{}, 0, false
	}
	var until int64
	n, err := fmt.Sscan(text, &of.County, &of.UserID, &stationID, &until)
	return of, stationID, err == nil && n == 4 && now.Unix() < until
}
