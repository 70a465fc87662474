package sheet

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lianluo/internal/calendar"
)

// roundColumns are one of each kind.
var roundColumns = []Column{{Name: "文"}, {Name: "码", Kind: Code}, {Name: "数", Kind: Number}, {Name: "日", Kind: Date}, {Name: "时", Kind: Time}, {Name: "尾"}}

// TestWhatIsWrittenIsRead: whatever is written comes back the same, in each format.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	rows := make([][]any, 3000)
	for i := range rows {
		rows[i] = []any{
			someText(random), narrow(someText(random)), math.Round(random.NormFloat64()*1e6) / 100,
			calendar.NewDate(1890, 1, 1).AddDays(random.IntN(100_000)),
			time.Date(1890+random.IntN(200), 1, random.IntN(365), 0, 0, random.IntN(86400), 0, calendar.Shanghai), "。",
		}
	}
	for _, format := range []Format{XLSX, CSV, CSVGB18030} {
		t.Run(format.String(), func(t *testing.T) {
			t.Parallel()
			data := written(t, format, roundColumns, rows...)
			table, err := Read(bytes.NewReader(data), int64(len(data)), roundColumns)
			must(t, err)
			i := 0
			for row, err := range table.Rows() {
				must(t, err)
				sameRow(t, row, rows[i])
				i++
			}
			if i != len(rows) {
				t.Errorf("%d of %d rows came back", i, len(rows))
			}
		})
	}
}

func sameRow(t *testing.T, row *Row, in []any) {
	t.Helper()
	n, _ := row.Float("数")
	text, code := trim(clean(in[0].(string))), narrow(clean(in[1].(string)))
	if row.Text("文") != text || row.Text("码") != code || n != in[2] || row.Date("日") != in[3] || !row.Time("时").Equal(in[4].(time.Time)) || len(row.Problems()) > 0 {
		t.Errorf("row %d: %q came back as %q, %v", row.Number, in, row.values, row.Problems())
	}
}

// someText is a text of what tends to break: separators, quotes, formulas, escapes.
func someText(random *rand.Rand) string {
	pieces := []string{",", ";", "\t", "\"", "'", "\n", "\r\n", "\r", "=", "+", "-", "@", "＝", " ", "　", "\u00a0", "_x000D_", "_x005F_", "&lt;", "<", "&", "\x00", "\x0b",
		"张", "㐂", "𠮷", "😀", "é", "0", "1.5", "2026-03-01", "#N/A", "\uFEFF", "\uFFFE", "TRUE", "abc", "]]>", "<!--"}
	var text strings.Builder
	for range random.IntN(6) {
		text.WriteString(pieces[random.IntN(len(pieces))])
	}
	return text.String()
}
