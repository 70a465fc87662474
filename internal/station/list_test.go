package station_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"lianluo/internal/postgres"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// TestList: what an export has of each place, and by what the list narrows; another county's is in none.
func TestList(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.must(appointing(n.Admin, n.Station, station.Officer{Office: "head", Name: "连文斌"}))
	n.must(appointing(n.Admin, n.Station, station.Officer{Office: "liaison", Name: "张敏"}))
	var function string
	n.must(func(ctx context.Context, tx *tenant.Tx) error {
		id, err := postgres.Value[int64](ctx, tx, `select id from functions where county_id = @county and name = '预算联系点'`)
		if err != nil {
			return err
		}
		function = itoa(id)
		place, err := station.FindID(ctx, tx, n.Station)
		if err != nil {
			return err
		}
		f := place.Facts()
		f.Functions = append(f.Functions, id)
		return station.Change(ctx, tx, n.Admin, n.Station, place.Version, f)
	})
	n.must(setting(n.Admin, n.OtherStation, station.StateChange{State: station.Closed, Reason: "撤销"}))
	for query, want := range map[string]string{
		"":                           "王桥镇 连文斌 预算联系点|五阳村  |夏店镇  ",
		"used=yes":                   "王桥镇 连文斌 预算联系点|五阳村  ",
		"township=140423103":         "夏店镇  ",
		"function=" + function:       "王桥镇 连文斌 预算联系点",
		"kind=point&q=wyc":           "五阳村  ",
		"kind=station&q=xdz":         "夏店镇  ",
		"township=140425200&q=":      "",
		"township=';drop&used=maybe": "",
	} {
		address, err := url.ParseQuery(query)
		if err != nil {
			address = url.Values{"township": {"';drop"}}
		}
		var got []string
		err = station.Export(t.Context(), n.DB, n.Clerk, station.Ask(address, 50), func(s station.Item) error {
			head := ""
			if s.Head != nil {
				head = *s.Head
			}
			got = append(got, s.ShortName+" "+head+" "+strings.Join(s.Functions, "、"))
			return nil
		})
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
}
