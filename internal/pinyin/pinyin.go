// Package pinyin gives the first letters of a name's pinyin, by which people look for
// names and places: 申国强 is found by sgq.
package pinyin

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// mostReadings bounds the readings of one name.
const mostReadings = 8

// longName is how many characters a name has in which each is read in its usual way alone.
const longName = 5

// Initials returns the first letters of a name's pinyin in lower case, each way to read it
// after another: "sgq", "dgq sgq cgq". Letters and digits stay as they are, other signs fall
// away. "" where nothing is left.
func Initials(name string) string {
	args := pinyin.NewArgs()
	args.Style = pinyin.FirstLetter
	args.Heteronym = len([]rune(name)) < longName
	readings := []string{""}
	for _, c := range name {
		letters := lettersOf(c, args)
		if len(letters) == 0 {
			continue
		}
		readings = combine(readings, letters)
	}
	return strings.TrimSpace(strings.Join(readings, " "))
}

// lettersOf are the letters that a character may begin with, the usual one first.
func lettersOf(c rune, args pinyin.Args) []string {
	var letters []string
	for _, letter := range pinyin.SinglePinyin(c, args) {
		if letter != "" && !slices.Contains(letters, letter) {
			letters = append(letters, letter)
		}
	}
	if letters == nil && c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
		letters = []string{string(unicode.ToLower(c))}
	}
	return letters
}

func combine(readings, letters []string) []string {
	var all []string
	for _, reading := range readings {
		for _, letter := range letters {
			if len(all) < mostReadings {
				all = append(all, reading+letter)
			}
		}
	}
	return all
}
