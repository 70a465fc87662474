package county_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/division"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func setup(t *testing.T) (context.Context, *tenant.DB) {
	t.Helper()
	pg := pgtest.New(t)
	return t.Context(), tenant.New(pg.App, pg.Oversight, nil)
}

func add(t *testing.T, db *tenant.DB, c county.New) tenant.County {
	t.Helper()
	id, err := county.Add(t.Context(), db, c)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAdd(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	id := add(t, db, county.New{DivisionCode: "140423", Phone: "0355-0000000"})
	want := county.County{ID: id, DivisionCode: "140423", Name: "襄垣县", Office: "襄垣县人大常委会", NumberPrefix: "XY", Phone: "0355-0000000"}
	byID, err := county.ByID(ctx, db, id)
	if diff := cmp.Diff(want, byID); diff != "" || err != nil {
		t.Error(diff, err)
	}
	byDivision, err := county.ByDivision(ctx, db, "140423")
	if diff := cmp.Diff(want, byDivision); diff != "" || err != nil {
		t.Error(diff, err)
	}
	second := add(t, db, county.New{DivisionCode: "140425", Demo: true})
	all, err := county.All(ctx, db)
	if err != nil || len(all) != 2 || all[1].ID != second || !all[1].Demo || all[1].Phone != "" {
		t.Errorf("%+v, %v", all, err)
	}
	divisions, err := postgres.Value[int64](ctx, db.Platform(), "select count(*) from divisions")
	if want := 2 + 2 + within(t, "140423") + within(t, "140425"); divisions != int64(want) || err != nil {
		t.Errorf("%d divisions, want %d, %v", divisions, want, err)
	}
}

func within(t *testing.T, code string) int {
	t.Helper()
	_, all, _, err := division.County(division.Changzhi(), code)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	add(t, db, county.New{DivisionCode: "140423"})
	elsewhere := []division.Division{{Code: "13", Name: "河北省", Level: "province"}, {Code: "1301", Name: "石家庄市", ParentCode: "13", Level: "prefecture"},
		{Code: "130102", Name: "长安区", ParentCode: "1301", Level: "county"}}
	tests := []struct {
		name  string
		c     county.New
		field string // of errs.Invalid; "" is errs.Conflict
	}{
		{"a county that is there", county.New{DivisionCode: "140423", NumberPrefix: "ZZZZ"}, ""},
		{"a prefix that is taken", county.New{DivisionCode: "140425", NumberPrefix: "XY"}, ""},
		{"an unknown division", county.New{DivisionCode: "140499"}, "division_code"},
		{"a township", county.New{DivisionCode: "140423101"}, "division_code"},
		{"a county that it knows no prefix for", county.New{DivisionCode: "130102", Divisions: elsewhere}, "number_prefix"},
		{"a prefix in small letters", county.New{DivisionCode: "130102", Divisions: elsewhere, NumberPrefix: "ca"}, "number_prefix"},
	}
	for _, test := range tests {
		_, err := county.Add(ctx, db, test.c)
		invalid, _ := errors.AsType[errs.Invalid](err)
		if test.field == "" && (!errors.Is(err, errs.Conflict) || errs.Message(err, "") == "") || test.field != "" && invalid[test.field] == "" {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if all, err := county.All(ctx, db); err != nil || len(all) != 1 {
		t.Errorf("%d counties, %v", len(all), err)
	}
	add(t, db, county.New{DivisionCode: "130102", Divisions: elsewhere, NumberPrefix: "CA"})
}

// A county that was reserved and not made leaves nothing behind.
func TestReserveLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	c := county.New{DivisionCode: "140423"}
	first, err := county.Reserve(ctx, db, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := county.ByDivision(ctx, db, "140423"); !errors.Is(err, errs.NotFound) {
		t.Errorf("reserved is made: %v", err)
	}
	boom := errors.New("boom")
	err = db.Update(ctx, first, func(tx *tenant.Tx) error {
		if err := county.Make(ctx, tx, c); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if second := add(t, db, c); second == first {
		t.Error("an id was given twice")
	}
}

func TestAnyReal(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	for _, step := range []struct {
		c    county.New
		want bool
	}{{county.New{}, false}, {county.New{DivisionCode: "140423", Demo: true}, false}, {county.New{DivisionCode: "140425"}, true}} {
		if step.c.DivisionCode != "" {
			add(t, db, step.c)
		}
		if got, err := county.AnyReal(ctx, db); got != step.want || err != nil {
			t.Errorf("after %q: %v, %v", step.c.DivisionCode, got, err)
		}
	}
}

func TestDictionariesAndSettings(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	id := add(t, db, county.New{DivisionCode: "140423"})
	add(t, db, county.New{DivisionCode: "140425"}) // another county's rows stay out
	var (
		settings   *county.Settings
		categories *[]county.Category
		classes    *[]county.ResultClass
		reasons    *[]county.Entry
	)
	err := db.View(ctx, id, func(v *tenant.View) {
		settings, categories, classes, reasons = county.SettingsOf(v), county.Categories(v), county.ResultClasses(v), county.ReasonList.Entries(v, 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := county.DefaultSettings()
	want.NoticeVersion = db.Now().In(calendar.Shanghai).Format("2006") + "-1"
	if diff := cmp.Diff(want, *settings); diff != "" {
		t.Error("DefaultSettings are not the table's:", diff)
	}
	err = db.Update(ctx, id, func(tx *tenant.Tx) error {
		within, err := county.SettingsTx(ctx, tx)
		if diff := cmp.Diff(*settings, within); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	codes := ""
	for _, c := range *classes {
		codes += c.Code
		if c.Promise {
			codes += "!"
		}
	}
	if codes != "AB!C!D" {
		t.Errorf("classes %s", codes)
	}
	if len(*reasons) < 6 {
		t.Errorf("%d reasons", len(*reasons))
	}
	for _, r := range *reasons {
		if r.Text == nil || r.Retired {
			t.Errorf("%+v", r)
		}
	}
	checkCategories(t, *categories)
}

// Children stand behind their parent, 3 to 6 of them.
func checkCategories(t *testing.T, all []county.Category) {
	t.Helper()
	parents, children := []string{}, map[int64]int{}
	var parent int64
	for _, c := range all {
		if c.ParentID == nil {
			parent = c.ID
			parents = append(parents, c.Name)
			continue
		}
		if *c.ParentID != parent {
			t.Errorf("%s does not stand behind its parent", c.Name)
		}
		children[parent]++
	}
	want := "道路交通 饮水灌溉 人居环境 医疗医保 教育 养老服务 住房安全 市政设施 农业农村 生态环境 社区治理 供热供气供电 社会保障 文化体育 政务服务 其他"
	if got := strings.Join(parents, " "); got != want {
		t.Errorf("parents %s", got)
	}
	for id, n := range children {
		if n < 3 || n > 6 {
			t.Errorf("category %d has %d children", id, n)
		}
	}
	if len(children) != len(parents) {
		t.Errorf("%d of %d have children", len(children), len(parents))
	}
}
