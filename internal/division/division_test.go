package division

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/errs"
)

func TestChangzhi(t *testing.T) {
	t.Parallel()
	levels := map[string]int{}
	for _, d := range Changzhi() {
		levels[d.Level]++
	}
	want := map[string]int{LevelProvince: 1, LevelPrefecture: 1, LevelCounty: 12, LevelTownship: 149, LevelVillage: 2628}
	if diff := cmp.Diff(want, levels); diff != "" {
		t.Error(diff)
	}
	Changzhi()[0].Name = "changed"
	if Changzhi()[0].Name == "changed" {
		t.Error("Changzhi hands out its own memory")
	}
}

func TestCounty(t *testing.T) {
	t.Parallel()
	county, within, ancestors, err := County(Changzhi(), "140423")
	if err != nil {
		t.Fatal(err)
	}
	if want := (Division{"140423", "襄垣县", "1404", LevelCounty}); county != want {
		t.Errorf("county %+v", county)
	}
	if diff := cmp.Diff([]Division{{"14", "山西省", "", LevelProvince}, {"1404", "长治市", "14", LevelPrefecture}}, ancestors); diff != "" {
		t.Error(diff)
	}
	levels, known := map[string]int{}, map[string]bool{county.Code: true}
	for _, d := range within {
		if !known[d.ParentCode] {
			t.Errorf("%+v stands before its parent or outside the county", d)
		}
		known[d.Code] = true
		levels[d.Level]++
	}
	if diff := cmp.Diff(map[string]int{LevelTownship: 10, LevelVillage: 239}, levels); diff != "" {
		t.Error(diff)
	}
}

func TestCountyIsNotFound(t *testing.T) {
	t.Parallel()
	orphan := []Division{{"140423", "襄垣县", "1404", LevelCounty}}
	tests := []struct {
		name string
		all  []Division
		code string
	}{
		{"for an unknown code", Changzhi(), "140499"},
		{"for a prefecture's code", Changzhi(), "1404"},
		{"for a township's code", Changzhi(), "140423101"},
		{"for no code", Changzhi(), ""},
		{"without its ancestors", orphan, "140423"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, _, _, err := County(test.all, test.code)
			if !errors.Is(err, errs.NotFound) || errs.Message(err, "") == "" {
				t.Errorf("error %v", err)
			}
		})
	}
}
