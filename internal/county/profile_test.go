package county_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func (o office) profile() county.Profile {
	o.t.Helper()
	var p *county.Profile
	o.View(func(v *tenant.View) { p = county.ProfileOf(v) })
	return *p
}

func (o office) setProfile(p county.Profile) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		return county.ChangeProfile(ctx, tx, o.Admin.Audit(), p)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	neighbour := o.state(o.Neighbour.County)
	p := o.profile()
	if p.Name != "襄垣县" || p.NumberPrefix != "XY" || p.Frozen || p.Version != 1 || p.DivisionCode != "140423" {
		t.Fatalf("%+v", p)
	}
	p.Name, p.Office, p.Phone, p.NumberPrefix = " 襄垣县（试点） ", "襄垣县人大常委会代表工委", "１２３４５", " ｘｙz "
	o.must(o.setProfile(p))
	got := o.profile()
	if got.Name != "襄垣县（试点）" || got.Office != "襄垣县人大常委会代表工委" || got.Phone != "12345" || got.NumberPrefix != "XYZ" || got.Version != 2 {
		t.Errorf("%+v", got)
	}
	o.lastRecorded(1, "settings.county", "county 140423", county.Changes{"name": {"襄垣县", "襄垣县（试点）"},
		"office": {"襄垣县人大常委会", "襄垣县人大常委会代表工委"}, "phone": {"0355-7220000", "12345"}, "number_prefix": {"XY", "XYZ"}})
	o.must(o.setProfile(p)) // the same button once more
	if n := len(o.recorded(o.County)); n != 1 || o.profile().Version != 2 {
		t.Errorf("%d changes are recorded", n)
	}
	for name, c := range map[string]struct {
		field  string
		change func(*county.Profile)
	}{
		"no name":            {"name", func(p *county.Profile) { p.Name = " " }},
		"a name of lines":    {"name", func(p *county.Profile) { p.Name = "襄垣\n县" }},
		"no office":          {"office", func(p *county.Profile) { p.Office = "" }},
		"a long office":      {"office", func(p *county.Profile) { p.Office = strings.Repeat("县", 41) }},
		"not readable":       {"office", func(p *county.Profile) { p.Office = "县\x00" }},
		"half a number":      {"phone", func(p *county.Profile) { p.Phone = "722" }},
		"two numbers":        {"phone", func(p *county.Profile) { p.Phone = "0355-7220000、0355-7220001" }},
		"a digit":            {"number_prefix", func(p *county.Profile) { p.NumberPrefix = "X1" }},
		"one letter":         {"number_prefix", func(p *county.Profile) { p.NumberPrefix = "X" }},
		"the neighbour's":    {"number_prefix", func(p *county.Profile) { p.NumberPrefix = "ps" }},
		"Chinese characters": {"number_prefix", func(p *county.Profile) { p.NumberPrefix = "襄垣" }},
	} {
		t.Run(name, func(t *testing.T) {
			with := o.profile()
			c.change(&with)
			office{o.World, t}.wrong(c.field, o.setProfile(with))
		})
	}
	p.Version, p.Phone, p.Name = 1, "", "襄垣"
	stale := o.overtaken(o.setProfile(p))
	if stale.Version != 2 || len(stale.Since) != 1 || stale.Since[0].By != o.Admin.Name || stale.Since[0].Changes["phone"] != [2]string{"0355-7220000", "12345"} {
		t.Errorf("%+v", stale)
	}
	p.Version = stale.Version // having seen it, once more
	o.must(o.setProfile(p))
	if got := o.profile(); got.Name != "襄垣" || got.Phone != "" {
		t.Errorf("%+v", got)
	}
	if o.state(o.Neighbour.County) != neighbour {
		t.Error("the neighbour's settings have changed")
	}
}

// TestPrefixFrozen: once a number was given out the prefix stays, whatever else changes.
func TestPrefixFrozen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.profile()
	p.NumberPrefix = "XYN"
	o.must(o.setProfile(p))
	if number := o.OneCase(); number != "XYN2026-0001" {
		t.Errorf("the first number is %s", number)
	}
	p = o.profile()
	if !p.Frozen {
		t.Error("the prefix is not frozen")
	}
	p.NumberPrefix, p.Name = "XYM", "襄垣"
	o.wrong("number_prefix", o.setProfile(p))
	p.NumberPrefix = "XYN"
	o.must(o.setProfile(p))
	if number := o.OneCase(); number != "XYN2026-0002" || o.profile().Name != "襄垣" {
		t.Errorf("the second number is %s", number)
	}
}

// TestPrefixRaced: registering and changing the prefix wait for each other, whoever is first.
func TestPrefixRaced(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := o.profile()
	p.NumberPrefix = "XYN"

	// Registering is first: the number is out, and the prefix stays.
	var changed error
	var waits sync.WaitGroup
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		receipts, err := casefile.RegisterVisit(ctx, tx, o.Keys, o.Clerk, o.Visit("路灯坏了。"))
		if err != nil || receipts.Matters[0].Number != "XY2026-0001" {
			t.Errorf("%+v, %v", receipts, err)
		}
		waits.Go(func() { changed = o.Update(o.setProfile(p)) })
		o.blocked()
		return err
	})
	waits.Wait()
	if invalid, _ := errors.AsType[errs.Invalid](changed); invalid["number_prefix"] == "" || o.profile().NumberPrefix != "XY" {
		t.Errorf("%v, and the prefix is %s", changed, o.profile().NumberPrefix)
	}

	// The change is first: whoever registers meanwhile gets the new prefix.
	o = newOffice(t)
	var number string
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := county.ChangeProfile(ctx, tx, o.Admin.Audit(), p); err != nil {
			return err
		}
		waits.Go(func() { number = o.OneCase() })
		o.blocked()
		return nil
	})
	waits.Wait()
	if number != "XYN2026-0001" {
		t.Errorf("the number is %s", number)
	}
}

// TestPrefixTogether: however the two meet, all numbers begin with the county's prefix.
func TestPrefixTogether(t *testing.T) {
	t.Parallel()
	for range 6 {
		o := newOffice(t)
		p := o.profile()
		p.NumberPrefix = "XYN"
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if i == 4 {
					err := o.Update(o.setProfile(p))
					if invalid, _ := errors.AsType[errs.Invalid](err); err != nil && invalid["number_prefix"] == "" {
						t.Error(err)
					}
					return
				}
				if _, err := o.RegisterVisit(o.Clerk, o.Visit("路灯坏了。")); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var others int64
		o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
			others, err = postgres.Value[int64](ctx, tx, `select count(*) from cases c join counties co on co.id = c.county_id
				where c.county_id = @county and c.number !~ ('^' || co.number_prefix || '2026-')`)
			return err
		})
		if others != 0 {
			t.Errorf("%d numbers have another prefix than %s", others, o.profile().NumberPrefix)
		}
	}
}
