package messages

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
	"lianluo/web/page"
)

// TestStates: where a message stands is said in words, whatever it waits for.
func TestStates(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.September, 14, 1, 0, 0, 0, time.UTC)
	at, reason, paper, sms := now.Add(-time.Hour), "号码是空号。", message.Paper, "短信"
	for want, c := range map[string]struct {
		gateway bool
		m       message.Message
	}{
		"马上发出": {true, message.Message{State: message.IsWaiting, SendAfter: at}},
		"9月14日 09:10 发出，在这以前可以撤回": {true, message.Message{State: message.IsWaiting, SendAfter: now.Add(10 * time.Minute)}},
		"正在发送": {true, message.Message{State: message.IsWaiting, SendAfter: at, TryingAt: &at, Tries: 1}},
		"短信通道试了 3 次没有收下，过一阵自动再试": {true, message.Message{State: message.IsWaiting, SendAfter: at, Tries: 3}},
		"等短信通道接通":                  {false, message.Message{State: message.IsWaiting, SendAfter: at}},
		"9月14日 08:00 已发出":          {true, message.Message{State: message.IsSent, SentAt: &at, Channel: &sms}},
		"9月14日 08:00 已交给本人或寄出":     {true, message.Message{State: message.IsSent, SentAt: &at, Channel: &paper}},
		"等着打印":                     {true, message.Message{State: message.ToPrint}},
		"9月14日 08:00 打印，等着交给本人或寄出": {true, message.Message{State: message.IsPrinted, PrintedAt: &at}},
		"号码是空号。":                   {true, message.Message{State: message.IsFailed, Reason: &reason}},
	} {
		o := &outbox{now: now, gateway: c.gateway}
		if got := o.state(casefile.Outgoing{Message: c.m}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestNoGateway: until a gateway is there the page says so, and offers no sending.
func TestNoGateway(t *testing.T) {
	t.Parallel()
	o := &outbox{by: auth.Actor{Role: auth.Clerk, StationID: 1}, view: views[0],
		items: []casefile.Outgoing{{Message: message.Message{ID: 7, Kind: message.Feedback, State: message.IsWaiting}, Number: "XY2026-0001"}}}
	var out bytes.Buffer
	if err := o.page(page.Frame{Title: "等待发出的消息"}).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.Contains(text, "短信通道还没有接通") || !strings.Contains(text, "电话回访") || strings.Contains(text, "/send") {
		t.Errorf("%s", text)
	}
}
