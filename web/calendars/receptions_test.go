package calendars_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestReceptionDaysOnNewHolidays: before a year is put into force the page says which reception
// days would fall on a holiday; afterwards it says so until they are put right, and leads to
// where; so does what is missing.
func TestReceptionDaysOnNewHolidays(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	from := calendar.NewDate(2027, 2, 1)
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.AddRule(ctx, tx, s.Head, uuid.New(), reception.RuleInput{From: &from, Rule: rota.Rule{Every: rota.Weekday, Weekdays: []int{2}, Nth: []int{1, 2}, Months: []int{2, 10}},
			Facts: reception.Facts{StationID: s.Station, PlaceID: s.Station, Kind: "fixed", Starts: "09:00", Ends: "11:30", Seats: 2}})
		if err != nil {
			return err
		}
		_, err = reception.Generate(ctx, tx, s.Head, s.Station, 2027, reception.Omit{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	admin := s.As(s.Admin)
	admin.Get(address).MustNotSay("接待日里")
	admin.Get("/receptions/gaps?year=2027").MustNotSay("2027年2月9日 星期二放假")
	const say = "有 2 天要跟着改，其中落在放假日的 2 天"
	preview := upload(admin, "2027", "a.csv", coded(t, notice)).MustStatus(http.StatusOK).MustSay(say, "2027年2月9日 星期二 放假", "王桥镇：按规则应该是 2月12日", "2027年10月5日")
	done := confirmation(preview).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay(say, "按规则重新排 2027 年的接待日")
	s.As(s.Clerk).Get("/receptions/gaps?year=2027").MustSay("有 2 天，其中接待日落在放假日的 2 天", "按规则应该是 10月8日")
	admin.Get("/receptions/gaps").MustNotSay("落在放假日的")
	plan := done.Open("/receptions/generate?year=2027").MustSay("要改 2 天", "现在排在 2月9日；按规则应该是 2月12日")
	plan.Form("form[method=post][action='/receptions/generate']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("2027 年已排进日程：新增 0 天，改 2 天", "2027 年 2 月", "2月12日")
	admin.Get(address).MustNotSay("接待日里")
}
