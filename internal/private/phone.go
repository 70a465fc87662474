package private

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// NormalizePhone returns a Chinese mainland number as digits alone, the form that is
// sealed, indexed and dialled: 11 digits for a mobile (13800000017), area code and
// number for a landline (03558081234). It takes full-width digits, spaces, dashes,
// brackets and the country code. An error is in Chinese and says what to do.
func NormalizePhone(s string) (string, error) {
	digits, plus, err := phoneDigits(s)
	if err != nil {
		return "", err
	}
	digits, err = withoutCountry(digits, plus)
	if err != nil {
		return "", err
	}
	if err := checkPhone(digits); err != nil {
		return "", err
	}
	return digits, nil
}

// phoneDigits returns the digits of s in ASCII and whether a plus stands before them.
func phoneDigits(s string) (digits string, plus bool, err error) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case (r == '+' || r == '＋') && b.Len() == 0 && !plus:
			plus = true
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("()（）−ー", r):
			// spaces, dashes, brackets and the invisible marks that copied text brings along
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return "", false, errors.New("电话里有看不见或无法识别的字符，请重新输入")
		default:
			return "", false, fmt.Errorf("电话里只能有数字，请去掉“%c”", r)
		}
	}
	if b.Len() == 0 {
		return "", false, errors.New("请填写手机号，或带区号的座机号")
	}
	return b.String(), plus, nil
}

// withoutCountry takes the country code off, and the 0 that some dial before a mobile.
func withoutCountry(digits string, plus bool) (string, error) {
	national, ok := strings.CutPrefix(digits, "0086")
	if !ok {
		national, ok = strings.CutPrefix(digits, "86")
		ok = ok && (plus || len(national) == 11 && national[0] == '1')
	}
	switch {
	case !ok && plus:
		return "", errors.New("只能登记中国大陆的电话号码，以 +86 开头或不写国家代码")
	case !ok:
		national = digits
	case national == "":
		return "", errors.New("请在 86 之后填写手机号，或带区号的座机号")
	case national[0] > '1' || len(national) == 10 && strings.HasPrefix(national, "10"):
		return "0" + national, nil // abroad an area code is dialled without its 0
	}
	if len(national) == 12 && strings.HasPrefix(national, "01") && national[2] != '0' {
		return national[1:], nil
	}
	return national, nil
}

// checkPhone judges digits, of which there is at least one.
func checkPhone(digits string) error {
	n := len(digits)
	area := areaCode(digits)
	switch {
	case digits[0] == '1' && n == 11:
		return nil
	case digits[0] == '1':
		return fmt.Errorf("手机号应是 11 位数字，现在是 %d 位", n)
	case digits[0] != '0' && (n == 7 || n == 8):
		return errors.New("座机号前请加上区号，例如 0355-8081234")
	case digits[0] != '0':
		return errors.New("请填写 1 开头的 11 位手机号，或带区号的座机号，例如 0355-8081234")
	case area == "":
		return errors.New("区号不对，座机号应写成 0355-8081234 这样")
	case len(area) == 3 && n != 11:
		return fmt.Errorf("区号 %s 后应是 8 位号码，现在是 %d 位", area, n-3)
	case len(area) == 4 && n != 11 && n != 12:
		return fmt.Errorf("区号 %s 后应是 7 或 8 位号码，现在是 %d 位", area, n-4)
	}
	return nil
}

// areaCode returns the area code that digits begin with, or "": 010 and 02x have three
// digits, the others, from 03xx to 09xx, have four.
func areaCode(digits string) string {
	switch {
	case len(digits) < 4 || digits[0] != '0':
		return ""
	case strings.HasPrefix(digits, "010") || digits[1] == '2':
		return digits[:3]
	case digits[1] >= '3':
		return digits[:4]
	}
	return ""
}
