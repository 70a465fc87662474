package imports_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"lianluo/internal/auth"
	"lianluo/internal/imports"
)

// network is the whole network as by takes it out.
func (d *desk) network(full bool) []byte {
	d.t.Helper()
	var out bytes.Buffer
	_, err := imports.WriteNetwork(d.t.Context(), d.DB, d.Keys, d.by, full, &out)
	d.must(err)
	return out.Bytes()
}

// sheets are a workbook's rows, sheet by sheet. 档案号 is a county's own and left out.
func (d *desk) sheets(data []byte) map[string][]string {
	d.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	d.must(err)
	defer func() { _ = f.Close() }()
	all := map[string][]string{}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		d.must(err)
		for _, cells := range rows {
			if name == "人大代表" {
				cells = cells[1:]
			}
			all[name] = append(all[name], strings.TrimRight(strings.Join(cells, "|"), "|"))
		}
		slices.Sort(all[name])
	}
	return all
}

// A county's workbook imports into itself without a change, and elsewhere makes the same.
func TestNetworkGoesRound(t *testing.T) {
	t.Parallel()
	here, there := newDesk(t), newDesk(t)
	for _, file := range []struct {
		kind imports.Kind
		data []byte
	}{{imports.Stations, stations}, {imports.Units, units}, {imports.Deputies, bytes.Replace(deputies, []byte("郭建国"), []byte("郭建业"), 1)}, {imports.Staff, staff}} {
		here.bring(file.kind, file.data)
	}
	masked, full := here.network(false), here.network(true)
	for _, data := range [][]byte{masked, full} {
		i := here.upload(imports.Network, data)
		if i.Said != nil || int(i.Same) != i.Rows() || i.Rows() < 20 {
			t.Fatalf("into itself: %v\n%s", i.Said, strings.Join(here.said(i), "\n"))
		}
	}
	if bytes.Contains(masked, []byte("13800000017")) {
		t.Error("the masked workbook has a number")
	}
	there.empty()
	i := there.upload(imports.Network, full)
	if i.Said != nil || i.Wrong > 0 || i.Added == 0 {
		t.Fatalf("elsewhere: %v\n%s", i.Said, strings.Join(there.said(i), "\n"))
	}
	there.must(there.confirm(i))
	if diff := cmp.Diff(here.sheets(full), there.sheets(there.network(true))); diff != "" {
		t.Error(diff)
	}
	// A masked number says nothing: what is there stays.
	there.mustCount(1, `select count(*) from deputy_private where phone_masked is not null`)
	if i := there.upload(imports.Network, masked); int(i.Same) != i.Rows() {
		t.Errorf("the masked workbook: %s", strings.Join(there.said(i), "\n"))
	}
}

// empty takes away what every world begins with, but for who imports.
func (d *desk) empty() {
	d.t.Helper()
	for _, sql := range []string{`delete from reception_deputies`, `delete from receptions`, `delete from station_deputies`, `delete from mandates`,
		`delete from user_roles where station_id is not null or unit_id is not null or deputy_id is not null`, `delete from deputies`, `delete from deputy_numbers`,
		`delete from units`, `delete from stations where parent_id is not null`, `delete from stations`} {
		_, err := d.PG.Super.Exec(d.t.Context(), sql+map[bool]string{true: " and", false: " where"}[strings.Contains(sql, " where ")]+" county_id = "+string(rune('0'+int(d.County))))
		d.must(err)
	}
}

// Who may not change accounts takes out and brings in no accounts.
func TestNetworkWithoutAccounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	handler := d.as(d.Handler)
	if sheets := d.sheets(handler.network(false)); sheets["工作人员"] != nil || len(sheets) != 3 {
		t.Errorf("a handler's workbook has %d sheets", len(sheets))
	}
	if i := handler.upload(imports.Network, handler.network(false)); i.Wrong > 0 || int(i.Same) != i.Rows() {
		t.Errorf("a handler's own: %s", strings.Join(d.said(i), "\n"))
	}
	i := handler.upload(imports.Network, d.network(false))
	if i.Wrong == 0 || handler.confirm(i) == nil {
		t.Error("a handler brings accounts in")
	}
	var out bytes.Buffer
	for _, by := range []auth.Actor{d.Leader, d.Clerk, d.Water, d.Citizen} {
		if _, err := imports.WriteNetwork(t.Context(), d.DB, d.Keys, by, false, &out); err == nil {
			t.Errorf("%s takes the network out", by.Role)
		}
	}
	if err := imports.Staff.Check(d.Handler); err == nil {
		t.Error("a handler imports accounts")
	}
}
