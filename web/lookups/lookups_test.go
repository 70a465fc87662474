package lookups_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
	"lianluo/web/lookups"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

type site struct {
	*casetest.World
	t       *testing.T
	handler http.Handler
}

func newSite(t *testing.T) *site {
	w := casetest.New(t)
	r := chi.NewRouter()
	lookups.Handler{DB: w.DB, Keys: w.Keys}.Routes(r)
	return &site{w, t, r}
}

// ask posts a code and digits, and checks what every public page must be.
func (s *site) ask(code, digits string, status int) string {
	s.t.Helper()
	return s.askFrom("192.0.2.1:5000", code, digits, status)
}

func (s *site) askFrom(address, code, digits string, status int) string {
	s.t.Helper()
	body := url.Values{"code": {code}, "digits": {digits}}.Encode()
	r := httptest.NewRequest("POST", "/q", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = address
	return s.serve(r, status)
}

func (s *site) serve(r *http.Request, status int) string {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	body := w.Body.String()
	if w.Code != status {
		s.t.Errorf("status %d, want %d: %s", w.Code, status, body)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		s.t.Errorf("Cache-Control %q", got)
	}
	for _, never := range []string{"<script", " style=", casetest.Visitor, casetest.Phone, "****0017"} {
		if strings.Contains(body, never) {
			s.t.Errorf("the page says %q", never)
		}
	}
	if !strings.Contains(body, `<meta name="robots" content="noindex"`) {
		s.t.Error("the page may be indexed")
	}
	return body
}

func contains(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("no %q in %s", w, body)
		}
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.serve(httptest.NewRequest("GET", "/q", nil), http.StatusOK)
	contains(t, body, `method="post" action="/q"`, `name="code"`, `name="digits"`, "查询码", "电话后四位")
}

func TestStory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	receipt := s.Register("申国强说，东头管道停水打 13800000017 找我。").Matters[0]
	contains(t, s.ask(receipt.Code, "0017", http.StatusOK),
		"<h1>已登记</h1>", "9月14日反映", "您说，东头管道停水打 ****", "联络站9月16日前看您反映的事",
		"您现在不用做什么", "郭建国", "县人大代表", "0355-7221234", "襄垣县人大常委会主办", `class="now"`, "联络站看过")
	// However it is typed, and with the whole number instead of its end.
	for _, code := range []string{strings.ToLower(receipt.Code), strings.ReplaceAll(receipt.Code, "-", " "), strings.ReplaceAll(receipt.Code, "-", "")} {
		s.ask(code, "138 0000 ００17", http.StatusOK)
	}
	for _, at := range []struct {
		state casefile.State
		words []string
	}{
		{casefile.Sorted, []string{"已看过，正在确定由谁办", "9月20日前定下来由谁办"}},
		{casefile.Assigned, []string{"已看过，交县水利局办理", "由县水利局办理", "前给您答复", "等承办单位接收"}},
		{casefile.Handling, []string{"<h1>正在办理</h1>", "由县水利局办理"}},
		{casefile.Submitted, []string{"办理结果正在审核"}},
		{casefile.Approved, []string{"已有结果，正要告诉您", "9月17日前告诉您结果"}},
		{casefile.AwaitingRating, []string{"请您评价", "告诉了您结果", "水管修好了，请您放心用水。", "点开就能评"}},
		{casefile.Review, []string{"您评价了", "您不满意，正在重新研究", "9月17日前决定要不要重新办"}},
	} {
		s.Drive(receipt.Number, at.state)
		body := s.ask(receipt.Code, "0017", http.StatusOK)
		contains(t, body, at.words...)
		if strings.Contains(body, "破损管段") || strings.Contains(body, "建议请县水利局") {
			t.Errorf("%s: the office's own text is shown", at.state)
		}
	}
	s.MustTake(s.Handler, receipt.Number, casefile.Input{Step: casefile.Rehandle, Reason: "还要再修。"})
	contains(t, s.ask(receipt.Code, "0017", http.StatusOK), "您不满意，重新办理", `class="bad"`)
	s.Drive(receipt.Number, casefile.AwaitingRating)
	s.Drive(receipt.Number, casefile.Closed)
	body := s.ask(receipt.Code, "0017", http.StatusOK)
	contains(t, body, "<h1>办完了</h1>")
	if strings.Contains(body, `class="todo"`) || strings.Contains(body, `class="now"`) {
		t.Error("something is still to come")
	}
}

func TestEveryStateHasAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, state := range []casefile.State{casefile.Registered, casefile.Sorted, casefile.Reported, casefile.RefusalProposed,
		casefile.Merged, casefile.Suggested, casefile.Assigned, casefile.ReturnRequested, casefile.Handling,
		casefile.ExtensionRequested, casefile.Paused, casefile.Submitted, casefile.Approved, casefile.AwaitingRating,
		casefile.Review, casefile.Study, casefile.Closed, casefile.Archived} {
		number := s.DriveNew(state)
		body := s.ask(token.Code(s.Keys, s.County, number), "0017", http.StatusOK)
		if _, heading, _ := strings.Cut(body, "<h1>"); strings.HasPrefix(heading, "<") {
			t.Errorf("%s: no heading", state)
		}
	}
}

func TestLate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.DriveNew(casefile.Handling)
	code := token.Code(s.Keys, s.County, number)
	due := *s.Case(number).DueOn
	s.Advance(due.Sub(s.Today()) + 3)
	contains(t, s.ask(code, "0017", http.StatusOK), "比答应的晚了 3 天")
}

func TestAnsweredOnTheSpot(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	visit := s.Visit("低保材料交到哪里？")
	visit.Matters[0].AnswerNow, visit.Matters[0].Answer = true, "到镇便民服务中心 3 号窗口。"
	visit.Name, visit.Phone, visit.ReplyBy = "匿名", "", "none"
	receipts, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	// No number was left: the code alone is enough, and digits do no harm.
	for _, digits := range []string{"", "1234"} {
		contains(t, s.ask(receipts.Matters[0].Code, digits, http.StatusOK), "办完了", "当场答复了您", "到镇便民服务中心 3 号窗口。")
	}
}

func TestWrongCodeAndWrongDigitsSayTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code := s.Register("路灯坏了。").Matters[0].Code
	other := token.Code(s.Keys, s.County, "XY2026-9999")
	const same = "没有查到。请对着回执或者短信，把查询码和电话后四位再填一次。"
	for i, try := range []struct{ code, digits string }{
		{code, "0018"}, {code, ""}, {code, "017"}, {other, "0017"}, {"2222222222", "0017"}, {"K7M3", "0017"},
		{"K7M3-92H-4T0", "0017"}, {"<script>alert(1)</script>", `"><script>`},
	} {
		body := s.askFrom("192.0.2."+string(rune('1'+i))+":1", try.code, try.digits, http.StatusUnprocessableEntity)
		contains(t, body, same, "错误：", `href="#code"`)
		if strings.Contains(body, "路灯") {
			t.Errorf("%v shows the matter", try)
		}
	}
	contains(t, s.ask("", "", http.StatusUnprocessableEntity), "请填查询码")
	contains(t, s.ask(code, "0018", http.StatusUnprocessableEntity), `value="`+code+`"`, `value="0018"`)
	contains(t, s.ask(code, "0017", http.StatusOK), "路灯坏了")
}

func TestRestricted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	visit := s.Visit("反映村里的账目问题。")
	visit.Confidential = true
	receipts, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	body := s.ask(receipts.Matters[0].Code, "0017", http.StatusOK)
	contains(t, body, "<h1>正在办理</h1>", "请向联络站了解")
	for _, never := range []string{"账目", "郭建国", "已登记", "9月14日"} {
		if strings.Contains(body, never) {
			t.Errorf("a restricted case says %q", never)
		}
	}
}

func TestAnotherCountysCode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	theirs := token.Code(s.Keys, s.Neighbour.County, s.Neighbour.Number)
	contains(t, s.ask(theirs, "0017", http.StatusOK), "平顺县人大常委会", "西沟的路灯坏了半年")
	// The same secret part under this county's prefix finds nothing.
	ours := token.Code(s.Keys, s.County, "XY2026-0001")
	s.ask(ours[:3]+theirs[3:], "0017", http.StatusUnprocessableEntity)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code := s.Register("路灯坏了。").Matters[0].Code
	for range 100 { // good ones do not count
		s.ask(code, "0017", http.StatusOK)
	}
	// Guessing digits of one code, from anywhere.
	for i := range 5 {
		s.askFrom("198.51.100."+string(rune('1'+i))+":1", code, "9999", http.StatusUnprocessableEntity)
	}
	contains(t, s.askFrom("198.51.100.9:1", code, "0017", http.StatusTooManyRequests), "试的次数太多了")
	// Guessing codes from one address; another address goes on.
	for i := range 10 {
		s.askFrom("203.0.113.7:1", "333333333"+string(rune('A'+i%8)), "0017", http.StatusUnprocessableEntity)
	}
	s.askFrom("203.0.113.7:1", "K7M3", "", http.StatusTooManyRequests)
	s.askFrom("203.0.113.8:1", "K7M3", "", http.StatusUnprocessableEntity)
	s.Set("2026-09-14 11:00")
	s.ask(code, "0017", http.StatusOK)
	s.askFrom("203.0.113.7:1", code, "0017", http.StatusOK)
}

func TestFollowersNextDay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code := s.Register("路灯坏了。").Matters[0].Code
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Exec(ctx, `insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
			select county_id, station_id, place_id, date + 8, starts, ends, kind, state from receptions where county_id = @county`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into reception_deputies (county_id, reception_id, deputy_id)
			select county_id, (select max(id) from receptions where county_id = @county), min(deputy_id)
			from reception_deputies where county_id = @county group by county_id`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, s.ask(code, "0017", http.StatusOK), "下次在站：9月22日")
}
