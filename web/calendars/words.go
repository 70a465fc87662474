package calendars

import (
	"net/http"
	"slices"
	"strconv"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/sheet"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// shown is what a page of the calendar shows.
type shown struct {
	today    calendar.Date
	calendar *calendar.Calendar
	uploads  []calendar.Upload
	year     int // whose days are shown

	invalid  errs.Invalid
	problems []sheet.Problem
	refused  string
	change   *casefile.CalendarChange // of a preview

	ahead  reception.Prospect // of the reception days
	astray reception.Strays   // those that stand where nobody would put them; of a preview, once it is in force
}

func (s *shown) frame(r *http.Request) page.Frame {
	f := page.FrameOf(r)
	f.Title, f.Error = "工作日历", s.invalid != nil || len(s.problems) > 0 || s.refused != ""
	if s.change != nil {
		f.Title = "核对 " + strconv.Itoa(s.year) + " 年的放假安排"
	}
	return f
}

// years are what the page lists, the newest first: what is known, this year and the next.
func (s *shown) years() []int {
	years := append(s.calendar.Known(), s.today.Year(), s.today.Year()+1)
	slices.Sort(years)
	years = slices.Compact(years)
	slices.Reverse(years)
	return years
}

// known reports whether text is one of the years.
func (s *shown) known(text string) bool {
	year, err := strconv.Atoi(text)
	return err == nil && slices.Contains(s.years(), year)
}

// next is the year that waits: this one or the next where it is not announced.
func (s *shown) next() int {
	if year := s.today.Year(); s.calendar.Provisional(year) || !s.calendar.Provisional(year+1) {
		return year
	}
	return s.today.Year() + 1
}

func (s *shown) yearOptions() []ui.Option {
	var options []ui.Option
	for _, year := range s.years() {
		if year >= s.today.Year()-1 {
			options = append(options, ui.Option{Value: strconv.Itoa(year), Name: strconv.Itoa(year) + " 年"})
		}
	}
	return options
}

// days are the days of the year that is shown: as announced, or those by law.
func (s *shown) days() []calendar.Day {
	if s.calendar.Provisional(s.year) {
		return calendar.FixedHolidays(s.year)
	}
	return s.calendar.Days(s.year)
}

// origin says where a year's days come from.
func (s *shown) origin(year int) string {
	for _, u := range s.uploads {
		if u.Year == year {
			return "本县上传（" + u.By + "，" + page.FullDateTime(u.At) + "）"
		}
	}
	return "内置"
}

func count(days []calendar.Day, kind string) string {
	n := 0
	for _, d := range days {
		if d.Kind == kind {
			n++
		}
	}
	return strconv.Itoa(n) + " 天"
}

// span is several days in a row that are the same.
type span struct {
	from, to   calendar.Date
	kind, name string
}

func spans(days []calendar.Day) []span {
	var all []span
	for _, d := range days {
		if n := len(all) - 1; n >= 0 && all[n].to.AddDays(1) == d.Date && all[n].kind == d.Kind && all[n].name == d.Name {
			all[n].to = d.Date
			continue
		}
		all = append(all, span{d.Date, d.Date, d.Kind, d.Name})
	}
	return all
}

func (s span) days() string { return strconv.Itoa(s.to.Sub(s.from)+1) + " 天" }

// weekday is a date with its weekday: 2月5日（周五）.
func weekday(d calendar.Date) string {
	return d.Chinese() + "（周" + [7]string{"日", "一", "二", "三", "四", "五", "六"}[d.Weekday()] + "）"
}

// difference is a day that becomes another kind of day.
type difference struct{ day, before, after string }

func (s *shown) differences() []difference {
	var all []difference
	words := map[bool]string{true: "上班", false: "休息"}
	for _, d := range s.change.Days {
		all = append(all, difference{weekday(d), words[s.calendar.IsWorkday(d)], words[!s.calendar.IsWorkday(d)]})
	}
	return all
}

// Most of a list that a page shows; the rest it counts.
const most = 20

func firsts[T any](all []T) []T { return all[:min(len(all), most)] }

func rest[T any](all []T) int { return max(0, len(all)-most) }

// effect says what becomes of the open cases.
func (s *shown) effect() string {
	if s.change.Cases == 0 {
		return "在办的 " + strconv.Itoa(s.change.Open) + " 件事项，期限都不用改。"
	}
	return "在办的 " + strconv.Itoa(s.change.Open) + " 件事项里，有 " + strconv.Itoa(s.change.Cases) + " 件的期限要改。"
}

// stray says how many reception days stand where nobody would put them.
func (s *shown) stray() string {
	return "已经排好的接待日里，有 " + strconv.Itoa(len(s.astray)) + " 天要跟着改，其中落在放假日的 " + strconv.Itoa(s.astray.OnHolidays()) + " 天。"
}

// told is what the next page says.
func told(done casefile.CalendarChange) string {
	year := strconv.Itoa(done.Announcement.Year) + " 年的放假安排"
	if done.Same {
		return year + "和原来一样，没有改动。"
	}
	if done.Cases == 0 {
		return year + "已经启用，在办事项的期限都没有变。"
	}
	return year + "已经启用，" + strconv.Itoa(done.Cases) + " 件在办事项的期限已按它重新计算。"
}

func moveName(m casefile.Move) string {
	if m.Unit != "" {
		return m.Clock.Name() + "（" + m.Unit + "）"
	}
	return m.Clock.Name()
}

// sorted are the days of a preview by date.
func (s *shown) sorted() []calendar.Day {
	days := slices.Clone(s.change.Announcement.Days)
	slices.SortFunc(days, func(a, b calendar.Day) int { return a.Date.Compare(b.Date) })
	return days
}

func (s *shown) templateURL(format sheet.Format) string {
	return address + "/template?year=" + strconv.Itoa(s.year) + "&format=" + format.String()
}
