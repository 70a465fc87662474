package calendar

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// typedTime is a time of day as people write it, once widths are narrow, digits are Arabic and
// spaces are gone: 9:00, 0900, 930, 9点, 下午2点半, 2:30PM.
var typedTime = regexp.MustCompile(`^(凌晨|清晨|早晨|早上|早|上午|中午|下午|午后|傍晚|晚上|晚|夜里)?(\d{1,2})(?:(\d{2})|[:.点时](\d{1,2})分?|[点时](半|一刻|三刻|整)?)?(am|pm)?$`)

// chineseNumber is a number up to 99 in Chinese digits; 一刻 and 三刻 are none.
var chineseNumber = regexp.MustCompile(`[零〇一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇]?[零〇一二两三四五六七八九]`)

// ParseClock reads a time of day, in any of the ways in which a clerk writes one, as 09:30. It
// never guesses: of 2:30 nobody can tell whether it is in the afternoon, 02:30 is at night. Its
// error is for the field; of nothing it is that too.
func ParseClock(typed string) (string, error) {
	parts := typedTime.FindStringSubmatch(plainClock(typed))
	if parts == nil {
		return "", errors.New("时间请写成 9:30 或者 14:30 的样子，也可以写“下午2点半”。")
	}
	day, written, minutes := parts[1], parts[2], parts[3]+parts[4]
	hour, _ := strconv.Atoi(written)
	minute, _ := strconv.Atoi(minutes)
	if minutes == "" {
		minute = map[string]int{"半": 30, "一刻": 15, "三刻": 45}[parts[5]]
	}
	if half := parts[6]; half != "" && day == "" {
		day = map[string]string{"am": "上午", "pm": "下午"}[half]
	}
	if hour > 23 || minute > 59 {
		return "", errors.New("一天是 00:00 到 23:59，没有这个时间，请改正。")
	}
	if day == "" && hour >= 1 && hour <= 5 && len(written) == 1 {
		return "", fmt.Errorf("是下午还是凌晨？下午的请写 %02d:%02d，凌晨的请写 %02d:%02d。", hour+12, minute, hour, minute)
	}
	hour, ok := hourIn(day, hour)
	if !ok {
		return "", errors.New("“" + day + "”和钟点对不上，请写成 9:30 或者 14:30 的样子。")
	}
	return fmt.Sprintf("%02d:%02d", hour, minute), nil
}

// hourIn is the hour of 24 that is meant by one in that part of the day; 12 in the evening is
// another day's.
func hourIn(part string, hour int) (int, bool) {
	switch part {
	case "":
		return hour, true
	case "凌晨":
		return hour % 12, hour <= 6 || hour == 12
	case "清晨", "早晨", "早上", "早", "上午":
		return hour, hour <= 12
	case "中午":
		if hour <= 2 {
			return hour + 12, hour >= 1
		}
		return hour, hour >= 11 && hour <= 14
	}
	if hour < 12 {
		return hour + 12, hour >= 1
	}
	return hour, hour > 12 || part == "下午" || part == "午后"
}

// plainClock is what was typed in the letters that typedTime knows.
func plainClock(typed string) string {
	plain := strings.ToLower(strings.Join(strings.Fields(width.Fold.String(typed)), ""))
	plain = strings.NewReplacer("點", "点", "钟", "", "時", "时", "。", ".").Replace(plain)
	hours, quarter := plain, ""
	for _, name := range []string{"一刻", "三刻"} {
		if before, found := strings.CutSuffix(plain, name); found {
			hours, quarter = before, name
		}
	}
	return chineseNumber.ReplaceAllStringFunc(hours, arabic) + quarter
}

// arabic is a Chinese number in Arabic digits: 十二 is 12, 零五 is 05.
func arabic(chinese string) string {
	digit := strings.NewReplacer("零", "0", "〇", "0", "一", "1", "二", "2", "两", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")
	tens, ones, ten := strings.Cut(chinese, "十")
	switch {
	case !ten:
		return digit.Replace(chinese)
	case tens == "":
		tens = "1"
	}
	if ones == "" {
		ones = "0"
	}
	return digit.Replace(tens + ones)
}
