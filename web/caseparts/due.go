// Package caseparts are the parts of a page that show a case, for the queue and for the
// first page alike.
package caseparts

import (
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/web/ui"
)

// Due is an item's deadline on the day of reading. A citizen who has not rated is never late.
func Due(item casefile.Item, today calendar.Date) ui.DueProps {
	if item.DueOn == nil {
		return ui.DueProps{}
	}
	if item.State == casefile.AwaitingRating {
		return ui.DueProps{Date: item.DueOn.Chinese(), Provisional: item.DueProvisional}
	}
	return ui.DueIn(item.DueOn.Chinese(), item.DueOn.Sub(today), item.DueProvisional)
}
