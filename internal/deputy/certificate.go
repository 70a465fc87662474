package deputy

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Holder is whose a 代表证号 is: of a record that went into another, the record that it is now.
type Holder struct {
	CertificateNo string
	ID            int64
	Name          string
	Number        int32
	WasName       string // of the record that has the 代表证号
	WasNumber     int32
}

// followed leads from the records of a condition to what they are now.
func followed(condition string) string {
	return `with recursive h as (
			select d.certificate_no, d.id, d.name, d.number, d.name as was_name, d.number as was_number, d.merged_into
			from deputies d where d.county_id = @county and ` + condition + `
		union all
			select h.certificate_no, k.id, k.name, k.number, h.was_name, h.was_number, k.merged_into
			from h join deputies k on k.county_id = @county and k.id = h.merged_into)
		select certificate_no, id, name, number, was_name, was_number from h where merged_into is null order by was_number`
}

var (
	selectHolders = followed(`d.certificate_no = any(@all) and d.id <> @but`)
	selectMerged  = followed(`d.certificate_no is not null and d.merged_into is not null`)
)

// holders are whose some 代表证号 are, but for the record that has the id but.
func holders(ctx context.Context, tx *tenant.Tx, certificates []string, but int64) ([]Holder, error) {
	all, err := postgres.All[Holder](ctx, tx, selectHolders, pgx.NamedArgs{"all": certificates, "but": but})
	if err != nil {
		return nil, fmt.Errorf("代表证号: %w", err)
	}
	return all, nil
}

// MergedCertificates are the 代表证号 that stayed with records which went into others: lists
// of the county's office may still name them.
func MergedCertificates(ctx context.Context, tx *tenant.Tx) ([]Holder, error) {
	all, err := postgres.All[Holder](ctx, tx, selectMerged)
	if err != nil {
		return nil, fmt.Errorf("代表证号: %w", err)
	}
	return all, nil
}

// taken says to whoever writes the 代表证号 at the deputy id whose it is.
func (h Holder) taken(id int64) error {
	if h.ID == id {
		return errs.Invalid{"certificate_no": fmt.Sprintf("这个代表证号在已经合并进来的档案（档案号 %d）上。要用它，请先撤回合并，再合并时选它。", h.WasNumber)}
	}
	return errs.Invalid{"certificate_no": fmt.Sprintf("这个代表证号已经登记给%s（档案号 %d）。", h.Name, h.Number)}
}
