package deputy

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/county"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// PhoneBind names the place that a deputy's private number belongs to, for private.Keys.
func PhoneBind(county tenant.County, deputyID int64) string {
	return fmt.Sprintf("county %d deputy %d phone", county, deputyID)
}

// PhoneBlind is the blind index of a private number in its normal form.
func PhoneBlind(keys private.Keys, county tenant.County, phone string) []byte {
	return keys.Blind(int32(county), "phone", phone)
}

func (f Facts) hasPrivate(phone string) bool {
	return phone != "" || f.Ethnicity != "" || f.Education != "" || f.Party != ""
}

// keepPrivate writes the private facts of a new person; none leave no row.
func (f Facts) keepPrivate(ctx context.Context, tx *tenant.Tx, keys private.Keys, id int64, phone string) error {
	if !f.hasPrivate(phone) {
		return nil
	}
	_, err := postgres.Exec(ctx, tx, writePrivate, f.sealed(tx.County(), keys, id, phone))
	if err != nil {
		return fmt.Errorf("private facts: %w", err)
	}
	return nil
}

const writePrivate = `insert into deputy_private (county_id, deputy_id, phone_sealed, phone_blind, phone_masked, ethnicity, education, party)
	values (@county, @id, @sealed, @blind, @masked, @ethnicity, @education, @party)
	on conflict (county_id, deputy_id) do update set phone_sealed = @sealed, phone_blind = @blind, phone_masked = @masked,
		ethnicity = @ethnicity, education = @education, party = @party`

func (f Facts) sealed(of tenant.County, keys private.Keys, id int64, phone string) pgx.NamedArgs {
	args := pgx.NamedArgs{"id": id, "sealed": nil, "blind": nil, "masked": nil,
		"ethnicity": null.Of(f.Ethnicity), "education": null.Of(f.Education), "party": null.Of(f.Party)}
	if phone != "" {
		args["sealed"], args["blind"], args["masked"] = keys.Seal(phone, PhoneBind(of, id)), PhoneBlind(keys, of, phone), private.MaskPhone(phone)
	}
	return args
}

// changePrivate writes what a change makes of the private facts. A number that is not said
// anew stays; where nothing private is left no row is.
func (f Facts) changePrivate(ctx context.Context, tx *tenant.Tx, keys private.Keys, was Record, phone string) error {
	sql, args := writePrivate, f.sealed(tx.County(), keys, was.ID, phone)
	switch {
	case f.Phone == "" && !f.NoPhone && was.PhoneMasked != nil:
		sql = `update deputy_private set ethnicity = @ethnicity, education = @education, party = @party where county_id = @county and deputy_id = @id`
		args = pgx.NamedArgs{"id": was.ID, "ethnicity": null.Of(f.Ethnicity), "education": null.Of(f.Education), "party": null.Of(f.Party)}
	case !f.hasPrivate(phone):
		sql, args = `delete from deputy_private where county_id = @county and deputy_id = @id`, pgx.NamedArgs{"id": was.ID}
	}
	if _, err := postgres.Exec(ctx, tx, sql, args); err != nil {
		return fmt.Errorf("private facts: %w", err)
	}
	return nil
}

// hidden notes that a private fact became another, without saying what it was or is.
func hidden(changes county.Changes, field, from, to string) {
	if from != to {
		changes.Set(field, presence(from), presence(to)+"（内容不记）")
	}
}

func presence(s string) string {
	if s == "" {
		return "空"
	}
	return "已填"
}
