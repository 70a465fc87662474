package rating

import (
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// Token is a link's secret as it came in a URL, taken apart.
type Token struct {
	County tenant.County
	hash   []byte
}

// ParseToken takes a token apart; ok is false for anything that cannot be one.
func ParseToken(text string) (Token, bool) {
	secret, ok := token.Parse(text)
	return Token{secret.County, hashOf(secret)}, ok
}

func hashOf(secret token.Token) []byte { return secret.Hash("rating") }
