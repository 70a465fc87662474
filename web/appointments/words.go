package appointments

import (
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/reception"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// filling says that citizens can soon ask no more, or cannot already.
func (a *all) filling() string {
	if a.counts.Fullest < reception.NearlyFull {
		return ""
	}
	where := "本站"
	if a.county() {
		where = "有一个联络站"
	}
	return where + "等答复的申请有 " + itoa(a.counts.Fullest) + " 个，满 " + itoa(reception.MostOfStation) +
		" 个群众就不能在网上申请了（工作人员照样能登记）。请尽快答复；乱填的，答复“约不成”。"
}

// standing says where a message stands.
func (o one) standing(m message.Message) string {
	switch m.State {
	case message.IsWaiting:
		if m.TryingAt != nil {
			return "正在发送"
		}
		how := "发短信"
		if o.ReplyBy != "message" {
			how = "列出来打电话或者当面告诉"
		}
		if !m.SendAfter.After(o.now) {
			return "马上" + how
		}
		return page.DateTime(m.SendAfter) + " " + how + "，在这以前可以撤回"
	case message.IsSent:
		if null.Value(m.Channel) == message.Call {
			return page.DateTime(*m.SentAt) + " 已经打电话或者当面告诉"
		}
		return page.DateTime(*m.SentAt) + " 短信已发出"
	case message.ToCall:
		return "请打电话或者当面告诉，照下面念：" + null.Value(m.Reason)
	case message.IsFailed:
		return "没有发出去：" + null.Value(m.Reason)
	}
	return "没有发：" + null.Value(m.Reason)
}

// letters are the messages, in their order.
func (o one) letters() []ui.TrailItem {
	items := make([]ui.TrailItem, len(o.told))
	for i, m := range o.told {
		items[i] = ui.TrailItem{Heading: message.Names[m.Kind], Meta: o.standing(m), Progress: ui.Todo}
		switch m.State {
		case message.IsSent:
			items[i].Progress = ui.Done
		case message.ToCall, message.IsFailed:
			items[i].Progress = ui.Now
		case message.Withdrawn:
			items[i].Progress = ui.Returned
			continue
		}
		items[i].Body = null.Value(m.Body)
	}
	return items
}

func (o one) waitsForCall() bool {
	for _, m := range o.told {
		if m.State == message.ToCall || m.State == message.IsFailed {
			return true
		}
	}
	return false
}

// happened are the events, as the page says them.
var happened = map[string]string{"asked": "申请", reception.Confirmed: "约定", reception.Rebooked: "改约", reception.Declined: "答复约不成",
	reception.Recalled: "本人取消", "lost": "约好的那天有变", reception.Came: "来了，已登记来访", reception.Absent: "没有来", "reseated": "想见的代表那天来不了", "undone": "撤回答复"}

func (o one) trail() []ui.TrailItem {
	items := make([]ui.TrailItem, len(o.history))
	for i, e := range o.history {
		items[i] = ui.TrailItem{Heading: happened[e.Kind], Meta: page.DateTime(e.HappenedAt) + "　" + e.ByName, Body: null.Value(e.Reason), Progress: ui.Done}
		if e.Date != nil {
			items[i].Heading += "：" + e.Date.Chinese() + " " + null.Value(e.At)
		}
		switch e.Kind {
		case "lost", "undone", reception.Declined, reception.Recalled, reception.Absent:
			items[i].Progress = ui.Returned
		}
	}
	return items
}
