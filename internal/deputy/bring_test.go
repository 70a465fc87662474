package deputy_test

import (
	"context"
	"testing"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
)

// Of a long list those who are right are made; what is wrong with the others stands with
// each, in the words of Create, AddMandate and Join.
func TestCreateMany(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	day := calendar.NewDate(2021, 5, 20)
	seat := deputy.Mandate{Level: "township", Term: "第十六届", ElectoralUnit: "一选区", Division: "王桥镇", From: day}
	place := deputy.Membership{StationID: w.Station, From: day}
	right := &deputy.Listed{Facts: deputy.Facts{Name: "申 卫国", CertificateNo: "xy-1", Phone: "138 0000 0017"}, Mandates: []deputy.Mandate{seat}, Groups: []deputy.Membership{place}}
	taken := &deputy.Listed{Facts: deputy.Facts{Name: "申卫民", CertificateNo: "XY-1"}}
	twice := &deputy.Listed{Facts: deputy.Facts{Name: "申卫东"}, Mandates: []deputy.Mandate{seat, seat}, Groups: []deputy.Membership{place, place}}
	nowhere := &deputy.Listed{Facts: deputy.Facts{}, Groups: []deputy.Membership{{StationID: w.Point, From: day}}}
	all := []*deputy.Listed{right, taken, twice, nowhere}
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return deputy.CreateMany(ctx, tx, w.Keys, w.Handler, all)
	}); err != nil {
		t.Fatal(err)
	}
	if right.ID == 0 || right.Number != 5 || right.Err != nil {
		t.Errorf("who is right: %+v", right)
	}
	if taken.ID != 0 || taken.Err == nil || twice.ID != 0 || twice.MandateErrs[1] == nil || twice.GroupErrs[1] == nil || nowhere.Err == nil || nowhere.GroupErrs[0] == nil {
		t.Errorf("who is not: %v, %v, %v, %v, %v", taken.Err, twice.MandateErrs, twice.GroupErrs, nowhere.Err, nowhere.GroupErrs)
	}
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return deputy.CreateMany(ctx, tx, w.Keys, w.Clerk, all)
	}); err == nil {
		t.Error("a clerk makes deputies")
	}
}
