package messages

import (
	"net/http"
	"strconv"
	"time"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

type auditActor = audit.Actor

// pageSize is how many messages a page shows.
const pageSize = 50

// view is one of the outbox's lists.
type view struct {
	name, title, empty string
	states             []message.State
}

var views = []view{
	{"waiting", "等待发出", "没有等待发出的消息。", []message.State{message.IsWaiting}},
	{"sent", "已发出", "还没有发出过消息。", []message.State{message.IsSent}},
	{"failed", "未发出", "没有发不出去的消息。", []message.State{message.IsFailed}},
	{"withdrawn", "已撤回", "没有撤回的消息。", []message.State{message.Withdrawn}},
	{"calls", "待打电话", "没有要打电话的。约见的群众没有手机的、短信发不到的，要告诉他们的话会列在这里。", []message.State{message.ToCall}},
	{"print", "待打印", "没有要打印的。没留电话的，或者要书面答复的群众，要告诉他们的话会列在这里。", []message.State{message.ToPrint, message.IsPrinted}},
}

func (v view) url() string {
	if v.name == "print" {
		return "/messages/print"
	}
	return "/messages?view=" + v.name
}

// viewOf is the view that the address names, or the first.
func viewOf(r *http.Request) view {
	name := r.URL.Query().Get("view")
	if r.URL.Path == "/messages/print" {
		name = "print"
	}
	for _, v := range views {
		if v.name == name {
			return v
		}
	}
	return views[0]
}

// tried is a withdrawal that lacks something.
type tried struct {
	id          int64
	reason, err string
}

// outbox is what the list's page shows.
type outbox struct {
	by      auth.Actor
	now     time.Time
	view    view
	gateway bool
	before  int64 // the page begins behind this message; 0: with the newest
	items   []casefile.Outgoing
	more    bool
	counts  casefile.OutboxCounts
	tried   tried
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, http.StatusOK, tried{})
}

func (h Handler) show(w http.ResponseWriter, r *http.Request, status int, tried tried) error {
	o := &outbox{by: session.By(r), view: viewOf(r), gateway: h.Gateway, tried: tried}
	o.before, _ = strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // leniently, as all lists
	o.before = max(0, o.before)
	var items *[]casefile.Outgoing
	var counts *casefile.OutboxCounts
	err := h.DB.View(r.Context(), o.by.County, func(v *tenant.View) {
		o.now = v.Now()
		items = casefile.Outbox(v, o.by, o.view.states, o.before, pageSize)
		counts = casefile.CountOutbox(v, o.by)
	})
	if err != nil {
		return err
	}
	o.items, o.counts = *items, *counts
	if o.more = len(o.items) > pageSize; o.more {
		o.items = o.items[:pageSize]
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Landscape, frame.Error = o.view.title+"的消息", true, tried.err != ""
	return page.Render(w, r, status, o.page(frame))
}

func (o *outbox) views() []ui.View {
	counts := map[string]int64{"waiting": o.counts.Waiting, "failed": o.counts.Failed, "print": o.counts.Paper, "calls": o.counts.Calls}
	all := make([]ui.View, len(views))
	for i, v := range views {
		all[i] = ui.View{URL: v.url(), Name: v.title, Count: -1, Current: v.name == o.view.name, Late: v.name == "failed" && o.counts.Failed > 0}
		if n, counted := counts[v.name]; counted {
			all[i].Count = int(n)
		}
	}
	return all
}

// next is the address of the older messages.
func (o *outbox) next() string {
	if !o.more {
		return ""
	}
	separator := "?"
	if o.view.name != "print" {
		separator = "&"
	}
	return o.view.url() + separator + "before=" + strconv.FormatInt(o.items[len(o.items)-1].ID, 10)
}

// first is the address of the newest, for whoever is behind them.
func (o *outbox) first() string {
	if o.before == 0 {
		return ""
	}
	return o.view.url()
}

// state says where a message stands.
func (o *outbox) state(m casefile.Outgoing) string {
	switch m.State {
	case message.IsWaiting:
		return o.waiting(m)
	case message.IsSent:
		return sent(m)
	case message.ToPrint:
		return "等着打印"
	case message.ToCall:
		if m.Reason != nil {
			return "请打电话或者当面告诉：" + *m.Reason
		}
		return "请打电话或者当面告诉"
	case message.IsPrinted:
		words := page.DateTime(*m.PrintedAt) + " 打印，等着交给本人或寄出"
		if m.PrintedName != nil {
			words = *m.PrintedName + " " + words
		}
		return words
	}
	if m.Reason != nil {
		return *m.Reason
	}
	return o.view.title
}

// waiting says what a message waits for.
func (o *outbox) waiting(m casefile.Outgoing) string {
	switch {
	case m.TryingAt != nil:
		return "正在发送"
	case m.SendAfter.After(o.now):
		return page.DateTime(m.SendAfter) + " 发出，在这以前可以撤回"
	case !o.gateway:
		return "等短信通道接通"
	case m.Tries > 0:
		return "短信通道试了 " + strconv.Itoa(int(m.Tries)) + " 次没有收下，过一阵自动再试"
	}
	return "马上发出"
}

func sent(m casefile.Outgoing) string {
	words := ""
	if m.SentAt != nil {
		words = page.DateTime(*m.SentAt) + " "
	}
	if m.Channel != nil && *m.Channel == message.Paper {
		return words + "已交给本人或寄出"
	}
	if m.Channel != nil && *m.Channel == message.Call {
		return words + "已打电话或者当面告诉"
	}
	return words + "已发出"
}

// to is whom a message tells, and how.
func (o *outbox) to(m casefile.Outgoing) string {
	switch {
	case m.State == message.ToPrint || m.State == message.IsPrinted || m.Channel != nil && *m.Channel == message.Paper:
		if m.ReplyBy == "letter" {
			return "书面（信）"
		}
		return "书面（纸条）"
	case m.Phone != nil:
		return *m.Phone
	}
	return "没有留电话"
}

// mayPrint: the sheet with the rating is not printed by whoever registered the case.
func (o *outbox) mayPrint(m casefile.Outgoing) bool {
	return !m.Kind.AsksForRating() || m.RegisteredBy != o.by.UserID
}

func (o *outbox) action(m casefile.Outgoing, act string) string {
	return "/messages/" + strconv.FormatInt(m.ID, 10) + "/" + act + "?view=" + o.view.name
}

// reasonID is the field for the reason of one row.
func reasonID(m casefile.Outgoing) string { return "reason-" + strconv.FormatInt(m.ID, 10) }
