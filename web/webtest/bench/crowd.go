package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"lianluo/internal/localpg"
	"lianluo/internal/postgres"
	"lianluo/migrations"
)

// crowded measures the list and the search with as many cases in one county. The server is
// stopped meanwhile, and its rows are copied inside the database.
func (s *site) crowded(binary string, cases, requests int) error {
	if err := s.end(); err != nil {
		return err
	}
	took, err := s.multiply(cases)
	if err != nil {
		return err
	}
	if _, err := s.launch(binary); err != nil {
		return err
	}
	fmt.Printf("\n%d cases in one county (copied in %.0f s)\n", cases, took.Seconds())
	for _, page := range []struct{ name, path string }{
		{"queue (/cases)", "/cases"}, {"all open", "/cases?view=open"}, {"everything, newest first", "/cases?view=all"},
		{"closed, one category", "/cases?view=closed&category=" + s.category()},
		{"search, a number", "/cases?q=" + url.QueryEscape(s.number)}, {"search, in many", "/cases?q=" + url.QueryEscape("自来水")},
		{"search, in none", "/cases?q=" + url.QueryEscape("麒麟")}, {"search, a name", "/cases?q=" + url.QueryEscape("国强")}, {"search, pinyin", "/cases?q=sgq"},
	} {
		cpu, bytes, err := s.measure(page.path, requests)
		if err != nil {
			return fmt.Errorf("%s: %w", page.name, err)
		}
		wall, err := s.median(page.path, requests)
		if err != nil {
			return err
		}
		fmt.Printf("%-28s %7.2f ms until answered (median)  %6.2f ms CPU of the site  %6.1f KB\n", page.name, wall, cpu, float64(bytes)/1024)
	}
	return nil
}

// category is the first one that the list offers.
func (s *site) category() string {
	body, err := s.get("/cases?view=open")
	if err != nil {
		return ""
	}
	if found := option.FindStringSubmatch(strings.ReplaceAll(body, "\n", " ")); found != nil {
		return found[1]
	}
	return ""
}

var option = regexp.MustCompile(`name="category"[^>]*>.*?<option value="(\d+)"`)

// median is how long an answer takes, the database's part and the line's included.
func (s *site) median(path string, n int) (float64, error) {
	times := make([]time.Duration, n)
	for i := range times {
		began := time.Now()
		if _, err := s.get(path); err != nil {
			return 0, err
		}
		times[i] = time.Since(began)
	}
	slices.Sort(times)
	return times[n/2].Seconds() * 1000, nil
}

// multiply copies the visits and cases of 襄垣县 until there are as many.
func (s *site) multiply(cases int) (took time.Duration, err error) {
	ctx := context.Background()
	server, err := localpg.Start(ctx, localpg.Options{Dir: s.dir, Setup: migrations.Roles, Database: "lianluo", Owner: "lianluo_owner",
		Roles: []string{"lianluo_owner", "lianluo_app", "lianluo_oversight"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	began := time.Now()
	for _, run := range []struct{ role, sql string }{{"lianluo_app", fmt.Sprintf(copyRows, cases)}, {"lianluo_owner", `vacuum analyze`}} {
		pool, err := postgres.Open(ctx, server.URL(run.role, "lianluo"))
		if err != nil {
			return 0, err
		}
		_, err = pool.Exec(ctx, run.sql)
		pool.Close()
		if err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// copyRows copies the rows whose ids are below a million, again and again, each copy a
// million further.
const copyRows = `do $$
declare
  county int := set_config('app.county_id', (select id::text from counties where division_code = '140423'), true);
  have int := (select count(*) from cases where county_id = county);
  base int := (select count(*) from cases where county_id = county and id < 1000000);
  copy int := (select coalesce(max(id), 0) / 1000000 from cases where county_id = county);
begin
  while have < %d loop
    copy := copy + 1;
    insert into visits overriding system value select county_id, id + copy * 1000000, gen_random_uuid(), station_id, place_id, reception_id,
      received_at - copy * interval '1 hour', way, persons, confidential, may_publish, reply_by, notice_version, notice_given, recorded_by, recorded_name, created_at,
      purpose, note, entered_late, in_year + copy * 1000000, in_month + copy * 1000000
      from visits where county_id = county and id < 1000000;
    insert into visit_contacts (county_id, visit_id, name, gender, village, initials)
      select county_id, visit_id + copy * 1000000, name, gender, village, initials from visit_contacts where county_id = county and visit_id < 1000000;
    insert into cases (county_id, id, number, visit_id, position, station_id, place_id, words, title, nature, category_id, level, state, outcome, round,
        clock, due_on, has_contact, lookup_hash, registered_by, registered_at, closed_at, updated_at) overriding system value
      select county_id, id + copy * 1000000, 'XY2026-' || (id + copy * 10000 + 100000), visit_id + copy * 1000000, position, station_id, place_id,
        words || '（' || copy || '）', title, nature, category_id, level,
        case when state in ('closed', 'archived') or id %% 8 <> 0 then 'closed' else 'registered' end,
        case when state in ('closed', 'archived') or id %% 8 <> 0 then coalesce(outcome, 'unrated') end, 1,
        case when not (state in ('closed', 'archived') or id %% 8 <> 0) then 'sort' end,
        case when not (state in ('closed', 'archived') or id %% 8 <> 0) then date '2026-10-01' + (id %% 90)::int end,
        has_contact, sha256((id || '/' || copy)::bytea), registered_by, registered_at - copy * interval '1 hour',
        case when state in ('closed', 'archived') or id %% 8 <> 0 then coalesce(closed_at, registered_at + interval '9 days') end, updated_at
      from cases where county_id = county and id < 1000000;
    have := have + base;
  end loop;
end $$`
