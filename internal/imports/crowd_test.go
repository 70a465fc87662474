package imports_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/imports"
	"lianluo/internal/sheet"
)

// crowd is a workbook of so many deputies, each with a mandate and a place in a group.
func crowd(t testing.TB, people int) []byte {
	t.Helper()
	var out bytes.Buffer
	columns := []sheet.Column{{Name: "姓名"}, {Name: "性别"}, {Name: "出生年份"}, {Name: "代表证号", Kind: sheet.Code}, {Name: "职务"}, {Name: "电话", Kind: sheet.Code},
		{Name: "层级"}, {Name: "届次"}, {Name: "选区"}, {Name: "任职日期", Kind: sheet.Date}, {Name: "编入联络站"}, {Name: "入组日期", Kind: sheet.Date}}
	w, err := sheet.NewWriter(&out, sheet.XLSX, columns)
	if err != nil {
		t.Fatal(err)
	}
	given := []rune("国强建军秀英丽华志明爱民桂兰玉梅")
	for i := range people {
		name := "申" + string(given[i%len(given)]) + string(given[i/len(given)%len(given)])
		err := w.Write([]any{name, []string{"男", "女"}[i%2], 1960 + i%40, fmt.Sprintf("XY17-%05d", i), "村民代表、种植大户", fmt.Sprint(13800000000 + i),
			"县人大代表", "第十七届", fmt.Sprintf("第 %d 选区", i), calendar.NewDate(2021, 5, 20), []string{"王桥镇", "夏店镇"}[i%2], calendar.NewDate(2021, 6, 1)})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What ten thousand deputies may cost at most: for the comparison and for the import each,
// and of memory for the whole process, as Go holds it.
const (
	longest = 60 * time.Second
	largest = 200 << 20
)

// TestTenThousandDeputies compares and imports 10,000 deputies with mandates and places in
// groups. It is not parallel: the memory is all its own. With -short they are fewer.
func TestTenThousandDeputies(t *testing.T) {
	people := 10_000
	if testing.Short() {
		people = 1_000
	}
	data := crowd(t, people)
	d := newDesk(t)
	besides(t, d)
	peak := watchMemory(t)
	var i imports.Import
	compared := took(func() { i = d.upload(imports.Deputies, data) })
	if int(i.Added) != people {
		t.Fatalf("%d are new, %v", i.Added, i.Said)
	}
	applied := took(func() { d.must(d.confirm(i)) })
	again := took(func() { i = d.upload(imports.Deputies, data) })
	if int(i.Same) != people {
		t.Fatalf("%d are the same, %v", i.Same, i.Said)
	}
	highest := peak()
	t.Logf("%d deputies: compared in %s, imported in %s, compared again in %s, %d MB", people, compared, applied, again, highest>>20)
	if compared > longest || applied > longest || again > longest {
		t.Errorf("one of the three took longer than %s", longest)
	}
	if highest > largest {
		t.Errorf("the process grew to %d MB, more than %d", highest>>20, largest>>20)
	}
}

// besides gives the neighbour deputies of its own, as every site has them: into an empty
// table PostgreSQL plans the checks of foreign keys without an index, and keeps the plan.
func besides(t *testing.T, d *desk) {
	t.Helper()
	for _, sql := range []string{
		fmt.Sprintf(`insert into deputies (county_id, number, name, initials, approved_at, approved_name, created_at)
			select %d, n, '申国强', 'sgq', now(), '管理员', now() from generate_series(1, 2000) n`, d.Neighbour.County), `analyze deputies`} {
		if _, err := d.PG.Super.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func took(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start).Round(time.Millisecond)
}

// watchMemory looks every few milliseconds at what the process has of the system, and
// returns what ends that and tells the most there was.
func watchMemory(t *testing.T) (peak func() uint64) {
	t.Helper()
	stop, highest := make(chan bool), make(chan uint64, 1)
	go func() {
		var now runtime.MemStats
		var most uint64
		for {
			runtime.ReadMemStats(&now)
			most = max(most, now.Sys-now.HeapReleased)
			select {
			case <-stop:
				highest <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-highest }
}
