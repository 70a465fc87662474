package private

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormalizePhone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"keeps a mobile", "13800000017", "13800000017"},
		{"takes spaces and dashes out of a mobile", " 138-0000 0017 ", "13800000017"},
		{"takes full-width digits", "１３８００００００１７", "13800000017"},
		{"takes full-width spaces and dashes", "138－0000　0017", "13800000017"},
		{"takes Chinese dashes", "138—0000–0017", "13800000017"},
		{"takes invisible marks of copied text", "\u202d138\u00a00000\u200b0017\u202c", "13800000017"},
		{"takes +86 off a mobile", "+86 138 0000 0017", "13800000017"},
		{"takes a full-width plus", "＋８６13800000017", "13800000017"},
		{"takes +86 in brackets", "(+86) 13800000017", "13800000017"},
		{"takes 0086 off a mobile", "0086-13800000017", "13800000017"},
		{"takes 86 off a mobile", "8613800000017", "13800000017"},
		{"takes a trunk 0 off a mobile", "013800000017", "13800000017"},
		{"takes +86 and a trunk 0 off a mobile", "+86013800000017", "13800000017"},
		{"keeps a landline of 7 digits", "0355-8081234", "03558081234"},
		{"keeps a landline of 8 digits", "0311-88081234", "031188081234"},
		{"takes brackets off an area code", "（0355）8081234", "03558081234"},
		{"keeps Beijing's", "010-12345678", "01012345678"},
		{"keeps another of three digits", "021 12345678", "02112345678"},
		{"gives a landline its 0 after +86", "+86 355 8081234", "03558081234"},
		{"gives Beijing its 0 after +86", "+86 10 12345678", "01012345678"},
		{"keeps a landline's 0 after +86", "+86-0355-8081234", "03558081234"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, err := NormalizePhone(test.in); err != nil || got != test.want {
				t.Errorf("NormalizePhone(%q) = %q, %v", test.in, got, err)
			}
		})
	}
}

func TestNormalizePhoneSaysWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"nothing", "", "请填写手机号，或带区号的座机号"},
		{"spaces alone", " 　-", "请填写手机号，或带区号的座机号"},
		{"a mobile too short", "1380000001", "手机号应是 11 位数字，现在是 10 位"},
		{"a mobile too short after +86", "+861380000001", "手机号应是 11 位数字，现在是 10 位"},
		{"a mobile too long", "138000000177", "手机号应是 11 位数字，现在是 12 位"},
		{"a landline without area code", "8081234", "座机号前请加上区号，例如 0355-8081234"},
		{"a landline too short", "0355-808123", "区号 0355 后应是 7 或 8 位号码，现在是 6 位"},
		{"a landline too long", "0355-808123456", "区号 0355 后应是 7 或 8 位号码，现在是 9 位"},
		{"a landline of Beijing too short", "010-1234567", "区号 010 后应是 8 位号码，现在是 7 位"},
		{"an area code that is none", "00355-808123", "区号不对，座机号应写成 0355-8081234 这样"},
		{"a lone zero", "0", "区号不对，座机号应写成 0355-8081234 这样"},
		{"an area code with half a number", "0355", "区号 0355 后应是 7 或 8 位号码，现在是 0 位"},
		{"another country", "+852 1234 5678", "只能登记中国大陆的电话号码，以 +86 开头或不写国家代码"},
		{"the country code alone", "+86", "请在 86 之后填写手机号，或带区号的座机号"},
		{"a service number", "4001234567", "请填写 1 开头的 11 位手机号，或带区号的座机号，例如 0355-8081234"},
		{"words", "无电话", "电话里只能有数字，请去掉“无”"},
		{"an extension", "0355-8081234转12", "电话里只能有数字，请去掉“转”"},
		{"two numbers", "13800000017/13800000018", "电话里只能有数字，请去掉“/”"},
		{"a plus within", "138+00000017", "电话里只能有数字，请去掉“+”"},
		{"broken text", "138\xff", "电话里有看不见或无法识别的字符，请重新输入"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := NormalizePhone(test.in)
			if err == nil || err.Error() != test.want || got != "" {
				t.Errorf("NormalizePhone(%q) = %q, %v", test.in, got, err)
			}
		})
	}
}

func FuzzNormalizePhone(f *testing.F) {
	for _, s := range []string{"13800000017", "+86 138-0000-0017", "（0355）8081234", "013800000017",
		"+86108888", "０１０12345678", "86+", "\xff", "", "+8686", "00860", "转"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		phone, err := NormalizePhone(s)
		mask := MaskPhone(s)
		if err != nil {
			if phone != "" || !utf8.ValidString(err.Error()) {
				t.Errorf("%q with error %v", phone, err)
			}
			if mask != "" && mask != stars {
				t.Errorf("%q shows as %q", s, mask)
			}
			return
		}
		if strings.Trim(phone, "0123456789") != "" || len(phone) < 11 || len(phone) > 12 {
			t.Errorf("%q is normal as %q", s, phone)
		}
		if again, err := NormalizePhone(phone); err != nil || again != phone {
			t.Errorf("%q is normal as %q, and that as %q, %v", s, phone, again, err)
		}
		if hiddenDigits := len(phone) - (len(mask) - len(stars)); hiddenDigits < 4 || MaskPhone(phone) != mask {
			t.Errorf("%q shows as %q", s, mask)
		}
	})
}
