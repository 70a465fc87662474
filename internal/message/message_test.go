package message_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestOutbox: a message waits until it is sent or will never be, and then stays so.
func TestOutbox(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase() // which queues the first message
	id := w.Case(number).ID
	must := func(write func(ctx context.Context, tx *tenant.Tx) error) {
		t.Helper()
		if err := w.Update(write); err != nil {
			t.Fatal(err)
		}
	}
	must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Queue(ctx, tx, message.Feedback, id, 1, 0)
	})
	must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Queue(ctx, tx, message.Upheld, id, 2, 0)
	})
	all := outbox(w, number)
	if len(all) != 3 || all[1].Kind != message.Feedback || all[1].State != "waiting" || !all[1].SendAfter.Equal(w.Now()) || all[2].Round != 2 {
		t.Fatalf("%+v", all)
	}
	must(func(ctx context.Context, tx *tenant.Tx) error {
		waiting, err := message.Waiting(ctx, tx, all[1].ID)
		if err != nil || waiting.CaseID != id {
			return errors.Join(err, errors.New("another case's"))
		}
		return message.Sent(ctx, tx, all[1].ID, "短信", "您反映的事有结果了。")
	})
	must(func(ctx context.Context, tx *tenant.Tx) error {
		return errors.Join(message.Failed(ctx, tx, all[2].ID, "没有留电话。"), message.Failed(ctx, tx, all[1].ID, "已经发了。"))
	})
	all = outbox(w, number)
	if all[1].State != "sent" || *all[1].Channel != "短信" || *all[1].Body != "您反映的事有结果了。" || !all[1].SentAt.Equal(w.Now()) || all[1].Reason != nil ||
		all[2].State != "failed" || *all[2].Reason != "没有留电话。" {
		t.Errorf("%+v", all)
	}
	for _, m := range all[1:] {
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) error { _, err := message.Waiting(ctx, tx, m.ID); return err })
		if !errors.Is(err, errs.NotFound) {
			t.Errorf("%s still waits: %v", m.Kind, err)
		}
	}
	// Without its job a message would wait for ever: both are written together, or neither.
	var jobs int64
	if err := w.PG.Super.QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'message.send'`).Scan(&jobs); err != nil || jobs != 4 {
		t.Error(jobs, err) // three here and the neighbour's
	}
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return errors.Join(message.Queue(ctx, tx, message.Feedback, id, 1, 0), errors.New("changed my mind"))
	})
	if n := len(outbox(w, number)); err == nil || n != 3 {
		t.Error(n, err)
	}
}

func outbox(w *casetest.World, number string) []message.Message {
	var all *[]message.Message
	w.View(func(v *tenant.View) { all = message.OfCase(v, number) })
	return *all
}

// TestLog: one line a letter, in the file and on the output, whatever the letter says.
func TestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	channel := &message.Log{Out: &out, Path: filepath.Join(t.TempDir(), "messages.log")}
	letter := message.Letter{To: "13800000017", Body: "有结果了，\n请看一看。", Code: "K7M3-92H-4TP", Link: "http://127.0.0.1:8080/r/1-abc"}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if err := channel.Send(t.Context(), letter); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := channel.Send(t.Context(), message.Letter{To: "13800000018", Body: "已登记。"}); err != nil {
		t.Error(err)
	}
	kept, err := os.ReadFile(channel.Path)
	if err != nil || string(kept) != out.String() {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 11 || !strings.HasSuffix(lines[0], " 短信 13800000017：有结果了， 请看一看。 查询码 K7M3-92H-4TP http://127.0.0.1:8080/r/1-abc") ||
		!strings.HasSuffix(lines[10], " 短信 13800000018：已登记。") {
		t.Errorf("%q", lines)
	}
	if info, err := os.Stat(channel.Path); err != nil || info.Mode().Perm() != 0o600 { // numbers and links are in it
		t.Error(info, err)
	}
	nowhere := &message.Log{Out: &out, Path: filepath.Join(t.TempDir(), "missing", "messages.log")}
	if err := nowhere.Send(t.Context(), letter); err == nil {
		t.Error("a file that cannot be written is no error")
	}
	if channel.Name() == "" {
		t.Error("the channel has no name")
	}
}
