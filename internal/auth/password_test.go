package auth

import (
	"strings"
	"testing"
)

func TestPasswordHash(t *testing.T) {
	t.Parallel()
	hash, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := HashPassword(password)
	if hash == again {
		t.Error("two hashes of one password are the same: no salt")
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("%q is no PHC string", hash)
	}
	for name, c := range map[string]struct {
		hash, password string
		want           bool
	}{
		"right":                {hash, password, true},
		"wrong":                {hash, password + "x", false},
		"empty":                {hash, "", false},
		"typed in full width":  {hash, "桃花源记　２０２６　年", true},
		"no hash":              {"", password, false},
		"nobody's":             {nobodysHash(), password, false},
		"another kind of hash": {"$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", password, false},
		"another version":      {strings.Replace(hash, "v=19", "v=16", 1), password, false},
		"asks for a terabyte":  {strings.Replace(hash, "m=64", "m=1073741824", 1), password, false},
		"cut off":              {hash[:len(hash)-30], password, false},
		// A hash names its own cost, so that a change of ours leaves old accounts alone.
		"made at another cost": {"$argon2id$v=19$m=128,t=2,p=1$" + strings.Join(strings.Split(hash, "$")[4:], "$"), password, false},
	} {
		if got := CheckPassword(c.hash, c.password); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The vector of RFC 9106 needs a secret and associated data; this one is the reference
// program's: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1
func TestPasswordHashIsArgon2id(t *testing.T) {
	t.Parallel()
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !CheckPassword(reference, "password") {
		t.Error("the reference program's hash is not recognised")
	}
}

func TestRefusePassword(t *testing.T) {
	t.Parallel()
	for password, refused := range map[string]bool{
		"":                  true,
		"九个字的密码不够的":         true,
		"十个字的密码就已经够了":       false,
		"short":             true,
		"correct horse":     false,
		"wangli.guhan":      true, // the login name
		" WangLi.Guhan ":    true,
		"wangli.guhan.2026": false,
		"1234567890":        true,
		"１２３４５６７８９０":        true, // the same, full width
		"Qwerty123456":      true,
		"aaaaaaaaaaaa":      true,
		"一一一一一一一一一一一":       true,
	} {
		if reason := refusePassword("wangli.guhan", password); (reason != "") != refused {
			t.Errorf("%q: %q", password, reason)
		}
	}
	for _, password := range common {
		if len(password) < shortest || password != strings.ToLower(password) {
			t.Errorf("%q on the list of common passwords is refused or passed otherwise", password)
		}
	}
}

func BenchmarkCheckPassword(b *testing.B) {
	hash := phc(cost{passes: 3, memory: 32 * 1024, threads: 1}, make([]byte, saltBytes), make([]byte, keyBytes))
	for b.Loop() {
		CheckPassword(hash, password)
	}
}
