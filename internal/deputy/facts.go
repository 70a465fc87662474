package deputy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Facts are what is written of a person, as a form or a sheet has it; "" and 0 are nothing.
type Facts struct {
	Name          string
	Gender        string // of Genders
	BirthYear     int
	CertificateNo string // 代表证号
	Duties        string // 职务, public

	// Private: see deputy_private.
	Phone     string // as typed; of a change: "" and the masked number leave what is there
	NoPhone   bool   // of a change: the number is taken out
	Ethnicity string // 民族
	Education string // 学历
	Party     string // 政治面貌

	Key     uuid.UUID // of the form that makes the person: a second press finds the first
	Approve bool      // what citizens see was looked at, by somebody who may: it shows
}

// MayApprove reports whether by may say that a deputy's public facts are right: the
// county's office.
func MayApprove(by auth.Actor) bool { return by.Scope(auth.ChangeDeputies) == auth.WholeCounty }

func mayChange(by auth.Actor) error {
	if by.Scope(auth.ChangeDeputies) != auth.WholeCounty {
		return errs.Refuse(errs.Forbidden, "代表的资料由县人大代表工委登记和修改。")
	}
	return nil
}

// Create makes a deputy with the county's next 档案号, and returns both. Made twice with
// one Key it returns the first. It returns errs.Invalid by form field, also for a 代表证号
// that another has.
func Create(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, f Facts) (id int64, number int32, err error) {
	if err := mayChange(by); err != nil {
		return 0, 0, err
	}
	phone, err := f.check(tx.Now())
	if err != nil {
		return 0, 0, err
	}
	if number, err = lockNumbers(ctx, tx); err != nil {
		return 0, 0, err
	}
	if f.Key != uuid.Nil { // asked once the counter is held: who pressed twice waits there
		if done, err := madeBefore(ctx, tx, f.Key); err == nil || !errors.Is(err, errs.NotFound) {
			return done.ID, done.Number, err
		}
	}
	if err := freeCertificate(ctx, tx, 0, f.CertificateNo); err != nil {
		return 0, 0, err
	}
	if id, err = f.insert(ctx, tx, by, number); err != nil {
		return 0, 0, err
	}
	if err := f.keepPrivate(ctx, tx, keys, id, phone); err != nil {
		return 0, 0, err
	}
	return id, number, record(ctx, tx, by, "deputy.create", number, map[string]any{"name": f.Name, "version": 1})
}

type made struct {
	ID     int64
	Number int32
}

// madeBefore is what the same form made a moment earlier, or errs.NotFound.
func madeBefore(ctx context.Context, tx *tenant.Tx, key uuid.UUID) (made, error) {
	return postgres.One[made](ctx, tx, `select id, number from deputies where county_id = @county and submission_key = @key`,
		pgx.NamedArgs{"key": key})
}

// lockNumbers holds the county's counter until the transaction ends, and returns the next
// 档案号. Of those who make a person at once one goes after the other.
func lockNumbers(ctx context.Context, tx *tenant.Tx) (int32, error) {
	last, err := postgres.Value[int32](ctx, tx, `insert into deputy_numbers (county_id, last) values (@county, 0)
		on conflict (county_id) do update set last = deputy_numbers.last returning last`)
	if err != nil {
		return 0, fmt.Errorf("档案号: %w", err)
	}
	return last + 1, nil
}

// LastNumber is the highest 档案号 that was given, 0 for none.
func LastNumber(ctx context.Context, tx *tenant.Tx) (int32, error) {
	last, err := postgres.Value[int32](ctx, tx, `select coalesce((select last from deputy_numbers where county_id = @county), 0)`)
	if err != nil {
		return 0, fmt.Errorf("档案号: %w", err)
	}
	return last, nil
}

const insertDeputy = `insert into deputies (county_id, number, submission_key, name, initials, gender, birth_year,
		certificate_no, duties, approved_at, approved_by, approved_name, created_at)
	values (@county, @number, @key, @name, @initials, @gender, @birth_year, @certificate_no, @duties,
		@approved_at, @approved_by, @approved_name, @now) returning id`

func (f Facts) insert(ctx context.Context, tx *tenant.Tx, by auth.Actor, number int32) (int64, error) {
	args := f.args(tx.Now(), by, f.Approve && MayApprove(by))
	args["number"], args["key"], args["now"] = number, null.Of(f.Key), tx.Now()
	id, err := postgres.Value[int64](ctx, tx, insertDeputy, args)
	if err != nil {
		return 0, fmt.Errorf("deputy: %w", err)
	}
	_, err = postgres.Exec(ctx, tx, `update deputy_numbers set last = @number where county_id = @county`, pgx.NamedArgs{"number": number})
	return id, err
}

func (f Facts) args(now time.Time, by auth.Actor, approved bool) pgx.NamedArgs {
	args := pgx.NamedArgs{"name": f.Name, "initials": null.Of(pinyin.Initials(f.Name)), "gender": null.Of(f.Gender), "birth_year": null.Of(f.BirthYear),
		"certificate_no": null.Of(f.CertificateNo), "duties": null.Of(f.Duties), "approved_at": nil, "approved_by": nil, "approved_name": nil}
	if approved {
		args["approved_at"], args["approved_by"], args["approved_name"] = now, null.Of(by.UserID), by.Name
	}
	return args
}

// check tidies what was typed and judges it by field; phone is the number in its normal
// form, "" for none.
func (f *Facts) check(now time.Time) (phone string, err error) {
	invalid := errs.Invalid{}
	f.Name, f.CertificateNo, f.Duties = CleanName(f.Name), CleanCertificate(f.CertificateNo), county.Trimmed(f.Duties)
	f.Ethnicity, f.Education, f.Party = CleanName(f.Ethnicity), CleanName(f.Education), CleanName(f.Party)
	county.OneLine(invalid, "name", f.Name, "请填代表的姓名。", 30)
	for field, value := range map[string]string{"certificate_no": f.CertificateNo, "duties": f.Duties, "ethnicity": f.Ethnicity,
		"education": f.Education, "party": f.Party} {
		if value != "" {
			county.OneLine(invalid, field, value, "", 60)
		}
	}
	if f.Gender != "" && NameOf(Genders, f.Gender) == "" {
		invalid["gender"] = "请选择男或女。"
	}
	if year := calendar.DateOf(now).Year(); f.BirthYear != 0 && (f.BirthYear < 1900 || f.BirthYear > year-18) {
		invalid["birth_year"] = fmt.Sprintf("请填四位数的出生年份，在 1900 到 %d 之间。", year-18)
	}
	if f.Phone != "" {
		if phone, err = private.NormalizePhone(f.Phone); err != nil {
			invalid["phone"] = err.Error() + "。"
		}
	}
	return phone, invalid.Err()
}

// freeCertificate refuses a 代表证号 that another deputy has.
func freeCertificate(ctx context.Context, tx *tenant.Tx, id int64, certificate string) error {
	if certificate == "" {
		return nil
	}
	all, err := holders(ctx, tx, []string{certificate}, id)
	if err != nil {
		return err
	}
	for _, h := range all {
		return h.taken(id)
	}
	return nil
}

// record writes what was done to a deputy into the county's record, last in its transaction.
func record(ctx context.Context, tx *tenant.Tx, by auth.Actor, action string, number int32, detail map[string]any) error {
	return audit.Record(ctx, tx, by.Audit(), action, "deputy "+strconv.Itoa(int(number)), detail)
}
