package deputy

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/null"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// person is a record with the facts that a merger chooses from.
type person struct {
	ID            int64
	Number        int32
	Version       int32
	Approved      bool
	MergedInto    *int64
	Name          *string
	Gender        *string
	BirthYear     *int32
	CertificateNo *string
	Duties        *string
	Photo         *int64 // its file
	PhoneSealed   []byte
	Ethnicity     *string
	Education     *string
	Party         *string

	Phone string `db:"-"` // opened
}

const selectPerson = `select d.id, d.number, d.version, d.approved_at is not null as approved, d.merged_into, d.name, d.gender, d.birth_year, d.certificate_no, d.duties,
		(select a.id from attachments a where a.county_id = @county and a.deputy_id = d.id and a.removed_at is null) as photo,
		p.phone_sealed, p.ethnicity, p.education, p.party
	from deputies d left join deputy_private p on p.county_id = @county and p.deputy_id = d.id
	where d.county_id = @county and d.number = any(@numbers)`

// open opens the record's number, where there is one.
func (p *person) open(of tenant.County, keys private.Keys) (err error) {
	if p.PhoneSealed != nil {
		p.Phone, err = keys.Open(p.PhoneSealed, PhoneBind(of, p.ID))
	}
	return err
}

// exchange lets one fact of two records change places.
func exchange(field string, a, b *person) {
	swap := func(x, y **string) { *x, *y = *y, *x }
	switch field {
	case "name":
		swap(&a.Name, &b.Name)
	case "gender":
		swap(&a.Gender, &b.Gender)
	case "birth_year":
		a.BirthYear, b.BirthYear = b.BirthYear, a.BirthYear
	case "certificate_no":
		swap(&a.CertificateNo, &b.CertificateNo)
	case "duties":
		swap(&a.Duties, &b.Duties)
	case "photo":
		a.Photo, b.Photo = b.Photo, a.Photo
	case "phone":
		a.Phone, b.Phone = b.Phone, a.Phone
	case "ethnicity":
		swap(&a.Ethnicity, &b.Ethnicity)
	case "education":
		swap(&a.Education, &b.Education)
	case "party":
		swap(&a.Party, &b.Party)
	}
}

// value is a fact as a fingerprint is taken of it.
func (p *person) value(field string) string {
	switch field {
	case "birth_year":
		return year(p.BirthYear)
	case "photo":
		if p.Photo == nil {
			return ""
		}
		return strconv.FormatInt(*p.Photo, 10)
	case "phone":
		return p.Phone
	}
	return null.Value(map[string]*string{"name": p.Name, "gender": p.Gender, "certificate_no": p.CertificateNo, "duties": p.Duties,
		"ethnicity": p.Ethnicity, "education": p.Education, "party": p.Party}[field])
}

// publicFields are what citizens see. Where one of them comes from a record that is not
// approved, what it comes to is not any more: citizens see nothing that nobody looked at.
var publicFields = []string{"name", "duties", "photo"}

// swap lets the chosen facts change places, and returns the fingerprints of what the kept
// record has by it.
func swap(ctx context.Context, tx *tenant.Tx, keys private.Keys, kept, gone *person, take []string) (map[string][]byte, error) {
	if len(take) == 0 {
		return nil, nil
	}
	for _, field := range take {
		exchange(field, kept, gone)
	}
	statements := []tenant.Statement{}
	if slices.Contains(take, "certificate_no") { // it is one person's: for a moment nobody has it
		statements = append(statements, tenant.Statement{SQL: `update deputies set certificate_no = null where county_id = @county and id = any(@ids)`,
			Args: pgx.NamedArgs{"ids": []int64{kept.ID, gone.ID}}})
	}
	if slices.ContainsFunc(take, func(field string) bool { return slices.Contains(publicFields, field) }) && kept.Approved != gone.Approved {
		statements = append(statements, tenant.Statement{SQL: clearApproval, Args: pgx.NamedArgs{"ids": []int64{kept.ID, gone.ID}}})
	}
	statements = slices.Concat(statements, kept.write(tx.County(), keys), gone.write(tx.County(), keys))
	if err := tx.Batch(ctx, statements); err != nil {
		return nil, fmt.Errorf("swap facts: %w", err)
	}
	return kept.fingerprints(tx.County(), keys, take), nil
}

// write writes the record's facts as they are now; the number is sealed for it anew.
func (p *person) write(of tenant.County, keys private.Keys) []tenant.Statement {
	facts := Facts{Ethnicity: null.Value(p.Ethnicity), Education: null.Value(p.Education), Party: null.Value(p.Party)}
	statements := []tenant.Statement{{
		SQL: `update deputies set name = @name, initials = @initials, gender = @gender, birth_year = @birth_year,
			certificate_no = @certificate_no, duties = @duties where county_id = @county and id = @id`,
		Args: pgx.NamedArgs{"id": p.ID, "name": p.Name, "initials": null.Of(pinyin.Initials(null.Value(p.Name))), "gender": p.Gender,
			"birth_year": p.BirthYear, "certificate_no": p.CertificateNo, "duties": p.Duties},
	}, {SQL: writePrivate, Args: facts.sealed(of, keys, p.ID, p.Phone)}}
	if p.Photo != nil {
		statements = append(statements, tenant.Statement{
			SQL:  `update attachments set deputy_id = @id where county_id = @county and id = @photo and removed_at is null`,
			Args: pgx.NamedArgs{"id": p.ID, "photo": *p.Photo}})
	}
	return statements
}

// fingerprints tell whether a fact is still the same, and nothing of what it is.
func (p *person) fingerprints(of tenant.County, keys private.Keys, fields []string) map[string][]byte {
	prints := map[string][]byte{}
	for _, field := range fields {
		prints[field] = keys.Blind(int32(of), "deputy "+field, p.value(field))
	}
	return prints
}

// lockPeople holds records, the older ones first, and opens their numbers.
func lockPeople(ctx context.Context, tx *tenant.Tx, keys private.Keys, numbers ...int32) ([]person, error) {
	people, err := postgres.All[person](ctx, tx, selectPerson+` order by d.id for update of d`, pgx.NamedArgs{"numbers": numbers})
	if err != nil {
		return nil, fmt.Errorf("deputies %v: %w", numbers, err)
	}
	for i := range people {
		if err := people[i].open(tx.County(), keys); err != nil {
			return nil, fmt.Errorf("deputy %d: %w", people[i].Number, err)
		}
	}
	return people, nil
}
