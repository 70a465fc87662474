package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// clean makes s what every format can hold: valid UTF-8, line ends as \n, without the
// characters that XML 1.0 forbids.
func clean(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r >= 0xFFFD }) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, s)
}

// starters are what makes a spreadsheet take text for a formula, after OWASP's page on CSV
// injection, with the full-width forms that an East Asian Excel takes too.
const starters = "=+-@\t\r\n＝＋－＠"

// guard makes text that starts like a formula plain text in a CSV: an apostrophe in front.
// Text that starts with an apostrophe gets one too where unguard would else take it away.
func guard(s string) string {
	if starts(s) || strings.HasPrefix(s, "'") {
		return "'" + s
	}
	return s
}

// unguard takes away what guard put in front, and what other programs put there for the
// same reason.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && (starts(rest) || strings.HasPrefix(rest, "'")) {
		return rest
	}
	return s
}

func starts(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune(starters, r)
}

// blank reports what is trimmed: spaces of all widths, and marks that nobody sees.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200B' || r == '\uFEFF' || r == '\u200E' || r == '\u200F' || r == '\u2060'
}

func trim(s string) string { return strings.TrimFunc(s, blank) }

// foldWidth returns s with letters, digits and marks in half width: ２０２６－３ is 2026-3.
func foldWidth(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) {
		return s
	}
	return width.Fold.String(s)
}

// narrow returns s in half width and without blanks.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if blank(r) {
			return -1
		}
		return r
	}, foldWidth(s))
}

// heading is what two headings have in common that mean the same column: without blanks,
// stars, 必填 and a colon at the end.
func heading(s string) string {
	s = strings.ToLower(narrow(s))
	for _, mark := range []string{"(必填)", "(必填项)", "(选填)", "(可不填)", "(可空)"} {
		s = strings.ReplaceAll(s, mark, "")
	}
	return strings.Trim(s, "*:：")
}

// bare is a heading without what stands in brackets at its end: 日期（如 2026-03-01）.
func bare(heading string) string {
	if i := strings.IndexByte(heading, '('); i > 0 && strings.HasSuffix(heading, ")") {
		return strings.Trim(heading[:i], "*:：")
	}
	return heading
}

// quoted is s as an error says it: in full up to twenty characters.
func quoted(s string) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > 20 {
		runes = append(runes[:20], '…')
	}
	return "“" + string(runes) + "”"
}

// cut returns at most limit UTF-16 units of s, and says in words that something is missing.
func cut(s string, limit int) string {
	const missing = "……（太长，后面没有放进来）"
	units := 0
	room := limit - utf8.RuneCountInString(missing)
	end := len(s)
	for i, r := range s {
		if units <= room {
			end = i
		}
		if units++; r > 0xFFFF {
			units++
		}
	}
	if units <= limit {
		return s
	}
	return s[:end] + missing
}
