package token_test

import (
	"bytes"
	"strings"
	"testing"

	"lianluo/internal/token"
)

// TestToken: what is made is read, and is another thing for every purpose.
func TestToken(t *testing.T) {
	t.Parallel()
	made, other := token.New(36), token.New(36)
	read, ok := token.Parse(made.String())
	if !ok || read != made || made == other || !strings.HasPrefix(made.String(), "10-") {
		t.Errorf("%s is read as %v, %v", made, read, ok)
	}
	if !bytes.Equal(made.Hash("rating"), read.Hash("rating")) || bytes.Equal(made.Hash("rating"), made.Hash("password")) {
		t.Error("a token for one purpose passes for another")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "-", "1-", "1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "01-aaaaaaaaaaaaaaaaaaaaaaaaaa", "-1-aaaaaaaaaaaaaaaaaaaaaaaaaa",
		"A-aaaaaaaaaaaaaaaaaaaaaaaaaa", "zzzzzzz-aaaaaaaaaaaaaaaaaaaaaaaaaa", "1-aaaaaaaaaaaaaaaaaaaaaaaaab", "1-AAAAAAAAAAAAAAAAAAAAAAAAAA",
		"1-aaaaaaaaaaaaaaaaaaaaaaaaaa=", "+1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "1-aaaaaaaaaaaa\naaaaaaaaaaaaaa", "1-水水水水水"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		made, ok := token.Parse(text)
		if !ok {
			if made.County != 0 {
				t.Errorf("%q is no token, but of county %d", text, made.County)
			}
			return
		}
		head, secret, _ := strings.Cut(text, "-")
		if made.County < 1 || len(secret) != 26 || strings.ToLower(text) != text || strings.ContainsAny(secret, "01 \r\n=") || head == "" {
			t.Errorf("%q is taken for a token of county %d", text, made.County)
		}
	})
}
