package auth

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// shortest is the least number of characters of a new password. Length is what counts;
// which characters they are is everybody's own choice.
const shortest = 10

// common are passwords of that length that are tried first, in lower case.
var common = []string{
	"0123456789", "01234567890", "1234567890", "12345678900", "12345678901", "123456789a", "123456789q",
	"1234567890a", "1234567890q", "12345678910", "123456123456", "1234512345", "1233211234567", "123123123123", "1122334455",
	"0987654321", "9876543210", "5201314520", "52013145201314", "1314520520", "a123456789", "a1234567890", "aa123456789",
	"abc1234567", "abc12345678", "abc123456789", "abcd123456", "abcd1234567", "abcd12345678", "abcdefghij", "asd1234567",
	"asdf123456", "asdfghjkl;", "asdfghjkl1", "admin12345", "admin123456", "administrator", "iloveyou123", "p@ssw0rd123",
	"passw0rd123", "password00", "password01", "password11", "password12", "password123", "password1234", "q123456789",
	"q1w2e3r4t5", "q1w2e3r4t5y6", "qaz123456789", "qazwsx123456", "qazwsxedcrfv", "qq123456789", "qwe1234567", "qwe123456789",
	"qwer123456", "qwertyuiop", "qwerty123456", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw23edc", "woaini1314",
	"woaini520520", "woaini1314520", "z123456789", "zxcvbnm123", "zxcvbnm123456", "lianluozhan", "rendadaibiao", "daibiao123456",
}

// refusePassword returns why password cannot be the new password of login, or "".
func refusePassword(login, password string) string {
	plain := strings.ToLower(norm.NFKC.String(password))
	switch {
	case password == "":
		return "请填写新密码"
	case utf8.RuneCountInString(password) < shortest:
		return "新密码至少要 10 个字符，请再长一些"
	case strings.TrimSpace(plain) == login:
		return "新密码不能和账号相同，请换一个"
	case slices.Contains(common, plain), oneCharacter(plain):
		return "这个密码太常见，容易被猜到，请换一个"
	}
	return ""
}

func oneCharacter(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return strings.Trim(s, s[:size]) == ""
}
