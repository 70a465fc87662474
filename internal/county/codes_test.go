package county_test

import (
	"errors"
	"testing"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// TestCodes: a county is found by the code that it has, and by those that it had.
func TestCodes(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	xiangyuan, tunliu := add(t, db, county.New{DivisionCode: "140423"}), add(t, db, county.New{DivisionCode: "140405"})
	codes := &county.Codes{DB: db}
	found := func(of *county.Codes, code string, want tenant.County) {
		t.Helper()
		for range 2 { // asked, and remembered
			if id, err := of.County(ctx, code); id != want || (err == nil) != (want != 0) || want == 0 && !errors.Is(err, errs.NotFound) {
				t.Errorf("%s is county %d, %v; want %d", code, id, err, want)
			}
		}
	}
	found(codes, "140423", xiangyuan)
	found(codes, "140405", tunliu)
	for _, code := range []string{"", "140424", "140425", "1404", "140423101", "' or true --", "一四零四二三"} {
		found(codes, code, 0)
	}

	// 襄垣县 gets another code. As the comment of Codes says it is done:
	_, err := postgres.Exec(ctx, db.Platform(), `insert into divisions (code, name, parent_code, level) values ('140499', '襄垣区', '1404', 'county')`)
	if err != nil {
		t.Fatal(err)
	}
	_, err = postgres.Exec(ctx, db.Platform(), `
		update counties set former_codes = former_codes || division_code, division_code = '140499' where division_code = '140423'`)
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []*county.Codes{codes, {DB: db}} { // a site that has run all the time, and one that was started since
		found(of, "140423", xiangyuan)
		found(of, "140499", xiangyuan)
	}

	// The old code becomes another county's: whoever has it now is found.
	anew := add(t, db, county.New{DivisionCode: "140423", NumberPrefix: "XX"})
	found(&county.Codes{DB: db}, "140423", anew)
	found(&county.Codes{DB: db}, "140499", xiangyuan)

	var itself *county.County
	err = db.View(ctx, tunliu, func(v *tenant.View) { itself = county.Itself(v) })
	if err != nil || itself.ID != tunliu || itself.Name != "屯留区" {
		t.Errorf("%+v, %v", itself, err)
	}
}
