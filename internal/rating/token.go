package rating

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"

	"lianluo/internal/tenant"
)

// A token is the county's id in base 36, a dash, and 128 random bits in base 32: letters
// and digits only, so that no SMS program cuts the link. Only its hash is stored.
var tokenText = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

const tokenBytes = 16

func newToken(county tenant.County) string {
	var random [tokenBytes]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand aborts the program instead
	return strconv.FormatInt(int64(county), 36) + "-" + tokenText.EncodeToString(random[:])
}

// Token is a link's secret as it came in a URL, taken apart.
type Token struct {
	County tenant.County
	hash   []byte
}

// ParseToken takes a token apart; ok is false for anything that cannot be one.
func ParseToken(text string) (token Token, ok bool) {
	head, secret, found := strings.Cut(text, "-")
	county, err := strconv.ParseInt(head, 36, 32)
	if !found || err != nil || county < 1 || strconv.FormatInt(county, 36) != head {
		return Token{}, false
	}
	// The length too: the decoder passes over line breaks.
	raw, err := tokenText.DecodeString(secret)
	if err != nil || len(raw) != tokenBytes || len(secret) != tokenText.EncodedLen(tokenBytes) {
		return Token{}, false
	}
	return Token{tenant.County(county), hashOf(text)}, true
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte("rating " + token))
	return sum[:]
}
