package calendar

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDateOf(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, at, want string }{
		{"takes the day of Shanghai, not of UTC", "2026-11-19T16:00:00Z", "2026-11-20"},
		{"is the day before until midnight in Shanghai", "2026-11-19T15:59:59Z", "2026-11-19"},
		{"converts from another zone", "2026-11-19T23:30:00-05:00", "2026-11-20"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, test.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := DateOf(at); got != date(t, test.want) {
				t.Errorf("DateOf(%s) = %s", test.at, got)
			}
		})
	}
}

func TestDateAgreesWithTime(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		at := time.Date(1, 1, 1+random.IntN(9998*365), 0, 0, 0, 0, time.UTC)
		d := NewDate(at.Date())
		if d.Time() != at || d.Weekday() != at.Weekday() || d.String() != at.Format(time.DateOnly) {
			t.Fatalf("%s: Time %s, Weekday %s, String %s", at, d.Time(), d.Weekday(), d)
		}
		if d.Year() != at.Year() || d.Month() != at.Month() || d.Day() != at.Day() {
			t.Fatalf("%s: %d-%d-%d", at, d.Year(), d.Month(), d.Day())
		}
		if DateOf(d.Start()) != d || DateOf(d.Start().Add(-1)) != d.AddDays(-1) {
			t.Fatalf("%s starts at %s", d, d.Start())
		}
	}
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	a, b := date(t, "2028-02-28"), date(t, "2028-03-01")
	if got := b.Sub(a); got != 2 {
		t.Errorf("Sub over a leap day = %d", got)
	}
	if got := a.AddDays(2); got != b {
		t.Errorf("AddDays over a leap day = %s", got)
	}
	if got := b.AddDays(-2); got != a {
		t.Errorf("AddDays back = %s", got)
	}
	if !a.Before(b) || !b.After(a) || a.After(b) || a.Equal(b) {
		t.Error("order is wrong")
	}
	if got := NewDate(2026, time.December, 32); got != date(t, "2027-01-01") {
		t.Errorf("NewDate carries over to %s", got)
	}
	sorted := []Date{b, a}
	slices.SortFunc(sorted, Date.Compare)
	if diff := cmp.Diff([]Date{a, b}, sorted); diff != "" {
		t.Error(diff)
	}
}

func TestDateWords(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, date, short, long string }{
		{"two-digit day", "2026-11-20", "11月20日", "2026年11月20日 星期五"},
		{"no leading zeros", "2026-02-01", "2月1日", "2026年2月1日 星期日"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := date(t, test.date)
			if got := d.Chinese(); got != test.short {
				t.Errorf("Chinese() = %q", got)
			}
			if got := d.ChineseLong(); got != test.long {
				t.Errorf("ChineseLong() = %q", got)
			}
		})
	}
	none := Date{}
	if !none.IsZero() || none.String()+none.Chinese()+none.ChineseLong() != "" {
		t.Errorf("the zero date is %q, %q, %q", none, none.Chinese(), none.ChineseLong())
	}
}

func TestParseDateRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-2", "26-01-02", "20260102",
		"2026-01-02T00:00:00Z", "0000-12-31", "２０２６-01-02"} {
		if d, err := ParseDate(s); err == nil || !d.IsZero() {
			t.Errorf("ParseDate(%q) = %s, %v", s, d, err)
		}
	}
}

func TestDateJSON(t *testing.T) {
	t.Parallel()
	type holder struct {
		A Date
		B *Date
		C *Date
		D Date `json:",omitzero"`
		E map[Date]int
	}
	d := date(t, "2026-11-20")
	in := holder{A: d, B: &d, E: map[Date]int{d: 1}}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"A":"2026-11-20","B":"2026-11-20","C":null,"E":{"2026-11-20":1}}`; string(text) != want {
		t.Errorf("JSON %s, want %s", text, want)
	}
	var out holder
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"A":"yesterday"}`), &out); err == nil {
		t.Error("read a date that is none")
	}
	if err := json.Unmarshal([]byte(`{"A":""}`), &out); err != nil || !out.A.IsZero() {
		t.Errorf("no date reads as %s, %v", out.A, err)
	}
}
