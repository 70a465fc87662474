package private

import (
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
