package casefile

import (
	"time"

	"lianluo/internal/county"
)

// undoTime is how long a step can be undone, and so how long its message to the citizen
// is held back.
func undoTime(s county.Settings) time.Duration { return time.Duration(s.UndoMinutes) * time.Minute }
