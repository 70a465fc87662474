package deputy

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Word is a value that a form or a sheet offers, with what it is called.
type Word struct{ Value, Name string }

// The field's standard words, in the order in which forms and sheets offer them.
var (
	Genders = []Word{{"male", "男"}, {"female", "女"}}
	Roles   = []Word{{"member", "组员"}, {"convener", "召集人"}, {"deputy_head", "副组长"}, {"head", "组长"}}
	// EndReasons are why a mandate ended.
	EndReasons = []Word{{"term", "届满"}, {"resignation", "辞职"}, {"recall", "罢免"}, {"death", "去世"}, {"transfer", "调离"}}
)

// Levels are the five levels of the people's congresses, highest first.
var Levels = []string{"national", "province", "prefecture", "county", "township"}

// LevelNames are the levels in full, as pages say them.
var LevelNames = map[string]string{"national": "全国人大代表", "province": "省人大代表", "prefecture": "市人大代表",
	"county": "县人大代表", "township": "乡镇人大代表"}

// LevelIn is the name of a level in full, where the county's own congress may be that of
// a district or of a city: 县人大代表, 区人大代表, 高平市人大代表.
func LevelIn(level, county string) string {
	if level != "county" {
		return LevelNames[level]
	}
	switch {
	case strings.HasSuffix(county, "区"):
		return "区人大代表"
	case strings.HasSuffix(county, "旗"):
		return "旗人大代表"
	case strings.HasSuffix(county, "市"): // 市人大代表 is the prefecture's
		return county + "人大代表"
	}
	return LevelNames[level]
}

// Congress is that of a mandate in full, where a township's has a name: 王桥镇人大代表.
func Congress(level string, township *string, county string) string {
	if township != nil {
		return *township + "人大代表"
	}
	return LevelIn(level, county)
}

// LevelsIn are levels in short, for who has more than one: 市、县人大代表.
func LevelsIn(levels []string, county string) string {
	const congress = "人大代表"
	names := make([]string, len(levels))
	for i, level := range levels {
		names[i] = LevelIn(level, county)
		if i < len(levels)-1 {
			names[i] = strings.TrimSuffix(names[i], congress)
		}
	}
	return strings.Join(names, "、")
}

// Introduced is a name with the levels: 郭建国（市、县人大代表）.
func Introduced(name string, levels []string, county string) string {
	if len(levels) == 0 {
		return name
	}
	return name + "（" + LevelsIn(levels, county) + "）"
}

// NameOf is what a value is called; "" for one that there is not.
func NameOf(words []Word, value string) string {
	for _, w := range words {
		if w.Value == value {
			return w.Name
		}
	}
	return ""
}

// ValueOf is the value that is called so; "" where none is.
func ValueOf(words []Word, name string) string {
	for _, w := range words {
		if w.Name == name {
			return w.Value
		}
	}
	return ""
}

// CleanName is a name as it is kept: 王　丽, spaced to be as long as a name of three, is 王丽.
func CleanName(typed string) string {
	if strings.ContainsFunc(typed, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return strings.Join(strings.Fields(typed), "")
	}
	return strings.Join(strings.Fields(typed), " ")
}

// CleanCertificate is a 代表证号 as it is kept: of half width, without spaces.
func CleanCertificate(typed string) string {
	return strings.ToUpper(strings.Join(strings.Fields(width.Narrow.String(typed)), ""))
}
