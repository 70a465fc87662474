package casefile

import (
	"strings"
	"unicode/utf8"

	"lianluo/internal/private"
)

// Confidential is what pages and messages that may be forwarded call a matter whose
// citizen asked for confidence.
const Confidential = "您要求保密的事"

// Hide takes the visitor's name, and whatever looks like a private number, out of a text
// that a citizen's page shows: links get forwarded. keep is a number that stays, the
// station's own.
func Hide(text string, visitor, keep *string) string {
	if visitor != nil && utf8.RuneCountInString(*visitor) > 1 {
		for _, title := range []string{"同志", "大爷", "大娘", "先生", "女士", ""} {
			text = strings.ReplaceAll(text, *visitor+title, "您")
		}
	}
	return private.HideNumbers(text, func(number string) bool { return keep != nil && number == *keep })
}
