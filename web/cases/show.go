package cases

import (
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/private"
	"lianluo/web/caseparts"
	"lianluo/web/page"
	"lianluo/web/ui"
)

type chip struct {
	kind ui.ChipKind
	text string
}

// chips are the exceptions of the case; the ordinary has none.
func (s *shown) chips() []chip {
	var chips []chip
	c := s.sheet.Case
	if due := caseparts.Due(s.item(), s.today); due.Late > 0 {
		chips = append(chips, chip{ui.ChipLate, "逾期 " + strconv.Itoa(due.Late) + " 天"})
	} else if due.Today {
		chips = append(chips, chip{ui.ChipSoon, "今天到期"})
	}
	if c.Supervised {
		chips = append(chips, chip{ui.ChipWatch, "重点督办"})
	}
	if c.Restricted {
		chips = append(chips, chip{ui.ChipPlain, "限制查看"})
	}
	if c.Round > 1 {
		chips = append(chips, chip{ui.ChipPlain, "第 " + strconv.Itoa(int(c.Round)) + " 次办理"})
	}
	if c.Outcome != nil {
		chips = append(chips, chip{outcomeLook(*c.Outcome), c.Outcome.Name()})
	}
	return chips
}

// item is the case as a list has it.
func (s *shown) item() casefile.Item {
	return casefile.Item{State: s.sheet.State, DueOn: s.sheet.DueOn, DueProvisional: s.sheet.DueProvisional}
}

func outcomeLook(o casefile.Outcome) ui.ChipKind {
	switch o {
	case casefile.Satisfied:
		return ui.ChipOK
	case casefile.Dissatisfied:
		return ui.ChipWatch
	}
	return ui.ChipPlain
}

func (s *shown) metaLine() string {
	return s.sheet.Number + "　" + s.category() + "　" + s.sheet.Station
}

// asked reports whether the citizen has been asked for a verdict.
func (s *shown) asked() bool { return s.sheet.State.Phase() >= casefile.Rating }

func (s *shown) verdictTitle() string {
	if s.asked() || len(s.sheet.Verdicts) > 0 {
		return "群众评价"
	}
	return "通知"
}

func (s *shown) category() string {
	if s.sheet.Parent != nil {
		return *s.sheet.Parent + "·" + s.sheet.Category
	}
	return s.sheet.Category
}

// phases is the case's way through the five steps: when each was passed, and by when the
// one that runs is due.
func (s *shown) phases() []ui.Step {
	passed := map[casefile.Phase]string{}
	for _, e := range s.events {
		if e.FromState != nil && e.ToState.Phase() > e.FromState.Phase() {
			for phase := e.FromState.Phase(); phase < e.ToState.Phase(); phase++ {
				passed[phase] = page.Date(e.At)
			}
		}
	}
	now := s.sheet.State.Phase()
	if now == casefile.Registering { // being registered is done; putting it in order is what waits
		now = casefile.Sorting
		passed[casefile.Registering] = page.Date(s.sheet.RegisteredAt)
	}
	steps := make([]ui.Step, len(casefile.PhaseNames))
	for i, name := range casefile.PhaseNames {
		phase := casefile.Phase(i + 1)
		steps[i] = ui.Step{Name: name, Note: "未开始"}
		switch {
		case phase < now:
			steps[i].Progress, steps[i].Note = ui.Done, strings.TrimSpace(passed[phase]+" 完成")
		case phase == now:
			steps[i].Progress, steps[i].Note = ui.Now, s.dueNote()
		}
	}
	return steps
}

func (s *shown) dueNote() string {
	due := s.sheet.DueOn
	if due == nil {
		return s.sheet.State.Name()
	}
	note := due.Chinese() + "前 应完成"
	if s.sheet.State == casefile.AwaitingRating {
		note = due.Chinese() + "前 可评价"
	} else if late := s.today.Sub(*due); late > 0 {
		note = due.Chinese() + "到期 逾期 " + strconv.Itoa(late) + " 天"
	}
	if s.sheet.DueProvisional {
		note += "（暂定）"
	}
	return note
}

func (s *shown) facts() []ui.Fact {
	sheet := s.sheet
	who := sheet.VisitorFor(s.by)
	var more []string
	if sheet.Gender != nil {
		more = append(more, map[string]string{"male": "男", "female": "女"}[*sheet.Gender])
	}
	if sheet.Village != nil {
		home := private.MaskAddress(*sheet.Village)
		if s.phone != "" { // revealed, with a reason
			home = *sheet.Village
		}
		more = append(more, home)
	}
	if len(more) > 0 {
		who += "（" + strings.Join(more, "，") + "）"
	}
	facts := []ui.Fact{{Label: "来访人", Value: who}}
	switch {
	case sheet.Phone != nil:
		facts = append(facts, ui.Fact{Label: "电话", Value: *sheet.Phone})
	case s.by.Role != auth.Unit:
		facts = append(facts, ui.Fact{Label: "电话", Value: "没有留"})
	}
	if sheet.Persons > 1 {
		facts = append(facts, ui.Fact{Label: "同来人数", Value: strconv.Itoa(int(sheet.Persons)) + " 人"})
	}
	facts = append(facts,
		ui.Fact{Label: "方式", Value: option.NameOf(casefile.Ways, sheet.Way)},
		ui.Fact{Label: "性质", Value: option.NameOf(casefile.Natures, sheet.Nature)},
		ui.Fact{Label: "来访时间", Value: page.FullDateTime(sheet.ReceivedAt)},
		ui.Fact{Label: "地点", Value: sheet.Place},
		ui.Fact{Label: "接待代表", Value: s.listeners()},
		ui.Fact{Label: "登记人", Value: sheet.Recorded, Body: s.entered()},
		ui.Fact{Label: "回复方式", Value: option.NameOf(casefile.ReplyBys, sheet.ReplyBy)})
	if sheet.Late {
		facts = append(facts, ui.Fact{Label: "补录", Value: "照纸质登记表补录，" + page.FullDateTime(sheet.EnteredAt) + "录入"})
	}
	if n := len(sheet.CameBack); n > 0 {
		facts = append(facts, ui.Fact{Label: "再次来访", Value: "为这件事来过 " + strconv.Itoa(n+1) + " 次，最近一次 " + page.FullDateTime(sheet.CameBack[n-1].At)})
	}
	if len(sheet.Kin) > 0 {
		facts = append(facts, ui.Fact{Label: "同一件事", Body: s.kin()})
	}
	if sheet.Unit != nil {
		facts = append(facts, ui.Fact{Label: "承办单位", Value: *sheet.Unit})
	}
	if sheet.Proposal != nil {
		facts = append(facts, ui.Fact{Label: "拟办意见", Value: *sheet.Proposal})
	}
	if sheet.Promise != nil && sheet.PromiseOn != nil {
		facts = append(facts, ui.Fact{Label: "承诺", Value: sheet.PromiseOn.Chinese() + "前：" + *sheet.Promise})
	}
	if sheet.Outcome != nil {
		chain := "六个环节齐全"
		if missing := casefile.Chain(sheet.Case, s.events, sheet.Told); len(missing) > 0 {
			chain = "缺：" + strings.Join(missing, "、")
		}
		facts = append(facts, ui.Fact{Label: "闭环", Value: chain})
	}
	return facts
}

// kinWords say what another case about the same thing is to this one.
func kinWords(k casefile.Kin) string {
	how := map[casefile.How]string{casefile.Leads: "并在这一件里一起办", casefile.Follows: "并到本件", casefile.Before: "办结后又来反映，这是原来那件",
		casefile.Named: "先有人反映", casefile.Names: "后来又有人反映"}[k.How]
	state := k.State.Name()
	if k.Outcome != nil {
		state = k.Outcome.Name()
	}
	return "　" + how + "，" + k.Station + "，" + state
}

// named is the open case that somebody brought before, of whom this one's visitor said the same.
func (s *shown) named() (k casefile.Kin, found bool) {
	i := slices.IndexFunc(s.sheet.Kin, func(k casefile.Kin) bool { return k.How == casefile.Named && k.Outcome == nil })
	if i < 0 {
		return k, false
	}
	return s.sheet.Kin[i], true
}

// leadNumber is the case into which this one is likely to be merged: a station merges its own,
// the county all.
func (s *shown) leadNumber() string {
	k, found := s.named()
	if !found || k.Station != s.sheet.Station && s.by.Level() != "county" {
		return ""
	}
	return k.Number
}

// proposed is what the proposal begins with: that it should be merged, where somebody said the same.
func (s *shown) proposed() string {
	k, found := s.named()
	switch {
	case s.sheet.Proposal != nil || !found:
		return null.Value(s.sheet.Proposal)
	case k.Station != s.sheet.Station:
		return "和 " + k.Number + "（" + k.Station + "）说的可能是同一件事，请县里看要不要并案。"
	}
	return "和 " + k.Number + " 说的是同一件事，建议并案，一起办，分别答复。"
}

func (s *shown) listeners() string {
	if len(s.sheet.Listeners) == 0 {
		return "没有代表在场"
	}
	names := make([]string, len(s.sheet.Listeners))
	for i, d := range s.sheet.Listeners {
		names[i] = d.Name
	}
	return strings.Join(names, "、")
}

func (s *shown) mayReveal() bool {
	return s.phone == "" && s.sheet.Phone != nil && s.by.MayOn(auth.RevealPhone, s.sheet.Subject()) &&
		(s.by.Role != auth.Unit || s.sheet.MayCall)
}

// trail is what happened, in words, and what stands out as a step back.
func (s *shown) trail() []ui.TrailItem {
	items := make([]ui.TrailItem, 0, len(s.events)+1)
	for _, e := range s.events {
		meta := page.DateTime(e.At) + "　" + e.ActorName
		if role := auth.Names[auth.Role(e.ActorRole)]; role != e.ActorName {
			meta += "（" + role + "）"
		}
		item := ui.TrailItem{Heading: heading(e), Meta: meta, Body: body(e), Progress: ui.Done}
		if stepsBack[e.Step] {
			item.Progress = ui.Returned
		}
		items = append(items, item)
	}
	if s.sheet.Outcome == nil {
		now := ui.TrailItem{Heading: s.sheet.State.Name(), Progress: ui.Now}
		if s.sheet.DueOn != nil {
			now.Meta = s.dueNote() + s.reminded()
		}
		items = append(items, now)
	}
	return items
}

// reminded says how often whoever has the case was reminded.
func (s *shown) reminded() string {
	r := s.sheet.Reminded
	if r.Times == 0 || r.Last == nil {
		return ""
	}
	return "　已提醒 " + strconv.Itoa(r.Times) + " 次，最近是" + page.Date(*r.Last)
}

// stepsBack stand as a square, not only in red.
var stepsBack = map[casefile.Step]bool{casefile.Improve: true, casefile.AskStation: true, casefile.RequestReturn: true,
	casefile.GrantReturn: true, casefile.Overrule: true, casefile.Rehandle: true, casefile.Object: true, casefile.Urge: true}

func heading(e casefile.Event) string {
	words := e.Step.Name()
	if e.UnitName != nil {
		words += "：" + *e.UnitName
	}
	if class, ok := e.Detail["class"].(string); ok && class != "" {
		words += "（" + class + " 类）"
	}
	if times := e.Times(); times > 0 {
		words += "（第 " + strconv.Itoa(times) + " 次）"
	}
	return words
}

// body is what was said at a step: its text and its reason.
func body(e casefile.Event) string {
	var lines []string
	if e.Body != nil {
		lines = append(lines, *e.Body)
	}
	if e.Reason != nil {
		lines = append(lines, "理由："+*e.Reason)
	}
	if from, to, moved := e.Transferred(); moved {
		lines = append(lines, "由"+from+"转到"+to)
	}
	for _, m := range e.Moves() {
		name := m.Clock.Name()
		if m.Unit != "" {
			name += "（" + m.Unit + "）"
		}
		lines = append(lines, name+"由"+m.From.Chinese()+"改为"+m.To.Chinese())
	}
	if due, ok := e.Detail["due"].(string); ok {
		if d, err := calendar.ParseDate(due); err == nil {
			lines = append(lines, "办理期限："+d.Chinese())
		}
	}
	return strings.Join(lines, "\n")
}

// waitingFor and whoNext tell a reader who has nothing to do what the case waits for.
func (s *shown) waitingFor() string {
	if s.sheet.Outcome != nil {
		return "这件事" + s.sheet.State.Name() + "（" + s.sheet.Outcome.Name() + "）"
	}
	return "现在：" + s.sheet.State.Name()
}

func (s *shown) whoNext() string {
	switch s.sheet.State {
	case casefile.AwaitingRating:
		return "等群众评价。不评价的，到期按“未评价”办结，不算满意。"
	case casefile.Closed, casefile.Archived:
		return "办结时间：" + page.FullDateTime(*s.sheet.ClosedAt)
	case casefile.Registered:
		return "等联络站梳理。"
	case casefile.Sorted:
		return "等站长分办，或者报县。"
	case casefile.Reported:
		return "等县人大代表工委分办。"
	case casefile.Assigned, casefile.Handling:
		return "等" + null.Value(s.sheet.Unit) + "办理。"
	case casefile.Submitted:
		return "等交办的一级审核办理结果。"
	case casefile.Approved:
		return "等联络站告诉群众和代表。"
	case casefile.Merged:
		return "随主件一起办，结果仍会分别告诉每一位来访人。"
	}
	return "不用您办。" + s.dueNote() + "。"
}
