package ratings

import (
	"strconv"

	"lianluo/internal/casefile"
	"lianluo/internal/rating"
	"lianluo/web/page"
)

// ending is a link that cannot be answered: what is the matter, and what to do next.
type ending struct {
	title, words, what string
	lookup             bool // the way by the 查询码 is offered
}

var unknown = ending{title: "没有找到这个评价链接", words: "链接可能没有复制完整。",
	what: "请再点一次短信里的链接。还是打不开的，可以用查询码看办到哪一步，也可以到联络站评价。", lookup: true}

// over is why a link that was once good can not be answered, and what can be done.
func (l *link) over() ending {
	waits := l.State == casefile.AwaitingRating
	switch {
	case l.Standing() == rating.Replaced && waits:
		return ending{title: "这个链接换成新的了", words: "给您发过新的短信，或者换过新的评价单。",
			what: "请点最近一条短信里的链接，或者用最近那张评价单评价。"}
	case l.Standing() == rating.Replaced:
		return ending{title: "这个链接不用了", words: "您已经用别的方式评价过，或者这件事又有了新的进展。",
			what: "想看现在办到哪一步，可以用查询码查，也可以打电话问。", lookup: true}
	case l.Standing() == rating.Expired && waits:
		return ending{title: "这个评价链接过期了", words: "链接到" + page.Date(l.ExpiresAt.Add(-1)) + "为止。",
			what: "您仍可以评价：打电话，或者到联络站，请工作人员记下来。"}
	case l.Standing() == rating.Expired:
		return ending{title: "这个评价链接过期了", words: "链接到" + page.Date(l.ExpiresAt.Add(-1)) + "为止，评价的时间已经过了。",
			what: "对结果不满意，或者有新的情况，请打电话或者到联络站说，可以再登记。", lookup: true}
	}
	return ending{title: "这件事现在不用评价", words: "它已经到了下一步。", what: "想看现在办到哪一步，可以用查询码查，也可以打电话问。", lookup: true}
}

// dissatisfied reports whether the stored answer asks for handling again.
func (l *link) dissatisfied() bool {
	return rating.Submission{Result: int(*l.Result), Attitude: int(*l.Attitude)}.Dissatisfied()
}

// follows is what comes of a dissatisfied answer.
func (l *link) follows() string {
	switch {
	case l.CaseRound > l.Round && l.State == casefile.AwaitingRating:
		return "已经重新办过，请点最近一条短信里的链接再评一次。"
	case l.CaseRound > l.Round:
		return "已经决定重新办理，办好了再请您评价。您不用再做什么。"
	case l.State == casefile.Review:
		return "联络站会在 " + strconv.Itoa(l.reviewDays) + " 个工作日内研究，由人来决定是否重新办理。您不用再做什么。"
	case l.State == casefile.Study:
		return "县里正在研究，有了结果会告诉您。您不用再做什么。"
	}
	return "已经重新研究过，这件事办结了。有新的情况，请打电话或者到联络站说。"
}

// amendable says until when the answer can be changed, or why no longer; "" where there
// is nothing to say.
func (l *link) amendable() string {
	switch {
	case l.MayAmend():
		return page.Date(l.RatedAt.Add(rating.AmendFor)) + "前可以改一次。"
	case l.Amended:
		return "您已经改过一次，以这次为准。"
	}
	return ""
}

func word(stored *int16) string { return rating.Levels[int(*stored)] }
