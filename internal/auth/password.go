package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// cost is what a hash costs to compute, for us and for whoever guesses.
type cost struct {
	passes, memory uint32 // memory in KiB
	threads        uint8
}

// cost of new hashes: about 50 ms of one core. A stored hash names its own.
var hashCost = cost{passes: 3, memory: 32 * 1024, threads: 1}

// SetCostForTests makes hashing cheap and refusals immediate, for the TestMain of a
// package that signs people in. Nothing else calls it.
func SetCostForTests() {
	hashCost = cost{passes: 1, memory: 64, threads: 1}
	refusalStep = 0
}

// hashing lets two hashes be computed at a time: more would only make all of them
// slower, and each needs its 32 MiB.
var hashing = make(chan struct{}, 2)

const (
	saltBytes = 16
	keyBytes  = 32
)

// HashPassword returns an argon2id hash in the PHC string format.
func HashPassword(password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return phc(hashCost, salt, derive(hashCost, password, salt, keyBytes)), nil
}

// CheckPassword reports whether password is the one that hash was made from. A hash
// that cannot be read belongs to no password.
func CheckPassword(hash, password string) bool {
	c, salt, key, ok := parsePHC(hash)
	if !ok {
		return false
	}
	return subtle.ConstantTimeCompare(key, derive(c, password, salt, uint32(len(key)))) == 1
}

// nobodysHash is compared where there is no account, so that the time of the answer
// does not tell. No password belongs to it.
func nobodysHash() string {
	return phc(hashCost, make([]byte, saltBytes), make([]byte, keyBytes))
}

// nobodyKnows is the hash of an account without a password.
func nobodyKnows() string {
	random := make([]byte, saltBytes+keyBytes)
	_, _ = rand.Read(random) // never fails: crypto/rand aborts the program instead
	return phc(hashCost, random[:saltBytes], random[saltBytes:])
}

// derive also makes full-width digits and letters, as an input method may send them,
// the same as plain ones.
func derive(c cost, password string, salt []byte, bytes uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.passes, c.memory, c.threads, bytes)
}

func phc(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func parsePHC(hash string) (c cost, salt, key []byte, ok bool) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return c, nil, nil, false
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return c, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return c, nil, nil, false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	ok = saltErr == nil && keyErr == nil && len(key) >= 16 && c.passes > 0 && c.threads > 0 && c.memory <= 1<<20
	return c, salt, key, ok
}
