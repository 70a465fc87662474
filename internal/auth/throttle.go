package auth

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Wrong passwords in a row, after which every further one costs a wait: one minute, two,
// four … an hour. An office shares its address, so an address may be wrong more often.
const (
	freeForAccount = 5
	freeForAddress = 20
	longestWait    = 60 * time.Minute
	forgetAfter    = 24 * time.Hour
)

// limit is a subject whose wrong passwords are counted, and how many of them are free.
type limit struct {
	subject string
	free    int
}

// limits are what a guess at login from address counts against. Names that nobody has
// are counted like all others: a wait must not tell which names exist.
func limits(login, address string) []limit {
	all := []limit{{"account:" + login, freeForAccount}}
	if address != "" {
		all = append(all, limit{"address:" + network(address), freeForAddress})
	}
	return all
}

// network is the address itself, or of IPv6 the /64 that one customer has.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return fmt.Sprintf("%q", address)
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

// failures is a row of login_failures.
type failures struct {
	Subject   string
	Failures  int
	LastAt    time.Time
	BlockedTo *time.Time
}

// attempt counts a guess before it is checked, so that many at once do not get more
// tries than one after the other. While a subject is blocked it returns a Refusal of
// kind errs.TooMany, and counts nothing.
func attempt(ctx context.Context, db *tenant.DB, all []limit) error {
	now, free := db.Now(), map[string]int{}
	for _, l := range all {
		free[l.subject] = l.free
	}
	err := pgx.BeginFunc(ctx, db.Platform(), func(tx pgx.Tx) error {
		rows, err := lockFailures(ctx, tx, all, now)
		if err != nil {
			return err
		}
		if wait := blocked(rows, now); wait > 0 {
			minutes := int((wait + time.Minute - 1) / time.Minute)
			return errs.Refuse(errs.TooMany, fmt.Sprintf("尝试次数过多，请 %d 分钟后再试", minutes))
		}
		for _, f := range rows {
			if now.Sub(f.LastAt) > forgetAfter {
				f.Failures = 0
			}
			f.Failures++
			_, err := postgres.Exec(ctx, tx, `
				update login_failures set failures = @failures, last_at = @now, blocked_to = @blocked_to
				where subject = @subject`, pgx.NamedArgs{"subject": f.Subject, "failures": f.Failures, "now": now,
				"blocked_to": now.Add(waitAfter(f.Failures - free[f.Subject]))})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count a sign-in: %w", err)
	}
	return nil
}

// lockFailures makes missing rows and locks all, in one order for everybody.
func lockFailures(ctx context.Context, tx pgx.Tx, all []limit, now time.Time) ([]failures, error) {
	subjects := make([]string, len(all))
	for i, l := range all {
		subjects[i] = l.subject
		_, err := postgres.Exec(ctx, tx, `
			insert into login_failures (subject, failures, last_at) values (@subject, 0, @now)
			on conflict (subject) do nothing`, pgx.NamedArgs{"subject": l.subject, "now": now})
		if err != nil {
			return nil, err
		}
	}
	return postgres.All[failures](ctx, tx, `
		select subject, failures, last_at, blocked_to from login_failures
		where subject = any(@subjects) order by subject for update`, pgx.NamedArgs{"subjects": subjects})
}

// blocked is how long the longest block of rows still lasts.
func blocked(rows []failures, now time.Time) (wait time.Duration) {
	for _, f := range rows {
		if f.BlockedTo != nil {
			wait = max(wait, f.BlockedTo.Sub(now))
		}
	}
	return wait
}

// waitAfter is the wait when the number of wrong passwords is over the free ones by over.
func waitAfter(over int) time.Duration {
	switch {
	case over < 0:
		return 0
	case over > 5:
		return longestWait
	}
	return time.Minute << over
}

// forgive takes a right password's own attempt back: the account's count begins again, the
// address's keeps what others got wrong from it, so that one good account does not make
// room for more guesses at the rest.
func forgive(ctx context.Context, db *tenant.DB, all []limit) error {
	for _, l := range all {
		sql := `update login_failures set failures = failures - 1, blocked_to = null where subject = @subject and failures > 0`
		if l.free == freeForAccount {
			sql = `delete from login_failures where subject = @subject`
		}
		if _, err := postgres.Exec(ctx, db.Platform(), sql, pgx.NamedArgs{"subject": l.subject}); err != nil {
			return fmt.Errorf("forgive a sign-in: %w", err)
		}
	}
	return nil
}

// ForgetFailures deletes the counts that no longer matter; a job calls it now and then.
func ForgetFailures(ctx context.Context, db *tenant.DB) error {
	_, err := postgres.Exec(ctx, db.Platform(), `delete from login_failures where last_at < @before`,
		pgx.NamedArgs{"before": db.Now().Add(-forgetAfter)})
	if err != nil {
		return fmt.Errorf("forget wrong sign-ins: %w", err)
	}
	return nil
}
