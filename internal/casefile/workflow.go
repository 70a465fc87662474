package casefile

import "slices"

// Step is an act on a case. Nothing else changes a state.
type Step string

// The steps that change a state, in the order of their rows.
const (
	Register           Step = "register"
	AnswerNow          Step = "answer_now"
	Sort               Step = "sort"
	Report             Step = "report"
	HandOut            Step = "hand_out"
	AskStation         Step = "ask_station"
	PassDown           Step = "pass_down"
	Raise              Step = "raise"
	Refuse             Step = "refuse"
	Refer              Step = "refer"
	Keep               Step = "keep"
	Confirm            Step = "confirm"
	Overrule           Step = "overrule"
	Merge              Step = "merge"
	TakeOut            Step = "take_out"
	FollowLead         Step = "follow_lead"
	Suggest            Step = "suggest"
	SuggestionAnswered Step = "suggestion_answered"
	Sign               Step = "sign"
	RequestReturn      Step = "request_return"
	GrantReturn        Step = "grant_return"
	RefuseReturn       Step = "refuse_return"
	Reassign           Step = "reassign"
	RequestExtension   Step = "request_extension"
	GrantExtension     Step = "grant_extension"
	RefuseExtension    Step = "refuse_extension"
	Pause              Step = "pause"
	Resume             Step = "resume"
	CoOpinion          Step = "co_opinion"
	Submit             Step = "submit"
	Approve            Step = "approve"
	Improve            Step = "improve"
	FeedbackTried      Step = "feedback_tried"
	GiveFeedback       Step = "give_feedback"
	Rate               Step = "rate"
	WindowEnds         Step = "window_ends"
	Amend              Step = "amend"
	Rehandle           Step = "rehandle"
	Uphold             Step = "uphold"
	Escalate           Step = "escalate"
	Conclude           Step = "conclude"
	PromiseDue         Step = "promise_due"
	Object             Step = "object"
	Withdraw           Step = "withdraw"
	Archive            Step = "archive"
)

// The steps that change no state, on any open case.
const (
	Addendum    Step = "addendum"
	Correct     Step = "correct"
	Urge        Step = "urge"
	Supervise   Step = "supervise"
	Unsupervise Step = "unsupervise"
	Restrict    Step = "restrict"
	Note        Step = "note"
)

// Recount is what a new calendar leaves on a case whose dates it moves. It is no row of the
// table: nobody takes it, ChangeCalendar records it.
const Recount Step = "calendar"

// Who may take a step, as the letters of workflow.md.
type Who byte

// C clerk, H head of station, S county handler, A county administrator, L county
// leader, U lead unit, K co-handling unit, D deputy, Z citizen, Y the system by a job.
const (
	C Who = 'C'
	H Who = 'H'
	S Who = 'S'
	A Who = 'A'
	L Who = 'L'
	U Who = 'U'
	K Who = 'K'
	D Who = 'D'
	Z Who = 'Z'
	Y Who = 'Y'
)

// Demand is what a step must be given, or what must be so.
type Demand string

// The demands. Those of the first group are fields of Input.
const (
	NeedReason    Demand = "reason"
	NeedText      Demand = "text"      // what was answered, the reply, what is missing …
	NeedTitle     Demand = "title"     // with category, level and proposal
	NeedProposal  Demand = "proposal"  // 拟办意见
	NeedUnit      Demand = "unit"      // the lead unit, and when it is due
	NeedClass     Demand = "class"     // with a promise where the class is one
	NeedRefusal   Demand = "refusal"   // a reason from the county's list, and guidance
	NeedLeadCase  Demand = "lead_case" // an open case to be handled with
	NeedDay       Demand = "day"       // look again on, at most 90 days on
	NeedDays      Demand = "days"      // at most 15 working days
	NeedDeputy    Demand = "deputy"    // the lead deputy of a 代表建议, and its number
	NeedFeedback  Demand = "feedback"  // to the citizen and to each receiving deputy: when, how, by whom
	NeedRatings   Demand = "ratings"   // both answers
	NeedInPerson  Demand = "in_person" // answered by which deputies
	NeedSaid      Demand = "said"      // what was said to the citizen, and how
	NeedSupervise Demand = "supervise" // an instruction and a day
	NeedNewDue    Demand = "new_due"   // the unit; a new due date only with a reason
	NeedOpinions  Demand = "opinions"  // co-handlers' opinions are in, or overdue

	OuterOnly    Demand = "outer" // the level that handed the case out
	OtherOnly    Demand = "other" // neither author nor handler of what is decided
	OnlyOnce     Demand = "once"
	BeforeDue    Demand = "before_due"
	InReturnTime Demand = "in_return_time" // within the signing period, and no return refused before
	InAmendTime  Demand = "in_amend_time"  // within 7 days of the rating, before a new round
	InObjectTime Demand = "in_object_time" // within 15 working days of closing
	FirstRound   Demand = "first_round"
	LaterRound   Demand = "later_round"
	NoHead       Demand = "no_head"       // the station has no head, so its clerk reports
	AfterPromise Demand = "after_promise" // the promised day has come
	AfterArchive Demand = "after_90_days" // for the system: 90 days after closing
	OnPauseDay   Demand = "on_pause_day"  // the day to look again has come
	AfterWindow  Demand = "after_window"  // the clock has run out
	TimeLapsed   Demand = "time_lapsed"   // for the system: nobody decided in time
	WasRefused   Demand = "was_refused"   // outcome refused, referred or kept
	WasRated     Demand = "was_rated"     // outcome satisfied or dissatisfied
	LeadApproved Demand = "lead_approved"
	NoFollowers  Demand = "no_followers" // no case is merged into this one
	Apart3Days   Demand = "apart_3_days"
)

// Clock is a period that a step starts.
type Clock string

// The clocks; their lengths are the county's settings.
const (
	ClockSort     Clock = "sort"
	ClockHandOut  Clock = "hand_out"
	ClockCounty   Clock = "county"
	ClockCheck    Clock = "check"
	ClockSign     Clock = "sign"
	ClockHandle   Clock = "handle"
	ClockApproval Clock = "approval"
	ClockFeedback Clock = "feedback"
	ClockRating   Clock = "rating"
	ClockReview   Clock = "review"
	ClockStudy    Clock = "study"
	ClockSuggest  Clock = "suggest" // months by law, not working days

	ClockPause Clock = "pause" // to the day on which a paused case is looked at again
	ClockCo    Clock = "co"    // a co-handling unit's
)

var clockNames = map[Clock]string{
	ClockSort: "梳理期限", ClockHandOut: "分办期限", ClockCounty: "县级分办期限", ClockCheck: "复核期限", ClockSign: "签收期限",
	ClockHandle: "办理期限", ClockApproval: "审批期限", ClockFeedback: "反馈期限", ClockRating: "评价期限", ClockReview: "重办或维持的决定期限",
	ClockStudy: "研判期限", ClockSuggest: "代表建议答复期限", ClockPause: "再看的日子", ClockCo: "协办意见期限",
}

// Name is the clock as pages say it: 办理期限.
func (c Clock) Name() string { return clockNames[c] }

// Clocks says what a step does to the clocks of its case.
type Clocks struct {
	Ends   bool    // every clock ends, but for Still
	End    Clock   // this one ends
	Starts []Clock // these start
	Still  bool    // the handling clock, or that of a suggestion, stands still
	Moves  bool    // the handling clock runs again, its end moved by the working days it stood
	Again  bool    // the handling clock runs again with the same end
	Merged bool    // all clocks stand still; Again starts them
}

var (
	runOn     = Clocks{}
	endAll    = Clocks{Ends: true}
	decide    = Clocks{Ends: true, Still: true, Starts: []Clock{ClockApproval}} // somebody decides while the unit waits
	moveOn    = Clocks{Ends: true, Moves: true}
	carryOn   = Clocks{Ends: true, Again: true}
	standWith = Clocks{Merged: true}
)

func start(kinds ...Clock) Clocks { return Clocks{Ends: true, Starts: kinds} }
func beside(kind Clock) Clocks    { return Clocks{Starts: []Clock{kind}} }
func end(kind Clock) Clocks       { return Clocks{End: kind} }

// Back is a row's only target where the step leads to the state that the case came from.
const Back State = "back"

// Row is one allowed step from one set of states.
type Row struct {
	No      int // the row of workflow.md
	Step    Step
	Name    string  // on buttons and in the trail
	From    []State // none: the case begins here
	To      []State // one, or those among which the step's own rule chooses
	Who     []Who
	Demands []Demand
	Clocks  Clocks
}

// Workflow is the whole table. The server, the buttons, the tests and the
// documentation read it.
var Workflow = []Row{
	{1, Register, "登记", nil, to(Registered), who(C, H, S), nil, start(ClockSort)},
	{2, AnswerNow, "当场答复", from(Registered), to(AwaitingRating, Closed), who(C, H), needs(NeedText, NeedInPerson), start(ClockRating)},
	{3, Sort, "梳理", from(Registered), to(Sorted), who(C, H, S), needs(NeedTitle, NeedProposal), start(ClockHandOut)},
	{4, Report, "报县", from(Sorted), to(Reported), who(H), needs(NeedProposal), start(ClockCounty)},
	{4, Report, "报县", from(Sorted), to(Reported), who(C), needs(NeedProposal, NoHead), start(ClockCounty)},
	{5, HandOut, "分办", from(Sorted), to(Assigned), who(H), needs(NeedUnit), start(ClockSign, ClockHandle)},
	{5, HandOut, "分办", from(Reported), to(Assigned), who(S, A), needs(NeedUnit), start(ClockSign, ClockHandle)},
	{6, AskStation, "退回补充", from(Reported), to(Sorted), who(S, A), needs(NeedText), runOn},
	{7, PassDown, "转乡镇", from(Reported), to(Sorted), who(S, A), needs(NeedReason), runOn},
	{8, Raise, "提级", from(Assigned, Handling), to(Reported), who(H), needs(NeedReason, OuterOnly), start(ClockCounty)},
	{9, Refuse, "拟不受理", from(Sorted, Reported), to(RefusalProposed), who(H, S, A), needs(NeedRefusal, NoFollowers), beside(ClockCheck)},
	{9, Refer, "拟转外部", from(Sorted, Reported), to(RefusalProposed), who(H, S, A), needs(NeedRefusal, NoFollowers), beside(ClockCheck)},
	{9, Keep, "拟留存", from(Sorted, Reported), to(RefusalProposed), who(H, S, A), needs(NeedRefusal, NoFollowers), beside(ClockCheck)},
	{10, Confirm, "复核同意", from(RefusalProposed), to(Approved), who(S, A, L), needs(OtherOnly), start(ClockFeedback)},
	{11, Overrule, "复核不同意", from(RefusalProposed), to(Back), who(S, A, L), needs(NeedReason, OtherOnly), end(ClockCheck)},
	{12, Merge, "并案", from(Sorted, Reported), to(Merged), who(H, S, A), needs(NeedLeadCase, NoFollowers), standWith},
	{13, TakeOut, "取出", from(Merged), to(Back), who(H, S, A), needs(NeedReason), Clocks{Again: true, Merged: true}},
	{14, FollowLead, "随主件办结", from(Merged), to(Approved), who(Y), needs(LeadApproved), start(ClockFeedback)},
	{15, Suggest, "转代表建议", from(Reported), to(Suggested), who(S, A), needs(NeedDeputy), start(ClockSuggest)},
	{16, SuggestionAnswered, "建议已答复", from(Suggested), to(Submitted), who(S, A), needs(NeedText, NeedClass), decide},
	{17, Sign, "签收", from(Assigned), to(Handling), who(U), nil, end(ClockSign)},
	{18, RequestReturn, "申请退回", from(Assigned), to(ReturnRequested), who(U), needs(NeedReason, InReturnTime), decide},
	{19, GrantReturn, "同意退回", from(ReturnRequested), to(Sorted, Reported), who(H, S, A), needs(OuterOnly), start(ClockHandOut)},
	{20, RefuseReturn, "不同意退回", from(ReturnRequested), to(Handling), who(H, S, A), needs(NeedReason, OuterOnly), moveOn},
	{21, Reassign, "改派", from(Assigned, Handling), to(Assigned), who(H, S, A), needs(NeedReason, NeedNewDue, OuterOnly), Clocks{End: ClockSign, Starts: []Clock{ClockSign}}},
	{22, RequestExtension, "申请延期", from(Handling), to(ExtensionRequested), who(U), needs(NeedReason, NeedDays, BeforeDue, OnlyOnce), decide},
	{23, GrantExtension, "同意延期", from(ExtensionRequested), to(Handling), who(H, S, A), needs(OuterOnly), moveOn},
	{23, RefuseExtension, "不同意延期", from(ExtensionRequested), to(Handling), who(H, S, A), needs(NeedReason, OuterOnly), moveOn},
	{24, Pause, "暂缓", from(Handling), to(Paused), who(H, S, A), needs(NeedReason, NeedDay, OuterOnly), Clocks{Ends: true, Still: true, Starts: []Clock{ClockPause}}},
	{25, Resume, "恢复办理", from(Paused), to(Handling), who(H, S, A), needs(OuterOnly), moveOn},
	{25, Resume, "恢复办理", from(Paused), to(Handling), who(Y), needs(OnPauseDay), moveOn},
	{26, CoOpinion, "协办意见", from(Handling), to(Handling), who(K), needs(NeedText), runOn},
	{27, Submit, "提交结果", from(Handling), to(Submitted), who(U), needs(NeedText, NeedClass, NeedOpinions), decide},
	{28, Approve, "审核通过", from(Submitted), to(Approved), who(H, S, A), needs(OuterOnly, OtherOnly), start(ClockFeedback)},
	{29, Improve, "退回补正", from(Submitted), to(Handling, Suggested), who(H, S, A), needs(NeedText, OuterOnly, OtherOnly), carryOn},
	{30, FeedbackTried, "未联系上", from(Approved), to(Approved), who(C, H, S), needs(NeedReason), runOn},
	{31, GiveFeedback, "反馈", from(Approved), to(AwaitingRating, Closed), who(C, H, S), needs(NeedFeedback), start(ClockRating)},
	{32, Rate, "评价", from(AwaitingRating), to(Closed, Review), who(Z), needs(NeedRatings), start(ClockReview)},
	{32, Rate, "评价", from(AwaitingRating), to(Closed, Review), who(C, H, S, A), needs(NeedRatings, OtherOnly), start(ClockReview)},
	{33, WindowEnds, "未评价办结", from(AwaitingRating), to(Closed), who(Y), needs(AfterWindow), endAll},
	{34, Amend, "改评价", from(Closed, Review), to(Closed, Review), who(Z), needs(NeedRatings, WasRated, OnlyOnce, InAmendTime), start(ClockReview)},
	{35, Rehandle, "重办", from(Review), to(Handling, Sorted), who(H, S, A), needs(NeedReason, OtherOnly, FirstRound), start(ClockHandle)},
	{35, Rehandle, "重办", from(Review), to(Handling, Sorted), who(Y), needs(TimeLapsed, FirstRound), start(ClockHandle)},
	{36, Uphold, "维持", from(Review), to(Closed), who(S, A), needs(NeedReason, NeedSaid, OtherOnly), endAll},
	{37, Escalate, "提交研判", from(Review), to(Study), who(H, S, A), needs(LaterRound), start(ClockStudy)},
	{37, Escalate, "提交研判", from(Review), to(Study), who(Y), needs(TimeLapsed, LaterRound), start(ClockStudy)},
	{38, Conclude, "研判", from(Study), to(Closed, Handling, Sorted), who(A, L), needs(NeedText), start(ClockHandle)},
	{39, PromiseDue, "承诺到期", from(Closed), to(Handling, Sorted), who(Y), needs(AfterPromise), start(ClockHandle)},
	{40, Object, "异议", from(Closed), to(Review), who(Z), needs(NeedReason, WasRefused, OnlyOnce, InObjectTime), start(ClockReview)},
	{41, Withdraw, "撤回", from(Registered, Sorted, Reported), to(Closed), who(Z, C), needs(NeedReason, NoFollowers), endAll},
	{42, Archive, "归档", from(Closed), to(Archived), who(A), nil, runOn},
	{42, Archive, "归档", from(Closed), to(Archived), who(Y), needs(AfterArchive), runOn},

	{0, Addendum, "补充", open, nil, who(Z, C, D, U), needs(NeedText), runOn},
	{0, Correct, "更正", open, nil, who(C, H, S), needs(NeedReason), runOn},
	{0, Urge, "催办", open, nil, who(H, S, A, L), needs(Apart3Days), runOn},
	{0, Supervise, "督办", open, nil, who(A, L), needs(NeedSupervise), runOn},
	{0, Unsupervise, "解除督办", open, nil, who(A, L), needs(NeedReason), runOn},
	{0, Restrict, "限制查看", open, nil, who(H, S, A), needs(NeedReason), runOn},
	{0, Note, "记事", open, nil, who(C, H, S, A, L, U, K, D), needs(NeedText), runOn},
}

// open are the states of a case that is not closed.
var open = from(Registered, Sorted, Reported, RefusalProposed, Merged, Suggested, Assigned, ReturnRequested,
	Handling, ExtensionRequested, Paused, Submitted, Approved, AwaitingRating, Review, Study)

func from(s ...State) []State    { return s }
func to(s ...State) []State      { return s }
func who(w ...Who) []Who         { return w }
func needs(d ...Demand) []Demand { return d }

// Rows returns the rows of step that start in state, one for each group that may take it.
func Rows(step Step, state State) []Row {
	var rows []Row
	for _, row := range Workflow {
		if row.Step == step && (slices.Contains(row.From, state) || row.From == nil && state == "") {
			rows = append(rows, row)
		}
	}
	return rows
}

// asideNames are the steps that no row has.
var asideNames = map[Step]string{Recount: "日历调整", MoveStations: "转到别的联络站", MoveUnits: "转到别的单位"}

// Name is the step as buttons and the trail say it.
func (s Step) Name() string {
	for _, row := range Workflow {
		if row.Step == s {
			return row.Name
		}
	}
	if name, aside := asideNames[s]; aside {
		return name
	}
	return string(s)
}

func (r Row) needs(d Demand) bool { return slices.Contains(r.Demands, d) }
