package network_test

import (
	"errors"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/network"
	"lianluo/internal/tenant"
)

// BenchmarkClose moves 10,000 open cases to another station and their orders to another
// unit: more than any county has.
func BenchmarkClose(b *testing.B) {
	const cases = 10000
	w := casetest.New(b)
	number := w.DriveNew(casefile.Handling)
	w.Copy(b, number, cases)
	for b.Loop() {
		var closed, merged network.Done
		err := w.DB.Update(b.Context(), w.County, func(tx *tenant.Tx) (err error) {
			if closed, err = network.Close(b.Context(), tx, w.Admin, wangqiao, merging()); err != nil {
				return err
			}
			merged, err = network.CloseUnit(b.Context(), tx, w.Admin, w.WaterUnit, network.UnitClosing{Into: w.RoadsUnit, Staff: "move", Reason: "机构改革"})
			if err != nil {
				return err
			}
			return errUndone
		})
		if !errors.Is(err, errUndone) || closed.Cases != cases+1 || merged.Cases != cases+1 {
			b.Fatalf("%v: %+v, %+v", err, closed, merged)
		}
	}
}

// errUndone takes a measured closing back.
var errUndone = errors.New("only measured")
