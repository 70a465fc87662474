package web_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// rota puts a rule and a request for an appointment beside the reception day that the
// clerk's station has today.
func (w *world) rota(t *testing.T) {
	t.Helper()
	var today *[]reception.Entry
	w.View(func(v *tenant.View) { today = reception.Entries(v, w.Clerk, 0, w.Today(), w.Today()) })
	from := w.Today()
	var rule, ask int64
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		rule, err = reception.AddRule(ctx, tx, w.Head, uuid.New(), reception.RuleInput{Rule: rota.Rule{Every: rota.Quarter}, From: &from,
			Facts: reception.Facts{StationID: w.Station, PlaceID: w.Station, Kind: "fixed", Starts: "09:00", Ends: "11:30", Seats: 2}})
		if err != nil {
			return err
		}
		ask, err = reception.Ask(ctx, tx, w.Keys, w.Citizen, uuid.New(), w.Point, reception.AskInput{Name: "申国强", Phone: "13800000017", Topic: "村口的路"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.day = "/receptions/" + strconv.FormatInt((*today)[0].ID, 10)
	w.rule = "/receptions/rules/" + strconv.FormatInt(rule, 10)
	w.ask = "/appointments/" + strconv.FormatInt(ask, 10)
}
