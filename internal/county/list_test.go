package county_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func (o office) entries(l *county.List, above int64) []county.Entry {
	o.t.Helper()
	var all *[]county.Entry
	o.View(func(v *tenant.View) { all = l.Entries(v, above) })
	return *all
}

// named is the entry with that name.
func (o office) named(l *county.List, above int64, name string) county.Entry {
	o.t.Helper()
	for _, e := range o.entries(l, above) {
		if e.Name == name {
			return e
		}
	}
	o.t.Fatalf("%s has no %s", l.Key, name)
	return county.Entry{}
}

func (o office) add(l *county.List, in county.EntryInput) int64 {
	o.t.Helper()
	var id int64
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = l.Add(ctx, tx, o.Admin.Audit(), in)
		return err
	})
	return id
}

func (o office) adding(l *county.List, in county.EntryInput) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := l.Add(ctx, tx, o.Admin.Audit(), in)
		return err
	}
}

func (o office) changing(l *county.List, id int64, in county.EntryInput) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error { return l.Change(ctx, tx, o.Admin.Audit(), id, in) }
}

func (o office) retiring(l *county.List, id int64, told ...int64) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error { return l.Retire(ctx, tx, o.Admin.Audit(), id, told) }
}

func (o office) restoring(l *county.List, id int64, along bool) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error { return l.Restore(ctx, tx, o.Admin.Audit(), id, along) }
}

func names(entries []county.Entry) string {
	var all []string
	for _, e := range entries {
		all = append(all, e.Name)
	}
	return strings.Join(all, " ")
}

// TestCategories: rename, retire with what stands in it, restore; old cases keep theirs.
func TestCategories(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	neighbour := o.state(o.Neighbour.County)
	number := o.OneCase() // 饮水管网
	water := o.named(county.CategoryList, 0, "饮水灌溉")
	pipes := o.named(county.SubcategoryList, water.ID, "饮水管网")
	if water.Used != 1 || pipes.Used != 1 || *water.Contents != "饮水管网、水质水压、农田灌溉、河道沟渠、水费收缴" {
		t.Errorf("%+v %+v", water, pipes)
	}

	o.must(o.changing(county.SubcategoryList, pipes.ID, county.EntryInput{Version: pipes.Version, Name: " 自来水管网 "}))
	o.lastRecorded(1, "settings.category.change", "category "+id(pipes.ID), county.Changes{"name": {"饮水管网", "自来水管网"}})
	var sheet *casefile.Sheet
	o.View(func(v *tenant.View) { sheet = casefile.SheetOf(v, number) })
	if !strings.Contains(sheet.Category, "自来水管网") {
		t.Errorf("the old case shows %s", sheet.Category)
	}
	stale := o.overtaken(o.changing(county.SubcategoryList, pipes.ID, county.EntryInput{Version: pipes.Version, Name: "管网"}))
	if stale.Version != 2 || len(stale.Since) != 1 || stale.Since[0].Changes["name"][1] != "自来水管网" {
		t.Errorf("%+v", stale)
	}

	// A parent goes with what stands in it, which has to be said first.
	var living []int64
	for _, e := range o.entries(county.SubcategoryList, water.ID) {
		living = append(living, e.ID)
	}
	err := o.Update(o.retiring(county.CategoryList, water.ID, living[1:]...))
	along, ok := errors.AsType[county.Along](err)
	if !ok || len(along.Entries) != 5 || !errors.Is(err, errs.Conflict) {
		t.Errorf("%v", err)
	}
	if n := len(o.recorded(o.County)); n != 1 {
		t.Errorf("%d changes are recorded", n)
	}
	o.must(o.retiring(county.CategoryList, water.ID, living...))
	o.lastRecorded(7, "settings.category.retire", "category "+id(water.ID), county.Changes{"retired": {"在用", "停用"}})
	o.must(o.retiring(county.CategoryList, water.ID)) // pressed twice
	for _, c := range o.categories() {
		if inWater := c.ID == water.ID || c.ParentID != nil && *c.ParentID == water.ID; c.Retired != inWater {
			t.Errorf("%s: retired %v", c.Name, c.Retired)
		}
	}
	casetest.InvalidAt(t, func() error { _, err := o.RegisterVisit(o.Clerk, o.Visit("水停了。")); return err }(), "category-1")
	o.MustTake(o.Clerk, number, o.Sorting()) // it carries the retired one, and keeps it
	other := o.named(county.CategoryList, 0, "教育").ID
	unused := o.Sorting()
	unused.CategoryID = water.ID
	o.Invalid(o.Clerk, o.registerIn(other), unused, "category_id")
	var page *tenant.Page[casefile.Item]
	o.View(func(v *tenant.View) {
		page = casefile.List(v, o.Handler, casefile.Ask(url.Values{"view": {string(casefile.ViewOpen)}, "category": {id(water.ID)}}, 10))
	})
	if len(page.Items) != 1 || page.Items[0].Number != number {
		t.Errorf("the retired category finds %+v", page.Items)
	}

	o.refused(errs.Conflict, o.restoring(county.SubcategoryList, pipes.ID, false))
	o.must(o.restoring(county.CategoryList, water.ID, false))
	if inside := o.entries(county.SubcategoryList, water.ID); len(county.Retired(inside)) != 5 {
		t.Errorf("restored along without being asked: %s", names(county.Living(inside)))
	}
	if all := county.Living(o.entries(county.CategoryList, 0)); all[len(all)-1].Name != "饮水灌溉" || len(all) != 16 {
		t.Errorf("restored to %s", names(all))
	}
	o.must(o.restoring(county.SubcategoryList, pipes.ID, false))
	o.must(o.retiring(county.CategoryList, water.ID, pipes.ID))
	o.must(o.restoring(county.CategoryList, water.ID, true))
	if inside := o.entries(county.SubcategoryList, water.ID); len(county.Living(inside)) != 5 {
		t.Errorf("not restored: %s", names(county.Retired(inside)))
	}
	if _, err := o.RegisterVisit(o.Clerk, o.Visit("水停了。")); err != nil {
		t.Error(err)
	}
	if o.state(o.Neighbour.County) != neighbour {
		t.Error("the neighbour's settings have changed")
	}
}

func (o office) categories() []county.Category {
	o.t.Helper()
	var all *[]county.Category
	o.View(func(v *tenant.View) { all = county.Categories(v) })
	return *all
}

// registerIn registers a case of a category.
func (o office) registerIn(category int64) string {
	o.t.Helper()
	visit := o.Visit("校门口没有斑马线。")
	visit.Matters[0].CategoryID = category
	receipts, err := o.RegisterVisit(o.Clerk, visit)
	if err != nil {
		o.t.Fatal(err)
	}
	return receipts.Matters[0].Number
}

// TestLists: what every list takes and refuses.
func TestLists(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	in := func(name string) county.EntryInput {
		return county.EntryInput{Name: name, Code: "X", Text: "到县里问。"}
	}
	for _, l := range county.Lists {
		t.Run(l.Key, func(t *testing.T) {
			o := office{o.World, t}
			var above int64
			if l.Above() != nil {
				above = o.entries(l.Above(), 0)[0].ID
			}
			with := func(name string, change ...func(*county.EntryInput)) county.EntryInput {
				in := in(name)
				in.Above = above
				for _, c := range change {
					c(&in)
				}
				return in
			}
			before, recorded := len(o.entries(l, above)), len(o.recorded(o.County))
			made := o.add(l, with("新的一项"))
			all := o.entries(l, above)
			if e := all[len(all)-1]; len(all) != before+1 || e.ID != made || e.Name != "新的一项" || e.Retired || e.Version != 1 {
				t.Errorf("added: %+v", e)
			}
			if got := o.recorded(o.County)[recorded]; !strings.HasSuffix(got.Action, ".add") || got.Changes["name"] != [2]string{"", "新的一项"} {
				t.Errorf("%+v", got)
			}
			for _, field := range []struct {
				at     string
				change func(*county.EntryInput)
			}{
				{"name", func(in *county.EntryInput) { in.Name = "  " }},
				{"name", func(in *county.EntryInput) { in.Name = strings.Repeat("长", 61) }},
				{"name", func(in *county.EntryInput) { in.Name = "两\n行" }},
				{"name", func(in *county.EntryInput) { in.Name = "坏\xff" }},
				{"name", func(in *county.EntryInput) { in.Code = "Y" }}, // the name is there
			} {
				bad := with("新的一项", field.change)
				o.wrong(field.at, o.adding(l, bad))
				bad.Version = 1
				if bad.Name != "新的一项" {
					o.wrong(field.at, o.changing(l, made, bad))
				}
			}
			if l == county.ReasonList {
				o.wrong("text", o.adding(l, with("没有引导", func(in *county.EntryInput) { in.Text = "" })))
			}
			if l == county.ClassList {
				o.wrong("code", o.adding(l, with("代号不对", func(in *county.EntryInput) { in.Code = "甲" })))
				o.wrong("code", o.adding(l, with("代号重复", func(in *county.EntryInput) { in.Code = "ａ" })))
			}
			if err := o.Update(o.changing(l, made+1000, with("没有"))); !errors.Is(err, errs.NotFound) {
				t.Errorf("no entry: %v", err)
			}
			order(o, l, above, made)
			o.must(o.retiring(l, made))
			o.wrong("name", o.adding(l, with("新的一项", func(in *county.EntryInput) { in.Code = "Y" }))) // among the retired
			o.must(o.retiring(l, made))
			o.must(o.restoring(l, made, false))
			o.must(o.restoring(l, made, true))
			if e := o.named(l, above, "新的一项"); e.Retired || e.Version != 3 {
				t.Errorf("%+v", e)
			}
		})
	}
}

// order moves the last entry up, down and beyond the ends.
func order(o office, l *county.List, above, id int64) {
	o.t.Helper()
	move := func(from int, up bool) {
		o.t.Helper()
		o.must(func(ctx context.Context, tx *tenant.Tx) error { return l.Move(ctx, tx, o.Admin.Audit(), id, from, up) })
	}
	place := func() int {
		return 1 + slices.IndexFunc(county.Living(o.entries(l, above)), func(e county.Entry) bool { return e.ID == id })
	}
	end := place()
	move(end, false) // nowhere to go
	if place() != end {
		o.t.Errorf("%s: moved beyond the end", l.Key)
	}
	if end == 1 {
		return
	}
	move(end, true)
	move(end, true) // pressed twice
	if got := place(); got != end-1 {
		o.t.Errorf("%s: moved to %d of %d", l.Key, got, end)
	}
	move(end-1, false)
	if got := place(); got != end {
		o.t.Errorf("%s: moved back to %d of %d", l.Key, got, end)
	}
}

// TestOtherCountysEntries: an id of another county is no id here.
func TestOtherCountysEntries(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	neighbour := o.state(o.Neighbour.County)
	for _, l := range county.Lists {
		var theirs int64
		err := o.DB.Update(t.Context(), o.Neighbour.County, func(tx *tenant.Tx) (err error) {
			above := map[*county.List]string{county.SubcategoryList: " and parent_id is not null", county.CategoryList: " and parent_id is null"}[l]
			table := map[string]string{"classes": "result_classes", "reasons": "refusal_reasons", "subcategories": "categories", "items": "checklist_items"}[l.Key]
			if table == "" {
				table = l.Key
			}
			theirs, err = postgres.Value[int64](t.Context(), tx, `select max(id) from `+table+` where county_id = @county`+above)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		in := county.EntryInput{Version: 1, Above: theirs, Code: "X", Name: "改名", Text: "到县里问。"}
		for what, write := range map[string]func(ctx context.Context, tx *tenant.Tx) error{
			"change": o.changing(l, theirs, in), "retire": o.retiring(l, theirs), "restore": o.restoring(l, theirs, true),
			"move": func(ctx context.Context, tx *tenant.Tx) error {
				return l.Move(ctx, tx, o.Admin.Audit(), theirs, 2, true)
			},
		} {
			if err := o.Update(write); !errors.Is(err, errs.NotFound) {
				t.Errorf("%s of the neighbour's in %s: %v", what, l.Key, err)
			}
		}
		if l.Above() != nil {
			o.wrong("above", o.adding(l, in))
		}
	}
	if o.state(o.Neighbour.County) != neighbour {
		t.Error("the neighbour's settings have changed")
	}
}
