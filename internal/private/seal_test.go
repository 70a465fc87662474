package private

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

const (
	bind = "county 7 case 12 phone"

	// Seal("13800000017", bind) and Blind(7, "phone", "13800000017") under master.
	sealedByVersion1 = "0162e2a6586224dfc6ff092368a03b67c4166ab612eebf1d39e441ffa853bc5dbad793b3f4ec8f81"
	blindByVersion1  = "7e60709586bbe236a47b86ecdc411173"
)

func TestOpenReturnsWhatWasSealed(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, master)
	for _, plain := range []string{"13800000017", "", "申国强", strings.Repeat("长", 5000), "\x00\xff"} {
		sealed := keys.Seal(plain, bind)
		if len(sealed) != len(plain)+29 || sealed[0] != version1 {
			t.Errorf("%d bytes sealed as %d, version %d", len(plain), len(sealed), sealed[0])
		}
		if got, err := keys.Open(sealed, bind); err != nil || got != plain {
			t.Errorf("Open = %q, %v", got, err)
		}
	}
}

func TestSealIsNeverTheSameTwice(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, master)
	a, b := keys.Seal("13800000017", bind), keys.Seal("13800000017", bind)
	if bytes.Equal(a, b) {
		t.Error("two seals are equal")
	}
	if bytes.Contains(a, []byte("1380000")) {
		t.Error("the plain text shows")
	}
}

// What an earlier release stored must open for ever.
func TestOpenReadsVersion1(t *testing.T) {
	t.Parallel()
	sealed, err := hex.DecodeString(sealedByVersion1)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := testKeys(t, master).Open(sealed, bind); err != nil || got != "13800000017" {
		t.Errorf("Open = %q, %v", got, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, master)
	sealed := keys.Seal("13800000017", bind)
	change := func(i int) []byte {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		return changed
	}
	tests := []struct {
		name   string
		keys   Keys
		sealed []byte
		bind   string
	}{
		{"another place", keys, sealed, "county 7 case 13 phone"},
		{"another key", testKeys(t, bytes.ToUpper(master)), sealed, bind},
		{"an unknown version", keys, change(0), bind},
		{"a changed nonce", keys, change(1), bind},
		{"a changed text", keys, change(13), bind},
		{"a changed tag", keys, change(len(sealed) - 1), bind},
		{"a cut tail", keys, sealed[:len(sealed)-1], bind},
		{"a version alone", keys, sealed[:1], bind},
		{"nothing", keys, nil, bind},
		{"no key", Keys{}, sealed, bind},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if plain, err := test.keys.Open(test.sealed, test.bind); err == nil || plain != "" {
				t.Errorf("Open = %q, %v", plain, err)
			}
		})
	}
}

func TestNoKeyPanics(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(){
		"Seal":  func() { Keys{}.Seal("x", bind) },
		"Blind": func() { Keys{}.Blind(7, "phone", "x") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s works without a key", name)
				}
			}()
			use()
		}()
	}
}

func TestBlind(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, master)
	index := keys.Blind(7, "phone", "13800000017")
	if len(index) != 16 {
		t.Errorf("%d bytes", len(index))
	}
	// Stored indexes must be found for ever.
	if got := hex.EncodeToString(index); got != blindByVersion1 {
		t.Errorf("the index is %s, it was %s", got, blindByVersion1)
	}
	tests := []struct {
		name  string
		index []byte
	}{
		{"in another county", keys.Blind(8, "phone", "13800000017")},
		{"for another kind", keys.Blind(7, "id", "13800000017")},
		{"for another value", keys.Blind(7, "phone", "13800000018")},
		{"where kind and value are cut elsewhere", keys.Blind(7, "phone1", "3800000017")},
		{"under another key", testKeys(t, bytes.ToUpper(master)).Blind(7, "phone", "13800000017")},
	}
	for _, test := range tests {
		t.Run("differs "+test.name, func(t *testing.T) {
			t.Parallel()
			if bytes.Equal(index, test.index) {
				t.Error("the indexes are equal")
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	keys := testKeys(f, master)
	sealed := keys.Seal("13800000017", bind)
	f.Add(sealed[:len(sealed)-1], bind)
	f.Add([]byte{}, "")
	f.Add([]byte{version1}, "")
	f.Add(bytes.Repeat([]byte{version1}, 29), bind)
	f.Fuzz(func(t *testing.T, garbage []byte, bind string) {
		if plain, err := keys.Open(garbage, bind); err == nil {
			t.Errorf("garbage opens as %q", plain)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	keys := testKeys(b, master)
	sealed := keys.Seal("13800000017", bind)
	for b.Loop() {
		if _, err := keys.Open(sealed, bind); err != nil {
			b.Fatal(err)
		}
	}
}
