package casefile

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// What was answered on the spot is asked about by a message with a link. Once the number is put
// right, the link that went to the wrong one opens nothing, and the right one gets its own.

const ofVisit = `case_id = any(array(select id from cases where county_id = @county and visit_id = @id))`

// holdTold holds the messages and links about the visit's cases: before the cases, as who sends
// the one and who answers by the other does.
func (c *correcting) holdTold() error {
	for _, sql := range []string{`select id from messages where county_id = @county and ` + ofVisit + ` order by id for update`,
		`select id from rating_links where county_id = @county and ` + ofVisit + ` order by id for update`} {
		if _, err := postgres.All[struct{ ID int64 }](c.ctx, c.tx, sql, pgx.NamedArgs{"id": c.ID}); err != nil {
			return err
		}
	}
	return nil
}

// saveTold has nobody told who is not the visitor, or does not wish to hear any more.
func (c *correcting) saveTold() error {
	silent := c.newReply && c.to.ReplyBy == "none"
	if !c.newPhone && !silent {
		return nil
	}
	type asked struct {
		ID    int64
		Round int16
	}
	var again []asked // whose link went to another number
	if c.to.ReplyBy != "none" {
		var err error
		again, err = postgres.All[asked](c.ctx, c.tx, `select c.id, c.round from cases c
			where c.county_id = @county and c.visit_id = @id and c.state = 'awaiting_rating'
				and not exists (select from messages m where m.county_id = @county and m.case_id = c.id and m.round = c.round and m.kind = 'feedback'
					and (m.state in ('waiting', 'to_print', 'printed') and m.trying_at is null or m.state = 'sent' and m.channel = @paper))
			order by c.id`, pgx.NamedArgs{"id": c.ID, "paper": message.Paper})
		if err != nil {
			return err
		}
	}
	err := c.tx.Batch(c.ctx, []tenant.Statement{
		{SQL: `update rating_links set revoked_at = @now where county_id = @county and ` + ofVisit + `
				and channel = 'link' and used_at is null and revoked_at is null`, Args: pgx.NamedArgs{"id": c.ID, "now": c.tx.Now()}},
		{SQL: `update messages set state = 'withdrawn', reason = '登记改过了。' where county_id = @county and ` + ofVisit + `
				and trying_at is null and (state = 'failed' and kind = 'feedback' or @silent and state in ('waiting', 'failed', 'to_print'))`,
			Args: pgx.NamedArgs{"id": c.ID, "silent": silent}},
	})
	if err != nil {
		return err
	}
	for _, a := range again {
		if err := message.Queue(c.ctx, c.tx, message.Feedback, a.ID, a.Round, 0); err != nil {
			return err
		}
	}
	return nil
}
