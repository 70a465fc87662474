package deputy

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Change changes a person's facts. What citizens see, name and duties, shows no more once
// it has changed, until it is approved: with f.Approve by whoever may, it is at once. It
// returns errs.Invalid by form field, county.Stale for a form that began from another
// version, and errs.NotFound.
func Change(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, id int64, version int32, f Facts) error {
	if err := mayChange(by); err != nil {
		return err
	}
	was, err := hold(ctx, tx, id)
	if err != nil {
		return err
	}
	if f.Phone == null.Value(was.PhoneMasked) {
		f.Phone = ""
	}
	phone, err := f.check(tx.Now())
	if err != nil {
		return err
	}
	if same, err := isKept(ctx, tx, keys, id, phone); err != nil {
		return err
	} else if same {
		f.Phone, phone = "", ""
	}
	changes := f.differences(was)
	approve := f.Approve && MayApprove(by)
	switch {
	case len(changes) == 0 && (!approve || was.ApprovedAt != nil):
		return nil // pressed twice, or nothing to do
	case was.Version != version:
		return overtaken(ctx, tx, was, version)
	}
	if err := freeCertificate(ctx, tx, id, f.CertificateNo); err != nil {
		return err
	}
	if err := f.write(ctx, tx, by, was, approve); err != nil {
		return err
	}
	if err := f.changePrivate(ctx, tx, keys, was, phone); err != nil {
		return err
	}
	return record(ctx, tx, by, "deputy.change", was.Number, map[string]any{"name": f.Name, "changes": changes, "version": was.Version + 1})
}

// isKept reports whether a number that was typed is the one that is there.
func isKept(ctx context.Context, tx *tenant.Tx, keys private.Keys, id int64, phone string) (bool, error) {
	if phone == "" {
		return false, nil
	}
	return postgres.Value[bool](ctx, tx, `select exists (select from deputy_private where county_id = @county and deputy_id = @id and phone_blind = @blind)`,
		pgx.NamedArgs{"id": id, "blind": PhoneBlind(keys, tx.County(), phone)})
}

func (f Facts) write(ctx context.Context, tx *tenant.Tx, by auth.Actor, was Record, approve bool) error {
	args := f.args(tx.Now(), by, approve)
	args["id"], args["version"] = was.ID, was.Version+1
	approval := ""
	if approve || f.Name != was.Name || f.Duties != null.Value(was.Duties) {
		approval = `, approved_at = @approved_at, approved_by = @approved_by, approved_name = @approved_name`
	} else {
		delete(args, "approved_at")
		delete(args, "approved_by")
		delete(args, "approved_name")
	}
	_, err := postgres.Exec(ctx, tx, `update deputies set name = @name, initials = @initials, gender = @gender, birth_year = @birth_year,
		certificate_no = @certificate_no, duties = @duties, version = @version`+approval+` where county_id = @county and id = @id`, args)
	if err != nil {
		return fmt.Errorf("change a deputy: %w", err)
	}
	return nil
}

// differences are what a form changes of a person. What is private is not said.
func (f Facts) differences(was Record) county.Changes {
	changes := county.Changes{}
	changes.Set("name", was.Name, f.Name)
	changes.Set("gender", NameOf(Genders, null.Value(was.Gender)), NameOf(Genders, f.Gender))
	changes.Set("birth_year", year(was.BirthYear), year(null.Of(int32(f.BirthYear))))
	changes.Set("certificate_no", null.Value(was.CertificateNo), f.CertificateNo)
	changes.Set("duties", null.Value(was.Duties), f.Duties)
	hidden(changes, "ethnicity", null.Value(was.Ethnicity), f.Ethnicity)
	hidden(changes, "education", null.Value(was.Education), f.Education)
	hidden(changes, "party", null.Value(was.Party), f.Party)
	switch {
	case f.Phone != "":
		hidden(changes, "phone", null.Value(was.PhoneMasked), f.Phone)
	case f.NoPhone:
		hidden(changes, "phone", null.Value(was.PhoneMasked), "")
	}
	return changes
}

func year(y *int32) string {
	if y == nil {
		return ""
	}
	return strconv.Itoa(int(*y))
}

// overtaken is what others did to a person since a form began from version.
func overtaken(ctx context.Context, tx *tenant.Tx, d Record, version int32) error {
	return county.Overtaken(ctx, tx, "deputy "+strconv.Itoa(int(d.Number)), version, d.Version)
}
