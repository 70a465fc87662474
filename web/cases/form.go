package cases

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/web/forms"
	"lianluo/web/ui"
)

// form is how a step is filled in: which fields, in their order, under which words. What
// is demanded is the workflow's own table; a step without a form has no page yet.
type form struct {
	fields []string
	label  map[string]string // of a field, where the step has its own word for it
	hint   string            // before the fields: what the step means
	rest   bool              // not the usual next step: stands under 其他办法
	stop   bool              // cannot be taken back, or weighs heavily
}

var stepForms = map[casefile.Step]form{
	casefile.Sort: {fields: []string{"title", "category_id", "level", "proposal"},
		hint: "用一句话写明是什么事，说清由哪里办、怎么办。群众的原话不会改动。"},
	casefile.Report: {fields: []string{"proposal"}, hint: "报给县人大代表工委分办。"},
	casefile.HandOut: {fields: []string{"unit_id", "due_on", "text", "may_call"},
		label: map[string]string{"text": "分办意见"}, hint: "交给一个单位主办。期限不填，按县里的规定算。"},
	casefile.Merge:      {fields: []string{"lead_number"}, rest: true, hint: "和那一件一起办，办完了分别答复。并错了的可以取出。"},
	casefile.TakeOut:    {fields: []string{"reason"}, rest: true, hint: "不和主件一起办了，回到并案以前的环节。"},
	casefile.AskStation: {fields: []string{"text"}, label: map[string]string{"text": "要补充什么"}, rest: true},
	casefile.PassDown:   {fields: []string{"reason"}, hint: "由乡镇办理，理由会记入事项并计数。", rest: true},
	casefile.Raise:      {fields: []string{"reason"}, hint: "乡镇办不了的，提到县里。理由会记入事项并计数。", rest: true},
	casefile.Confirm:    {fields: []string{}, hint: "同意后由联络站告诉群众。"},
	casefile.Overrule:   {fields: []string{"reason"}, rest: true},
	casefile.Sign:       {fields: []string{}, hint: "签收后开始办理。不归本单位办的，请在签收期限内申请退回。"},
	casefile.RequestReturn: {fields: []string{"reason"}, rest: true,
		label: map[string]string{"reason": "为什么不归本单位办，应由谁办"}},
	casefile.GrantReturn:      {fields: []string{}, hint: "同意后要重新分办。"},
	casefile.RefuseReturn:     {fields: []string{"reason"}, rest: true},
	casefile.RequestExtension: {fields: []string{"days", "reason"}, rest: true},
	casefile.GrantExtension:   {fields: []string{}, hint: "同意后期限顺延，并告诉群众。"},
	casefile.RefuseExtension:  {fields: []string{"reason"}, rest: true},
	casefile.Pause:            {fields: []string{"reason", "day"}, label: map[string]string{"day": "哪一天再看"}, rest: true},
	casefile.Resume:           {fields: []string{}},
	casefile.CoOpinion:        {fields: []string{"text"}, label: map[string]string{"text": "协办意见"}},
	casefile.Submit: {fields: []string{"text", "class", "promise", "promise_on"},
		label: map[string]string{"text": "办理结果"}, hint: "写给群众看：做了什么，办到什么程度。还没有办好的，写明承诺什么、哪一天完成。"},
	casefile.Approve: {fields: []string{}, hint: "通过后由联络站向群众和代表反馈。"},
	casefile.Improve: {fields: []string{"text"}, label: map[string]string{"text": "哪里要补正"}, rest: true},
	casefile.GiveFeedback: {fields: []string{"text", "feedback"},
		label: map[string]string{"text": "告诉群众的话"}, hint: "先告诉群众和接待代表，再登记在这里。登记后系统请群众评价。"},
	casefile.FeedbackTried: {fields: []string{"reason"}, label: map[string]string{"reason": "什么时候、怎样联系，为什么没有联系上"}, rest: true},
	casefile.Rate: {fields: []string{"ratings"}, rest: true,
		hint: "只在群众本人到站或电话回访时使用，会注明是怎样评价的。登记这件事的人不能代为评价。"},
	casefile.Rehandle: {fields: []string{"reason"}, hint: "开始第二次办理，期限重新计算，并告诉群众。"},
	casefile.Uphold: {fields: []string{"reason", "text"}, label: map[string]string{"reason": "为什么维持", "text": "是怎样向群众说明的"},
		rest: true, stop: true, hint: "维持后办结，注明群众不满意。"},
	casefile.Escalate: {fields: []string{}, hint: "第二次办理后仍不满意的，提交县里研判。"},
	casefile.Conclude: {fields: []string{"text", "handle"}, label: map[string]string{"text": "研判结论"}, stop: true},
	casefile.Urge:     {fields: []string{}, rest: true, hint: "记入事项，3 天内只能催一次。"},
	casefile.Supervise: {fields: []string{"text", "day"}, label: map[string]string{"text": "督办要求", "day": "要求哪一天办好"},
		rest: true},
	casefile.Unsupervise: {fields: []string{"reason"}, rest: true},
	casefile.Note:        {fields: []string{"text"}, label: map[string]string{"text": "记事"}, rest: true},
	casefile.Addendum:    {fields: []string{"text"}, label: map[string]string{"text": "补充情况"}, rest: true},
	casefile.Withdraw:    {fields: []string{"reason"}, label: map[string]string{"reason": "群众为什么撤回，怎样说的"}, rest: true, stop: true},
}

func formOf(step casefile.Step) *form {
	f, ok := stepForms[step]
	if !ok {
		return nil
	}
	return &f
}

// labels are the words of the fields, where a step has none of its own.
var labels = map[string]string{"reason": "理由", "text": "说明", "title": "事项名称", "category_id": "类别", "level": "由哪里办",
	"proposal": "拟办意见", "unit_id": "承办单位", "lead_number": "并到哪一件（编号）", "due_on": "办理期限", "may_call": "承办单位需要打电话联系来访人",
	"class": "结果分类", "promise": "承诺做什么", "promise_on": "承诺哪一天完成", "day": "日期", "days": "延长几个工作日", "handle": "怎么办"}

func (f form) labelOf(name string) string {
	if label := f.label[name]; label != "" {
		return label
	}
	return labels[name]
}

// mainSteps and restSteps part what the reader may do: what comes next, and 其他办法.
func (s *shown) mainSteps() []casefile.Step { return s.steps(false) }
func (s *shown) restSteps() []casefile.Step { return s.steps(true) }

func (s *shown) steps(rest bool) []casefile.Step {
	var steps []casefile.Step
	for _, step := range s.choices {
		if step == casefile.Supervise && s.sheet.Supervised || step == casefile.Unsupervise && !s.sheet.Supervised {
			continue // allowed, and without a meaning now
		}
		if f := formOf(step); f != nil && f.rest == rest {
			steps = append(steps, step)
		}
	}
	return steps
}

// order is the fields of the form that was tried, as they stand on the page.
func (s *shown) order() []string {
	f := formOf(s.tried)
	if f == nil {
		return nil
	}
	var ids []string
	for _, name := range f.fields {
		names := []string{name}
		switch name {
		case "feedback":
			names = []string{"citizen_way", "citizen_on"}
			for _, d := range s.sheet.Listeners {
				names = append(names, deputyField(d.ID, "way"), deputyField(d.ID, "on"))
			}
		case "ratings":
			names = []string{"channel", "result", "attitude", "comment"}
		}
		for _, name := range names {
			ids = append(ids, fieldID(s.tried, name))
		}
	}
	return ids
}

// offered reports whether the form that was tried is still on the page.
func (s *shown) offered() bool { return slices.Contains(s.choices, s.tried) }

// typedFacts is what was typed into a form that is gone.
func (s *shown) typedFacts() []ui.Fact {
	f := formOf(s.tried)
	if f == nil {
		return nil
	}
	var facts []ui.Fact
	for _, name := range f.fields {
		if value := s.inWords(name, strings.TrimSpace(s.typed.Get(name))); value != "" {
			facts = append(facts, ui.Fact{Label: f.labelOf(name), Value: value})
		}
	}
	if comment := s.typed.Get("comment"); comment != "" && s.tried == casefile.Rate {
		facts = append(facts, ui.Fact{Label: "群众还说了什么", Value: comment})
	}
	return facts
}

// inWords is a field's value as its reader knows it.
func (s *shown) inWords(name, value string) string {
	var options []ui.Option
	switch name {
	case "unit_id":
		options = s.unitOptions()
	case "category_id":
		options = s.categoryOptions()
	case "level":
		options = levelOptions
	case "class":
		options = s.classOptions()
	case "handle":
		options = handleOptions
	case "may_call":
		options = []ui.Option{{Value: "1", Name: "是"}}
	case "due_on", "promise_on", "day":
		if d, err := calendar.ParseDate(value); err == nil {
			return d.Chinese()
		}
	}
	for _, o := range options {
		if o.Value == value {
			return o.Name
		}
	}
	return value
}

func deputyField(id int64, name string) string { return fmt.Sprintf("deputy_%d_%s", id, name) }

// input reads a step's form, leniently: the domain judges it. What is no date or number at
// all is said at its field.
func input(r *http.Request, step casefile.Step) (casefile.Input, errs.Invalid) {
	bad := errs.Invalid{}
	text := func(name string) string { return county.Trimmed(r.PostFormValue(name)) }
	date := func(name string) calendar.Date { return forms.Date(bad, text(name), name) }
	number := func(name string) int64 { return forms.Number(r, name) } // 0: the domain asks for it
	version := forms.Began(r)
	if version < 1 {
		bad[""] = "这张表打开得不完整，请刷新后再办。"
	}
	key, _ := uuid.Parse(text("key"))
	in := casefile.Input{Step: step, Version: version, Key: key, Reason: text("reason"), Text: text("text"),
		Title: text("title"), CategoryID: number("category_id"), Level: text("level"), Proposal: text("proposal"),
		LeadNumber: strings.ToUpper(text("lead_number")), UnitID: number("unit_id"), DueOn: date("due_on"), MayCall: text("may_call") != "",
		Class: text("class"), Promise: text("promise"), PromiseOn: date("promise_on"),
		Day: date("day"), Days: int(number("days")), Handle: text("handle") == "again",
		Result: int(number("result")), Attitude: int(number("attitude")), Channel: text("channel"),
		Citizen: casefile.Told{Way: text("citizen_way"), On: date("citizen_on"), By: text("citizen_by")}}
	for _, id := range r.PostForm["deputy"] {
		n, _ := strconv.ParseInt(id, 10, 64)
		in.Deputies = append(in.Deputies, casefile.Told{DeputyID: n, Way: text(deputyField(n, "way")), On: date(deputyField(n, "on"))})
	}
	return in, bad
}
