package private

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// master is a key for tests alone.
var master = []byte("0123456789abcdef0123456789ABCDEF")

func testKeys(t testing.TB, master []byte) Keys {
	t.Helper()
	keys, err := newKeys(master)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	awkward := bytes.Repeat([]byte{0xfb, 0xef, 0xff, 0x00}, 8) // needs both special characters of base64
	tests := []struct {
		name, in string
		want     []byte
	}{
		{"hexadecimal", hex.EncodeToString(master), master},
		{"capital hexadecimal with a line end", strings.ToUpper(hex.EncodeToString(awkward)) + "\r\n", awkward},
		{"base64", base64.StdEncoding.EncodeToString(awkward), awkward},
		{"base64 without padding", base64.RawStdEncoding.EncodeToString(awkward), awkward},
		{"base64 for URLs", base64.URLEncoding.EncodeToString(awkward), awkward},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			keys, err := ParseKey(test.in)
			if err != nil {
				t.Fatal(err)
			}
			sealed := testKeys(t, test.want).Seal("x", "y")
			if plain, err := keys.Open(sealed, "y"); err != nil || plain != "x" {
				t.Errorf("it is another key: %q, %v", plain, err)
			}
		})
	}
}

func TestParseKeyRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in string }{
		{"nothing", ""},
		{"31 bytes", hex.EncodeToString(master[1:])},
		{"33 bytes", base64.StdEncoding.EncodeToString(append([]byte{1}, master...))},
		{"a pass phrase", "correct horse battery staple, that is"},
		{"64 characters that are no hexadecimal", strings.Repeat("zy", 32)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			keys, err := ParseKey(test.in)
			if err == nil || !keys.IsZero() {
				t.Fatal("took it")
			}
			if test.in != "" && strings.Contains(err.Error(), test.in) {
				t.Errorf("the error quotes the key: %v", err)
			}
		})
	}
}

func TestKeysNeverPrint(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, master)
	type deep struct {
		Exported Keys
		hidden   Keys
		pointer  *Keys
	}
	values := map[string]any{
		"keys": keys, "pointer": &keys, "slice": []Keys{keys}, "map": map[string]Keys{"a": keys},
		"struct": deep{keys, keys, &keys}, "pointer to struct": &deep{keys, keys, &keys},
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%t", "%c", "%U"} {
				refuseSecrets(t, verb, fmt.Sprintf(verb, value), keys)
			}
			var logged bytes.Buffer
			slog.New(slog.NewTextHandler(&logged, nil)).Info("key", "value", value)
			slog.New(slog.NewJSONHandler(&logged, nil)).Info("key", "value", value)
			refuseSecrets(t, "slog", logged.String(), keys)
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			refuseSecrets(t, "JSON", string(text), keys)
		})
	}
	if got := keys.String() + " " + fmt.Sprint(keys) + " " + keys.LogValue().String(); got != hidden+" "+hidden+" "+hidden {
		t.Errorf("keys print as %s", got)
	}
}

// refuseSecrets fails where text holds four bytes of a key in a row, in any way that fmt
// writes bytes.
func refuseSecrets(t *testing.T, how, text string, keys Keys) {
	t.Helper()
	lower := strings.ToLower(text)
	for _, secret := range [][]byte{master, keys.derived().blind} {
		four := secret[4:8]
		for _, verb := range []string{"%s", "%x", "% x", "%d", "%#v", "%b", "%o", "%c", "%U"} {
			part := strings.ToLower(strings.Trim(fmt.Sprintf(verb, four), "[]{}"))
			part = strings.TrimPrefix(part, "[]byte{")
			if strings.Contains(lower, part) {
				t.Errorf("%s prints the key: %s", how, text)
			}
		}
		if strings.Contains(text, base64.RawStdEncoding.EncodeToString(secret)[4:12]) {
			t.Errorf("%s prints the key in base64: %s", how, text)
		}
	}
}
