package job_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
)

// TestSends: each message goes out once, by the demonstration's channel, with its link;
// what is kept of it has neither link nor code nor number.
func TestSends(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	receipt := w.Register("申国强家的水管冻裂，电话13800000017").Matters[0]
	number := receipt.Number
	w.MustTake(w.Clerk, number, casefile.Input{Step: casefile.AnswerNow, Text: "明天就修。"})
	var out bytes.Buffer
	channel := &message.Log{Out: &out, Path: filepath.Join(t.TempDir(), "messages.log")}
	logged, stop := run(t, w, channel)
	idle(t, w)
	stop()
	sent, err := os.ReadFile(channel.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`短信 13800000017：【襄垣县人大常委会】您反映的“您家的水管冻裂，电话\*\*\*\*”已登记，编号 ` + number + `，凭查询码可以看办到哪一步。 查询码 ` + receipt.Code + ` https://lianluo.example/q\n`,
		`短信 13800000017：【襄垣县人大常委会】您反映的“您家的水管冻裂，电话\*\*\*\*”有结果了，请看一看，并说说您满不满意。 https://lianluo.example/r/1-[a-z2-9]{26}\n`,
	} {
		if n := len(regexp.MustCompile(want).FindAll(sent, -1)); n != 1 {
			t.Errorf("%d times %s in\n%s", n, want, sent)
		}
	}
	for _, m := range outbox(w, number) {
		if m.State != "sent" || *m.Channel != channel.Name() || !m.SentAt.Equal(w.Now()) || !strings.Contains(*m.Body, "您反映的") ||
			regexp.MustCompile(`\d{6}|http|/r/|`+receipt.Code).MatchString(*m.Body) {
			t.Errorf("%s: %s, kept %q", m.Kind, m.State, *m.Body)
		}
	}
	text := regexp.MustCompile(`1-[a-z2-9]{26}`).FindString(string(sent))
	token, _ := rating.ParseToken(text)
	err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return rating.Submit(ctx, tx, token, rating.Submission{Result: 5, Attitude: 5})
	})
	if c := w.Case(number); err != nil || c.State != casefile.Closed {
		t.Error(c.State, err)
	}
	if strings.Contains(logged.String(), text) || logged.String() != "" {
		t.Errorf("logged %s", logged)
	}
}

// TestWaits: without a gateway everything waits, and goes out once there is one.
func TestWaits(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	_, stop := run(t, w, nil)
	eventually(t, "the jobs wait", func() bool { return jobs(t, w, "message.send", "scheduled") == 2 }) // and the neighbour's
	if all := outbox(w, number); all[0].State != "waiting" {
		t.Errorf("%+v", all)
	}
	stop()
	g := &gateway{}
	run(t, w, g)
	hurry(t, w)
	idle(t, w)
	if _, taken := g.letters(); len(taken) != 2 || outbox(w, number)[0].State != "sent" {
		t.Errorf("%+v", taken)
	}
}

// TestTriesAgain: a gateway that fails twice gets the letter a third time; the newest link counts.
func TestTriesAgain(t *testing.T) {
	t.Parallel()
	for name, panics := range map[string]bool{"error": false, "panic": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			triesAgain(t, &gateway{failures: 2, panics: panics})
		})
	}
}

func triesAgain(t *testing.T, g *gateway) {
	t.Helper()
	w := casetest.New(t)
	number := w.DriveNew(casefile.AwaitingRating)
	if _, err := w.PG.Super.Exec(t.Context(), `delete from messages where kind <> 'feedback'`); err != nil {
		t.Fatal(err)
	}
	logged, _ := run(t, w, g)
	eventually(t, "the second try fails", func() bool { // the queue makes it a second after the first
		tried, _ := g.letters()
		return len(tried) == 2 && jobs(t, w, "message.send", "retryable") == 1
	})
	if m := outbox(w, number)[0]; m.State != "waiting" || m.Body != nil || m.Tries != 2 {
		t.Errorf("%+v", m)
	}
	hurry(t, w) // the third waits for much longer
	idle(t, w)
	tried, taken := g.letters()
	if len(tried) != 3 || len(taken) != 1 || outbox(w, number)[0].State != "sent" {
		t.Fatalf("%+v, %+v", tried, taken)
	}
	for i, want := range []rating.Standing{rating.Replaced, rating.Replaced, rating.Live} {
		token, _ := rating.ParseToken(strings.TrimPrefix(tried[i].Link, "https://lianluo.example/r/"))
		var sheet func() *rating.Sheet
		w.View(func(v *tenant.View) { sheet = rating.Open(v, token) })
		if got := sheet().Standing(); got != want {
			t.Errorf("link %d is %v, want %v", i+1, got, want)
		}
	}
	want := map[bool]string{false: "the gateway does not answer", true: "the gateway's library panics"}[g.panics]
	if got := logged.String(); strings.Count(got, want) < 2 || strings.Contains(got, "/r/") || strings.Contains(got, casetest.Phone) {
		t.Errorf("logged %s", got)
	}
}

// TestNotSent: what is not sent says why; who left no number is told by paper; what was
// withdrawn is left alone.
func TestNotSent(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("水管坏了。")
	visit.Phone, visit.ReplyBy = "", "person"
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	noPhone, rated, withdrawn := receipts.Matters[0].Number, w.DriveNew(casefile.AwaitingRating), w.OneCase()
	w.Drive(noPhone, casefile.AwaitingRating)
	var older string
	err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		older, err = rating.MakeLink(ctx, tx, w.Case(rated).ID) // sent before a crash, and answered before the next try
		return err
	})
	token, _ := rating.ParseToken(older)
	if err == nil {
		err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return rating.Submit(ctx, tx, token, rating.Submission{Result: 4, Attitude: 4})
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update messages set state = 'withdrawn', reason = '撤销' where case_id = $1`, w.Case(withdrawn).ID); err != nil {
		t.Fatal(err)
	}
	g := &gateway{}
	run(t, w, g)
	idle(t, w)
	if m := outbox(w, noPhone)[0]; m.State != message.ToPrint || m.Reason != nil || !strings.Contains(*m.Body, "有结果了") {
		t.Errorf("%+v", m)
	}
	if m := outbox(w, rated)[1]; m.State != message.Withdrawn || *m.Reason == "" { // there is nothing to ask any more
		t.Errorf("%+v", m)
	}
	var sheet func() *rating.Sheet
	w.View(func(v *tenant.View) { sheet = rating.Open(v, token) })
	if !sheet().MayAmend() { // the link that was answered was not taken away
		t.Errorf("%+v", sheet())
	}
	if m := outbox(w, withdrawn)[0]; m.State != "withdrawn" {
		t.Errorf("%+v", m)
	}
	if _, taken := g.letters(); len(taken) != 2 { // that the rated case was registered, and the neighbour's
		t.Errorf("%+v", taken)
	}
}

// TestKinds: every kind of message has its words.
func TestKinds(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.ExtensionRequested)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.GrantExtension})
	w.Drive(number, casefile.Study)
	w.MustTake(w.Leader, number, casefile.Input{Step: casefile.Conclude, Text: "已尽力。"})
	secret := w.Visit("检举一件事。")
	secret.Confidential = true
	if _, err := w.RegisterVisit(w.Clerk, secret); err != nil {
		t.Fatal(err)
	}
	g := &gateway{}
	run(t, w, g)
	idle(t, w)
	_, taken := g.letters()
	var all strings.Builder
	for _, letter := range taken {
		all.WriteString(letter.Body + "\n")
	}
	for _, words := range []string{"已登记", "办理期限已延长", "我们已要求重新办理", "已重新研究", casefile.Confidential} {
		if !strings.Contains(all.String(), words) {
			t.Errorf("nothing says %q in\n%s", words, &all)
		}
	}
	if strings.Contains(all.String(), "检举") {
		t.Errorf("what is confidential went out:\n%s", &all)
	}
}

// TestStop: a job that does not end is cancelled once the patience is over.
func TestStop(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.OneCase()
	started := make(chan struct{}, 2)
	runner, err := job.Start(t.Context(), job.Deps{DB: w.DB, Keys: w.Keys, Channel: slow{started}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	<-started
	patience, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if err := runner.Stop(patience); err != nil || time.Since(begin) > 10*time.Second {
		t.Error(time.Since(begin), err)
	}
}

// slow never answers.
type slow struct{ started chan struct{} }

func (slow) Name() string { return "慢" }

func (s slow) Send(ctx context.Context, _ message.Letter) error {
	s.started <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

// TestCountysWords: a message says what the county wrote, with what the case puts in; of a
// confidential matter it says nothing but that it is handled.
func TestCountysWords(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	registered, _ := county.KindOf(string(message.Registered))
	feedback, _ := county.KindOf(string(message.Feedback))
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return errors.Join(county.ChangeText(ctx, tx, w.Admin.Audit(), registered, 0, "{县}{联络站}（{联系电话}）：{标题}，{编号}，{期限}前办完。"),
			county.ChangeText(ctx, tx, w.Admin.Audit(), feedback, 0, "{标题}由{办理单位}办好了。"))
	})
	if err != nil {
		t.Fatal(err)
	}
	open, secret := w.DriveNew(casefile.AwaitingRating), w.DriveNew(casefile.AwaitingRating)
	if _, err := w.PG.Super.Exec(t.Context(), `update cases set restricted = true where number = $1`, secret); err != nil {
		t.Fatal(err)
	}
	g := &gateway{}
	run(t, w, g)
	idle(t, w)
	_, taken := g.letters()
	var all []string
	for _, letter := range taken {
		all = append(all, letter.Body)
		if letter.Link == "" || strings.Contains(letter.Body, letter.Link) || letter.Code != "" && strings.Contains(letter.Body, letter.Code) {
			t.Errorf("the link is %q and the code %q, beside %q", letter.Link, letter.Code, letter.Body)
		}
	}
	for _, want := range []string{"襄垣县王桥镇人大代表联络站（0355-7221234）：五阳村自来水管冻裂，" + open + "，规定期限前办完。", "五阳村自来水管冻裂由县水利局办好了。",
		"襄垣县王桥镇人大代表联络站（0355-7221234）：您要求保密的事，" + secret + "，规定期限前办完。", "您要求保密的事由承办单位办好了。"} {
		if !slices.Contains(all, want) {
			t.Errorf("nothing says %q in\n%s", want, strings.Join(all, "\n"))
		}
	}
}
