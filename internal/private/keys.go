// Package private keeps personal fields: it encrypts them, gives an index by which an
// encrypted number is found again, and masks them for display. What it seals can be
// opened only with the key and only in the place it was sealed for.
package private

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// KeySize is the size of the master key that an operator keeps, in bytes.
const KeySize = 32

// Keys are the keys derived from one master key: one seals, one makes blind indexes.
// They print as a placeholder, whatever the verb and however deep in another value.
// The zero Keys has no key: Open returns an error, Seal and Blind panic.
type Keys struct {
	derived func() *derived // a function: fmt reaches through pointers and never through these
}

type derived struct {
	seal  cipher.AEAD
	blind []byte // 32 bytes
}

// The purposes that keys are derived for. A change makes stored data unreadable.
const (
	sealPurpose  = "lianluo/private/seal/v1"
	blindPurpose = "lianluo/private/blind/v1"
)

var errNoKey = errors.New("private: there is no key")

// ParseKey reads a master key of 32 bytes, written in hexadecimal (64 digits) or in
// base64 (44 characters, or 43 without padding; either alphabet).
func ParseKey(hexOrBase64 string) (Keys, error) {
	master, err := decode(strings.TrimSpace(hexOrBase64))
	if err != nil {
		return Keys{}, err
	}
	return newKeys(master)
}

// decode's errors never quote the key.
func decode(s string) ([]byte, error) {
	if len(s) == hex.EncodedLen(KeySize) {
		if master, err := hex.DecodeString(s); err == nil {
			return master, nil
		}
	}
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	master, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(master) != KeySize {
		return nil, fmt.Errorf("private: the key is not %d bytes in hexadecimal or base64", KeySize)
	}
	return master, nil
}

func newKeys(master []byte) (Keys, error) {
	sealKey, err := hkdf.Key(sha256.New, master, nil, sealPurpose, KeySize)
	if err != nil {
		return Keys{}, fmt.Errorf("derive the sealing key: %w", err)
	}
	blindKey, err := hkdf.Key(sha256.New, master, nil, blindPurpose, KeySize)
	if err != nil {
		return Keys{}, fmt.Errorf("derive the index key: %w", err)
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return Keys{}, fmt.Errorf("use the sealing key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Keys{}, fmt.Errorf("use the sealing key: %w", err)
	}
	keys := &derived{seal: aead, blind: blindKey}
	return Keys{func() *derived { return keys }}, nil
}

// newMaster returns a random master key in hexadecimal.
func newMaster() string {
	master := make([]byte, KeySize)
	_, _ = rand.Read(master) // never fails: it ends the program instead
	return hex.EncodeToString(master)
}

const hidden = "private.Keys(hidden)"

// IsZero reports whether k has no key.
func (k Keys) IsZero() bool { return k.derived == nil }

// String returns a placeholder.
func (Keys) String() string { return hidden }

// Format prints the placeholder for every verb.
func (Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue logs the placeholder.
func (Keys) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText gives encoders such as JSON's the placeholder.
func (Keys) MarshalText() ([]byte, error) { return []byte(hidden), nil }
