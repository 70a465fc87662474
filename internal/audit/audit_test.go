package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) {
	page = 3 // so that a short chain has several
	os.Exit(pgtest.Main(m))
}

var zhangMin = Actor{ID: 7, Name: "张敏", Role: "clerk", Address: "10.23.4.5"}

// twoCounties returns a database in which 襄垣县 and 屯留区 keep records.
func twoCounties(t testing.TB) (*pgtest.DB, *tenant.DB, tenant.County, tenant.County) {
	t.Helper()
	at := pgtest.New(t)
	_, err := at.Super.Exec(t.Context(), `
		insert into divisions (code, name, level) values ('140423', '襄垣县', 'county'), ('140405', '屯留区', 'county')`)
	if err != nil {
		t.Fatal(err)
	}
	made := func(code, name, prefix string) (id tenant.County) {
		err := at.App.QueryRow(t.Context(), `
			insert into counties (division_code, name, office, number_prefix, created_at)
			values ($1, $2, $2 || '人大常委会', $3, now()) returning id`, code, name, prefix).Scan(&id)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	return at, tenant.New(at.App, nil, nil), made("140423", "襄垣县", "XY"), made("140405", "屯留区", "TL")
}

func writeEntries(t *testing.T, db *tenant.DB, county tenant.County, n int) {
	t.Helper()
	for i := range n {
		err := db.Update(t.Context(), county, func(tx *tenant.Tx) error {
			return Record(t.Context(), tx, zhangMin, "reveal_phone", fmt.Sprintf("case XY2026-%04d", i+1),
				map[string]any{"reason": "回电核实地址", "n": i, "share": 0.1, "big": 1e21, "nothing": nil, "list": []string{"<b>", "乙"}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecordAndVerify(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, tunliu := twoCounties(t)
	writeEntries(t, db, xiangyuan, 7)
	err := db.Update(t.Context(), tunliu, func(tx *tenant.Tx) error { // neither id, address nor detail
		return Record(t.Context(), tx, Actor{Name: "系统", Role: "system"}, "import", "register 2026", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	for county, want := range map[tenant.County]int64{xiangyuan: 7, tunliu: 1, 99: 0} {
		if n, err := Verify(t.Context(), db, county); err != nil || n != want {
			t.Errorf("county %d: %d entries, %v; want %d", county, n, err, want)
		}
	}
}

func TestEntrySaysWhoAndWhat(t *testing.T) {
	t.Parallel()
	at, db, xiangyuan, _ := twoCounties(t)
	writeEntries(t, db, xiangyuan, 1)
	var e entry
	var reason string
	err := at.Super.QueryRow(t.Context(), `
		select actor_id, actor_name, actor_role, address, action, subject, detail->>'reason' from audit_entries`).
		Scan(&e.ActorID, &e.ActorName, &e.ActorRole, &e.Address, &e.Action, &e.Subject, &reason)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(*e.ActorID, e.ActorName, e.ActorRole, *e.Address, e.Action, e.Subject, reason)
	if want := fmt.Sprint(7, "张敏", "clerk", "10.23.4.5", "reveal_phone", "case XY2026-0001", "回电核实地址"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAppendOnlyByGrant(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, _ := twoCounties(t)
	writeEntries(t, db, xiangyuan, 2)
	for _, sql := range []string{
		`update audit_entries set actor_name = '李四' where county_id = @county`,
		`delete from audit_entries where county_id = @county`,
		`delete from audit_heads where county_id = @county`,
	} {
		err := db.Update(t.Context(), xiangyuan, func(tx *tenant.Tx) error {
			_, err := tx.Exec(t.Context(), sql)
			return err
		})
		if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "42501" {
			t.Errorf("%s: %v, want a refusal for want of a right", sql, err)
		}
	}
	if n, err := Verify(t.Context(), db, xiangyuan); err != nil || n != 2 {
		t.Errorf("%d entries, %v", n, err)
	}
}

// The owner of the tables can lift every guard; what it then changes is seen.
func TestVerifySeesWhatTheOwnerChanged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ change, says string }{
		"a word":             {`update audit_entries set actor_name = '李四' where entry = 4`, "entry 4 is not what was written"},
		"a time":             {`update audit_entries set at = at + interval '1 microsecond' where entry = 4`, "entry 4 is not"},
		"a detail":           {`update audit_entries set detail = '{"reason": "无"}' where entry = 4`, "entry 4 is not"},
		"nothing from empty": {`update audit_entries set address = null where entry = 4`, "entry 4 is not"},
		"a word, rehashed":   {`update audit_entries set actor_name = '李四', hash = sha256('x') where entry = 4`, "entry 4 is not"},
		"one taken out":      {`delete from audit_entries where entry = 4`, "entry 4 is missing"},
		"the first":          {`delete from audit_entries where entry = 1`, "entry 1 is missing"},
		"the last":           {`delete from audit_entries where entry = 8`, "entry 8 is missing"},
		"all":                {`delete from audit_entries`, "entry 1 is missing"},
		"the head":           {`delete from audit_heads`, "no head"},
		"the head's hash":    {`update audit_heads set hash = sha256('x')`, "entry 8 is not the head"},
		"moved": {`update audit_entries set entry = case entry when 4 then 104 when 5 then 105 end where entry in (4, 5);
			update audit_entries set entry = case entry when 104 then 5 else 4 end where entry in (104, 105)`, "entry 4 does not follow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, db, xiangyuan, _ := twoCounties(t)
			writeEntries(t, db, xiangyuan, 8)
			if tag, err := at.Owner.Exec(t.Context(), `update audit_heads set entries = 0`); err != nil || tag.RowsAffected() != 0 {
				t.Fatalf("the owner changed %d rows under forced row-level security, %v", tag.RowsAffected(), err)
			}
			change := `alter table audit_entries no force row level security; alter table audit_heads no force row level security; ` + c.change
			if _, err := at.Owner.Exec(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(t.Context(), db, xiangyuan); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestParallelWritersLeaveNoGap(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, tunliu := twoCounties(t)
	var writers sync.WaitGroup
	for i := range 20 {
		for _, county := range []tenant.County{xiangyuan, tunliu} {
			writers.Go(func() {
				err := db.Update(t.Context(), county, func(tx *tenant.Tx) error {
					if err := Record(t.Context(), tx, zhangMin, "see", fmt.Sprintf("case %d", i), nil); err != nil {
						return err
					}
					return Record(t.Context(), tx, zhangMin, "see_again", fmt.Sprintf("case %d", i), nil)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	writers.Wait()
	for _, county := range []tenant.County{xiangyuan, tunliu} {
		if n, err := Verify(t.Context(), db, county); err != nil || n != 40 {
			t.Errorf("county %d: %d entries, %v; want 40", county, n, err)
		}
	}
}

func TestRollbackLeavesNothing(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, _ := twoCounties(t)
	changedMind := errors.New("changed my mind")
	record := func(ctx context.Context, end error) error {
		return db.Update(ctx, xiangyuan, func(tx *tenant.Tx) error {
			return errors.Join(Record(ctx, tx, zhangMin, "see", "case XY2026-0001", nil), end)
		})
	}
	if err := record(t.Context(), changedMind); !errors.Is(err, changedMind) {
		t.Fatal(err)
	}
	if n, err := Verify(t.Context(), db, xiangyuan); err != nil || n != 0 {
		t.Errorf("%d entries after a rollback, %v", n, err)
	}
	if err := record(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if n, err := Verify(t.Context(), db, xiangyuan); err != nil || n != 1 {
		t.Errorf("%d entries, %v; want 1", n, err)
	}
}

func TestRecordRefusesAnEmptyActionAndSubject(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, _ := twoCounties(t)
	for _, c := range [][2]string{{"", "case XY2026-0001"}, {"see", ""}} {
		err := db.Update(t.Context(), xiangyuan, func(tx *tenant.Tx) error {
			return Record(t.Context(), tx, zhangMin, c[0], c[1], nil)
		})
		if err == nil {
			t.Errorf("action %q on %q was recorded", c[0], c[1])
		}
	}
}

func BenchmarkRecord(b *testing.B) {
	at := pgtest.New(b)
	_, err := at.Super.Exec(b.Context(), `
		insert into divisions (code, name, level) values ('140423', '襄垣县', 'county');
		insert into counties (division_code, name, office, number_prefix, created_at) values ('140423', '襄垣县', '襄垣县人大常委会', 'XY', now())`)
	if err != nil {
		b.Fatal(err)
	}
	db := tenant.New(at.App, nil, nil)
	for _, record := range []bool{false, true} {
		b.Run(fmt.Sprint("record=", record), func(b *testing.B) {
			for b.Loop() {
				err := db.Update(b.Context(), 1, func(tx *tenant.Tx) error {
					if !record {
						return nil
					}
					return Record(b.Context(), tx, zhangMin, "see", "case XY2026-0001", nil)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
