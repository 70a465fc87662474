package lookups

import (
	"strings"

	"lianluo/internal/reception"
	"lianluo/web/page"
)

// meeting is a request for an appointment in the citizen's words.
type meeting struct {
	*reception.Booked
	q       question // by which it was found, and is taken back
	done    string   // what was just done
	refused bool     // or was not
}

// state is how it stands, in one line.
func (m meeting) state() string {
	switch m.State {
	case reception.Asked:
		return "还没有约定，等联络站答复"
	case reception.Confirmed:
		return "约好了"
	case reception.Rebooked:
		return "改了时间"
	case reception.Declined:
		return "这次没有约成"
	case reception.Recalled:
		return "已经取消"
	case reception.Came:
		return "已经来过联络站"
	}
	return "那天没有等到您"
}

// next is what the citizen may expect, or do.
func (m meeting) next() string {
	switch m.State {
	case reception.Asked:
		words := "联络站最晚 " + m.DueOn.ChineseLong() + " 答复您。"
		if m.DueOn.Before(m.Today) {
			words = "答复晚了，" + m.DueOn.Chinese() + "就该答复您。着急的话请打电话问联络站。"
		}
		if m.LostOn != nil {
			words = "原来约的" + m.LostOn.Chinese() + "有变，要另外约。" + words
		}
		return words
	case reception.Confirmed, reception.Rebooked:
		if m.Date != nil && m.Date.Before(m.Today) {
			return "那一天已经过了。"
		}
		return "请按时来。来不了，请在下面取消，或者打电话告诉联络站。"
	case reception.Declined:
		return "公布的接待日不用预约，可以直接来；也可以换个时间再约。"
	case reception.Recalled:
		return "还想和代表谈的，可以再约，或者在公布的接待日来。"
	case reception.Came:
		return "您说的事登记以后有另外的查询码，在回执上。"
	}
	return "还想和代表谈的，可以再约，或者在公布的接待日来。"
}

// why is the reason that was given, where there is one for the citizen to read.
func (m meeting) why() string {
	switch {
	case m.Reason == nil || m.State == reception.Recalled || m.State == reception.Came || m.State == reception.Absent:
		return ""
	}
	return *m.Reason
}

func (m meeting) place() string {
	if m.Address != nil {
		return m.Place + "（" + *m.Address + "）"
	}
	return m.Place
}

func (m meeting) who() string { return strings.Join(m.Deputies, "、") }

func (m meeting) asked() string { return page.Date(m.CreatedAt) + "申请约见人大代表" }
