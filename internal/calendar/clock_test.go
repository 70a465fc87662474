package calendar_test

import (
	"regexp"
	"strings"
	"testing"

	"lianluo/internal/calendar"
)

func TestParseClock(t *testing.T) {
	t.Parallel()
	for want, all := range map[string]string{
		"09:00": "9:00 9：00 0900 900 09:00 9 09 9点 9点整 9時 上午9点 上午九点 早上9：00 ９：００ 9.00 9点00分 9点钟 9:00AM",
		"09:05": "9:05 905 9点5分 九点零五 九点零五分",
		"14:30": "14:30 1430 下午2点半 下午两点半 下午2:30 下午14:30 14点30 14时30分 十四点三十分 2:30PM 午后2点半",
		"14:15": "下午2点一刻 下午两点一刻",
		"14:45": "14点三刻 下午2:45",
		"12:00": "12:00 中午12点 上午12点 下午12点 十二点",
		"13:00": "中午1点 中午13点 下午1点",
		"20:10": "20:10 晚上8点10分 晚上八点十分 2010",
		"02:30": "02:30 0230 凌晨2点半 凌晨2:30",
		"00:00": "0:00 00:00 凌晨12点 0点",
		"23:59": "23:59 2359 晚上11:59",
	} {
		for _, typed := range strings.Fields(all) {
			if got, err := calendar.ParseClock(" " + typed + " "); got != want || err != nil {
				t.Errorf("%s is %q, %v, want %s", typed, got, err, want)
			}
		}
	}
	if got, err := calendar.ParseClock("上午 9 点"); got != "09:00" || err != nil {
		t.Error(got, err)
	}
	for typed, words := range map[string]string{
		"": "请写成", "早上": "请写成", "abc": "请写成", "9:": "请写成", "9:5:3": "请写成", "-9:00": "请写成", "12345": "请写成", "9点半30": "请写成",
		"24:00": "没有这个时间", "9:60": "没有这个时间", "9999": "没有这个时间",
		"2:30": "下午的请写 14:30，凌晨的请写 02:30", "230": "下午的请写 14:30", "2点": "下午的请写 14:00", "两点半": "下午的请写 14:30",
		"上午14点": "对不上", "下午0点": "对不上", "晚上12点": "对不上", "凌晨9点": "对不上", "中午9点": "对不上",
	} {
		if got, err := calendar.ParseClock(typed); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q is %q, %v, want %s", typed, got, err, words)
		}
	}
}

var clock = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// FuzzParseClock: what is read is a time of day, and is read as itself.
func FuzzParseClock(f *testing.F) {
	for _, typed := range []string{"9:00", "９：００", "下午两点半", "十", "2010", "晚上12点", "\xff"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := calendar.ParseClock(typed)
		if err != nil {
			if got != "" {
				t.Errorf("%q is wrong, and is %q", typed, got)
			}
			return
		}
		if again, err := calendar.ParseClock(got); !clock.MatchString(got) || again != got || err != nil {
			t.Errorf("%q is %q, which is %q, %v", typed, got, again, err)
		}
	})
}
