package audit

import (
	"fmt"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

// firstDay is when a filled record begins; it spans a year.
var firstDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// usual is what a county's people do all day, one of every so many.
var usual = []struct {
	every  int
	action string
}{{500, "user.set_password"}, {97, "case.reveal_phone"}, {41, "sign_in_failed"}, {5, "sign_in"}, {7, "case.register"}, {3, "case.sort"}, {2, "case.hand_out"}, {1, "case.sign"}}

// fill gives a county a record of n entries, whole and rightly chained, past the guards
// and without the time that Record takes for each.
func fill(t testing.TB, at *pgtest.DB, county tenant.County, n int) {
	t.Helper()
	last, step := entry{Hash: beginning}, (365 * 24 * time.Hour / time.Duration(n)).Truncate(time.Microsecond)
	next := func(i int) entry {
		person := (i*7 + i/60) % 60
		e := entry{Entry: int64(i + 1), At: firstDay.Add(time.Duration(i) * step),
			ActorID: new(int64(person)), ActorName: fmt.Sprintf("经办%02d", person), ActorRole: "clerk", Address: new("10.23.4.5"),
			Subject: fmt.Sprintf("case XY2026-%04d", i*7/10%(n/8+1)+1), PrevHash: last.Hash}
		for _, u := range usual {
			if i%u.every == 0 {
				e.Action = u.action
				break
			}
		}
		if e.Action[:4] == "case" {
			e.Detail = new(`{"to": "sorted", "from": "registered", "round": 1}`) // as jsonb writes it
		} else {
			e.Subject = fmt.Sprintf("user clerk.%02d", person)
		}
		e.Hash = e.sum(county)
		last = e
		return e
	}
	_, err := at.Super.CopyFrom(t.Context(), pgx.Identifier{"audit_entries"}, []string{"county_id", "entry", "at", "actor_id", "actor_name",
		"actor_role", "address", "action", "subject", "detail", "prev_hash", "hash"}, pgx.CopyFromSlice(n, func(i int) ([]any, error) {
		e := next(i)
		return []any{county, e.Entry, e.At, e.ActorID, e.ActorName, e.ActorRole, e.Address, e.Action, e.Subject, e.Detail, e.PrevHash, e.Hash}, nil
	}))
	if err == nil {
		_, err = at.Super.Exec(t.Context(), `insert into audit_heads (county_id, entries, hash) values ($1, $2, $3)`, county, n, last.Hash)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// country fills 襄垣县 with most of entries and others counties beside it with the rest.
func country(t testing.TB, mine, others, each int) (*pgtest.DB, *tenant.DB, tenant.County) {
	t.Helper()
	at, db, xiangyuan, _ := twoCounties(t)
	fill(t, at, xiangyuan, mine)
	for i := range others {
		var id tenant.County
		code := fmt.Sprintf("65%04d", i)
		_, err := at.Super.Exec(t.Context(), `insert into divisions (code, name, level) values ($1, $1, 'county')`, code)
		if err == nil {
			err = at.Super.QueryRow(t.Context(), `insert into counties (division_code, name, office, number_prefix, created_at)
				values ($1, $1, $1, $2, now()) returning id`, code, fmt.Sprintf("Q%c%c", 'A'+i/26, 'A'+i%26)).Scan(&id)
		}
		if err != nil {
			t.Fatal(err)
		}
		fill(t, at, id, each)
	}
	_, err := at.Super.Exec(t.Context(), `insert into users (county_id, id, login_name, name, password_hash, must_change_password, created_at)
		overriding system value select $1, n, 'clerk.' || to_char(n, 'FM00'), '经办' || to_char(n, 'FM00'), 'x', false, now() from generate_series(0, 59) n`, xiangyuan)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := at.Super.Exec(t.Context(), `vacuum analyze audit_entries`); err != nil {
		t.Fatal(err)
	}
	return at, db, xiangyuan
}

// searches are what people look for in a long record, by what the search is called.
func searches(n int) map[string]tenant.Ask {
	day := func(d int) string { return firstDay.AddDate(0, 0, d).Format(time.DateOnly) }
	all := map[string]tenant.Ask{
		"newest":                 asked(),
		"a day long ago":         asked("from", day(20), "to", day(20)),
		"a month long ago":       asked("from", day(20), "to", day(49)),
		"this year":              asked("from", day(0)),
		"a person":               asked("actor", "经办04"),
		"a login":                asked("actor", "clerk.04"),
		"nobody":                 asked("actor", "没有这个人"),
		"personal":               asked("group", "personal"),
		"cases":                  asked("group", "case"),
		"what never happened":    asked("group", "file"),
		"a case":                 asked("subject", "xy2026-0012"),
		"cases of a number":      asked("subject", "XY2026-00"),
		"an account":             asked("subject", "clerk.07"),
		"no such case":           asked("subject", "XY2026-99999"),
		"a person's look, a day": asked("actor", "经办04", "group", "personal", "from", day(100), "to", day(100)),
		"a person in a month":    asked("actor", "经办04", "from", day(100), "to", day(129)),
		"personal on a case":     asked("subject", "XY2026-0012", "group", "personal"),
	}
	for page, ask := range map[string]tenant.Ask{"newest": all["newest"], "a person": all["a person"], "cases": all["cases"]} {
		ask.After = keyOf(n / 2)
		all[page+", far behind"] = ask
		ask.After, ask.Before = "", ask.After
		all[page+", back"] = ask
	}
	return all
}

// asked reads the parts of an address, given as name and value in turn.
func asked(parts ...string) tenant.Ask {
	address := url.Values{}
	for i := 0; i < len(parts); i += 2 {
		address.Set(parts[i], parts[i+1])
	}
	return Ask(address, 50)
}

// keyOf is an entry's place in the list.
func keyOf(entry int) string {
	return tenant.Row{PageBy: new(strconv.Itoa(entry)), PageID: int64(entry)}.Key()
}

// plan is how PostgreSQL goes about a statement of the list, as the site's own role.
func plan(t testing.TB, db *tenant.DB, county tenant.County, q postgres.Query) (text string) {
	t.Helper()
	err := db.Update(t.Context(), county, func(tx *tenant.Tx) error {
		rows, err := tx.Query(t.Context(), `explain (analyze, buffers, costs off) `+q.SQL, q.Args)
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, line := range lines {
			text += line + "\n"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}
