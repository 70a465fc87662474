package deputy

import (
	"context"

	"lianluo/internal/tenant"
)

// Left is the job that follows where deputies left groups, or two records became one or two
// again: reception.Vacate takes them off the days on which they cannot be on duty any more.
type Left struct {
	County   tenant.County `json:"county"`
	Deputies []int64       `json:"deputies"`
}

// Kind names the job in the queue.
func (Left) Kind() string { return "deputy.left" }

// follow lets the rota follow what becomes true of the deputies with this transaction.
func follow(ctx context.Context, tx *tenant.Tx, deputies ...int64) error {
	if len(deputies) == 0 {
		return nil
	}
	return tx.Enqueue(ctx, Left{tx.County(), deputies}, nil)
}
