package fronts_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web/fronts"
	"lianluo/web/qr"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const (
	wangqiao = "/s/140423101"    // the station that the world has
	wuyang   = "/s/140423101205" // its point
	base     = "https://lianluo.example.gov.cn"
	secret   = "13900001234" // a deputy's own number
)

type site struct {
	*casetest.World
	t       *testing.T
	handler http.Handler
}

func newSite(t *testing.T) *site {
	s := &site{World: casetest.New(t), t: t}
	s.restart()
	return s
}

// restart is the site anew: it remembers nothing.
func (s *site) restart() {
	r := chi.NewRouter()
	fronts.Handler{DB: s.DB, BaseURL: base, Files: s.Files}.Routes(r)
	s.handler = r
}

// arrange runs a statement of 襄垣县.
func (s *site) arrange(sql string, args pgx.NamedArgs) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Exec(ctx, sql, args)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) get(path string) *httptest.ResponseRecorder { return s.getFrom("192.0.2.1:5000", path) }

func (s *site) getFrom(address, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = address
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// page opens an address, and checks what every public page must be.
func (s *site) page(path string, status int) string {
	s.t.Helper()
	w := s.get(path)
	body := w.Body.String()
	if w.Code != status {
		s.t.Fatalf("%s: status %d, want %d: %s", path, w.Code, status, body)
	}
	kept := "private, max-age=300"
	if status != http.StatusOK || strings.HasPrefix(path, "/s/") { // a notice may be another at any time
		kept = "no-store"
	}
	if got := w.Header().Get("Cache-Control"); got != kept {
		s.t.Errorf("%s: Cache-Control %q, want %q", path, got, kept)
	}
	for _, never := range []string{"<script", " style=", secret, "139****1234", casetest.Visitor, casetest.Phone, "lianluo_app"} {
		if strings.Contains(body, never) {
			s.t.Errorf("%s says %q", path, never)
		}
	}
	if !strings.Contains(body, `<meta name="robots" content="noindex"`) {
		s.t.Errorf("%s may be indexed", path)
	}
	if len(body) > 20<<10 {
		s.t.Errorf("%s is %d bytes long", path, len(body))
	}
	return body
}

// says fails for each of words that body lacks, and for each after "not" that it has.
func says(t *testing.T, body string, words ...string) {
	t.Helper()
	not := false
	for _, w := range words {
		if w == "not" {
			not = true
		} else if strings.Contains(body, w) == not {
			t.Errorf("says %q: %v, in %s", w, !not, body)
		}
	}
}

// reception puts a day into the plan of 王桥镇, with some of its deputies, and returns it.
func (s *site) reception(day calendar.Date, hours [2]string, kind, state string, place int64, deputies ...int) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		args := pgx.NamedArgs{"station": s.Station, "place": place, "date": day, "starts": hours[0], "ends": hours[1], "kind": kind, "state": state}
		_, err := tx.Exec(ctx, `insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state, reason)
			values (@county, @station, @place, @date, @starts, @ends, @kind, @state, case when @state = 'cancelled' then '下雪' end)`, args)
		for i, n := range deputies {
			if err == nil {
				_, err = tx.Exec(ctx, `insert into reception_deputies (county_id, reception_id, deputy_id, substitute)
					select r.county_id, max(r.id), @deputy, @substitute from receptions r where r.county_id = @county group by r.county_id`,
					pgx.NamedArgs{"deputy": s.Deputies[n], "substitute": i > 0})
			}
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

var morning = [2]string{"09:00", "11:30"}

// TestStation: what the place is, when one meets whom, where, and how to call.
func TestStation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.arrange(`update stations set address = '王桥镇为民街 12 号', opening_hours = '工作日 8:30—12:00' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Station})
	s.arrange(`update deputies set duties = '王桥镇人大主席' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Deputies[0]})
	s.arrange(`insert into deputy_private (county_id, deputy_id, phone_sealed, phone_blind, phone_masked) values (@county, @id, 'x', 'x', '139****1234')`, pgx.NamedArgs{"id": s.Deputies[0]})
	s.reception(s.Today().AddDays(8), [2]string{"15:00", "17:30"}, "mobile", "published", s.Point, 2, 3)
	body := s.page(wangqiao, http.StatusOK)
	says(t, body, "<title>有事找代表 - 王桥镇人大代表联络站</title>", "这里是人大代表联络站", "不用注册，不收费", "襄垣县人大常委会主办",
		"9月14日 星期一（今天）", "上午 9:00–11:00", "<b>李秀英（县人大代表）、郭建国（县人大代表）</b>", // today's, from the world
		"9月22日 星期二", "下午 3:00–5:30", "地点：五阳村人大代表联络点", "<b>王志强</b>",
		"王桥镇为民街 12 号", "开门时间：工作日 8:30—12:00", `href="tel:03557221234"`, `href="/q"`,
		"本站代表", "<b>郭建国</b> 县人大代表（王桥选区）", "王桥镇人大主席", "<b>赵玉梅</b>",
		`<a href="/s/140423101205">五阳村人大代表联络点</a>`, `<a href="/c/140423">襄垣县全部联络站</a>`, `href="/s/140423101/qr.svg"`,
		"not", "王志强、赵玉梅") // she is the substitute
	if days := strings.Count(body, "c-when"); days != 2 {
		t.Errorf("%d days", days)
	}
	if lower := s.page("/s/140423101", http.StatusOK); lower != body {
		t.Error("asked twice, the page is another")
	}
}

// TestOnlyWhatWasAnnounced: a plan may still change, and what is over is over.
func TestOnlyWhatWasAnnounced(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for day, c := range map[int]struct{ kind, state string }{
		-1: {"fixed", "published"}, 1: {"fixed", "planned"}, 2: {"fixed", "cancelled"}, 3: {"household", "published"},
		4: {"appointment", "published"}, 60: {"fixed", "published"}, 61: {"fixed", "published"}, -30: {"fixed", "held"},
	} {
		s.reception(s.Today().AddDays(day), morning, c.kind, c.state, s.Station, 3)
	}
	says(t, s.page(wangqiao, http.StatusOK), "9月14日 星期一（今天）", "9月18日 星期五", "约访，请先打电话约好", "11月13日", "<b>赵玉梅</b>",
		"not", "9月13日", "9月15日", "9月16日", "9月17日", "11月14日", "8月15日", "下雪")
	s.Set("2026-09-14 10:59")
	says(t, s.page(wangqiao, http.StatusOK), "（今天）")
	s.Set("2026-09-14 11:00")
	says(t, s.page(wangqiao, http.StatusOK), "9月18日", "not", "（今天）")
	s.Set("2026-12-01 09:00")
	says(t, s.page(wangqiao, http.StatusOK), "近期的接待日还没有公布，可以打电话问。", "not", "c-when")
}

// TestDeputies: the group as it is now, with every running mandate; never a number.
func TestDeputies(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.arrange(`insert into mandates (county_id, deputy_id, level, term, electoral_unit, from_date) values
		(@county, @id, 'township', '第十六届', '五阳村选区', '2021-06-18'), (@county, @id, 'national', '第十四届', '山西省', '2023-03-05')`, pgx.NamedArgs{"id": s.Deputies[3]})
	s.arrange(`update mandates set from_date = '2021-07-02', to_date = '2026-09-01', end_reason = 'term' where county_id = @county and deputy_id = @id`, pgx.NamedArgs{"id": s.Deputies[1]})
	s.arrange(`update station_deputies set from_date = '2021-07-02', to_date = '2026-09-01' where county_id = @county and deputy_id = @id`, pgx.NamedArgs{"id": s.Deputies[2]})
	s.arrange(`delete from reception_deputies where county_id = @county`, nil)
	body := s.page(wangqiao, http.StatusOK)
	says(t, body, "<b>赵玉梅</b> 全国人大代表（山西省）、县人大代表（王桥选区）、乡镇人大代表（五阳村选区）", "<b>郭建国</b>",
		"not", "李秀英", "王志强", "看其余") // one's mandate has ended, the other has left the group
	if strings.Index(body, "赵玉梅") > strings.Index(body, "郭建国") {
		t.Error("the highest level does not stand first")
	}

	// A large group opens without a script, and stays light.
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		for i := range 90 {
			_, err := tx.Exec(ctx, `insert into deputies (county_id, number, name, duties, approved_at, approved_name, created_at)
				values (@county, @number, @name, '五阳村农机合作社社员', @now, '郝建平', @now)`, pgx.NamedArgs{"number": 100 + i, "name": fmt.Sprintf("代表%02d", i), "now": tx.Now()})
			if err != nil {
				return err
			}
		}
		for _, sql := range []string{
			`insert into mandates (county_id, deputy_id, level, term, electoral_unit, from_date)
				select d.county_id, d.id, 'township', '第十六届', '五阳村选区', '2021-06-18' from deputies d where d.county_id = @county and d.duties is not null`,
			`insert into station_deputies (county_id, station_id, deputy_id, from_date)
				select d.county_id, s.id, d.id, '2021-06-18' from deputies d join stations s on s.county_id = @county and s.code = '140423101'
				where d.county_id = @county and d.duties is not null`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, s.page(wangqiao, http.StatusOK), "<details><summary>看其余 86 名代表</summary>", "代表00", "代表89")
}

// TestPoint: a point shows itself, its station, and the station's days and deputies.
func TestPoint(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.arrange(`update stations set phone = null, address = '五阳村党群服务中心' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Point})
	s.arrange(`update stations set phone = '0355-7221111', address = '王桥镇政府一楼' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Station})
	s.arrange(`insert into stations (county_id, code, kind, root_id, parent_id, name, short_name, division_code, created_at)
		values (@county, '140423101205-1', 'post', @root, @parent, '五阳村产业园代表服务岗', '产业园', '140423101205', @now)`,
		pgx.NamedArgs{"root": s.Station, "parent": s.Point, "now": s.Now()})
	says(t, s.page(wuyang, http.StatusOK), "有事找代表 - 五阳村人大代表联络点", "王桥镇人大代表联络站下面的联络点", "五阳村党群服务中心",
		`所属联络站：<a href="/s/140423101">王桥镇人大代表联络站</a>，王桥镇政府一楼`, "0355-7221111",
		"地点：王桥镇人大代表联络站，王桥镇政府一楼", "联络站的代表", "<b>郭建国</b> 县人大代表", `<a href="/s/140423101205-1">`, "not", "本站代表")
	says(t, s.page("/s/140423101205-1", http.StatusOK), "下面的服务岗", "所属联络站：")
	says(t, s.page(wangqiao, http.StatusOK), `<a href="/s/140423101205">`, `<a href="/s/140423101205-1">`)
	s.arrange(`update stations set state = 'closed' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Point})
	says(t, s.page(wangqiao, http.StatusOK), `<a href="/s/140423101205-1">`, "not", `<a href="/s/140423101205">`)
}

// TestClosed: a poster outlives its station, and says whom to ask instead.
func TestClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for state, words := range map[string]string{"suspended": "暂停接待", "closed": "已经停用"} {
		s.arrange(`update stations set state = @state where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Station, "state": state})
		says(t, s.page(wangqiao, http.StatusOK), "<h1>这个联络站"+words+"</h1>", "王桥镇人大代表联络站", "请打襄垣县人大常委会的电话", `href="tel:03557220000"`,
			`<a href="/c/140423">襄垣县全部联络站</a>`, `href="/q"`, "not", "哪天能见到代表", "郭建国", "0355-7221234")
		says(t, s.page(wuyang, http.StatusOK), "<h1>这个联络点"+words+"</h1>", "0355-7220000")
		says(t, s.page("/c/140423", http.StatusOK), "夏店镇", "not", "王桥镇")
	}
	s.arrange(`update stations set state = 'open' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Station})
	s.arrange(`update stations set state = 'suspended' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Point})
	says(t, s.page(wuyang, http.StatusOK), "<h1>这个联络点暂停接待</h1>")
	says(t, s.page(wangqiao, http.StatusOK), "哪天能见到代表")

	_, err := s.PG.Super.Exec(t.Context(), `update counties set phone = null`)
	if err != nil {
		t.Fatal(err)
	}
	says(t, s.page(wuyang, http.StatusOK), "请到附近的联络站说", "not", "tel:")
}

// TestUnknown: an address that leads nowhere says so, and leads to the look-up.
func TestUnknown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/s/140423999", "/s/140423", "/s/140425101", "/s/999999101", "/s/XY101", "/s/x", "/s/14042310%201", "/s/140423101'--",
		"/s/140423101%00", "/s/" + strings.Repeat("1", 500), "/c/140499", "/c/1404", "/c/x", "/s/140423999/qr.svg", "/s/x/qr.svg", "/s/140425101/qr.svg"} {
		says(t, s.page(path, http.StatusNotFound), "没有找到", "没有这个联络站的页面", `href="/q"`)
	}
	says(t, s.page("/s/140425200", http.StatusOK), "西沟乡", "平顺县人大常委会主办", "not", "襄垣", "王桥", "郭建国")
	// The same code in another county is another's: the county's digits decide.
	err := s.DB.Update(t.Context(), s.Neighbour.County, func(tx *tenant.Tx) error {
		_, err := tx.Exec(t.Context(), `update stations set code = '140423777' where county_id = @county and id = @id`, pgx.NamedArgs{"id": s.Neighbour.Station})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.page("/s/140423777", http.StatusNotFound)
}

// TestCountyWithAnotherCode: posters with the county's old division code still lead here.
func TestCountyWithAnotherCode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.page(wangqiao, http.StatusOK)
	_, err := s.PG.Super.Exec(t.Context(), `insert into divisions (code, name, parent_code, level) values ('140499', '襄垣区', '1404', 'county');
		update counties set former_codes = former_codes || division_code, division_code = '140499', name = '襄垣区' where division_code = '140423'`)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		says(t, s.page(wangqiao, http.StatusOK), "王桥镇人大代表联络站", `href="/c/140499"`, "区人大代表（王桥选区）", "not", "县人大代表")
		s.page("/c/140423", http.StatusOK)
		says(t, s.page("/c/140499", http.StatusOK), "襄垣区的联络站", wangqiao)
		s.page("/s/140499101", http.StatusNotFound) // no station was given another code
		s.restart()
	}
}

// TestCounty: the county's open stations, and no points.
func TestCounty(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	says(t, s.page("/c/140423", http.StatusOK), "襄垣县的联络站", `<a href="/s/140423101">王桥镇人大代表联络站</a>`, `href="tel:03557221234"`,
		`<a href="/s/140423103">夏店镇人大代表联络站</a>`, `href="tel:03557220000"`, `href="/q"`, "not", "五阳村", "西沟乡")
	s.arrange(`update stations set state = 'closed' where county_id = @county`, nil)
	says(t, s.page("/c/140423", http.StatusOK), "还没有开放的联络站")
}

// TestQR: the file says where the page is, under a name that one finds again.
func TestQR(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, name := range map[string]string{wangqiao: "王桥镇人大代表联络站", wuyang: "五阳村人大代表联络点"} {
		w := s.get(path + "/qr.svg")
		var want bytes.Buffer
		if err := qr.SVG(base+path, name+"的二维码").Render(t.Context(), &want); err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusOK || w.Body.String() != want.String() || w.Header().Get("Content-Type") != "image/svg+xml" {
			t.Errorf("%s: %d %s %.100s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		disposition := w.Header().Get("Content-Disposition")
		if !strings.HasPrefix(disposition, `inline; filename="file.svg"; filename*=UTF-8''%E`) || !strings.HasSuffix(disposition, ".svg") {
			t.Errorf("named %s", disposition)
		}
	}
	// A closed station's poster can still be printed: it tells where to go.
	s.arrange(`update stations set state = 'closed' where county_id = @county`, nil)
	if w := s.get(wangqiao + "/qr.svg"); w.Code != http.StatusOK {
		t.Errorf("closed: %d", w.Code)
	}
}

// TestLimit: nobody reads off all stations in one go; others are not kept out by it.
func TestLimit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	paths := []string{wangqiao, "/c/140423", wangqiao + "/qr.svg", "/s/140423999", "/s/x"}
	for i := range 60 {
		if w := s.get(paths[i%len(paths)]); w.Code == http.StatusTooManyRequests {
			t.Fatalf("refused at the %d-th", i+1)
		}
	}
	for _, path := range paths {
		says(t, s.page(path, http.StatusTooManyRequests), "看的次数太多了")
	}
	if w := s.getFrom("192.0.2.2:5000", wangqiao); w.Code != http.StatusOK {
		t.Errorf("somebody else gets %d", w.Code)
	}
	s.Set("2026-09-14 09:01")
	s.page(wangqiao, http.StatusOK)
}

// TestHostile: what somebody wrote into the records stays text.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const hostile = `王桥"'><script>alert(1)</script><b onclick=x>`
	args := pgx.NamedArgs{"hostile": hostile}
	s.arrange(`update stations set name = @hostile, address = @hostile, opening_hours = @hostile, phone = @hostile where county_id = @county`, args)
	s.arrange(`update deputies set name = @hostile, duties = @hostile where county_id = @county`, args)
	s.arrange(`update mandates set electoral_unit = @hostile where county_id = @county`, args)
	s.arrange(`update receptions set theme = @hostile where county_id = @county`, args)
	const shown = "&lt;script&gt;alert(1)&lt;/script&gt;"
	says(t, s.page(wangqiao, http.StatusOK), "<title>有事找代表 - 王桥&#34;", "主题：王桥&#34;", shown)
	says(t, s.page(wuyang, http.StatusOK), shown)
	says(t, s.page("/c/140423", http.StatusOK), shown)
	w := s.get(wangqiao + "/qr.svg")
	says(t, w.Body.String(), shown, "not", "<script")
	says(t, w.Header().Get("Content-Disposition"), `inline; filename="file.svg"; filename*=UTF-8''`, "not", "'>", " style")
}
