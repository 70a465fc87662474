package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two lists in one workbook are read back each by its name; a list that is not there is nil.
func TestBookOfSeveralLists(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	book := NewBook(&out)
	defer book.Abort()
	stations, people := []Column{{Name: "名称"}, {Name: "面积", Kind: Number}}, []Column{{Name: "名称"}, {Name: "生日", Kind: Date}}
	first, err := book.Sheet("联络站点", stations)
	must(t, err)
	must(t, first.Write([]any{"王桥镇", 80}))
	must(t, first.Close())
	second, err := book.Sheet("人员", people)
	must(t, err)
	must(t, second.Write([]any{"张三", date(t, "1970-02-03")}))
	must(t, second.Write([]any{"=李四", nil}))
	must(t, second.Close())
	must(t, book.Close())

	lines := func(name string, columns []Column) (all []string) {
		table, err := ReadSheet(bytes.NewReader(out.Bytes()), int64(out.Len()), name, columns)
		must(t, err)
		for row, err := range table.Rows() {
			must(t, err)
			all = append(all, line(row, columns))
		}
		return all
	}
	if diff := cmp.Diff([]string{"2|王桥镇|80"}, lines("联络站点", stations)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2|张三|1970-02-03", "3|=李四|"}, lines("人员", people)); diff != "" {
		t.Error(diff)
	}
	if table, err := ReadSheet(bytes.NewReader(out.Bytes()), int64(out.Len()), "单位", people); table != nil || err != nil {
		t.Errorf("a sheet that is not there: %v, %v", table, err)
	}
	_, err = ReadSheet(bytes.NewReader(out.Bytes()), int64(out.Len()), "人员", stations)
	if !strings.Contains(told(err), "缺少“面积”") {
		t.Errorf("another list under that name: %v", err)
	}
	if _, err := NewBook(&out).Sheet("空", nil); err == nil {
		t.Error("a list without columns is taken")
	}
}
