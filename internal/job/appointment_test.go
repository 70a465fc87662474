package job_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// meetings is a world in which people ask to meet deputies.
type meetings struct {
	*casetest.World
	t *testing.T
}

func newMeetings(t *testing.T, hold int) *meetings {
	t.Helper()
	w := &meetings{casetest.New(t), t}
	if _, err := w.PG.Super.Exec(t.Context(), `update county_settings set undo_minutes = $1`, hold); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *meetings) must(do func(ctx context.Context, tx *tenant.Tx) error) {
	w.t.Helper()
	if err := w.Update(do); err != nil {
		w.t.Fatal(err)
	}
}

// day adds a day at 王桥镇 with two deputies.
func (w *meetings) day(date string) (id int64) {
	w.t.Helper()
	on, err := calendar.ParseDate(date)
	if err != nil {
		w.t.Fatal(err)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Add(ctx, tx, w.Head, uuid.New(), reception.DayInput{Date: &on, Deputies: w.Deputies[:2],
			Facts: reception.Facts{StationID: w.Station, PlaceID: w.Station, Kind: "appointment", Starts: "09:00", Ends: "11:30", Seats: 2}})
		return err
	})
	return id
}

func (w *meetings) ask(by auth.Actor, in reception.AskInput) (id int64, code string) {
	w.t.Helper()
	key := uuid.New()
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Ask(ctx, tx, w.Keys, by, key, w.Point, in)
		return err
	})
	return id, reception.CodeOf(w.Keys, w.County, key)
}

func (w *meetings) of(id int64) reception.Appointment {
	w.t.Helper()
	var a *reception.Appointment
	w.View(func(v *tenant.View) { a = reception.AppointmentOf(v, w.Clerk, id) })
	return *a
}

// reply answers the request as it stands.
func (w *meetings) reply(id int64, answer reception.Answer) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Reply(ctx, tx, w.Clerk, id, w.of(id).Version, answer)
	})
}

func (w *meetings) told(id int64) []message.Message {
	w.t.Helper()
	var all *[]message.Message
	w.View(func(v *tenant.View) { all = message.OfAppointment(v, id) })
	return *all
}

// states are the kinds of the messages about a request with how each stands.
func (w *meetings) states(id int64) string {
	var words []string
	for _, m := range w.told(id) {
		words = append(words, strings.TrimPrefix(string(m.Kind), "appointment_")+" "+string(m.State))
	}
	return strings.Join(words, ", ")
}

// TestAppointmentMessages: what becomes of an appointment is really sent, each time in the
// words of the county with the day, the hour, the place and the deputies; the reminder comes
// once, the day before, by day. Nothing that is kept has the code or the number in it.
func TestAppointmentMessages(t *testing.T) {
	t.Parallel()
	w := newMeetings(t, 0)
	var out bytes.Buffer
	channel := &message.Log{Out: &out, Path: filepath.Join(t.TempDir(), "messages.log")}
	logged, _ := run(t, w.World, channel)
	lines := 0
	says := func(words ...string) {
		t.Helper()
		idle(t, w.World)
		kept, err := os.ReadFile(channel.Path)
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Split(strings.TrimSpace(string(kept)), "\n")
		if len(all) != lines+1 {
			t.Fatalf("%d lines after %d:\n%s", len(all), lines, kept)
		}
		for _, word := range words {
			if !strings.Contains(all[lines], word) {
				t.Errorf("%q does not say %q", all[lines], word)
			}
		}
		lines++
	}
	says("登记") // the neighbour's case
	id, code := w.ask(w.Citizen, reception.AskInput{Name: "申国强", Phone: "138 0000 0017", Topic: "村口的路"})
	says("短信 13800000017：【襄垣县人大常委会】您约见人大代表的申请收到了，9月17日", "答复", "查询码 "+code+" https://lianluo.example/q")
	first, second := w.day("2026-09-22"), w.day("2026-09-29")
	w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: first, At: "09:30"})
	says("约好了：2026年9月22日 星期二 09:30，在王桥镇人大代表联络站和李秀英、郭建国代表见面", "0355-7221234")
	to, _ := calendar.ParseDate("2026-09-23")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Move(ctx, tx, w.Head, first, 0, reception.When{Date: &to, Starts: "14:30", Ends: "17:00"}, reception.Reason{Inside: "停电", Public: "上午停电。"})
	})
	says("改到 2026年9月23日 星期三 14:30–17:00", "原因：上午停电。来不了")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Head, first, 0, reception.Reason{Inside: "代表要开会", Public: "代表要开会"})
	})
	says("原来约在 2026年9月23日", "原因：代表要开会", "9月17日前再和您约")
	w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: second})
	says("约好了：2026年9月29日 星期二 09:00–11:30")
	w.Set("2026-09-28 08:00")
	insert(t, w.World, job.Remind{})
	idle(t, w.World)
	w.Set("2026-09-28 09:30")
	for range 2 {
		insert(t, w.World, job.Remind{})
	}
	says("提醒您：2026年9月29日 星期二 09:00–11:30，请到王桥镇人大代表联络站和李秀英、郭建国代表见面")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Recall(ctx, tx, w.Keys, strings.ReplaceAll(code, "-", ""), "0017")
	})
	other, _ := w.ask(w.Clerk, reception.AskInput{Name: "李桂英", Phone: "13800000018", Topic: "低保"})
	says("短信 13800000018", "收到了")
	w.reply(other, reception.Answer{To: reception.Declined, Reason: "代表都排满了"})
	says("没有约成。原因：代表都排满了。")
	for _, m := range append(w.told(id), w.told(other)...) {
		if m.State != message.IsSent || m.Body == nil || strings.Contains(*m.Body, code) || strings.Contains(*m.Body, "1380000") {
			t.Errorf("%+v", m)
		}
	}
	if got := logged.String(); got != "" {
		t.Errorf("logged %s", got)
	}
}

// refusing is a gateway that says of every number that it is none.
type refusing struct{}

func (refusing) Name() string { return "测试短信" }
func (refusing) Send(context.Context, message.Letter) error {
	return message.Undeliverable{Reason: "号码是空号"}
}

// TestAppointmentCalls: who has no mobile is told by a person, and so is everybody where there
// is no gateway, or where it says no; what somebody said at once is sent to nobody.
func TestAppointmentCalls(t *testing.T) {
	t.Parallel()
	w := newMeetings(t, 0)
	day := w.day("2026-09-22")
	landline, _ := w.ask(w.Clerk, reception.AskInput{Name: "申国强", Phone: "0355-7221235", Topic: "村口的路"})
	nobody, _ := w.ask(w.Clerk, reception.AskInput{Name: "李桂英", Topic: "低保"})
	mobile, _ := w.ask(w.Citizen, reception.AskInput{Name: "王女士", Phone: "13800000019", Topic: "医保"})
	spoken, _ := w.ask(w.Citizen, reception.AskInput{Name: "赵先生", Phone: "13800000020", Topic: "路灯"})
	for _, id := range []int64{landline, nobody, mobile, spoken} {
		w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: day, Told: id == spoken})
	}
	_, stop := run(t, w.World, nil)
	sent := func(all ...string) {
		t.Helper()
		for i, id := range []int64{landline, nobody, mobile, spoken} {
			eventually(t, "the messages are dealt with", func() bool { return !strings.Contains(w.states(id), "waiting") })
			if got := w.states(id); got != all[i] {
				t.Errorf("%d: %s, want %s", id, got, all[i])
			}
		}
	}
	sent("confirmed to_call", "confirmed to_call", "asked withdrawn, confirmed to_call", "asked withdrawn, confirmed sent")
	stop()
	if m := w.told(spoken)[1]; *m.Channel != message.Call || !strings.Contains(*m.Body, "约好了：2026年9月22日") {
		t.Errorf("%+v", m)
	}
	call := w.told(nobody)[0]
	if !w.of(nobody).ToTell || !strings.Contains(*call.Body, "约好了") {
		t.Errorf("%+v", call)
	}
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return message.SendNow(ctx, tx, w.Clerk.Audit(), call.ID)
	}); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Called(ctx, tx, w.Clerk.Audit(), call.ID)
	})
	if m := w.told(nobody)[0]; m.State != message.IsSent || *m.Channel != message.Call || w.of(nobody).ToTell {
		t.Errorf("%+v", m)
	}
	run(t, w.World, refusing{})
	w.reply(mobile, reception.Answer{To: reception.Declined, Reason: "代表病了"})
	sent("confirmed to_call", "confirmed sent", "asked withdrawn, confirmed withdrawn, declined to_call", "asked withdrawn, confirmed sent")
	if m := w.told(mobile)[2]; *m.Reason != "号码是空号" || !strings.Contains(*m.Body, "代表病了") {
		t.Errorf("%+v", m)
	}
}

// TestAppointmentHold: an answer is told after the county's time, and until then taken back,
// or replaced by another answer; the citizen who recalls is told nothing more.
func TestAppointmentHold(t *testing.T) {
	t.Parallel()
	w := newMeetings(t, 10)
	first, second := w.day("2026-09-22"), w.day("2026-09-29")
	id, code := w.ask(w.Citizen, reception.AskInput{Name: "申国强", Phone: "13800000017", Topic: "村口的路"})
	undo := func() error {
		return w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Undo(ctx, tx, w.Head, id, w.of(id).Version)
		})
	}
	if err := undo(); !errors.Is(err, errs.Conflict) {
		t.Errorf("what nobody answered is taken back: %v", err)
	}
	w.reply(id, reception.Answer{To: reception.Declined, Reason: "按错了"})
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	if a := w.of(id); a.State != reception.Asked || a.AnsweredAt != nil || w.states(id) != "asked waiting, declined withdrawn" {
		t.Errorf("%+v, %s", a, w.states(id))
	}
	w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: first, At: "10:00"})
	w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: second, Reason: "代表那天有事"})
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	if a := w.of(id); a.State != reception.Confirmed || *a.ReceptionID != first || *a.At != "10:00" || *a.AnsweredName != w.Clerk.Name ||
		!strings.HasSuffix(w.states(id), "confirmed withdrawn, moved withdrawn, confirmed waiting") { // what holds again is told
		t.Errorf("%+v, %s", a, w.states(id))
	}
	if err := undo(); !errors.Is(err, errs.Conflict) {
		t.Errorf("taken back twice: %v", err)
	}
	w.reply(id, reception.Answer{To: reception.Confirmed, ReceptionID: second, Reason: "代表那天有事"})
	w.Set("2026-09-14 09:11")
	if err := undo(); !errors.Is(err, errs.Conflict) {
		t.Errorf("taken back too late: %v", err)
	}
	recall := func(code, digits string) error {
		return w.Update(func(ctx context.Context, tx *tenant.Tx) error { return reception.Recall(ctx, tx, w.Keys, code, digits) })
	}
	clean := strings.ReplaceAll(code, "-", "")
	if err := recall(clean, "0018"); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	for range 2 {
		if err := recall(clean, "0017"); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.states(id); w.of(id).State != reception.Recalled || got != "asked waiting, declined withdrawn, confirmed withdrawn, moved withdrawn, confirmed withdrawn, moved withdrawn" {
		t.Error(got)
	}
	if err := undo(); !errors.Is(err, errs.Conflict) {
		t.Errorf("a clerk takes back what the citizen did: %v", err)
	}
}
