package private

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// numbers are what might be somebody's number in a running text, half or full width, with spaces or
// dashes between; the longest first. Seven or eight digits are one only where the words before say
// so: they may as well be a sum or a day.
var numbers = regexp.MustCompile(`(?:` + d + `[ -]?){17}[\dXxＸ]` + d + `*|(?:\+?86[ -]?)?1` + d + `{2}[ -]?` + d + `{4}[ -]?` + d + `{4}|１` + d + `{10}|` +
	`[0０]` + d + `{2,3}[ -]?` + d + `{7,8}|` + d + `{11,}|(?:` + d + `{4}[ -]){2,}` + d + `{3,}`)

var told = regexp.MustCompile(`((?:电话|手机|号码|微信|QQ|联系方式)(?:号码|号)?(?:是|：|:)?\s*)(` + d + `{7,10}|[A-Za-z][A-Za-z0-9_-]{5,19})`)

const (
	d     = `[\d０-９]`
	count = `[\d０-９一二三四五六七八九十百零〇]+`
)

// HideNumbers takes whatever looks like a private number out of a running text; keep says which stay.
func HideNumbers(text string, keep func(number string) bool) string {
	text = numbers.ReplaceAllStringFunc(text, func(number string) string {
		if keep(number) {
			return number
		}
		return stars
	})
	return told.ReplaceAllStringFunc(text, func(words string) string {
		if part := told.FindStringSubmatch(words); !keep(part[2]) {
			return part[1] + stars
		}
		return words
	})
}

// house is where in a village or a street somebody lives, at least two steps down (三组12号,
// 3号楼2单元501), or the number of a house after the word that says so. The last group is what makes
// it no house: a group alone, a number alone, or what is counted there may be where the lamp is
// broken (三组, 3号机井, 三组12号路灯) or the matter itself (三组三十多户, 三栋200户).
var house = regexp.MustCompile(`(?:(?:` + count + `(?:组|队|街|巷|弄|排)){1,3}` + count + `(?:号|室)|` +
	`(?:` + count + `(?:组|队|街|巷|弄|排|栋|幢|号楼|号院|单元)){1,3}(?:` + count + `(?:号|室)|` + d + `{3,4})|` +
	`((?:家住|住在|门牌号?|户号)[^，。；、\d０-９]{0,12})` + count + `(?:号|室|户))(机井|水井|井|路灯|灯|泵|线|桥|渠|闸|年|元|块|户|人|米|亩|个|多|余)?`)

// hideHouses masks where somebody lives; the words before stay, and so does what is no house.
func hideHouses(text string) string {
	return house.ReplaceAllStringFunc(text, func(words string) string {
		if part := house.FindStringSubmatch(words); part[2] == "" {
			return part[1] + nameStars
		}
		return words
	})
}

// MaskText is a running text, what somebody said or wrote, with the person's own name, address and
// house, and whatever looks like a private number, masked as MaskName and its like do. It cannot
// know other people's names, 老申, or a number that is said in words: these stay.
func MaskText(text, name, address string) string {
	if utf8.RuneCountInString(name) > 1 {
		text = Spaced(name).ReplaceAllLiteralString(text, MaskName(name))
	}
	if masked := MaskAddress(address); masked != address {
		text = strings.ReplaceAll(text, address, masked)
	}
	text = hideHouses(text)
	return HideNumbers(text, func(string) bool { return false })
}

// Spaced finds a name in a text also where there are spaces between its characters: 申 国 强.
func Spaced(name string) *regexp.Regexp {
	var pattern strings.Builder
	for i, r := range strings.TrimSpace(name) {
		if i > 0 {
			pattern.WriteString(`[\s　]*`)
		}
		pattern.WriteString(regexp.QuoteMeta(string(r)))
	}
	return regexp.MustCompile(pattern.String())
}
