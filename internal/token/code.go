package token

import (
	"crypto/sha256"
	"strings"

	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// The 查询码: ten characters without look-alikes, read out and written as K7M3-92H-4TP.
// The first three carry the county, the others follow from what it looks up and the
// site's key, so that a clerk can read it out again and nobody can guess it. Only its
// hash is stored. It looks up and never rates.
const (
	codeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ" // no 0 O, no 1 I L
	codeLength   = 10
	codeCounty   = 3
)

// Code returns the 查询码 of something that is to be looked up, grouped 4-3-3: of a case by its
// number, of an appointment by "appointment" and its key.
func Code(keys private.Keys, county tenant.County, of string) string {
	base := len(codeAlphabet)
	code := make([]byte, codeLength)
	n := int(county)
	for i := codeCounty - 1; i >= 0; i-- {
		code[i], n = codeAlphabet[n%base], n/base
	}
	// 16 bytes of a keyed hash; a remainder of 16 bits by 31 is even enough for a code.
	mac := keys.Blind(int32(county), "lookup", of)
	for i := codeCounty; i < codeLength; i++ {
		j := 2 * (i - codeCounty)
		code[i] = codeAlphabet[(int(mac[j])<<8|int(mac[j+1]))%base]
	}
	return string(code[:4]) + "-" + string(code[4:7]) + "-" + string(code[7:])
}

// CleanCode is a code as somebody typed it, brought to ten characters; "" where it cannot
// be one. The look-alikes that the alphabet leaves out are not guessed at.
func CleanCode(typed string) string {
	var code strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch {
		case strings.ContainsRune(codeAlphabet, r):
			code.WriteRune(r)
		case strings.ContainsRune(" -－—　", r):
		default:
			return ""
		}
	}
	if code.Len() != codeLength {
		return ""
	}
	return code.String()
}

// CodeCounty is the county that a clean code names; 0 where it names none.
func CodeCounty(code string) tenant.County {
	if len(code) != codeLength {
		return 0
	}
	n := 0
	for i := range codeCounty {
		n = n*len(codeAlphabet) + strings.IndexByte(codeAlphabet, code[i])
	}
	return tenant.County(n)
}

// CodeHash is what is stored of a code, clean or grouped.
func CodeHash(code string) []byte {
	sum := sha256.Sum256([]byte("lookup " + strings.ReplaceAll(code, "-", "")))
	return sum[:]
}
