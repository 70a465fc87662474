package lookups

import (
	"strconv"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// told is the progress in the citizen's words.
type told struct{ *casefile.Progress }

// state is where the matter stands, in one line.
func (p told) state() string {
	switch {
	case p.Restricted:
		return "正在办理"
	case p.Outcome == nil:
		return p.State.Plain()
	}
	switch *p.Outcome {
	case casefile.Refused:
		return "这件事不归联络站办"
	case casefile.Referred:
		return "已转给有关部门"
	case casefile.Kept:
		return "已留作参考"
	case casefile.Withdrawn:
		return "已经撤回"
	}
	return p.State.Plain()
}

// who is who has it now, or "".
func (p told) who() string {
	if p.Unit == nil {
		return ""
	}
	switch p.State {
	case casefile.Assigned, casefile.Handling, casefile.ExtensionRequested, casefile.Submitted, casefile.Paused:
		return "由" + *p.Unit + "办理"
	}
	return ""
}

// next is what happens now, by when, and whether the citizen has to do anything.
func (p told) next() string {
	switch p.State {
	case casefile.Registered:
		return p.by("联络站", "看您反映的事") + nothing
	case casefile.Sorted, casefile.Reported, casefile.ReturnRequested:
		return p.by("", "定下来由谁办") + nothing
	case casefile.RefusalProposed:
		return p.by("正在核对这件事该由哪里办，", "核对完，再告诉您") + nothing
	case casefile.Merged:
		return "别人也反映了同样的事，正在一起办，办好了会告诉您。" + nothing
	case casefile.Suggested:
		return p.by("代表已经把它写成建议提出，", "答复") + nothing
	case casefile.Assigned, casefile.Handling, casefile.ExtensionRequested:
		return p.promised() + nothing
	case casefile.Submitted:
		return p.by("已有办理结果，", "审完，再告诉您") + nothing
	case casefile.Paused:
		if p.DueOn != nil {
			return "现在还办不了，" + p.DueOn.Chinese() + "再看。"
		}
		return "现在还办不了，过些日子再看。"
	case casefile.Approved:
		return p.by("联络站", "告诉您结果") + nothing
	case casefile.AwaitingRating:
		return "请您评价。短信里有一个评价的链接，点开就能评。没有收到短信的，打电话或者到联络站也能评。"
	case casefile.Review, casefile.Study:
		return p.by("", "决定要不要重新办") + nothing
	}
	if p.PromiseOn != nil && !p.PromiseOn.Before(p.Today) {
		return "承办单位答应" + p.PromiseOn.Chinese() + "前办好，到时候会再看。"
	}
	return "有新的情况，请打电话或者到联络站说。"
}

const nothing = "您现在不用做什么。"

// by says what is done by the end of the clock that runs, or how late it is.
func (p told) by(who, what string) string {
	switch {
	case p.DueOn == nil:
		return who + "会" + what + "。"
	case p.DueOn.Before(p.Today):
		return who + "会" + what + "。" + late(p.Today, *p.DueOn)
	}
	return who + p.DueOn.Chinese() + "前" + what + "。"
}

// promised is by when the unit answers.
func (p told) promised() string {
	switch {
	case p.Promised == nil:
		return "办好了会告诉您。"
	case p.Promised.Before(p.Today):
		return late(p.Today, *p.Promised)
	}
	return p.Promised.Chinese() + "前给您答复。"
}

func late(today, due calendar.Date) string {
	return "比答应的晚了 " + strconv.Itoa(today.Sub(due)) + " 天，着急的话请打电话问联络站。"
}

// passed are the words for a step that was taken; the other steps are the office's own.
var passed = map[casefile.Step]string{
	casefile.Register: "已登记", casefile.Sort: "已看过", casefile.AnswerNow: "当场答复了您", casefile.Raise: "报到县里办",
	casefile.Suggest: "代表写成建议提出", casefile.GrantReturn: "重新确定由谁办", casefile.Pause: "暂缓办理",
	casefile.Resume: "恢复办理", casefile.Merge: "和同样的事一起办", casefile.GiveFeedback: "告诉了您结果",
	casefile.Rate: "您评价了", casefile.Amend: "您改了评价", casefile.Rehandle: "您不满意，重新办理",
	casefile.Uphold: "重新研究过，结果不变", casefile.WindowEnds: "没有收到评价，办完了", casefile.PromiseDue: "答应的日子到了，接着办",
	casefile.Withdraw: "已撤回",
}

// trail is what has happened, what happens now and what is to come.
func (p told) trail() []ui.TrailItem {
	var items []ui.TrailItem
	for _, step := range p.Passed {
		words := passed[step.Step]
		switch {
		case step.Step == casefile.HandOut && step.Unit != nil:
			words = "交" + *step.Unit + "办理"
			if n := len(items) - 1; items[n].Heading == passed[casefile.Sort] { // one line for both
				words = passed[casefile.Sort] + "，" + words
				items = items[:n]
			}
		case step.Step == casefile.Reassign && step.Unit != nil:
			words = "改由" + *step.Unit + "办理"
		}
		if words == "" {
			continue
		}
		item := ui.TrailItem{Heading: words, Meta: page.Date(step.At), Progress: ui.Done}
		if step.Step == casefile.Rehandle || step.Step == casefile.GrantReturn {
			item.Progress = ui.Returned
		}
		items = append(items, item)
	}
	p.answer(items)
	return append(items, p.ahead(items)...)
}

// answer puts the answer under the step by which the citizen got it.
func (p told) answer(items []ui.TrailItem) {
	if p.Answer == nil {
		return
	}
	for i := len(items) - 1; i >= 0; i-- {
		if h := items[i].Heading; h == passed[casefile.GiveFeedback] || h == passed[casefile.AnswerNow] {
			items[i].Body = *p.Answer
			return
		}
	}
}

// ahead is what happens now, and what is to come.
func (p told) ahead(items []ui.TrailItem) []ui.TrailItem {
	if p.Outcome != nil {
		return nil
	}
	var ahead []ui.TrailItem
	switch p.State {
	case casefile.Registered:
		items[0].Progress = ui.Now
		ahead = append(ahead, ui.TrailItem{Heading: "联络站看过", Progress: ui.Todo})
	case casefile.Merged: // its own step says it
		items[len(items)-1].Progress = ui.Now
	default:
		now := ui.TrailItem{Heading: p.now(), Progress: ui.Now}
		if signed := p.Last(casefile.Sign); signed != nil && p.State == casefile.Handling && p.Round == signed.Round {
			now.Meta = page.Date(signed.At)
		}
		ahead = append(ahead, now)
	}
	for _, todo := range []struct {
		before casefile.Phase
		words  string
	}{{casefile.Working, "正在办理"}, {casefile.FeedingBack, "告诉您结果"}, {casefile.Rating, "请您评价"}} {
		if p.State.Phase() < todo.before && (p.State != casefile.Merged || todo.before != casefile.Working) {
			ahead = append(ahead, ui.TrailItem{Heading: todo.words, Progress: ui.Todo})
		}
	}
	return ahead
}

// now is the state beside a trail that already says that it was looked at.
func (p told) now() string {
	switch p.State {
	case casefile.Sorted, casefile.Reported:
		return "正在确定由谁办"
	case casefile.RefusalProposed:
		return "正在核对该由哪里办"
	case casefile.Suggested:
		return "代表建议正在办理"
	case casefile.Assigned:
		return "等承办单位接收"
	}
	return p.State.Plain()
}

// level is a deputy's highest level in full.
func level(f casefile.Follower) string {
	if f.Level == nil {
		return "人大代表"
	}
	return deputy.LevelNames[*f.Level]
}
