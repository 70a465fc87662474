package county_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// TestClasses: the code stays once a result has it; a retired class is taken no more; one stays.
func TestClasses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.DriveNew(casefile.Submitted) // an answer of class A
	classes := o.entries(county.ClassList, 0)
	a, d := classes[0], classes[3]
	if a.Used != 1 || d.Used != 0 || *a.Code != "A" {
		t.Fatalf("%+v %+v", a, d)
	}
	o.wrong("code", o.changing(county.ClassList, a.ID, county.EntryInput{Version: 1, Code: "E", Name: a.Name}))
	o.must(o.changing(county.ClassList, a.ID, county.EntryInput{Version: 1, Code: "A", Name: "已解决", Promise: true}))
	o.lastRecorded(1, "settings.result_class.change", "result_class "+id(a.ID), county.Changes{"name": {"已解决或基本解决", "已解决"}, "promise": {"否", "是"}})
	o.must(o.changing(county.ClassList, d.ID, county.EntryInput{Version: 1, Code: "e", Name: d.Name}))
	number := o.DriveNew(casefile.Handling)
	o.Invalid(o.Water, number, casetest.Answering("D"), "class")
	o.Invalid(o.Water, number, casetest.Answering("A"), "promise", "promise_on") // now it promises
	for _, e := range classes[:3] {
		o.must(o.retiring(county.ClassList, e.ID))
	}
	o.Invalid(o.Water, number, casetest.Answering("A"), "class")
	o.refused(errs.Conflict, o.retiring(county.ClassList, d.ID)) // the last one
	o.MustTake(o.Water, number, casetest.Answering("E"))
	for _, l := range []*county.List{county.CategoryList, county.ReasonList} {
		living := o.entries(l, 0)
		for i, e := range living {
			var inside []int64
			if l.Children() != nil {
				for _, c := range o.entries(l.Children(), e.ID) {
					inside = append(inside, c.ID)
				}
			}
			if i == len(living)-1 {
				o.refused(errs.Conflict, o.retiring(l, e.ID, inside...))
			} else {
				o.must(o.retiring(l, e.ID, inside...))
			}
		}
	}
}

// TestClassCodeRaced: of an answer and a change of its class's code one waits for the other.
func TestClassCodeRaced(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	number := o.DriveNew(casefile.Handling)
	a := o.entries(county.ClassList, 0)[0]
	recode := o.changing(county.ClassList, a.ID, county.EntryInput{Version: a.Version, Code: "Z", Name: a.Name})
	var changed, answered error
	var waits sync.WaitGroup
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := casefile.Take(ctx, tx, o.Water, number, casetest.Answering("A"))
		waits.Go(func() { changed = o.Update(recode) })
		o.blocked()
		return err
	})
	waits.Wait()
	casetest.InvalidAt(t, changed, "code")

	other := o.DriveNew(casefile.Handling)
	d := o.entries(county.ClassList, 0)[3]
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		err := o.changing(county.ClassList, d.ID, county.EntryInput{Version: d.Version, Code: "Z", Name: d.Name})(ctx, tx)
		waits.Go(func() { _, answered = o.Take(o.Water, other, casetest.Answering("D")) })
		o.blocked()
		return err
	})
	waits.Wait()
	casetest.InvalidAt(t, answered, "class")
}

// TestReasonsKept: a case keeps the reason that it was refused for.
func TestReasonsKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.DriveNew(casefile.RefusalProposed)
	reason := o.entries(county.ReasonList, 0)[0]
	if reason.Used != 1 || reason.ID != o.Refusals[0] {
		t.Fatalf("%+v", reason)
	}
	o.must(o.retiring(county.ReasonList, reason.ID))
	o.Invalid(o.Handler, o.DriveNew(casefile.Reported), o.Refusing(), "refusal_id")
	var kept int64
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		kept, err = postgres.Value[int64](ctx, tx, `select count(*) from cases where county_id = @county and refusal_reason_id = @id`, pgx.NamedArgs{"id": reason.ID})
		return err
	})
	if kept != 1 {
		t.Errorf("%d cases keep the reason", kept)
	}
}

// TestChecklists: the list that a county begins with can be rewritten whole.
func TestChecklists(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	six := o.entries(county.ChecklistList, 0)[0]
	if six.Name != "六有" || *six.Contents != "有标识场所、有制度、有版面、有计划、有记录、有档案" || six.Text == nil {
		t.Fatalf("%+v", six)
	}
	o.must(o.changing(county.ChecklistList, six.ID, county.EntryInput{Version: 1, Name: "八有", Text: ""}))
	item := o.named(county.ItemList, six.ID, "有版面")
	o.must(o.changing(county.ItemList, item.ID, county.EntryInput{Version: 1, Name: "有公示专栏", Text: "门口看得见。"}))
	o.lastRecorded(2, "settings.checklist_item.change", "checklist_item "+id(item.ID), county.Changes{"name": {"有版面", "有公示专栏"}, "text": {"", "门口看得见。"}})
	second := o.add(county.ChecklistList, county.EntryInput{Name: "接待日"})
	o.add(county.ItemList, county.EntryInput{Above: second, Name: "有公告"})
	o.add(county.ItemList, county.EntryInput{Above: second, Name: "有公示专栏"}) // of another list
	o.must(o.retiring(county.ChecklistList, six.ID))
	all := o.entries(county.ChecklistList, 0)
	if names(county.Living(all)) != "接待日" || *all[1].Contents != "有公告、有公示专栏" || names(county.Retired(all)) != "八有" || all[0].Text != nil {
		t.Errorf("%+v", all)
	}
	o.wrong("above", o.adding(county.ItemList, county.EntryInput{Above: six.ID, Name: "有经费"}))
	o.must(o.restoring(county.ChecklistList, six.ID, false))
	if inside := county.Living(o.entries(county.ItemList, six.ID)); len(inside) != 6 {
		t.Errorf("its items: %s", names(inside))
	}
}

// TestTogether: many who change lists at once do it one after the other.
func TestTogether(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var all sync.WaitGroup
	added, renamed := make(chan error, 8), make(chan error, 8)
	e := o.entries(county.CategoryList, 0)[0]
	for i := range 8 {
		all.Go(func() { added <- o.Update(o.adding(county.CategoryList, county.EntryInput{Name: "只有一个"})) })
		all.Go(func() {
			renamed <- o.Update(o.changing(county.CategoryList, e.ID, county.EntryInput{Version: e.Version, Name: "改名" + id(int64(i))}))
		})
		all.Go(func() { o.OneCase() })
	}
	all.Wait()
	close(added)
	close(renamed)
	count := func(errors chan error) (done int) {
		for err := range errors {
			if err == nil {
				done++
			}
		}
		return done
	}
	if a, r := count(added), count(renamed); a != 1 || r != 1 {
		t.Errorf("%d added, %d renamed, want one of each", a, r)
	}
}
