package casefile

import "strings"

// State is where a case stands.
type State string

// The states, by phase.
const (
	Registered         State = "registered"
	Sorted             State = "sorted"
	Reported           State = "reported"
	RefusalProposed    State = "refusal_proposed"
	Merged             State = "merged"
	Suggested          State = "suggested"
	Assigned           State = "assigned"
	ReturnRequested    State = "return_requested"
	Handling           State = "handling"
	ExtensionRequested State = "extension_requested"
	Paused             State = "paused"
	Submitted          State = "submitted"
	Approved           State = "approved"
	AwaitingRating     State = "awaiting_rating"
	Review             State = "review"
	Study              State = "study"
	Closed             State = "closed"
	Archived           State = "archived"
)

// Phase is one of the five steps that everybody sees: 登记 → 梳理 → 办理 → 反馈 → 评价.
type Phase int

// The phases in their order; Done stands behind the last.
const (
	Registering Phase = iota + 1
	Sorting
	Working
	FeedingBack
	Rating
	Done
)

// PhaseNames are the five phases as pages say them, in their order.
var PhaseNames = [5]string{"登记", "梳理", "办理", "反馈", "评价"}

type stateInfo struct {
	phase Phase
	name  string // for staff
	plain string // for citizens
}

var states = map[State]stateInfo{
	Registered:         {Registering, "待梳理", "已登记"},
	Sorted:             {Sorting, "待分办", "已看过，正在确定由谁办"},
	Reported:           {Sorting, "县级待分办", "已看过，正在确定由谁办"},
	RefusalProposed:    {Sorting, "拟不受理待复核", "已看过，正在核对"},
	Merged:             {Sorting, "已并案", "和同样的事一起办"},
	Suggested:          {Sorting, "已转代表建议", "已转为代表建议"},
	Assigned:           {Working, "待签收", "已交办，等承办单位接收"},
	ReturnRequested:    {Working, "申请退回待批", "正在确定由谁办"},
	Handling:           {Working, "办理中", "正在办理"},
	ExtensionRequested: {Working, "申请延期待批", "正在办理"},
	Paused:             {Working, "暂缓办理", "暂缓办理"},
	Submitted:          {Working, "待审核", "办理结果正在审核"},
	Approved:           {FeedingBack, "待反馈", "已有结果，正要告诉您"},
	AwaitingRating:     {Rating, "待评价", "请您评价"},
	Review:             {Rating, "不满意待研判", "您不满意，正在重新研究"},
	Study:              {Rating, "上级研判", "正在重新研究"},
	Closed:             {Done, "已办结", "办完了"},
	Archived:           {Done, "已归档", "办完了"},
}

// Name is the state as staff call it.
func (s State) Name() string { return states[s].name }

// Plain is the state in the citizen's words.
func (s State) Plain() string { return states[s].plain }

// Phase is the step of the loop that the state belongs to.
func (s State) Phase() Phase { return states[s].phase }

// Said says a state that a case came from or went to, as entries of the record have it
// (audit.Said).
func Said(action, key, value string) string {
	if strings.HasPrefix(action, "case.") && (key == "from" || key == "to") {
		return State(value).Name()
	}
	return ""
}

// Outcome is how a closed case ended.
type Outcome string

// The outcomes.
const (
	Satisfied    Outcome = "satisfied"
	Dissatisfied Outcome = "dissatisfied"
	Unrated      Outcome = "unrated"
	Refused      Outcome = "refused"
	Referred     Outcome = "referred"
	Kept         Outcome = "kept"
	Withdrawn    Outcome = "withdrawn"
)

// Outcomes are the outcomes, in the order of lists.
var Outcomes = []Outcome{Satisfied, Dissatisfied, Unrated, Refused, Referred, Kept, Withdrawn}

var outcomeWords = map[Outcome]string{
	Satisfied: "满意", Dissatisfied: "不满意", Unrated: "未评价", Refused: "不予受理",
	Referred: "转外部", Kept: "留存参考", Withdrawn: "已撤回",
}

// Name is the outcome as pages say it.
func (o Outcome) Name() string { return outcomeWords[o] }
