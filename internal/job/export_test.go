package job

import (
	"context"

	"github.com/riverqueue/river"
)

// StartWith is Start with more workers.
func StartWith(ctx context.Context, deps Deps, more func(*river.Workers)) (*Runner, error) {
	all := workers(deps)
	more(all)
	return start(ctx, deps, all)
}

// Waits are how long a job waits after each failed try.
var Waits = waits
