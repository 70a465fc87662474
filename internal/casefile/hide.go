package casefile

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Confidential is what pages and messages that may be forwarded call a matter whose
// citizen asked for confidence.
const Confidential = "您要求保密的事"

// numbers are what might be somebody's number in a running text; the longest first.
var numbers = regexp.MustCompile(`\d{17}[\dXx]|1\d{2}[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}|\d{11,}`)

// Hide takes the visitor's name, and whatever looks like a private number, out of a text
// that a citizen's page shows: links get forwarded. keep is a number that stays, the
// station's own.
func Hide(text string, visitor, keep *string) string {
	if visitor != nil && utf8.RuneCountInString(*visitor) > 1 {
		for _, title := range []string{"同志", "大爷", "大娘", "先生", "女士", ""} {
			text = strings.ReplaceAll(text, *visitor+title, "您")
		}
	}
	return numbers.ReplaceAllStringFunc(text, func(number string) string {
		if keep != nil && number == *keep {
			return number
		}
		return "****"
	})
}
