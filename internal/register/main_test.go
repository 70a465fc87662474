package register_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// form is a form as the county has it.
func form(t testing.TB, w *casetest.World, source register.Source) register.Form {
	t.Helper()
	var forms func() []register.Form
	w.View(func(v *tenant.View) { forms = register.Forms(v) })
	return register.Of(forms(), source.Key())
}

// showing is a form with these columns alone, in this order.
func showing(f register.Form, keys ...string) register.Form {
	columns := slices.Clone(f.Columns)
	place := func(c register.Column) int {
		if at := slices.Index(keys, c.Key); at >= 0 {
			return at
		}
		return len(keys)
	}
	slices.SortStableFunc(columns, func(a, b register.Column) int { return place(a) - place(b) })
	for i := range columns {
		columns[i].Shown = place(columns[i]) < len(keys)
	}
	f.Columns = columns
	return f
}

func query(t *testing.T, address string) url.Values {
	t.Helper()
	query, err := url.ParseQuery(address)
	if err != nil {
		t.Fatal(err)
	}
	return query
}

// lines are the lines of a register, their cells with | between.
func lines(t *testing.T, w *casetest.World, r register.Reader, f register.Form, address string) []string {
	t.Helper()
	ask := f.Source.Ask(query(t, address), w.Today(), 100)
	var page func() (register.Page, error)
	var n *int64
	var total *register.Total
	w.View(func(v *tenant.View) {
		total = f.Source.Total(v, r.By, ask, 1000)
		page = register.PageOf(v, r, f, ask)
		n = f.Source.Count(v, r.By, ask, 1000)
	})
	read, err := page()
	if err != nil {
		t.Fatal(err)
	}
	var streamed, paged []string
	sum, err := register.Stream(t.Context(), w.DB, r, f, ask, func(l register.Line) error {
		streamed = append(streamed, joined(l))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum != *total || sum.Lines != len(streamed) {
		t.Errorf("%s?%s: the lines come to %+v, the database says %+v", f.Source, address, sum, *total)
	}
	for _, l := range read.Lines {
		paged = append(paged, joined(l))
	}
	if int(*n) != len(paged) || !slices.Equal(paged, streamed) {
		t.Errorf("%s?%s: %d counted, on the page %q, streamed %q", f.Source, address, *n, paged, streamed)
	}
	return paged
}

func joined(l register.Line) string {
	texts := make([]string, len(l.Cells))
	for i, cell := range l.Cells {
		texts[i] = register.Text(cell)
	}
	return strings.Join(texts, "|")
}

func reader(w *casetest.World, by auth.Actor) register.Reader {
	return register.Reader{By: by, Keys: w.Keys}
}
