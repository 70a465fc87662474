package private

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	// stars stand for the hidden middle of a number, whatever its length.
	stars = "****"
	// nameStars stand for all but the first character of a name, whatever its length.
	nameStars = "**"
	// anonymous is what a citizen without a name is called.
	anonymous = "匿名"
)

// MaskPhone returns a number with its middle hidden: 138****0017 for a mobile,
// 0355****12 for a landline, **** for whatever is neither, "" for nothing.
func MaskPhone(s string) string {
	digits, err := NormalizePhone(s)
	switch {
	case strings.TrimSpace(s) == "":
		return ""
	case err != nil:
		return stars
	case digits[0] == '1':
		return digits[:3] + stars + digits[len(digits)-4:]
	default:
		return areaCode(digits) + stars + digits[len(digits)-2:]
	}
}

// MaskName returns a name's first character with two stars, however long the name is:
// 申国强 → 申**, 欧阳修 → 欧**. 匿名 and the empty name stay.
func MaskName(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s == anonymous {
		return s
	}
	_, size := utf8.DecodeRuneInString(s)
	return s[:size] + nameStars
}

// houseNumber is where an address begins to say which house it is: 12号, 三组, 二单元.
var houseNumber = regexp.MustCompile(`[0-9０-９]|[一二三四五六七八九十百零〇]+[号组栋幢楼单室户队巷弄排]`)

// MaskAddress keeps the village of an address and hides the house: 五阳村三组12号 → 五阳村**.
func MaskAddress(s string) string {
	s = strings.TrimSpace(s)
	kept := s
	if at := houseNumber.FindStringIndex(s); at != nil {
		kept = s[:at[0]]
	}
	for _, end := range []string{"社区", "村"} {
		if at := strings.LastIndex(kept, end); at >= 0 {
			kept = kept[:at+len(end)]
			break
		}
	}
	if kept == s {
		return s
	}
	return kept + nameStars
}
