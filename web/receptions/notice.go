package receptions

import (
	"cmp"
	"net/http"
	"strings"

	"lianluo/internal/null"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
)

// notice is the day's notice as it hangs on the wall.
func (h Handler) notice(w http.ResponseWriter, r *http.Request) error {
	var e *reception.Entry
	var next **reception.Next
	err := h.view(r, func(v *tenant.View) { e, next = reception.Of(v, session.By(r), id(r)), reception.NextAfter(v, id(r)) })
	if err != nil {
		return err
	}
	title := "接待日公告"
	if e.State == reception.Cancelled {
		title = "接待日取消公告"
	}
	f := frame(r, title, problem{})
	f.Print = true // it looks on the screen as on the wall
	return page.Render(w, r, http.StatusOK, h.noticePage(f, *e, *next))
}

// reasons are the office's own reason, and where citizens are told one what they are told.
func reasons(inside, public *string, told bool) string {
	words := null.Value(inside)
	if told && words != "" {
		words += "（公告上写：" + cmp.Or(null.Value(public), reception.ForSomeReason) + "）"
	}
	return words
}

// standingNow says, above a day's notice, whether it is one to hang up.
func standingNow(e reception.Entry) string {
	switch {
	case e.State == reception.Cancelled && e.PublishedAt != nil:
		return "这一天已经取消，网页上也写着。请把墙上原来的公告换成这一张。"
	case e.State == reception.Cancelled:
		return "这一天已经取消。它没有在网页上公告过；墙上没有贴过的，不用贴这一张。"
	case e.State == reception.WasHeld:
		return "这一天已经接待过了。"
	case e.Withheld:
		return "这一天的公告已经撤回，先不要贴。"
	case e.State == reception.Planned && e.Kind != "household":
		return "这一天还没有在网页上公告。"
	}
	return ""
}

// noticeDate is when the notice was published; of a day that was called off, today.
func noticeDate(e reception.Entry, today calendar.Date) string {
	if e.PublishedAt != nil && e.State != reception.Cancelled {
		today = calendar.DateOf(*e.PublishedAt)
	}
	date, _, _ := strings.Cut(today.ChineseLong(), " ")
	return date
}
