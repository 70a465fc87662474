package imports

import (
	"context"
	"io"
	"net/url"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/postgres"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// rowList is what was said of an import's rows.
var rowList = postgres.List{
	Columns: `r.list, r.row, r.subject, r.verdict, r.changes, r.problems, r.note`,
	From:    `import_rows r`,
	ID:      `r.position::bigint`,
	Orders:  []postgres.Order{{Name: "row", By: `r.position`, Type: "int"}},
	Filters: []postgres.Filter{
		{Name: "verdict", Kind: postgres.Choice, Of: []string{"new", "changed", "same", "wrong"}, Where: `r.verdict = @verdict`},
		{Name: "list", Kind: postgres.Choice, Of: []string{"stations", "units", "deputies", "staff"}, Where: `r.list = @list`},
	},
	Text: []string{`r.subject`},
}

// Said is what was said of a row, in its list.
type Said struct {
	tenant.Row
	List     Kind
	Number   int32 `db:"row"`
	Subject  string
	Verdict  Verdict
	Changes  []Change
	Problems []Problem
	Note     *string
}

// Ask reads the address of an import's rows.
func Ask(address url.Values, limit int) tenant.Ask { return rowList.Ask(address, limit) }

// Address is what of an address the list of rows knows, without the place in it.
func Address(address url.Values) url.Values { return rowList.Address(address) }

// Rows queues one page of an import's rows.
func Rows(v *tenant.View, i Import, ask tenant.Ask) *tenant.Page[Said] {
	return tenant.PageOf[Said](v, &rowList, ask, i.where())
}

func (i Import) where() postgres.Where {
	return postgres.Where{SQL: []string{`r.county_id = @county`, `r.import_id = @import`}, Args: pgx.NamedArgs{"import": i.ID}}
}

// problemColumns are the columns of what is wrong.
var problemColumns = []sheet.Column{{Name: "工作表", Width: 12}, {Name: "行", Kind: sheet.Number, Width: 8}, {Name: "单元格", Width: 10}, {Name: "列", Width: 18},
	{Name: "内容", Width: 24}, {Name: "问题", Width: 60}}

// WriteProblems writes all that is wrong in an import's file into a sheet.
func WriteProblems(ctx context.Context, db *tenant.DB, by auth.Actor, i Import, format sheet.Format, w io.Writer) error {
	out, err := sheet.NewWriter(w, format, problemColumns, sheet.Named("问题"))
	if err != nil {
		return err
	}
	defer out.Abort()
	wrong := rowList.Ask(url.Values{"verdict": {string(Wrong)}}, 1)
	err = tenant.Stream(ctx, db, by.County, &rowList, wrong, i.where(), func(s Said) error {
		for _, p := range s.Problems {
			if err := out.Write([]any{s.List.Title(), s.Number, p.Cell, p.Column, s.Subject, p.Words}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return out.Close()
}
