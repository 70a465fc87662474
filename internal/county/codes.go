package county

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Codes tells which county a division code names, for addresses that nobody signs in
// for: /c/140423, and /s/140423101, whose first six digits are the county's.
//
// A county may get another division code (屯留县 became 屯留区); its id stays, and posters
// with the old code hang for years. So who changes counties.division_code adds the old
// one to former_codes, by which the county is still found:
//
//	update counties set former_codes = former_codes || division_code, division_code = '140405'
//	where division_code = '140424'
//
// Where a code was one county's and is another's, the one that has it now is found, once
// the site has been started again: what was found is remembered, so that a page of a
// known county costs no statement here. It is safe for use by several goroutines.
type Codes struct {
	DB    *tenant.DB
	known sync.Map // code → tenant.County; no longer than the list of counties
}

// County returns the county with that division code, or errs.NotFound.
func (c *Codes) County(ctx context.Context, code string) (tenant.County, error) {
	if !divisionForm.MatchString(code) {
		return 0, errs.NotFound
	}
	if id, ok := c.known.Load(code); ok {
		return id.(tenant.County), nil
	}
	id, err := postgres.Value[tenant.County](ctx, c.DB.Platform(), `select id from counties
		where division_code = @code or @code = any (former_codes)
		order by division_code = @code desc, id limit 1`, pgx.NamedArgs{"code": code})
	if err != nil {
		return 0, err
	}
	c.known.Store(code, id)
	return id, nil
}

// Itself queues the county that is looked at.
func Itself(v *tenant.View) *County {
	return tenant.One[County](v, selectCounty+` where id = (@county)`)
}
