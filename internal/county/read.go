package county

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

const selectCounty = `select id, division_code, name, office, number_prefix, coalesce(phone, '') as phone, demo from counties`

// ByID returns a county, or errs.NotFound.
func ByID(ctx context.Context, db *tenant.DB, id tenant.County) (County, error) {
	return postgres.One[County](ctx, db.Platform(), selectCounty+` where id = @id`, pgx.NamedArgs{"id": id})
}

// ByDivision returns the county with that division code, or errs.NotFound.
func ByDivision(ctx context.Context, db *tenant.DB, code string) (County, error) {
	if !divisionForm.MatchString(code) {
		return County{}, errs.NotFound
	}
	return postgres.One[County](ctx, db.Platform(), selectCounty+` where division_code = @code`, pgx.NamedArgs{"code": code})
}

// All returns the counties, by division code.
func All(ctx context.Context, db *tenant.DB) ([]County, error) {
	return postgres.All[County](ctx, db.Platform(), selectCounty+` order by division_code`)
}

// AnyReal reports whether there is a county that is not a demonstration.
func AnyReal(ctx context.Context, db *tenant.DB) (bool, error) {
	return postgres.Value[bool](ctx, db.Platform(), `select exists (select from counties where not demo)`)
}
