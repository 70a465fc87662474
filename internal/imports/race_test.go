package imports_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/deputy"
	"lianluo/internal/imports"
	"lianluo/internal/tenant"
)

// people of whom nobody is in the county yet.
var newcomers = table("姓名|性别|层级|届次|选区或选举单位|任职日期", "申爱军|男|县|第十七届|东关选区|2021-05-20", "申爱民|男|县|第十七届|西关选区|2021-05-20")

// begin confirms an import and does it beside the test; the channel has what came of it.
func (d *desk) begin(i imports.Import) <-chan error {
	d.t.Helper()
	d.must(d.update(func(tx *tenant.Tx) error { return imports.Confirm(d.t.Context(), tx, d.by, d.role, i.Key) }))
	done := make(chan error, 1)
	go func(key uuid.UUID) { done <- d.work(key) }(i.Key)
	return done
}

// waiting waits until so many transactions of the database wait for others.
func (d *desk) waiting(n int) {
	d.t.Helper()
	d.must(d.PG.Blocked(d.t.Context(), n))
}

// Two servers import one list at once: it is there once.
func TestTwoImportsAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, second := d.upload(imports.Deputies, newcomers), d.upload(imports.Deputies, newcomers)
	var one, other <-chan error
	d.must(d.update(func(tx *tenant.Tx) error { // holds the counter until both have come as far as they get
		if _, err := tx.Exec(t.Context(), `select last from deputy_numbers where county_id = @county for update`); err != nil {
			return err
		}
		one, other = d.begin(first), d.begin(second)
		d.waiting(2)
		return nil
	}))
	a, b := <-one, <-other
	if a == nil {
		a, b = b, a
	}
	if b != nil || !strings.HasPrefix(refusal(a), "核对以后，系统里的内容有了变化") {
		t.Errorf("of two imports: %v, %v", a, b)
	}
	d.mustCount(2, `select count(*) from deputies where name in ('申爱军', '申爱民')`)
}

// Somebody of the list is entered by hand while it is imported: the import sees that, and so
// does who enters the same one a second time.
func TestEnteredWhileImported(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.upload(imports.Deputies, newcomers)
	var imported <-chan error
	d.must(d.update(func(tx *tenant.Tx) error {
		if _, _, err := deputy.Create(t.Context(), tx, d.Keys, d.by, deputy.Facts{Name: "申爱军"}); err != nil {
			return err
		}
		imported = d.begin(i)
		d.waiting(1)
		return nil
	}))
	if err := <-imported; !strings.HasPrefix(refusal(err), "核对以后，系统里的内容有了变化") {
		t.Errorf("the import: %v", err)
	}
	d.mustCount(1, `select count(*) from deputies where name in ('申爱军', '申爱民')`)
}
