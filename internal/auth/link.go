package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// LinkDays is for how many days a link waits to be used.
const LinkDays = 7

// linkPurpose keeps a link that citizens have from passing for one of these.
const linkPurpose = "password"

// MakeLink makes the one live link by which a user sets a password, and returns its token,
// which is stored nowhere; links made before are revoked. The password that there may be
// holds until then. It returns errs.NotFound, and a Refusal of kind errs.Conflict for an
// account that is disabled.
func MakeLink(ctx context.Context, tx *tenant.Tx, by Actor, userID int64) (link string, err error) {
	return makeLink(ctx, tx, by, userID, nil)
}

// MakeLinkOnce is MakeLink for a form, which has a key: pressed twice it makes one link, and
// the second time is errs.Conflict (LinkMade tells).
func MakeLinkOnce(ctx context.Context, tx *tenant.Tx, by Actor, userID int64, key uuid.UUID) (link string, err error) {
	return makeLink(ctx, tx, by, userID, &key)
}

// LinkMade reports whose link was made by the form with that key; "" for nobody's.
func LinkMade(ctx context.Context, db *tenant.DB, county tenant.County, key uuid.UUID) (login string, err error) {
	var made *string
	err = db.View(ctx, county, func(v *tenant.View) {
		made = tenant.Value[string](v, `select coalesce((select u.login_name from password_links l join users u on u.county_id = @county and u.id = l.user_id
			where l.county_id = @county and l.submission_key = @key), '')`, pgx.NamedArgs{"key": key})
	})
	if err != nil {
		return "", fmt.Errorf("link of a form: %w", err)
	}
	return *made, nil
}

func makeLink(ctx context.Context, tx *tenant.Tx, by Actor, userID int64, key *uuid.UUID) (string, error) {
	login, err := lockUser(ctx, tx, userID)
	if err != nil {
		return "", err
	}
	if err := revokeLinks(ctx, tx, userID); err != nil {
		return "", err
	}
	if by.Role == "" {
		by = SystemOf(tx.County())
	}
	secret := token.New(tx.County())
	made, err := postgres.Exec(ctx, tx, `
		insert into password_links (county_id, user_id, token_hash, made_by, made_name, made_at, expires_at, submission_key)
		select u.county_id, u.id, @hash::bytea, @by::bigint, @by_name, @now::timestamptz, @expires::timestamptz, @key::uuid
		from users u where u.county_id = @county and u.id = @id and u.disabled_at is null`,
		pgx.NamedArgs{"id": userID, "hash": secret.Hash(linkPurpose), "by": null.Of(by.UserID), "by_name": by.Name, "key": key,
			"now": tx.Now(), "expires": tx.Now().AddDate(0, 0, LinkDays)})
	if err != nil {
		return "", fmt.Errorf("make a link: %w", err)
	}
	if made == 0 {
		return "", errs.Refuse(errs.Conflict, "这个账号已经停用。请先启用，再发链接。")
	}
	return secret.String(), recordUser(ctx, tx, by, "user.make_link", login, nil)
}

func revokeLinks(ctx context.Context, tx *tenant.Tx, userID int64) error {
	_, err := postgres.Exec(ctx, tx, `
		update password_links set revoked_at = @now
		where county_id = @county and user_id = @id and used_at is null and revoked_at is null`,
		pgx.NamedArgs{"id": userID, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("revoke links: %w", err)
	}
	return nil
}

// LinkHolder is whose password a link sets.
type LinkHolder struct {
	County    tenant.County
	UserID    int64
	Name      string
	LoginName string
	Office    string // 襄垣县人大常委会
	Demo      bool
	ExpiresAt time.Time
}

// OpenLink reads whose link a token is, and changes nothing. It returns errs.NotFound, always
// the same, for a link that is unknown, used, replaced or too old, and of a disabled account.
func OpenLink(ctx context.Context, db *tenant.DB, text string) (LinkHolder, error) {
	secret, ok := token.Parse(text)
	if !ok {
		return LinkHolder{}, errs.NotFound
	}
	var holder *LinkHolder
	err := db.View(ctx, secret.County, func(v *tenant.View) {
		holder = tenant.One[LinkHolder](v, `
			select u.county_id as county, u.id as user_id, u.name, u.login_name, c.office, c.demo, l.expires_at
			from password_links l
			join users u on u.county_id = @county and u.id = l.user_id
			join counties c on c.id = l.county_id
			where l.county_id = @county and l.token_hash = @hash and l.used_at is null and l.revoked_at is null
				and l.expires_at > @now and u.disabled_at is null`,
			pgx.NamedArgs{"hash": secret.Hash(linkPurpose), "now": v.Now()})
	})
	if err != nil {
		return LinkHolder{}, fmt.Errorf("open a link: %w", err)
	}
	return *holder, nil
}

// UseLink sets the password of the link's holder, once, and returns who that is; address is
// where it came from. It returns errs.Invalid (new_password, repeat_password) for a bad
// form, which leaves the link live, and errs.NotFound as OpenLink does. Ending the holder's
// sessions is the caller's.
func UseLink(ctx context.Context, db *tenant.DB, text, password, repeat, address string) (LinkHolder, error) {
	holder, err := OpenLink(ctx, db, text)
	if err != nil {
		return LinkHolder{}, err
	}
	invalid := errs.Invalid{}
	if reason := refusePassword(holder.LoginName, password); reason != "" {
		invalid["new_password"] = reason
	}
	if repeat != password {
		invalid["repeat_password"] = repeatedWrong
	}
	if err := invalid.Err(); err != nil {
		return holder, err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return LinkHolder{}, err
	}
	secret, _ := token.Parse(text)
	err = db.Update(ctx, secret.County, func(tx *tenant.Tx) error {
		return holder.set(ctx, tx, secret, hash, address)
	})
	if err != nil {
		return LinkHolder{}, fmt.Errorf("use a link: %w", err)
	}
	return holder, forgive(ctx, db, limits(holder.LoginName, "")) // who has the link need not wait for old mistakes
}

// set uses the link up and stores the hash: of many at once one finds the link live.
func (h LinkHolder) set(ctx context.Context, tx *tenant.Tx, secret token.Token, hash, address string) error {
	if _, err := lockUser(ctx, tx, h.UserID); err != nil {
		return err
	}
	used, err := postgres.Exec(ctx, tx, `
		update password_links set used_at = @now
		where county_id = @county and token_hash = @hash and used_at is null and revoked_at is null and expires_at > @now`,
		pgx.NamedArgs{"hash": secret.Hash(linkPurpose), "now": tx.Now()})
	if err != nil {
		return err
	}
	changed, err := postgres.Exec(ctx, tx, `
		update users set password_hash = @new, has_password = true, must_change_password = false
		where county_id = @county and id = @id and disabled_at is null`, pgx.NamedArgs{"id": h.UserID, "new": hash})
	if err = errors.Join(err, only(used), only(changed)); err != nil {
		return err
	}
	by := audit.Actor{ID: h.UserID, Name: h.Name, Role: "unknown", Address: address} // not signed in
	return audit.Record(ctx, tx, by, "user.use_link", "user "+h.LoginName, nil)
}

// only is errs.NotFound unless one row was changed.
func only(changed int64) error {
	if changed != 1 {
		return errs.NotFound
	}
	return nil
}
