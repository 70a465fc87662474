// Package division knows China's administrative divisions, from the province down to
// the village, by their GB/T 2260 codes. A code begins with its parent's code.
package division

import (
	"bytes"
	_ "embed" // Changzhi's divisions
	"fmt"
	"slices"
	"strings"
	"sync"

	"lianluo/internal/errs"
)

// Levels of Division, highest first.
const (
	LevelProvince   = "province"   // 省, 2 digits
	LevelPrefecture = "prefecture" // 地级市, 4 digits
	LevelCounty     = "county"     // 县、区, 6 digits
	LevelTownship   = "township"   // 乡、镇、街道, 9 digits
	LevelVillage    = "village"    // 村、社区, 12 digits
)

// Division is a province, prefecture, county, township or village.
type Division struct {
	Code       string // 2, 4, 6, 9 or 12 digits, as Level says
	Name       string // the full name, such as 王桥镇
	ParentCode string // the code of the level above, "" for a province
	Level      string // one of the levels above
}

// rank is a level, the digits of its codes and those of its parents' codes.
type rank struct {
	level          string
	digits, parent int
}

var ranks = []rank{
	{LevelProvince, 2, 0},
	{LevelPrefecture, 4, 2},
	{LevelCounty, 6, 4},
	{LevelTownship, 9, 6},
	{LevelVillage, 12, 9},
}

//go:embed divisions-changzhi.csv
var changzhiCSV []byte

var changzhi = sync.OnceValue(func() []Division {
	all, err := Parse(bytes.NewReader(changzhiCSV))
	if err != nil {
		panic("division: divisions-changzhi.csv: " + err.Error()) // a fault of the build: its tests read it
	}
	return all
})

// Changzhi returns Shanxi, Changzhi (长治市) and every division in it down to the
// villages, parents before children.
func Changzhi() []Division { return slices.Clone(changzhi()) }

// County picks the county with that six-digit code out of all. Within are its townships
// and villages in the order of all; ancestors are its province and its prefecture, in
// that order. It returns errs.NotFound where all lacks the county or an ancestor.
func County(all []Division, code string) (county Division, within, ancestors []Division, err error) {
	found := false
	for _, d := range all {
		switch {
		case d.Code == code && d.Level == LevelCounty:
			county, found = d, true
		case len(d.Code) < len(code) && strings.HasPrefix(code, d.Code):
			ancestors = append(ancestors, d)
		case len(d.Code) > len(code) && strings.HasPrefix(d.Code, code):
			within = append(within, d)
		}
	}
	if !found {
		return Division{}, nil, nil, errs.Refuse(errs.NotFound,
			fmt.Sprintf("没有代码为 %q 的县（市、区），请填写 6 位数字的区划代码", code))
	}
	if len(ancestors) != 2 {
		return Division{}, nil, nil, errs.Refuse(errs.NotFound,
			fmt.Sprintf("%s（%s）缺少所在的省或市，请一并提供", county.Name, code))
	}
	slices.SortFunc(ancestors, func(a, b Division) int { return len(a.Code) - len(b.Code) })
	return county, within, ancestors, nil
}
