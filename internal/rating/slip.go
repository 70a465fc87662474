package rating

import (
	"context"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Print prints a message that goes by paper, and records who did. A sheet that asks for the
// rating carries a link of its own, whose answers are labelled as by slip; it is returned
// here once and kept nowhere, so that printing again makes another and the older sheet is
// void. It returns what casefile.PaperOf does, and errs.Conflict for a message that does
// not go by paper or was handed over, and for a case that awaits no rating.
func Print(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, id int64) (p casefile.Paper, token string, err error) {
	if p, err = casefile.PaperOf(ctx, tx, keys, by, id); err != nil {
		return p, "", err
	}
	if p.Kind.AsksForRating() {
		if token, err = makeLink(ctx, tx, p.CaseID, BySlip); err != nil {
			return p, "", err
		}
	}
	return p, token, message.Printed(ctx, tx, by.Audit(), id)
}
