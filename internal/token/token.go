// Package token makes the secrets of links that need no session: who has one may do the one
// thing that it is for.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"

	"lianluo/internal/tenant"
)

// A token is the county's id in base 36, a dash, and 128 random bits in base 32: letters
// and digits only, so that no SMS program cuts the link.
var encoding = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

const secretBytes = 16

// Token is a link's secret, taken apart.
type Token struct {
	County tenant.County
	text   string
}

// New makes a token of county.
func New(county tenant.County) Token {
	var random [secretBytes]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand aborts the program instead
	return Token{county, strconv.FormatInt(int64(county), 36) + "-" + encoding.EncodeToString(random[:])}
}

// Parse takes a token apart as it came in a URL; ok is false for anything that cannot be one.
func Parse(text string) (token Token, ok bool) {
	head, secret, found := strings.Cut(text, "-")
	county, err := strconv.ParseInt(head, 36, 32)
	if !found || err != nil || county < 1 || strconv.FormatInt(county, 36) != head {
		return Token{}, false
	}
	// The length too: the decoder passes over line breaks.
	raw, err := encoding.DecodeString(secret)
	if err != nil || len(raw) != secretBytes || len(secret) != encoding.EncodedLen(secretBytes) {
		return Token{}, false
	}
	return Token{tenant.County(county), text}, true
}

// String is the token as it stands in the URL.
func (t Token) String() string { return t.text }

// Hash is what is stored of a token. purpose keeps a link of one kind from passing for
// another.
func (t Token) Hash(purpose string) []byte {
	sum := sha256.Sum256([]byte(purpose + " " + t.text))
	return sum[:]
}
