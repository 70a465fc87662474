package calendar

import (
	"strings"
	"testing"
)

func TestParseDaysRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"an empty file", "", "header"},
		{"another header", "day,kind,name\n", "header"},
		{"a date that is none", "date,kind,name\n2026-02-30,holiday,春节\n", "row 2"},
		{"an unknown kind", "date,kind,name\n2026-02-14,workday,春节\n2026-02-15,off,春节\n", "row 3"},
		{"a missing column", "date,kind,name\n2026-02-14,workday\n", "wrong number of fields"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := parseDays(strings.NewReader(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}
