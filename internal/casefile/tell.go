package casefile

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// codeStands is of a message m and a contact p: the 查询码 went, or goes, to the number that is
// there now, and not to one that was put right since.
const codeStands = `m.kind = 'registered' and m.state <> 'withdrawn' and (p.phone_since is null
	or m.state in ('waiting', 'to_print', 'printed', 'to_call') or coalesce(m.sent_at, m.created_at) > p.phone_since)`

// SendCodes queues the message with the 查询码 for each matter of a visit that has none yet.
// Whether by may see the visit's receipt has been asked before. errs.Conflict where there is
// no number, or nothing left to send.
func SendCodes(ctx context.Context, tx *tenant.Tx, by auth.Actor, visitID int64) error {
	type row struct {
		ID     int64
		Number string
	}
	cases, err := postgres.All[row](ctx, tx, `select c.id, c.number from cases c
		join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		where c.county_id = @county and c.visit_id = @visit_id and p.phone_sealed is not null
			and not exists (select from messages m where m.county_id = @county and m.case_id = c.id and `+codeStands+`)
		order by c.id for update of c`, pgx.NamedArgs{"visit_id": visitID})
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return errs.Refuse(errs.Conflict, "没有留电话，或者查询码已经发过短信了。")
	}
	for _, c := range cases {
		if err := message.Queue(ctx, tx, message.Registered, c.ID, 1, 0); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, by.Audit(), "message.send_code", "case "+c.Number, nil); err != nil {
			return err
		}
	}
	return nil
}
