package private

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// version1 is the first byte of what Seal returns: the key and the format. Then come
// the nonce (12 bytes), the ciphertext (as long as the plain text) and the tag (16).
const version1 byte = 1

// blindSize is the length of a blind index in bytes.
const blindSize = 16

// Seal encrypts plain with AES-256-GCM under a random nonce: 29 bytes more than plain,
// for a bytea column. Bind names the place that plain belongs to, such as
// "county 7 case 12 phone": Open needs the same, so that a value which was copied to
// another record does not open there. It panics without a key.
func (k Keys) Seal(plain, bind string) []byte {
	if k.IsZero() {
		panic(errNoKey)
	}
	return k.derived().seal.Seal([]byte{version1}, nil, []byte(plain), additional(version1, bind))
}

// Open returns what Seal was given. It fails where a byte of sealed was changed, where
// bind is another, and under another key; it cannot tell which.
func (k Keys) Open(sealed []byte, bind string) (string, error) {
	if k.IsZero() {
		return "", errNoKey
	}
	if len(sealed) == 0 {
		return "", errors.New("private: nothing is sealed here")
	}
	if sealed[0] != version1 {
		return "", fmt.Errorf("private: sealed with key version %d, which is unknown", sealed[0])
	}
	plain, err := k.derived().seal.Open(nil, nil, sealed[1:], additional(version1, bind))
	if err != nil {
		return "", errors.New("private: sealed with another key, for another place, or damaged")
	}
	return string(plain), nil
}

// additional is the data that a sealed value is bound to.
func additional(version byte, bind string) []byte {
	return append([]byte{version}, bind...)
}

// Blind returns the blind index of a value: 16 bytes that are equal for equal values of
// one kind in one county, and tell nothing without the key. Kind is such as "phone";
// value is the whole, normalised value, for a phone that of NormalizePhone. It panics
// without a key.
func (k Keys) Blind(countyID int32, kind, value string) []byte {
	if k.IsZero() {
		panic(errNoKey)
	}
	message := binary.BigEndian.AppendUint32(nil, uint32(countyID))
	message = binary.BigEndian.AppendUint32(message, uint32(len(kind))) // so that no kind runs into a value
	message = append(message, kind...)
	message = append(message, value...)
	mac := hmac.New(sha256.New, k.derived().blind)
	mac.Write(message)
	return mac.Sum(nil)[:blindSize]
}
