package imports_test

import (
	"bytes"
	"fmt"
	"runtime"
	"sync/atomic"
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

// BenchmarkDeputies imports 10,000 deputies: the comparison, then the import.
func BenchmarkDeputies(b *testing.B) {
	data := crowd(b, 10_000)
	for b.Loop() {
		d := newDesk(b)
		var highest atomic.Uint64
		stop := make(chan bool)
		go func() {
			var now runtime.MemStats
			for {
				runtime.ReadMemStats(&now)
				highest.Store(max(highest.Load(), now.HeapInuse+now.StackInuse))
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		}()
		start := time.Now()
		i := d.upload(imports.Deputies, data)
		compared := time.Since(start)
		if i.Added != 10_000 {
			b.Fatalf("%d are new, %v", i.Added, i.Said)
		}
		start = time.Now()
		d.must(d.confirm(i))
		applied := time.Since(start)
		close(stop)
		start = time.Now()
		if i := d.upload(imports.Deputies, data); i.Same != 10_000 {
			b.Fatalf("%d are the same, %v", i.Same, i.Said)
		}
		b.ReportMetric(compared.Seconds(), "compare-s")
		b.ReportMetric(applied.Seconds(), "import-s")
		b.ReportMetric(time.Since(start).Seconds(), "again-s")
		b.ReportMetric(float64(highest.Load())/(1<<20), "peak-MB")
	}
}
