package rating

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// MakeLink makes the one live link of the case's current round and returns its token,
// which is stored nowhere: links made before are revoked, and who is rated is frozen as
// it is now; it ends with the case's own rating clock. A case that does not await its rating is errs.Conflict.
func MakeLink(ctx context.Context, tx *tenant.Tx, caseID int64) (token string, err error) {
	return makeLink(ctx, tx, caseID, ByLink)
}

// makeLink makes a link whose answers come by channel.
func makeLink(ctx context.Context, tx *tenant.Tx, caseID int64, channel string) (string, error) {
	_, err := postgres.Exec(ctx, tx, `update rating_links set revoked_at = @now
		where county_id = @county and case_id = @case_id and revoked_at is null`,
		pgx.NamedArgs{"case_id": caseID, "now": tx.Now()})
	if err != nil {
		return "", fmt.Errorf("revoke the older link: %w", err)
	}
	secret := token.New(tx.County())
	made, err := postgres.Exec(ctx, tx, `insert into rating_links (county_id, case_id, round, token_hash, station_id, station_name,
			unit_id, unit_name, answer_id, created_at, expires_at, channel)
		select c.county_id, c.id, c.round, @hash::bytea, s.id, s.name, u.id, u.name,
			(select max(a.id) from case_answers a where a.county_id = @county and a.case_id = c.id and a.round = c.round), @now::timestamptz,
			(c.due_on + 1)::timestamp at time zone 'Asia/Shanghai', -- the last day of the window counts whole
			@channel
		from cases c join stations s on s.county_id = @county and s.id = c.station_id
		left join units u on u.county_id = @county and u.id = c.unit_id
		where c.county_id = @county and c.id = @case_id and c.state = @state and c.due_on >= @today`,
		pgx.NamedArgs{"case_id": caseID, "hash": hashOf(secret), "state": casefile.AwaitingRating, "now": tx.Now(),
			"today": calendar.DateOf(tx.Now()), "channel": channel})
	if err != nil {
		return "", fmt.Errorf("rating link: %w", err)
	}
	if made == 0 {
		return "", errs.Refuse(errs.Conflict, "这件事现在不等评价。")
	}
	return secret.String(), nil
}
