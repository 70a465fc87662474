package pinyin_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"lianluo/internal/pinyin"
)

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"申国强": "sgq", "王桥镇人大代表联络站": "wqzrddbllz", "": "", "。，": "", "阿布 B2": "abb2", "襄垣县": "xyx",
		"长治": "cz", "𠮷野": "y",
	} {
		if got := strings.Fields(pinyin.Initials(name)); want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("%s: %q, want %q among them", name, got, want)
		}
	}
	for name, both := range map[string][]string{"单田芳": {"dtf", "stf"}, "曾志伟": {"czw", "zzw"}, "解小明": {"jxm", "xxm"}} {
		got := strings.Fields(pinyin.Initials(name))
		for _, want := range both {
			if !slices.Contains(got, want) {
				t.Errorf("%s: %q lacks %s", name, got, want)
			}
		}
	}
}

func FuzzInitials(f *testing.F) {
	for _, seed := range []string{"申国强", "单单单单", "重重重重重重", "a\x00b", "\xff申"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := pinyin.Initials(name)
		readings := strings.Fields(got)
		if len(readings) > 8 || strings.Join(readings, " ") != got {
			t.Fatalf("%q: %q", name, got)
		}
		for _, c := range got {
			if c != ' ' && !unicode.IsLower(c) && !unicode.IsDigit(c) {
				t.Fatalf("%q: %q has %q", name, got, c)
			}
		}
		if len([]rune(name)) < len([]rune(strings.SplitN(got, " ", 2)[0])) {
			t.Fatalf("%q: %q is longer", name, got)
		}
	})
}
