package deputy_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

func (o office) starting(n deputy.NewTerm, got *deputy.Started) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		done, err := deputy.StartTerm(ctx, tx, o.Admin, n)
		if got != nil {
			*got = done
		}
		return err
	}
}

// A deputy of all five levels, one of the township alone, and one of another township: each
// level's congress turns by itself, and the record of each term stays.
func TestTermsOfFiveLevels(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Set("2026-09-20 09:00")
	all, one := o.create(deputy.Facts{Name: "王丽"})
	town, two := o.create(deputy.Facts{Name: "李四"})
	other, three := o.create(deputy.Facts{Name: "赵五"})
	from := date("2021-07-01")
	for _, level := range deputy.Levels {
		o.must(o.adding(all, deputy.Mandate{Level: level, Term: "第十七届", ElectoralUnit: level + "选区", Division: "王桥镇", From: from}))
	}
	o.must(o.adding(town, deputy.Mandate{Level: "township", Term: "第十七届", ElectoralUnit: "五阳村选区", Division: "王桥镇", From: from}))
	o.must(o.adding(other, deputy.Mandate{Level: "township", Term: "第十七届", ElectoralUnit: "夏店选区", Division: "夏店镇", From: from}))
	for _, id := range []int64{all, town, other} {
		o.must(o.joining(id, deputy.Membership{StationID: o.Station, From: from}))
	}

	// 王桥镇 turns alone: 李四 goes, 王丽 stays in the group for her other mandates.
	township := deputy.NewTerm{Level: "township", Division: "王桥镇", Name: "第十八届", From: date("2026-09-18"), Leave: true}
	var done deputy.Started
	o.must(o.starting(township, &done))
	if done != (deputy.Started{Ended: 2, Left: 1}) {
		t.Errorf("%+v", done)
	}
	if said := o.ended(two); len(said) != 1 || !strings.Contains(said[0], "2026-09-17") || !strings.Contains(said[0], "届满") ||
		!strings.Contains(said[0], "王桥镇") || len(o.ended(one)) != 1 || len(o.ended(three)) != 0 {
		t.Errorf("the record says %v", said)
	}
	if m := o.mandates(two); *m[0].ToDate != date("2026-09-17") || *m[0].EndReason != "term" || m[0].Term != "第十七届" {
		t.Errorf("%+v", m)
	}
	if *o.groups(two)[0].ToDate != date("2026-09-17") || o.groups(one)[0].ToDate != nil || o.mandates(three)[0].ToDate != nil {
		t.Error("who leaves, who stays")
	}
	// All townships: 夏店镇 too, and what 王桥镇 has by then stays.
	o.must(o.adding(town, deputy.Mandate{Level: "township", Term: "第十八届", ElectoralUnit: "五阳村选区", Division: "王桥镇", From: date("2026-09-18")}))
	township.Division, township.From, township.Again = "", date("2026-09-19"), []int64{other, town}
	o.must(o.starting(township, &done))
	if done != (deputy.Started{Ended: 1, Again: 1}) {
		t.Errorf("%+v", done)
	}
	if said := o.ended(three); len(said) != 1 || !strings.Contains(said[0], "第十八届") {
		t.Errorf("the record says %v", said)
	}
	if m := o.mandates(three); len(m) != 2 || m[0].Term != "第十八届" || m[0].ElectoralUnit != "夏店选区" || *m[0].DivisionCode != "140423103" || m[1].ToDate == nil {
		t.Errorf("%+v", m)
	}
	// The others, one after the other; nobody is touched by another level's term.
	for i, level := range deputy.Levels[:4] {
		o.must(o.starting(deputy.NewTerm{Level: level, Name: "第十八届", From: date("2026-09-20"), Leave: true}, &done))
		ended := int64(1)
		if level == "county" {
			ended += int64(len(o.Deputies)) // they began on the 14th
		}
		if done.Ended != ended || i < 3 && done.Left != 0 {
			t.Errorf("%s: %+v", level, done)
		}
	}
	if m := o.mandates(one); len(m) != 5 || m[0].ToDate == nil || o.groups(one)[0].ToDate == nil {
		t.Errorf("%+v", m)
	}
	var terms *[]deputy.Term
	var sitting *[]deputy.Sitting
	o.View(func(v *tenant.View) { terms, sitting = deputy.Terms(v), deputy.Sittings(v) })
	if len(*terms) != 6 || len(*sitting) != 2 || (*sitting)[0].Count != 1 || o.recorded("term.start") != 6 {
		t.Errorf("%+v, %+v", *terms, *sitting)
	}
}

// The same form twice, and eight times at once, turns once.
func TestATermStartsOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	n := deputy.NewTerm{Level: "county", Name: "第十八届", From: o.Today(), Again: o.Deputies[:2]}
	o.Advance(1)
	n.From = o.Today()
	var wg sync.WaitGroup
	outcomes := make([]error, 8)
	for i := range outcomes {
		wg.Go(func() { outcomes[i] = o.Update(o.starting(n, nil)) })
	}
	wg.Wait()
	started := 0
	for _, err := range outcomes {
		switch {
		case err == nil:
			started++
		case !errors.Is(err, deputy.ErrBegun) || !errors.Is(err, errs.Conflict):
			t.Error(err)
		}
	}
	if started != 1 || o.count(`select count(*) from mandates where county_id = @county`, nil) != 6 {
		t.Errorf("started %d times", started)
	}
	if g := o.groups(3); g[0].ToDate != nil {
		t.Error("left the group though nobody said so")
	}
}

func TestABadTermIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.wrong(o.starting(deputy.NewTerm{}, nil), "level", "name", "from")
	o.wrong(o.starting(deputy.NewTerm{Level: "township", Division: "西沟乡", Name: "第十八届", From: o.Today().AddDays(1)}, nil), "division", "from")
	o.must(o.starting(deputy.NewTerm{Level: "county", Name: "第十八届", From: o.Today()}, nil))
	o.wrong(o.starting(deputy.NewTerm{Level: "county", Name: "第十九届", From: o.Today()}, nil), "from")
	err := o.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, _, err := deputy.EndingBy(ctx, tx, o.Admin, deputy.NewTerm{Level: "county", Name: "第十八届", From: o.Today()})
		return err
	})
	if !errors.Is(err, deputy.ErrBegun) {
		t.Error(err)
	}
	o.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.StartTerm(ctx, tx, o.Head, deputy.NewTerm{Level: "county", Name: "第十九届", From: o.Today()})
		return err
	})
}
