package calendars

import (
	"io"
	"mime/multipart"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianluo/internal/calendar"
	"lianluo/internal/sheet"
)

// The columns of the file: a row is a day, or with 至 several days in a row.
const (
	columnDate = "日期"
	columnTo   = "至"
	columnKind = "类型"
	columnName = "名称"
)

var columns = []sheet.Column{
	{Name: columnDate, Kind: sheet.Date, Aliases: []string{"起", "开始日期", "放假日期"}},
	{Name: columnTo, Kind: sheet.Date, Aliases: []string{"止", "结束日期", "截止日期"}, Optional: true},
	{Name: columnKind, Aliases: []string{"性质", "类别"}, Choices: []string{off, worked}},
	{Name: columnName, Aliases: []string{"节日", "假日", "假日名称"}, Optional: true},
}

// The kinds of days as the file and the page call them.
const (
	off    = "放假"
	worked = "调休上班"
)

func kindName(kind string) string {
	if kind == calendar.Workday {
		return worked
	}
	return off
}

// kinds are what people write.
var kinds = map[string]string{off: calendar.Holiday, "放": calendar.Holiday, "休": calendar.Holiday, "休息": calendar.Holiday, "假日": calendar.Holiday,
	"节假日": calendar.Holiday, worked: calendar.Workday, "上班": calendar.Workday, "班": calendar.Workday, "补班": calendar.Workday}

// longestRow is how many days one row may mean: no holiday is longer.
const longestRow = 15

// read reads the days of an announcement, and what is wrong with its cells.
func read(file io.ReaderAt, size int64, year int) ([]calendar.Day, []sheet.Problem, error) {
	table, err := sheet.Read(file, size, columns)
	if err != nil {
		return nil, nil, err
	}
	var days []calendar.Day
	var problems []sheet.Problem
	seen := map[calendar.Date]int{} // → the row
	for row, err := range table.Rows() {
		if err != nil {
			return nil, nil, err
		}
		for _, day := range daysOf(row, year) {
			if before, twice := seen[day.Date]; twice {
				row.Refuse(columnDate, day.Date.Chinese()+"在第 "+strconv.Itoa(before)+" 行已经写过，请删去一处")
				break
			}
			seen[day.Date] = row.Number
			days = append(days, day)
		}
		if problems = append(problems, row.Problems()...); len(seen) > 366 {
			break
		}
	}
	return days, problems, nil
}

// daysOf are the days that a row means; what is wrong with it, it then says.
func daysOf(row *sheet.Row, year int) []calendar.Day {
	from, to, kind, name := row.Date(columnDate), row.Date(columnTo), kinds[row.Text(columnKind)], row.Text(columnName)
	if to.IsZero() {
		to = from
	}
	if from.IsZero() && !row.Bad(columnDate) {
		row.Refuse(columnDate, "请填日期")
	}
	if kind == "" && !row.Bad(columnKind) {
		row.Refuse(columnKind, "请写“"+off+"”或“"+worked+"”")
	}
	if !from.IsZero() && (to.Before(from) || to.Sub(from) >= longestRow) {
		row.Refuse(columnTo, "应在"+from.Chinese()+"以后，一行最多 "+strconv.Itoa(longestRow)+" 天")
	}
	if utf8.RuneCountInString(name) > 20 || strings.Contains(name, "\n") {
		row.Refuse(columnName, "名称太长，请压缩到 20 字以内，写在一行里")
	}
	var days []calendar.Day
	for d := from; len(row.Problems()) == 0 && !d.After(to); d = d.AddDays(1) {
		day := calendar.Day{Date: d, Kind: kind, Name: name}
		if problem := day.Problem(year); problem != "" {
			row.Refuse(columnDate, problem)
			break
		}
		days = append(days, day)
	}
	if len(row.Problems()) > 0 {
		return nil
	}
	return days
}

// write writes days as read reads them.
func write(w io.Writer, format sheet.Format, days []calendar.Day) error {
	out, err := sheet.NewWriter(w, format, columns, sheet.Named("放假安排"))
	if err != nil {
		return err
	}
	defer out.Abort()
	for _, s := range spans(days) {
		to := any(nil)
		if s.to != s.from {
			to = s.to
		}
		if err := out.Write([]any{s.from, to, kindName(s.kind), s.name}); err != nil {
			return err
		}
	}
	return out.Close()
}

// pack carries the days of a preview to its confirmation, a line each; unpack reads them.
func pack(days []calendar.Day) string {
	var text strings.Builder
	for _, d := range days {
		text.WriteString(d.Date.String() + " " + d.Kind + " " + d.Name + "\n")
	}
	return text.String()
}

func unpack(text string) (days []calendar.Day, whole bool) {
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "")) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		date, err := calendar.ParseDate(fields[0])
		if err != nil || len(fields) != 3 || !utf8.ValidString(fields[2]) || strings.ContainsRune(fields[2], 0) {
			return nil, false
		}
		days = append(days, calendar.Day{Date: date, Kind: fields[1], Name: fields[2]})
	}
	return days, len(days) > 0
}

// removeAll removes what a post left on the disk; whatever stays there the system clears.
func removeAll(form *multipart.Form) { _ = form.RemoveAll() }
