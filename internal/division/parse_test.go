package division

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const (
	head     = "code,name,parent_code,level\n"
	province = "14,山西省,,province\n"
	city     = "1404,长治市,14,prefecture\n"
)

func TestParse(t *testing.T) {
	t.Parallel()
	want := []Division{{"14", "山西省", "", LevelProvince}, {"1404", "长治市", "14", LevelPrefecture}}
	tests := []struct{ name, in string }{
		{"reads plain lines", head + province + city},
		{"tolerates a byte order mark", "\uFEFF" + head + province + city},
		{"tolerates Windows line ends", strings.ReplaceAll(head+province+city, "\n", "\r\n")},
		{"tolerates spaces", head + "14, 山西省 ,,province\n" + city},
		{"tolerates empty lines", head + "\n" + province + "\n" + city},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(strings.NewReader(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The national file ends at the townships; a few of its lines are in testdata.
func TestParseNationalFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/china-sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	county, within, ancestors, err := County(all, "429004")
	if err != nil {
		t.Fatal(err)
	}
	if county.Name != "仙桃市" || len(within) != 1 || len(ancestors) != 2 {
		t.Errorf("%+v within %+v holds %+v", county, ancestors, within)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"an empty file", "", "第 1 行"},
		{"a file without a header", province + city, "第 1 行：表头应是"},
		{"a level that is none", head + "14,山西省,,state\n", "第 2 行：级别"},
		{"a code too long for its level", head + "140,山西省,,province\n", "第 2 行：级别是 province 的代码应是 2 位数字"},
		{"a code too short for its level", head + province + "140,长治市,14,prefecture\n", "第 3 行"},
		{"a code with letters", head + "1A,山西省,,province\n", "第 2 行"},
		{"a code in full width", head + "１４,山西省,,province\n", "第 2 行"},
		{"no name", head + "14,,,province\n", "第 2 行：没有名称"},
		{"a name that is not UTF-8", head + "14,\xc9\xbd\xce\xf7,,province\n", "第 2 行：名称不是 UTF-8"},
		{"a code twice", head + province + city + province, "第 4 行：代码 14 与第 2 行重复"},
		{"a parent that is no prefix", head + province + "1504,长治市,14,prefecture\n", `上级代码应是 "15"`},
		{"a parent that is two levels up", head + province + "140423,襄垣县,14,county\n", `上级代码应是 "1404"`},
		{"a parent of a province", head + "14,山西省,1,province\n", "第 2 行"},
		{"no parent of a prefecture", head + province + "1404,长治市,,prefecture\n", "第 3 行"},
		{"a parent that is nowhere", head + city, "第 2 行：上级 14 不在前面的行里"},
		{"a parent that comes later", head + city + province, "第 2 行：上级 14 不在前面的行里"},
		{"a missing column", head + province + "1404,长治市,14\n", "第 3 行：应有 4 列"},
		{"an open quote", head + province + "\"1404,长治市,14,prefecture\n", "第 3 行：引号"},
		{"the right line after empty lines", head + "\n\n" + "14,,,province\n", "第 4 行"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			all, err := Parse(strings.NewReader(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) || all != nil {
				t.Errorf("Parse = %v, %v; want an error with %q", all, err, test.want)
			}
		})
	}
}

func TestParseReportsReadErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	if _, err := Parse(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkParseChangzhi(b *testing.B) {
	for b.Loop() {
		if _, err := Parse(bytes.NewReader(changzhiCSV)); err != nil {
			b.Fatal(err)
		}
	}
}
