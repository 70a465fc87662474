package visits_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// killing is a site of which one server after another is killed.
type killing struct {
	*webtest.Site
	t      *testing.T
	clerk  *webtest.Client
	posts  []*sent
	before string // what is said in the drafts that are there before
}

// sent is a form that was sent to a server which was killed.
type sent struct {
	form   *webtest.Form
	key    uuid.UUID
	path   string
	photo  bool
	after  string // of a draft: what it says if it was kept
	begun  bool   // of a draft: it was there before
	answer webtest.Answer
	err    error
}

// send fills a form of that kind; it is not yet sent.
func (k *killing) form(page *webtest.Page, kind string) *sent {
	k.t.Helper()
	s := &sent{form: page.Form(deskForm), key: uuid.New(), path: "/visits"}
	s.form.Set("key", s.key.String()).Set("name", "裴月娥").Set("phone", "13800000301").Set("words-1", "东头饮水管道停了两回水。")
	s.form.Choose("category-1", "饮水管网").Set("reply_by", "message")
	switch kind {
	case "photo":
		s.photo = true
		s.form.Attach("files-1", "tap.jpg", casetest.Photo(60, 40))
	case "answered":
		s.photo = true
		s.form.Attach("files-1", "pipe.jpg", casetest.Photo(50, 50))
		s.form.Choose("outcome-1", "当场答复").Set("answer-1", "已经让水管员去修，下午通水。")
	case "draft", "draft again":
		s.path, s.after = "/visits/draft", "第二回说：路灯不亮。"
		if s.begun = kind == "draft again"; s.begun {
			s.form.Set("words-1", k.before)
			k.keep(s)
		}
		s.form.Set("words-1", s.after).Attach("files-1", "lamp.jpg", casetest.Photo(40, 60))
	}
	return s
}

// keep keeps a draft by the site that is not killed.
func (k *killing) keep(s *sent) {
	k.t.Helper()
	form := url.Values{}
	for _, name := range []string{"key", "name", "words-1", "at", "date", "time", "matters"} {
		form.Set(name, s.form.Value(name))
	}
	k.clerk.Post("/visits/draft", form).MustStatus(http.StatusOK)
}

// slowly makes the database take its time with each row that a form writes, so that there are
// moments between them to be killed at.
func (k *killing) slowly() {
	k.t.Helper()
	sql := `create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.004); return new; end $$;`
	for _, table := range []string{"visits", "visit_contacts", "visit_deputies", "cases", "case_clocks", "case_events", "attachments", "visit_drafts", "draft_photos", "messages", "audit_entries"} {
		sql += `create trigger slowly before insert on ` + table + ` for each row execute function slowly();`
	}
	if _, err := k.PG.Super.Exec(k.t.Context(), sql); err != nil {
		k.t.Fatal(err)
	}
}

// write waits until a server has begun to write.
func (k *killing) write(server *webtest.Process) {
	k.t.Helper()
	for end := time.Now().Add(20 * time.Second); !server.Writes(k.t); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			k.t.Fatal("nothing is written")
		}
	}
}

// round sends forms of every kind to a new server at one time, kills it at that moment, and
// returns how many open transactions that cut.
func (k *killing) round(moment func(server *webtest.Process, all *sync.WaitGroup)) (cut int) {
	k.t.Helper()
	server := k.Process()
	for _, s := range k.posts { // those of the round before, once more
		k.again(server, s)
	}
	page := k.clerk.Get("/visits/new").MustStatus(http.StatusOK)
	k.posts = nil
	for _, kind := range []string{"", "photo", "answered", "draft", "draft again"} {
		k.posts = append(k.posts, k.form(page, kind))
	}
	var all sync.WaitGroup
	for _, s := range k.posts {
		all.Go(func() { s.answer, s.err = s.form.PostTo(server, s.path) })
	}
	moment(server, &all)
	cut = server.Kill(k.t)
	all.Wait()
	return cut
}

// again sends what was cut once more: it is there then, once.
func (k *killing) again(server *webtest.Process, s *sent) {
	k.t.Helper()
	answer, err := s.form.PostTo(server, s.path)
	want := webtest.Answer{Status: http.StatusSeeOther, To: "/visits/saved?key=" + s.key.String()}
	if s.after != "" {
		want = webtest.Answer{Status: http.StatusOK}
	}
	if err != nil || answer != want {
		k.t.Errorf("sent again: %+v, %v", answer, err)
	}
	if !k.stored(s) {
		k.t.Error("sent again, and not there")
	}
}

// stored reports whether what was sent is there. A draft is as it was before or as it was
// sent, with its photograph, and nothing else.
func (k *killing) stored(s *sent) bool {
	k.t.Helper()
	if s.after == "" {
		return k.count(`select count(*) from visits where county_id = $1 and submission_key = $2`, s.key) == 1
	}
	var drafts func() []casefile.Draft
	var photos func() []casefile.DraftPhoto
	k.View(func(v *tenant.View) {
		drafts, photos = casefile.Drafts(v, k.Keys, k.Clerk), casefile.DraftPhotos(v, k.Keys, k.Clerk, s.key)
	})
	words, pictures := "", len(photos())
	for _, d := range drafts() {
		if d.Key == s.key {
			values, err := url.ParseQuery(d.Text)
			if words = values.Get("words-1"); err != nil || values.Get("name") != "裴月娥" {
				k.t.Errorf("a draft reads %q, %v", d.Text, err)
			}
		}
	}
	switch {
	case words == s.after && pictures == 1:
		return true
	case pictures != 0 || words != "" && (words != k.before || !s.begun) || words == "" && s.begun:
		k.t.Errorf("a draft says %q with %d photographs, before %t", words, pictures, s.begun)
	}
	return false
}

func (k *killing) count(sql string, args ...any) (n int) {
	k.t.Helper()
	if err := k.PG.Super.QueryRow(k.t.Context(), sql, append([]any{k.County}, args...)...).Scan(&n); err != nil {
		k.t.Fatal(err)
	}
	return n
}

// halves are the ways in which something could be half written, each a query that finds none.
var halves = map[string]string{
	"visits without their matter":              `select count(*) from visits v where v.county_id = $1 and (select count(*) from cases c where c.county_id = $1 and c.visit_id = v.id) <> 1`,
	"visits without who came":                  `select count(*) from visits v where v.county_id = $1 and not exists (select from visit_contacts p where p.county_id = $1 and p.visit_id = v.id and p.phone_sealed is not null)`,
	"visits without their deputies":            `select count(*) from visits v where v.county_id = $1 and (select count(*) from visit_deputies d where d.county_id = $1 and d.visit_id = v.id) <> 2`,
	"visits twice":                             `select count(*) - count(distinct submission_key) from visits where county_id = $1`,
	"matters that did not begin":               `select count(*) from cases c where c.county_id = $1 and (select count(*) from case_events e where e.county_id = $1 and e.case_id = c.id and e.step = 'register') <> 1`,
	"matters without a clock":                  `select count(*) from cases c where c.county_id = $1 and not exists (select from case_clocks k where k.county_id = $1 and k.case_id = c.id)`,
	"matters that run without a running clock": `select count(*) from cases c where c.county_id = $1 and c.state = 'registered' and not exists (select from case_clocks k where k.county_id = $1 and k.case_id = c.id and k.ended_on is null)`,
	"answers without their event": `select count(*) from cases c where c.county_id = $1 and (c.state = 'registered') = exists
		(select from case_events e where e.county_id = $1 and e.case_id = c.id and e.body like '已经让水管员%')`,
	"matters that the record lacks":  `select count(*) from cases c where c.county_id = $1 and (select count(*) from audit_entries a where a.county_id = $1 and a.action = 'case.register' and a.subject = 'case ' || c.number) <> 1`,
	"matters without their message":  `select count(*) from cases c where c.county_id = $1 and (select count(*) from messages m where m.county_id = $1 and m.case_id = c.id and m.kind = 'registered') <> 1`,
	"numbers that are nobody's":      `select coalesce((select last from case_numbers where county_id = $1), 0) - count(distinct number) from cases where county_id = $1`,
	"numbers beyond the last":        `select count(*) from cases where county_id = $1 and right(number, 4)::int > (select last from case_numbers where county_id = $1)`,
	"drafts of what is registered":   `select count(*) from visit_drafts d join visits v on v.county_id = $1 and v.submission_key = d.key where d.county_id = $1`,
	"photographs of several matters": `select count(*) from attachments a where a.county_id = $1 and (select count(*) from attachments o where o.county_id = $1 and o.case_id = a.case_id) <> 1`,
	"visits without their photograph": `select count(*) from unnest($2::uuid[]) k join visits v on v.county_id = $1 and v.submission_key = k join cases c on c.county_id = $1 and c.visit_id = v.id
		where not exists (select from attachments a where a.county_id = $1 and a.case_id = c.id)`,
}

// whole looks for what is half written.
func (k *killing) whole(photos []uuid.UUID) {
	k.t.Helper()
	for what, sql := range halves {
		args := []any{}
		if strings.Contains(sql, "$2") {
			args = append(args, photos)
		}
		if n := k.count(sql, args...); n != 0 {
			k.t.Errorf("%d %s", n, what)
		}
	}
	rows, err := k.PG.Super.Query(k.t.Context(), `select blob_key from attachments where county_id = $1 union all select thumb_key from attachments where county_id = $1 and thumb_key is not null
		union all select blob_key from draft_photos where county_id = $1`, k.County)
	if err != nil {
		k.t.Fatal(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	for _, key := range keys {
		bytes, err := k.Files.Get(k.t.Context(), k.County, key)
		if err != nil {
			k.t.Errorf("a photograph without its bytes: %v", err)
			continue
		}
		_ = bytes.Close()
	}
	if err != nil {
		k.t.Fatal(err)
	}
}

// TestKilled kills the server, a process, at many moments of posts of visits and drafts, with
// photographs and without, several at one time. Whatever was cut is there whole or not at all;
// what was answered is there; and sent again, it is there once.
func TestKilled(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	k := &killing{Site: s, t: t, clerk: s.As(s.Clerk), before: "第一回说：路灯不亮。"}
	k.slowly()
	var writing time.Duration // from the first thing that is written to the last answer
	k.round(func(server *webtest.Process, all *sync.WaitGroup) {
		k.write(server)
		began := time.Now()
		all.Wait()
		writing = time.Since(began)
	})
	var photos []uuid.UUID
	outcomes := map[string][2]int{} // by path: not there, there
	cuts, answers := 0, 0
	const rounds = 12
	for i := range rounds {
		cut := k.round(func(server *webtest.Process, _ *sync.WaitGroup) {
			if i > 0 { // at first before anything is written, at last once all is
				k.write(server)
				time.Sleep(writing * time.Duration(i-1) * 3 / 2 / (rounds - 2)) // others are at work too
			}
		})
		cuts += cut
		for _, p := range k.posts {
			if p.photo {
				photos = append(photos, p.key)
			}
			there := k.stored(p)
			if p.err == nil {
				answers++
				if !there {
					t.Errorf("answered %+v, and not there", p.answer)
				}
			}
			n := outcomes[p.path]
			if there {
				n[1]++
			} else {
				n[0]++
			}
			outcomes[p.path] = n
		}
		k.whole(photos)
	}
	k.round(func(_ *webtest.Process, all *sync.WaitGroup) { all.Wait() }) // what was cut last is sent again
	k.whole(photos)
	t.Logf("%d servers killed within %v: %d open transactions cut, %d answers; not there and there: %v", rounds, writing, cuts, answers, outcomes)
	for path, n := range outcomes {
		if n[0] == 0 || n[1] == 0 {
			t.Errorf("%s: %d were not there, %d were: both must happen", path, n[0], n[1])
		}
	}
	if cuts == 0 {
		t.Error("no open transaction was cut")
	}
	// Each of the rounds sent three visits and two drafts; nothing else is there.
	const sent = rounds + 2
	if visits, drafts := k.count(`select count(*) from visits where county_id = $1`), k.count(`select count(*) from visit_drafts where county_id = $1`); visits != 3*sent || drafts != 2*sent {
		t.Errorf("%d visits and %d drafts, want %d and %d", visits, drafts, 3*sent, 2*sent)
	}
	if _, err := audit.Verify(t.Context(), s.DB, s.County); err != nil {
		t.Error(err)
	}
}
