package calendars_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestUploadTheNextYear: from the notice on the desk to the dates in everybody's queue.
func TestUploadTheNextYear(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*testing.T, string) []byte{"放假安排.csv": coded, "放假安排.xlsx": workbook} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := webtest.New(t)
			s.Set("2026-12-28 09:00")
			number := s.DriveNew(casefile.Handling)
			admin := s.As(s.Admin)
			if got := admin.Get("/cases?view=open").Text("main"); !strings.Contains(got, "2月9日") || !strings.Contains(got, "暂定") {
				t.Fatalf("the queue says %s", got)
			}
			admin.Get(address).MustSay("工作日历", "2027 年", "未公布：暂定", "内置", "2027 年的放假和调休", "法定假日", "清明节")

			p := upload(admin, "2027", name, make(t, notice)).MustStatus(http.StatusOK)
			p.MustSay("核对 2027 年的放假安排", "还没有启用", "放假 25 天，调休上班 2 天", "1月31日（周日）休息上班", "2月5日（周五）上班休息",
				"在办的 1 件事项里，有 1 件的期限要改", number+"办理期限2月9日2月14日", "2月5日（周五） 至2月11日（周四）放假春节7 天")
			if c := s.Case(number); c.DueOn.String() != "2027-02-09" {
				t.Errorf("the preview moved it to %s", c.DueOn)
			}

			done := confirmation(p).Submit().MustStatus(http.StatusSeeOther)
			page := done.Follow().MustSay("2027 年的放假安排已经启用，1 件在办事项的期限已按它重新计算。", "本县上传（郝建平，2026年12月28日 09:00）", "25 天", "1月31日（周日）")
			if strings.Contains(page.Text("#days + *"), "暂定") {
				t.Error("2027 is still 暂定")
			}
			if got := admin.Get("/cases?view=open").Text("main"); !strings.Contains(got, "2月14日") || strings.Contains(got, "暂定") {
				t.Errorf("the queue says %s", got)
			}
			admin.Get("/cases/"+number).MustSay("日历调整", "办理期限由2月9日改为2月14日", "按 2027 年的放假安排重新计算工作日", "2月14日前 应完成")
			s.As(s.Water).Get("/cases/" + number).MustSay("办理期限由2月9日改为2月14日")

			// The same once more changes nothing, and says so.
			events := len(s.Events(number))
			again := upload(admin, "2027", name, make(t, notice)).MustStatus(http.StatusOK).MustSay("和现在的日历完全一样，不用改")
			if again.Find("form[action$='/confirm']").Length() != 0 {
				t.Error("there is something to confirm")
			}
			if got := len(s.Events(number)); got != events {
				t.Errorf("%d events more", got-events)
			}
		})
	}
}

// TestWrongCells: each is named, nothing is kept.
func TestWrongCells(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	bad := strings.NewReplacer("2027.4.5,", "2027年4月31日,", "2027-5-1,2027-5-5,放假", "2027-5-1,2027-4-5,放假", "２０２７-６-９,,放假", "２０２７-６-９,,停工",
		"2027-9-15", "2026-9-15", "2027-01-31,", "2027-02-01,", "20271001", "").Replace(notice) + "2027-1-2,,放假,元旦\n,,,合计\n"
	for name, content := range map[string][]byte{"a.csv": coded(t, bad), "a.xlsx": workbook(t, bad)} {
		p := upload(admin, "2027", name, content).MustStatus(http.StatusUnprocessableEntity)
		p.MustSay("文件里有 9 处要改，没有上传",
			"第 5 行“日期”（A5）：2月1日不是周末，本来就上班，不用写“调休上班”。",
			"第 7 行“日期”（A7）：“2027年4月31日”不是日期，请写成 2026-03-01 这样。",
			"第 8 行“至”（B8）：应在5月1日以后，一行最多 15 天。",
			"第 9 行“类型”（C9）：请写“放假”或“调休上班”。",
			"第 10 行“日期”（A10）：不是 2027 年的日子。",
			"第 11 行“日期”（A11）：请填日期。",
			"第 12 行“日期”（A12）：1月2日在第 3 行已经写过，请删去一处。",
			"第 13 行“日期”（A13）：请填日期。", "第 13 行“类型”（C13）：请写“放假”或“调休上班”。")
		if p.Find("title").Text() == "" || !strings.HasPrefix(p.Find("title").Text(), "错误：") {
			t.Errorf("the title is %q", p.Find("title").Text())
		}
	}
	for name, c := range map[string]struct{ content, want string }{
		"no.csv":     {"日子,安排\n2027-1-1,放假\n", "没有找到表头。表里应有“日期”“类型”这些列"},
		"half.csv":   {"日期,类型\n2027-1-1,放假\n", "里面没有5月1日放假。请核对是不是 2027 年的完整安排"},
		"old.xls":    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "这是旧格式（.xls 等）的文件"},
		"empty.csv":  {"", "这个文件是空的"},
		"photo.xlsx": {"\x89PNG", "这个文件不是表格"},
	} {
		upload(admin, "2027", name, []byte(c.content)).MustStatus(http.StatusUnprocessableEntity).MustSay(c.want)
	}
	admin.Get(address).Form("form[enctype]").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择文件")
	upload(admin, "2027", "big.csv", bytes.Repeat([]byte("2027-1-1,放假\n"), 2<<20)).MustStatus(http.StatusUnprocessableEntity).MustSay("文件太大，不能超过 20 MB")
	long := "日期,类型\n"
	for range 25 {
		long += "三月,放假\n"
	}
	upload(admin, "2027", "long.csv", []byte(long)).MustStatus(http.StatusUnprocessableEntity).MustSay("文件里有 25 处要改", "还有 5 处没有列出")
	admin.Get(address).MustSay("未公布：暂定")
}

// TestConfirmationIsChecked: what comes back is no more believed than a file.
func TestConfirmationIsChecked(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	preview := upload(admin, "2027", "a.csv", coded(t, notice)).MustStatus(http.StatusOK)
	form := confirmation(preview)
	days := form.Value("days")
	for name, change := range map[string]struct{ field, value, want string }{
		"no days":         {"days", "", "没有完整送到"},
		"no date":         {"days", "x holiday 元旦\n", "没有完整送到"},
		"half a line":     {"days", "2027-01-01\n", "没有完整送到"},
		"a NUL":           {"days", strings.Replace(days, "元旦", "元\x00旦", 1), "没有完整送到"},
		"another kind":    {"days", strings.Replace(days, "holiday", "off", 1), "请写“放假”或“调休上班”"},
		"a day missing":   {"days", strings.Replace(days, "2027-10-01 holiday 国庆节\n", "", 1), "没有10月1日放假"},
		"no year":         {"year", "", "没有完整送到"},
		"a year far away": {"year", "2050", "没有完整送到"},
		"another year":    {"year", "2026", "不是 2026 年的日子"},
		"no digest":       {"before", "", "没有完整送到"},
	} {
		p := confirmation(preview).Set(change.field, change.value).Submit()
		if p.MustStatus(http.StatusUnprocessableEntity); !strings.Contains(p.Text("main"), change.want) {
			t.Errorf("%s: %s", name, p.Text("#errors"))
		}
	}
	// Two administrators at once: the second is told, and has changed nothing.
	other := upload(s.As(s.Admin), "2027", "b.csv", coded(t, strings.Replace(notice, "2027-9-15", "2027-9-16", 1))).MustStatus(http.StatusOK)
	form.Submit().MustStatus(http.StatusSeeOther)
	confirmation(other).Submit().MustStatus(http.StatusConflict).MustSay("没有启用", "刚刚被别人改过")
	confirmation(preview).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("没有改动") // a second press
	admin.Get(address + "?year=2027").MustSay("9月15日")
}

// TestTemplate: what is downloaded is what may be uploaded again.
func TestTemplate(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	admin.Get(address + "/template?format=pdf").MustStatus(http.StatusNotFound)
	s.Announce(casetest.Announcement(2027))
	for _, year := range []string{"2023", "2026", "2027"} {
		for format, ending := range map[string]string{"xlsx": "xlsx", "csv": "csv", "gb18030": "csv"} {
			p := admin.Get(address + "/template?year=" + year + "&format=" + format).MustStatus(http.StatusOK)
			if got := p.Header.Get("Content-Disposition"); !strings.Contains(got, "filename*=UTF-8''"+year+"%E5%B9%B4") || !strings.HasSuffix(got, "."+ending) {
				t.Errorf("it is called %q", got)
			}
			if year >= "2026" {
				upload(admin, year, "a."+format, []byte(p.Body)).MustStatus(http.StatusOK).MustSay("和现在的日历完全一样")
			}
		}
	}
	// Of a year that is not announced it has the holidays that are sure.
	next := calendar.FixedHolidays(2028)
	s.Set("2027-11-20 09:00")
	admin = s.As(s.Admin)
	p := admin.Get(address + "/template?format=csv").MustStatus(http.StatusOK)
	if !strings.Contains(p.Body, next[0].Date.String()) || !strings.Contains(p.Body, "国庆节") {
		t.Errorf("%s", p.Body)
	}
	upload(admin, "2028", "a.csv", []byte(p.Body)).MustStatus(http.StatusOK).MustSay("和现在的日历相比")
}

// TestOneCountysCalendar: the neighbour keeps its own.
func TestOneCountysCalendar(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	p := upload(s.As(s.Admin), "2027", "a.csv", coded(t, notice))
	confirmation(p).Submit().MustStatus(http.StatusSeeOther)
	neighbour := s.Neighbour.Clerk
	s.As(neighbour).Get(address).MustStatus(http.StatusForbidden)
	var other int
	if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from calendar_days where county_id <> $1`, s.County).Scan(&other); err != nil || other != 0 {
		t.Errorf("%d days elsewhere, %v", other, err)
	}
}
