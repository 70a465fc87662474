package register_test

import (
	"fmt"
	"io"
	"net/url"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
)

// manyVisits copies the world's one visit with its matter so often, twenty thousand to a year,
// past the application's rights.
const manyVisits = `do $$
declare
  county int := %[1]d;
  first bigint := (select min(id) from visits where county_id = county);
begin
  insert into visits overriding system value select v.county_id, 1000000 + n, gen_random_uuid(), v.station_id, v.place_id, null,
      timestamptz '2026-01-01 00:00+08' + n %% 20000 * interval '25 minutes' - n / 20000 * interval '1 year', v.way, v.persons, v.confidential, v.may_publish, v.reply_by, v.notice_version,
      v.notice_given, v.recorded_by, v.recorded_name, v.created_at, v.purpose, v.note, v.entered_late, n + 1, n + 1
    from visits v cross join generate_series(1, %[2]d) n where v.county_id = county and v.id = first;
  insert into visit_contacts select c.county_id, 1000000 + n, c.name, c.gender, c.village, c.phone_sealed, c.phone_blind, c.phone_masked, c.initials
    from visit_contacts c cross join generate_series(1, %[2]d) n where c.county_id = county and c.visit_id = first;
  insert into visit_deputies select d.county_id, 1000000 + n, d.deputy_id
    from visit_deputies d cross join generate_series(1, %[2]d) n where d.county_id = county and d.visit_id = first;
  insert into cases (county_id, number, visit_id, position, station_id, place_id, words, title, nature, category_id, state, clock, due_on, has_contact,
      lookup_hash, registered_by, registered_at, updated_at)
    select c.county_id, 'XY2026-' || 10000 + n, 1000000 + n, 1, c.station_id, c.place_id, c.words, c.title, c.nature, c.category_id, c.state, c.clock, c.due_on,
      c.has_contact, sha256(n::text::bytea), c.registered_by, timestamptz '2026-01-01 00:00+08' + n %% 20000 * interval '25 minutes' - n / 20000 * interval '1 year', c.updated_at
    from cases c cross join generate_series(1, %[2]d) n where c.county_id = county and c.visit_id = first;
end $$`

func copyVisits(t testing.TB, w *casetest.World, n int) {
	t.Helper()
	for _, sql := range []string{fmt.Sprintf(manyVisits, w.County, n), `analyze`} {
		if _, err := w.PG.Super.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTenThousandVisits: a year of ten thousand visits is read by one statement for each
// register, line by line, however many there are, in a time that grows as they do. It measures memory, so nothing runs beside it.
func TestTenThousandVisits(t *testing.T) {
	w := casetest.New(t)
	w.Register("水管冻裂了，一个多月没有水。")
	copyVisits(t, w, 9999)
	r := reader(w, w.Handler)
	var n *int64
	began := time.Now()
	year := url.Values{"from": {"2026-01-01"}, "to": {"2026-12-31"}}
	w.View(func(v *tenant.View) {
		n = register.Visits.Count(v, w.Handler, register.Visits.Ask(year, w.Today(), 1), 100000)
	})
	counted := time.Since(began)
	if *n != 10000 {
		t.Fatalf("%d visits", *n)
	}
	began = time.Now()
	page := lines(t, w, r, form(t, w, register.Visits), "from=2026-05-01&to=2026-05-01")
	paged := time.Since(began)
	archive := func(address url.Values) (rows int, took time.Duration) {
		t.Helper()
		began := time.Now()
		rows, err := register.Archive{Reader: r, Address: address}.Write(t.Context(), w.DB, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		return rows, time.Since(began)
	}
	few, month := archive(url.Values{"from": {"2026-06-01"}, "to": {"2026-06-30"}})
	var rows int
	var whole time.Duration
	peak := highest(func() { rows, whole = archive(year) })
	t.Logf("counted in %v, two days' %d lines paged, counted and streamed in %v, a month's %d lines archived in %v, a year's %d in %v with at most %d MB more",
		counted, len(page), paged, few, month, rows, whole, peak>>20)
	if rows < 20000 || few < 2000 || peak > 64<<20 {
		t.Errorf("%d and %d lines, %d bytes more at the peak", few, rows, peak)
	}
	// On a machine that does much else. A line of a year costs what one of a month does: what
	// grows with the lines twice over would cost eleven times as much.
	if counted > 3*time.Second || paged > 5*time.Second || whole > time.Minute {
		t.Errorf("counted in %v, paged in %v, archived in %v", counted, paged, whole)
	}
	if times := float64(whole) / float64(rows) * float64(few) / float64(month); times > 4 {
		t.Errorf("a line of a year costs %.1f times what one of a month does", times)
	}
}

// highest is how much more memory than before is in use at the worst moment of do.
func highest(do func()) uint64 {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), now.HeapAlloc))
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return most.Load() - min(most.Load(), before.HeapAlloc)
}

// BenchmarkPages is how long a page of 50 lines and its count take with a hundred thousand visits,
// twenty thousand a year: of each register for the whole county, and of a deputy's own. What reads
// every row of the year takes several times as long as a page may.
func BenchmarkPages(b *testing.B) {
	w := casetest.New(b)
	w.Register("水管冻裂了，一个多月没有水。")
	copyVisits(b, w, 99999)
	for _, c := range []struct {
		name   string
		source register.Source
		by     auth.Actor
	}{{"visits", register.Visits, w.Handler}, {"matters", register.Matters, w.Handler}, {"activities", register.Activities, w.Handler},
		{"deputy", register.Activities, w.Deputy}} {
		f, ask := form(b, w, c.source), c.source.Ask(url.Values{}, w.Today(), 50)
		b.Run(c.name+"/page", func(b *testing.B) {
			for b.Loop() {
				var page func() (register.Page, error)
				w.View(func(v *tenant.View) { page = register.PageOf(v, reader(w, c.by), f, ask) })
				if read, err := page(); err != nil || len(read.Lines) != 50 {
					b.Fatalf("%d lines, %v", len(read.Lines), err)
				}
			}
			if each := b.Elapsed() / time.Duration(b.N); each > 300*time.Millisecond {
				b.Errorf("a page takes %v", each)
			}
		})
		b.Run(c.name+"/count", func(b *testing.B) {
			for b.Loop() {
				w.View(func(v *tenant.View) { c.source.Count(v, c.by, ask, 100000) })
			}
		})
	}
}
