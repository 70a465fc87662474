package visits_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/casefile"
	"lianluo/internal/token"
)

func TestStory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.get(s.Clerk, "/visits/new", http.StatusOK)
	contains(t, body, "2026年9月14日 星期一 09:00", "王桥镇人大代表联络站", "今天值班", `<optgroup label="饮水灌溉">`, "2026-1 版", "<option value=\"五阳村",
		`value="`+strconv.FormatInt(s.Point, 10)+`"`, `aria-current="page"`)
	form := fill(body)
	if want := slices.Sorted(slices.Values([]string{strconv.FormatInt(s.Deputies[0], 10), strconv.FormatInt(s.Deputies[1], 10)})); !slices.Equal(slices.Sorted(slices.Values(form["deputies"])), want) {
		t.Errorf("ticked %q, want who is on duty %q", form["deputies"], want)
	}
	category := strconv.FormatInt(s.Category, 10)
	set(form, "name", "裴月娥", "phone", "138 0000 0302", "village", "五阳村", "words-1", "东头饮水管道停了两回水。\r\n老人得提水。", "category-1", category)
	// A second matter, and what was typed is kept.
	body = s.post(s.Clerk, set(form, "add", "1"), http.StatusOK).Body.String()
	contains(t, body, `id="words-2" name="words-2" rows="2" autofocus`, "第 2 件事", "138 0000 0302", "老人得提水。")
	form = set(fill(body), "words-2", "低保复核材料交到哪里？", "category-2", category, "nature-2", "inquiry", "outcome-2", "now", "answer-2", "到镇便民服务中心 3 号窗口。")
	s.Set("2026-09-14 09:20")
	to := s.post(s.Clerk, form, http.StatusSeeOther).Header().Get("Location")
	if to != "/visits/saved?key="+form.Get("key") {
		t.Fatalf("leads to %s", to)
	}
	got := s.stored()[0]
	if got.Way != "visit" || got.ReplyBy != "phone" || got.NoticeGiven != "read_out" || got.NoticeVersion != "2026-1" || got.PlaceID != s.Station ||
		got.Persons != 1 || got.Received != "2026-09-14 09:20" || *got.Name != "裴月娥" || *got.Masked != "138****0302" || got.Cases != 2 || len(got.Deputies) != 2 {
		t.Errorf("stored %+v", got)
	}
	if words := s.Case("XY2026-0001").Words; words != "东头饮水管道停了两回水。\n老人得提水。" {
		t.Errorf("words %q", words)
	}
	body = s.get(s.Clerk, to, http.StatusOK)
	contains(t, body, "已登记 2 件事", "裴月娥", "XY2026-0001", "东头饮水管道停了两回水", "XY2026-0002", "待梳理", "loop-1", "已当场答复，待评价", "loop-5",
		token.Code(s.Keys, s.County, "XY2026-0001"), token.Code(s.Keys, s.County, "XY2026-0002"), "example.com/q", "电话后四位", "0355-7221234", "打小票")
	if strings.Contains(body, "13800000302") {
		t.Error("the number is on the receipt")
	}
	_, slip, _ := strings.Cut(body, "print-only")
	contains(t, slip, "来访登记回执", token.Code(s.Keys, s.County, "XY2026-0001"))
	if strings.Contains(slip, "裴月娥") {
		t.Error("the slip says who came")
	}
	if c := s.Case("XY2026-0002"); c.State != casefile.AwaitingRating || c.Nature != "inquiry" {
		t.Errorf("%s %s", c.State, c.Nature)
	}
}

func TestErrorsKeepEverything(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.form()
	key := form.Get("key")
	evil := `<script>alert("&1")</script>`
	set(form, "name", "", "phone", "1380000", "village", evil, "persons", "0", "way", "call", "matters", "2", "words-1", evil, "category-1", "",
		"outcome-1", "now", "nature-1", "help", "words-2", "", "category-2", strconv.FormatInt(s.Category, 10), "nature-2", "opinion",
		"outcome-2", "later", "answer-2", "已经说明", "reply_by", "message", "confidential", "1", "may_publish", "1", "notice_given", "paper",
		"date", "2026-09-15", "time", "08:00", "place_id", strconv.FormatInt(s.Point, 10))
	form["deputies"] = []string{strconv.FormatInt(s.Deputies[2], 10)}
	body := s.post(s.Clerk, form, http.StatusUnprocessableEntity).Body.String()
	contains(t, body, "错误：", "novalidate", "请填姓名，不愿留名的请写“匿名”。", "现在是 7 位", "人数应是 1 到 999", "来访时间不能晚于现在",
		"第 1 件事：请选择类别", "第 1 件事：请写下当场是怎么答复的", "第 2 件事：请写下反映了什么", "第 2 件事：写了当场答复", "<details open",
		`id="name-err"`, `id="category-1-err"`, `id="answer-2-err"`, `id="date-err"`)
	if strings.Contains(body, evil) {
		t.Error("what was typed is not escaped")
	}
	at := 0
	for _, field := range []string{"date", "name", "phone", "persons", "category-1", "answer-1", "words-2", "answer-2"} {
		next := strings.Index(body, `<a href="#`+field+`"`)
		if next < at {
			t.Errorf("%s is not in the summary, or not in the page's order", field)
		}
		at = next
		if !strings.Contains(body, `id="`+field+`"`) {
			t.Errorf("the summary leads to no %s", field)
		}
	}
	again := fill(body)
	for name, values := range form {
		if !slices.Equal(again[name], values) && name != "village" && name != "claim" && name != "duty_of" && name != "suggested" {
			t.Errorf("%s: was %q, is %q", name, values, again[name])
		}
	}
	if again.Get("village") != evil || again.Get("key") != key {
		t.Errorf("village %q, key %s", again.Get("village"), again.Get("key"))
	}
	if len(s.stored()) != 0 {
		t.Error("a bad form is registered")
	}
}

func TestSmallMistakes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct {
		name  string
		pairs []string
		words string
	}{
		{"no date", []string{"date", "2026-13-01"}, "请填来访的日期"},
		{"no time", []string{"time", "上午"}, `id="time-err">时间请写成 9:30`},
		{"in the night or in the afternoon", []string{"time", "2点半"}, "下午的请写 14:30，凌晨的请写 02:30"},
		{"phone wanted, none given", []string{"reply_by", "phone"}, "没有电话的，回复方式请选"},
		{"no key", []string{"key", "x"}, "现在补好了，请核对后再按一次"},
		{"another station's place", []string{"place_id", strconv.FormatInt(s.OtherStation, 10)}, "请选择本站或下面的联络点"},
		{"no way", []string{"way", "fax"}, "请选择一项"},
		{"nothing said", []string{"words-1", "  ", "category-1", ""}, "请写下反映了什么"},
		{"answered by nobody", []string{"outcome-1", "now", "answer-1", "说明了。", "deputies", ""}, "请选择是哪位代表接待的"},
		{"a deputy of nowhere", []string{"deputies", "999999"}, "请重新选择接待代表"},
	} {
		body := s.post(s.Clerk, set(s.form(), c.pairs...), http.StatusUnprocessableEntity).Body.String()
		if !strings.Contains(body, c.words) {
			t.Errorf("%s: no %q in %s", c.name, c.words, body)
		}
		if _, err := uuid.Parse(fill(body).Get("key")); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if n := len(s.stored()); n != 0 {
		t.Errorf("%d visits", n)
	}
}

func TestPressedTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.form()
	for range 2 {
		s.post(s.Clerk, form, http.StatusSeeOther)
	}
	form = s.form()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { s.post(s.Clerk, form, http.StatusSeeOther) })
	}
	all.Wait()
	if n := len(s.stored()); n != 2 {
		t.Errorf("%d visits, want 2", n)
	}
}

func TestReplyFollowsTheForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct{ name, phone, want string }{
		{"裴月娥", "0355-8081234", "phone"}, {"裴月娥", "", "person"}, {"匿名", "", "none"}, {"匿名", "13800000302", "phone"},
	} {
		s.post(s.Clerk, set(s.form(), "name", c.name, "phone", c.phone), http.StatusSeeOther)
		all := s.stored()
		if got := all[len(all)-1]; got.ReplyBy != c.want || (got.Name == nil) != (c.name == "匿名") {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

func TestMattersComeAndGo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.form()
	for i := 2; i <= 9; i++ {
		form = fill(s.post(s.Clerk, set(form, "add", "1"), http.StatusOK).Body.String())
		set(form, "words-"+strconv.Itoa(i), "第"+strconv.Itoa(i))
	}
	body := s.post(s.Clerk, set(form, "add", "1"), http.StatusOK).Body.String()
	if form = fill(body); form.Get("matters") != "9" || strings.Contains(body, "再加一件事") {
		t.Errorf("%s matters", form.Get("matters"))
	}
	form = fill(s.post(s.Clerk, set(form, "drop", "2"), http.StatusOK).Body.String())
	if form.Get("matters") != "8" || form.Get("words-2") != "第3" || form.Get("words-8") != "第9" || form.Get("name") != "裴月娥" {
		t.Errorf("%v", form)
	}
	for range 9 {
		form = fill(s.post(s.Clerk, set(form, "drop", "2"), http.StatusOK).Body.String())
	}
	if form.Get("matters") != "1" || !strings.HasPrefix(form.Get("words-1"), "东头") {
		t.Errorf("%v", form)
	}
	if len(s.stored()) != 0 {
		t.Error("adding registers")
	}
	// A matter that was added and left empty is not in the way.
	form = fill(s.post(s.Clerk, set(form, "add", "1"), http.StatusOK).Body.String())
	s.post(s.Clerk, form, http.StatusSeeOther)
	if got := s.stored()[0]; got.Cases != 1 {
		t.Errorf("%d cases", got.Cases)
	}
}

func TestNextVisitor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := set(s.form(), "way", "call", "place_id", strconv.FormatInt(s.Point, 10), "again", "1")
	form["deputies"] = []string{strconv.FormatInt(s.Deputies[3], 10)}
	form.Del("suggested") // they were taken away
	to := s.post(s.Clerk, form, http.StatusSeeOther).Header().Get("Location")
	if to != "/visits/new?after="+form.Get("key") {
		t.Errorf("leads to %s", to)
	}
	body := s.get(s.Clerk, to, http.StatusOK)
	contains(t, body, "已登记 1 件事", "XY2026-0001", token.Code(s.Keys, s.County, "XY2026-0001"), `role="status"`, "五阳村人大代表联络点")
	next := fill(body)
	if next.Get("way") != "call" || next.Get("place_id") != form.Get("place_id") || !slices.Equal(next["deputies"], form["deputies"]) ||
		next.Get("name") != "" || next.Get("words-1") != "" || next.Get("key") == form.Get("key") {
		t.Errorf("%v", next)
	}
	// What somebody else registered is not shown.
	if strings.Contains(s.get(s.OtherClerk, to, http.StatusOK), "XY2026-0001") {
		t.Error("another station's codes")
	}
}

func TestTimeOfTheVisit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	untouched, written := s.form(), set(s.form(), "date", "2026-09-11", "time", "16:30")
	s.Set("2026-09-14 11:05") // the form lay open for two hours
	s.post(s.Clerk, untouched, http.StatusSeeOther)
	// Who is on duty today was not on duty then: the page says so before it is registered.
	body := s.post(s.Clerk, written, http.StatusUnprocessableEntity).Body.String()
	contains(t, body, "接待代表已经按改后的重新选好")
	if written = fill(body); len(written["deputies"]) != 0 {
		t.Errorf("on duty on another day: %q", written["deputies"])
	}
	s.post(s.Clerk, written, http.StatusSeeOther)
	if all := s.stored(); all[0].Received != "2026-09-14 11:05" || all[1].Received != "2026-09-11 16:30" {
		t.Errorf("%+v", all)
	}
}

// TestTimeAsSaid: a time is read as it stands on paper, in 24 hours or with 下午 before it.
func TestTimeAsSaid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Set("2026-09-14 18:00")
	for typed, want := range map[string]string{"930": "09:30", "下午2点半": "14:30", "１６：０５": "16:05"} {
		s.post(s.Clerk, set(s.form(), "time", typed), http.StatusSeeOther)
		all := s.stored()
		if got := all[len(all)-1].Received; got != "2026-09-14 "+want {
			t.Errorf("%s is %s", typed, got)
		}
	}
}
