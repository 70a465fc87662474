package stations_test

import (
	"net/http"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestFigures: every number of this year opens exactly the cases behind it.
func TestFigures(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.DriveNew(casefile.Closed) // rated, in time
	s.DriveNew(casefile.Handling)
	late := s.DriveNew(casefile.Handling)
	asked := s.DriveNew(casefile.AwaitingRating)
	unhappy := s.DriveNew(casefile.AwaitingRating)
	s.MustTake(s.Citizen, unhappy, casetest.RatingAs(1, 2))
	elsewhere := s.Visit("夏店的事。")
	elsewhere.StationID, elsewhere.PlaceID, elsewhere.Deputies, elsewhere.Persons = s.OtherStation, s.OtherStation, nil, 7
	if _, err := s.RegisterVisit(s.OtherClerk, elsewhere); err != nil {
		t.Fatal(err)
	}
	s.Set("2026-12-20 09:00")
	s.MustTake(s.System, asked, casefile.Input{Step: casefile.WindowEnds})
	s.MustTake(s.Water, late, casetest.Answering("A"))
	for _, who := range []*webtest.Client{s.As(s.Handler), s.As(s.Clerk)} {
		for _, path := range []string{"/stations/140423101", "/stations/140423101205"} { // all came to the point
			p := who.Get(path).MustStatus(http.StatusOK).MustSay("5 人次5 批次", "按期率60.0%", "满意率100.0%")
			if n := len(p.Count.Own()); n > 10 || p.Count.Trips > 2 {
				t.Errorf("the page asks %d statements in %d trips", n, p.Count.Trips)
			}
			var numbers []string
			p.Find("dl.figures a").Each(func(_ int, a *selection) {
				number, to := webtest.Words(a), a.AttrOr("href", "")
				numbers = append(numbers, number)
				if listed := countedAs(who.Get(to).MustStatus(http.StatusOK)); listed != number {
					t.Errorf("%s lists %s, and the page says %s", to, listed, number)
				}
			})
			if got := strings.Join(numbers, " "); got != "5 5 2 3 2 1 1 1" {
				t.Errorf("%s: %s", path, got)
			}
		}
	}
	if p := s.As(s.OtherClerk).Get("/stations/140423101").MustStatus(http.StatusOK); p.Find("dl.figures").Length() != 0 {
		t.Error("another station's clerk reads the figures")
	}
	s.As(s.OtherClerk).Get("/stations/140423103").MustSay("7 人次1 批次", "按期率—", "满意率—")
}

// TestShow: what a place is, its group and its month; one that went into another says so first.
func TestShow(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Clerk)
	p := c.Get("/stations/140423101").MustSay("王桥镇人大代表联络站", "进站代表", "4 名，其中县 4 名", "郭建国", "五阳村人大代表联络点", "9 月接待")
	today := p.Text("td[aria-current=date]")
	if !strings.Contains(today, "09:00–11:00") || !strings.Contains(today, "李秀英") {
		t.Errorf("today is %q", today)
	}
	before := c.Get("/stations/140423101?month=2026-08").MustSay("8 月接待")
	if before.Find("td.open").Length() != 0 || before.Find("td .day").Length() != 31 {
		t.Error("August is not August")
	}
	c.Get("/stations/140423101?month=1066-10").MustSay("9 月接待")
	c.Get("/stations/140423101205").MustSay("上一级").MustNotSay("进站代表")
	c.Get("/stations/140425200").MustStatus(http.StatusNotFound)
	if _, err := s.PG.Super.Exec(t.Context(), `update stations set state = 'merged', successor_id = $1 where id = $2`, s.Station, s.OtherStation); err != nil {
		t.Fatal(err)
	}
	gone := s.As(s.Admin).Get("/stations/140423103").MustSay("已经并入", "王桥镇人大代表联络站", "以前的事项照旧能看")
	if gone.Find("a[href$='/edit']").Length() != 0 {
		t.Error("a merged place can be edited")
	}
	c.Get("/stations/140423101").MustSay("并进来的", "夏店镇人大代表联络站")
	s.As(s.Admin).Get("/stations/140423103/state").MustSay("状态不能再改")
}

// TestTownships: each number leads to as many; a township without a station stands there too.
func TestTownships(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.DriveNew(casefile.Closed)
	s.OneCase()
	s.MustTake(s.Admin, s.OneCase(), casefile.Input{Step: casefile.Restrict, Reason: "涉及未成年人。"}) // nobody counts it who may not see it
	if _, err := s.PG.Super.Exec(t.Context(), `update stations set state = 'closed' where id = $1`, s.OtherStation); err != nil {
		t.Fatal(err)
	}
	c := s.As(s.Handler)
	p := c.Get("/stations/townships").MustStatus(http.StatusOK).MustSay("虒亭镇", "没有联络站")
	row := p.Find("tbody tr").FilterFunction(func(_ int, tr *selection) bool { return strings.HasPrefix(webtest.Words(tr), "王桥镇") })
	if got := webtest.Words(row.Find("td")); got != "联络站 1联络点 1服务岗 0进站代表 4在办事项 1" {
		t.Errorf("王桥镇: %s", got)
	}
	p.Find("tbody td a").Each(func(_ int, a *selection) {
		if listed := countedAs(c.Get(a.AttrOr("href", "")).MustStatus(http.StatusOK)); listed != webtest.Words(a) {
			t.Errorf("%s lists %s, want %s", a.AttrOr("href", ""), listed, webtest.Words(a))
		}
	})
	sheets := map[*webtest.Client]string{c: "王桥镇,1,1,0,4,1", s.As(s.Clerk): "王桥镇,1,1,0,4,"} // as the page shows it to each
	for who, line := range sheets {
		form := who.Get("/stations/townships").Open("/exports/new?list=townships").MustStatus(http.StatusOK).Form("form[action='/exports']")
		if csv := form.Set("format", "csv").Submit().MustStatus(http.StatusOK).Body; !strings.Contains(csv, line+"\r\n") || !strings.Contains(csv, "虒亭镇,0,0,0,0,") {
			t.Errorf("the sheet says %s", csv)
		}
	}
	s.As(s.Clerk).Get("/stations/townships").MustStatus(http.StatusOK).MustNotSay("在办事项")
	c.Get("/stations?township=140423101").MustSay("只列王桥镇的")
	tree := c.Get("/stations/tree").MustStatus(http.StatusOK).MustSay("五阳村人大代表联络点", "夏店镇").MustNotSay("西沟")
	if tree.Find("details[open]").Length() != 0 || c.Get("/stations/tree?open=1").Find("details:not([open])").Length() != 0 {
		t.Error("unfolded is folded, or the reverse")
	}
	for _, page := range []*webtest.Page{p, tree} {
		if n := len(page.Count.Own()); n > 3 { // the session's own among them
			t.Errorf("%s asks %d statements", page.URL.Path, n)
		}
	}
}
