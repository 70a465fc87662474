package queue_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/queue"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

var operator = auth.Actor{UserID: 1, Name: "申志远", LoginName: "platform", Role: auth.PlatformAdmin}

func exec(t *testing.T, w *casetest.World, sql string) {
	t.Helper()
	if _, err := w.PG.Super.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// TestRead: the operator sees kinds and numbers, what fails and who is alive, and nothing of
// what it is about.
func TestRead(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	exec(t, w, `delete from river.river_job`)
	exec(t, w, `insert into river.river_job (kind, args, state, max_attempts, attempt, scheduled_at, finalized_at, attempted_by, errors) values
		('message.send', '{"county": 1, "message": 7}', 'available', 8, 0, now() - interval '5 minutes', null, null, null),
		('message.send', '{"county": 1, "message": 8}', 'available', 8, 0, now() + interval '1 second', null, null, null),
		('message.send', '{"county": 1, "message": 9}', 'scheduled', 8, 0, now() + interval '10 minutes', null, null, null),
		('case.follow_lead', '{"county": 1, "case": 4}', 'running', 8, 1, now(), null, '{live}', null),
		('case.follow_lead', '{"county": 1, "case": 5}', 'retryable', 8, 2, now() + interval '1 hour', null, '{live}',
			array['{"error": "first"}', '{"error": "dial 138 0000 0017: refused for https://sms.example/send?to=13800000017 and K7M3-92H-4TP\nsecond line"}']::jsonb[]),
		('case.lapse', '{}', 'discarded', 3, 3, now(), now() - interval '1 minute', '{gone}', array['{"error": "permission denied"}']::jsonb[]),
		('case.lapse', '{}', 'completed', 3, 1, now(), now() - interval '15 minutes', '{gone}', null),
		('case.remind', '{}', 'completed', 3, 1, now(), now() - interval '22 minutes', '{gone}', null),
		('novel.kind', '{}', 'available', 8, 0, now() - interval '1 minute', null, null, null)`)
	exec(t, w, `insert into river.server (id, host, started_at, seen_at) values ('gone', 'a', now() - interval '2 hours', now() - interval '5 minutes'),
		('live', 'b', now() - interval '1 hour', now())`)
	s, err := queue.Read(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]queue.Count{}
	for _, c := range s.Kinds {
		counts[c.Kind] = c
	}
	if c := counts["message.send"]; c.Waiting != 2 || c.Later != 1 || c.Dead != 0 {
		t.Errorf("%+v", c)
	}
	if c := counts["case.follow_lead"]; c.Running != 1 || c.Retrying != 1 {
		t.Errorf("%+v", c)
	}
	if c := counts["case.lapse"]; c.Dead != 1 || c.Waiting != 0 || len(counts) != 4 {
		t.Errorf("%+v", counts)
	}
	if age := s.Now.Sub(*s.Oldest).Round(time.Minute); age != 5*time.Minute {
		t.Errorf("the oldest waits for %s", age)
	}
	if len(s.Retrying) != 1 || s.Retrying[0].Attempt != 2 || s.Retrying[0].Error != "dial ****: refused for **** and ****" {
		t.Errorf("%+v", s.Retrying)
	}
	if len(s.Dead) != 1 || s.Dead[0].Error != "permission denied" || s.Dead[0].Itself() {
		t.Errorf("%+v", s.Dead)
	}
	late := map[string]bool{}
	for _, p := range s.Periodic {
		late[p.Kind.ID] = p.Late
	}
	if len(late) != 4 || late["case.lapse"] || !late["case.remind"] || !late["message.find"] {
		t.Errorf("%v", late)
	}
	if len(s.Servers) != 2 || s.Servers[0].Alive || s.Servers[0].Host != "a" || !s.Servers[1].Alive || s.Servers[1].Running != 1 {
		t.Errorf("%+v", s.Servers)
	}
}

// TestRetry: the operator takes a dead job up again; its county is told so.
func TestRetry(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	exec(t, w, `delete from river.river_job`)
	dead := func(kind, args string) (id int64) {
		t.Helper()
		err := w.PG.Super.QueryRow(t.Context(), `insert into river.river_job (kind, args, state, max_attempts, attempt, finalized_at)
			values ($1, $2, 'discarded', 8, 8, now()) returning id`, kind, args).Scan(&id)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	follow, sweep, send := dead("case.follow_lead", `{"county": 1, "case": 4}`), dead("auth.forget_failures", `{}`), dead("message.send", `{"county": 1, "message": 1}`)
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return queue.Report(ctx, tx, queue.Dead{JobID: follow, Attempt: 8, Kind: "case.follow_lead", Args: []byte(`{"county": 1, "case": 4}`), Subject: "case XY2026-0004"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []auth.Actor{w.Admin, w.Handler, {Role: auth.Overseer}, {}} {
		if err := queue.Retry(t.Context(), w.DB, by, follow); !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", by.Role, err)
		}
	}
	for _, c := range []struct {
		id   int64
		want error
	}{{follow, nil}, {follow, errs.Conflict}, {sweep, nil}, {send, errs.Conflict}, {999, errs.NotFound}} {
		if err := queue.Retry(t.Context(), w.DB, operator, c.id); !errors.Is(err, c.want) {
			t.Errorf("job %d: %v, want %v", c.id, err, c.want)
		}
	}
	var live int
	if err := w.PG.Super.QueryRow(t.Context(), `select count(*) from river.river_job where state = 'available' and max_attempts = 11 and finalized_at is null`).Scan(&live); err != nil || live != 2 {
		t.Error(live, err)
	}
	var open *[]queue.Failure
	w.View(func(v *tenant.View) { open = queue.Open(v) })
	if len(*open) != 0 {
		t.Errorf("%+v", *open)
	}
	var who string
	if err := w.PG.Super.QueryRow(t.Context(), `select actor_name from audit_entries where action = 'job.again' and subject = 'case XY2026-0004'`).Scan(&who); err != nil || who != operator.Name {
		t.Error(who, err)
	}
}

// TestKinds: what may be given up says in words what did not happen and what one can do.
func TestKinds(t *testing.T) {
	t.Parallel()
	for _, kind := range append(queue.Kinds, queue.KindOf("novel.kind")) {
		if kind.Name == "" || !kind.Itself && kind.ID != "auth.forget_failures" && !strings.Contains(kind.Said, "再试一次") {
			t.Errorf("%+v", kind)
		}
	}
	if queue.CountyOf([]byte(`{"county": 3, "case": 4}`)) != 3 || queue.CountyOf([]byte(`{}`)) != 0 || queue.CountyOf([]byte(`nonsense`)) != 0 {
		t.Error("a county is misread")
	}
}
