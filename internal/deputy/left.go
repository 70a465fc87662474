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
	Renamed  bool          `json:"renamed,omitempty"` // two records became one, or two again: notices may name them otherwise
}

// Kind names the job in the queue.
func (Left) Kind() string { return "deputy.left" }

// follow lets the rota follow what becomes true of the deputies with this transaction.
func follow(ctx context.Context, tx *tenant.Tx, deputies ...int64) error {
	if len(deputies) == 0 {
		return nil
	}
	return tx.Enqueue(ctx, Left{County: tx.County(), Deputies: deputies}, nil)
}

// followNames is follow where records became one or two.
func followNames(ctx context.Context, tx *tenant.Tx, deputies ...int64) error {
	return tx.Enqueue(ctx, Left{County: tx.County(), Deputies: deputies, Renamed: true}, nil)
}
