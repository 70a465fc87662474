package imports_test

import (
	"context"
	"strconv"
	"testing"

	"lianluo/internal/deputy"
	"lianluo/internal/imports"
	"lianluo/internal/tenant"
)

// What a list says of who is shown to citizens comes true, and what it makes of that by
// other cells is said before.
func TestWhoIsShownToCitizens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := func(duties, shown string) []byte {
		return table("姓名|代表证号|职务|可以公开|层级|届次|选区或选举单位|任职日期", "申爱军|XY17-1|"+duties+"|"+shown+"|县|第十七届|东关选区|2021-05-20")
	}
	shown := func(want int) {
		t.Helper()
		d.mustCount(want, `select count(*) from deputies where name = '申爱军' and approved_at is not null`)
	}
	d.bring(imports.Deputies, list("村委会主任", "是"))
	shown(1)
	i := d.upload(imports.Deputies, list("村党支部书记", "是"))
	d.mustSay(i, "2 changed 申爱军; 职务 村委会主任→村党支部书记")
	d.must(d.confirm(i))
	shown(1)
	d.mustSay(d.upload(imports.Deputies, list("村党支部书记", "是")), "2 same 申爱军")

	i = d.upload(imports.Deputies, list("", "否"))
	d.mustSay(i, "2 changed 申爱军; 可以公开 是→否")
	d.must(d.confirm(i))
	shown(0)
	d.mustCount(1, `select count(*) from audit_entries where action = 'deputy.unapprove'`)
	d.mustSay(d.upload(imports.Deputies, list("", "否")), "2 same 申爱军")

	d.bring(imports.Deputies, list("", "是"))
	shown(1)
	i = d.upload(imports.Deputies, list("镇人大主席", ""))
	d.mustSay(i, "2 changed 申爱军; 职务 村党支部书记→镇人大主席; 可以公开 是→待核对")
	d.must(d.confirm(i))
	shown(0)

	d.bring(imports.Deputies, list("", "是"))
	i = d.upload(imports.Deputies, table("姓名|代表证号|职务|可以公开|层级|届次|选区或选举单位|任职日期|终止日期|终止原因",
		"申爱军|XY17-1||否|县|第十七届|东关选区|2021-05-21||"))
	d.must(d.confirm(i)) // the mandate's version is not lost over it
	shown(0)
	d.mustSay(d.upload(imports.Deputies, table("姓名|代表证号|可以公开", "申爱军|XY17-1|是", "申爱军|XY17-1|否")),
		"2 changed 申爱军; 可以公开 否→是", "3 wrong 申爱军; C3 可以公开 和第 2 行写的不一样，那里是“是”")
}

// A 代表证号 that stayed with a merged record leads to the one that it went into, and on.
func TestCertificateOfMergedRecord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring(imports.Deputies, table("姓名|代表证号|层级|届次|选区或选举单位|任职日期",
		"申爱军|A1|县|第十六届|东关选区|2016-05-20", "申爱军|A2|县|第十七届|西关选区|2021-05-20", "申爱君|A3|市|第五届|长治选区|2021-05-20"))
	number := func(certificate string) int32 {
		return int32(d.count(`select number from deputies where certificate_no = '` + certificate + `'`))
	}
	merge := func(kept, gone int32) error {
		version := func(n int32) int32 {
			return int32(d.count(`select version from deputies where county_id = ` + strconv.Itoa(int(d.County)) + ` and number = ` + strconv.Itoa(int(n))))
		}
		return d.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := deputy.Merge(ctx, tx, d.Keys, d.by, deputy.Merging{Kept: kept, Gone: gone, KeptVersion: version(kept), GoneVersion: version(gone)})
			return err
		})
	}
	_, err := d.PG.Super.Exec(t.Context(), `update mandates set to_date = '2021-05-19', end_reason = 'term' where term = '第十六届' and electoral_unit = '东关选区'`)
	d.must(err)
	d.must(merge(number("A2"), number("A3")))
	d.must(merge(number("A1"), number("A2")))
	for _, row := range []string{"申爱军|A1", "申爱军|A2", "申爱君|A3"} {
		i := d.upload(imports.Deputies, table("姓名|代表证号|学历", row+"|大专"))
		if i.Changed != 1 || i.Wrong != 0 {
			t.Errorf("%s: %v", row, d.said(i))
		}
		d.must(d.confirm(i))
		d.mustSay(d.upload(imports.Deputies, table("姓名|代表证号|学历", row+"|大专")), "2 same "+row[:len("申爱军")])
		d.must(d.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Exec(ctx, `update deputy_private set education = null where county_id = @county`)
			return err
		}))
	}
	err = d.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, _, err := deputy.Create(ctx, tx, d.Keys, d.by, deputy.Facts{Name: "申卫国", CertificateNo: "A3"})
		return err
	})
	if want := "申爱军（档案号 " + strconv.Itoa(int(number("A1"))); err == nil || !containsField(err, "certificate_no", want) {
		t.Errorf("whose the number is: %v, want %s", err, want)
	}
}
