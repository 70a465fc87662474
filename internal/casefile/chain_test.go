package casefile_test

import (
	"fmt"
	"slices"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
)

// TestChain takes the links of a whole case away one by one.
func TestChain(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Closed)
	c, events, records := w.Case(number), w.Events(number), told(t, w, number)
	without := func(steps ...casefile.Step) []casefile.Event {
		return slices.DeleteFunc(slices.Clone(events), func(e casefile.Event) bool { return slices.Contains(steps, e.Step) })
	}
	for _, test := range []struct {
		events  []casefile.Event
		told    []casefile.ToldRecord
		missing string
	}{
		{events, records, "[]"},
		{without(casefile.Register), records, "[来访有登记]"},
		{without(casefile.Sort), records, "[登记有反映]"},
		{without(casefile.HandOut), records, "[反映有处理]"},
		{without(casefile.Approve), records, "[处理有结果]"},
		{without(casefile.GiveFeedback), records, "[结果有反馈 反馈有记录]"},
		{without(casefile.Rate), records, "[反馈有记录]"},
		{events, records[:2], "[反馈有记录]"}, // one of the deputies was not told
		{events, records[1:], "[反馈有记录]"}, // the citizen was not
		{events, nil, "[反馈有记录]"},
		{nil, nil, fmt.Sprint(casefile.Links)},
	} {
		if got := fmt.Sprint(casefile.Chain(c, test.events, test.told)); got != test.missing {
			t.Errorf("missing %s, want %s", got, test.missing)
		}
	}
	// What was told in another round is no record of this one.
	for i := range records {
		records[i].Round = 2
	}
	if got := fmt.Sprint(casefile.Chain(c, events, records)); got != "[反馈有记录]" {
		t.Error(got)
	}
	withdrawn := casefile.Withdrawn
	c.Outcome = &withdrawn
	if got := casefile.Chain(c, nil, nil); got != nil {
		t.Error(got)
	}
}
