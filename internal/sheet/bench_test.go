package sheet

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/calendar"
)

// benchColumns are a list as long and wide as an export of cases.
var benchColumns = []Column{{Name: "编号", Kind: Code}, {Name: "日期", Kind: Date}, {Name: "姓名"}, {Name: "电话", Kind: Code}, {Name: "人数", Kind: Number},
	{Name: "反映事项"}, {Name: "站点"}, {Name: "类别"}, {Name: "登记时间", Kind: Time}, {Name: "办理结果"}}

func benchRow(i int) []any {
	return []any{fmt.Sprintf("XY2026-%06d", i), calendar.NewDate(2026, 1, 1).AddDays(i % 365), "张三", 13800000000 + i, i % 9,
		fmt.Sprintf("第 %d 件：村口的水渠去年冬天塌了一段，浇地的时候水都漏了，希望尽快修好。", i), "王桥镇人大代表联络站", "水利",
		time.Date(2026, 1, 1, 8, 0, i, 0, calendar.Shanghai), "已派人查看，本月底以前修复，并已告知来访人。"}
}

func benchWrite(b testing.TB, w io.Writer, format Format, rows int) {
	out, err := NewWriter(w, format, benchColumns)
	must(b, err)
	for i := range rows {
		must(b, out.Write(benchRow(i)))
	}
	must(b, out.Close())
}

// peak reports how far the heap grew while do ran.
func peak(b *testing.B, do func()) {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var highest atomic.Uint64
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			runtime.ReadMemStats(&now)
			highest.Store(max(highest.Load(), now.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	b.ReportMetric(float64(highest.Load()-min(highest.Load(), before.HeapAlloc))/(1<<20), "peak-MB")
}

func BenchmarkWrite(b *testing.B) {
	for _, format := range []Format{XLSX, CSV, CSVGB18030} {
		for _, rows := range []int{10_000, MaxRows} {
			b.Run(fmt.Sprintf("%s/%d", format, rows), func(b *testing.B) {
				peak(b, func() {
					for b.Loop() {
						benchWrite(b, io.Discard, format, rows)
					}
				})
			})
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, format := range []Format{XLSX, CSV, CSVGB18030} {
		for _, rows := range []int{10_000, MaxRows} {
			if format != XLSX && rows == MaxRows {
				rows = 60_000 // what fits into MaxFile
			}
			var data bytes.Buffer
			benchWrite(b, &data, format, rows)
			b.Run(fmt.Sprintf("%s/%d", format, rows), func(b *testing.B) {
				b.ReportMetric(float64(data.Len())/(1<<20), "file-MB")
				peak(b, func() {
					for b.Loop() {
						benchRead(b, data.Bytes(), rows)
					}
				})
			})
		}
	}
}

func benchRead(b *testing.B, data []byte, want int) {
	table, err := Read(bytes.NewReader(data), int64(len(data)), benchColumns)
	must(b, err)
	n := 0
	for row, err := range table.Rows() {
		must(b, err)
		if n++; len(row.Problems()) > 0 {
			b.Fatal(row.Problems())
		}
	}
	if n != want {
		b.Fatalf("%d rows", n)
	}
}

// BenchmarkReadShared reads what Excel itself saves: its texts are in a part of their own.
func BenchmarkReadShared(b *testing.B) {
	const rows = 10_000
	data := excel(b, func(f *excelize.File) {
		names := make([]any, len(benchColumns))
		for i, column := range benchColumns {
			names[i] = column.Name
		}
		list := [][]any{names}
		for i := range rows {
			row := benchRow(i)
			row[1], row[8] = row[1].(calendar.Date).String(), row[8].(time.Time).Format(time.DateTime)
			list = append(list, row)
		}
		grid(b, f, "Sheet1", list...)
	})
	peak(b, func() {
		for b.Loop() {
			benchRead(b, data, rows)
		}
	})
}
