package auth

// ActionGroup is actions that pages tell together.
type ActionGroup struct {
	Name    string
	Actions []Action
}

// ActionGroups are all actions, in the order of the page that says who may do what.
var ActionGroups = []ActionGroup{
	{"来访和事项", []Action{SeeHome, SeeCases, TakeStep, RegisterVisit, RevealPhone, AttachFile, TakeRating, SeeMessages, SendMessage}},
	{"联络站、代表和单位", []Action{SeeStations, ChangeStations, CheckStations, SeeDeputies, ChangeDeputies, RevealDeputy, SeeUnits, ChangeUnits,
		CloseNetwork, ImportNetwork}},
	{"接待", []Action{SeeReceptions, ChangeReceptions, AskLeave}},
	{"列表和导出", []Action{SeeRegisters, ExportList, SaveView, SeeTasks}},
	{"账号和设置", []Action{ChangePassword, SwitchRole, ChangeStaff, ChangeSettings, SeeAudit}},
	{"平台", []Action{SeeQueue, MakeCounties, Oversee}},
}

var actionWords = map[Action]string{
	SeeHome: "看工作台", SeeCases: "看事项", TakeStep: "办事项（见下表）", RevealPhone: "查看来访人完整电话", RegisterVisit: "登记来访",
	TakeRating: "电话回访或用站里设备记评价", AttachFile: "添加附件", SeeMessages: "看消息", SendMessage: "发送、打印、撤回消息",
	SeeStations: "看联络站", ChangeStations: "修改联络站档案", CheckStations: "规范化核查", CloseNetwork: "关闭、合并联络站和单位", ImportNetwork: "导入、导出站点代表名册",
	SeeDeputies: "看人大代表", ChangeDeputies: "修改代表档案、小组、换届", RevealDeputy: "查看代表完整电话", SeeUnits: "看承办单位", ChangeUnits: "修改承办单位",
	SeeReceptions: "看接待日程", ChangeReceptions: "排接待日、值班、约访", AskLeave: "本人请假、请人替",
	SeeRegisters: "看台账（一表两卡三簿）", ExportList: "导出列表", SaveView: "存常用视图", SeeTasks: "看自己的导出、导入", ChangePassword: "改自己的密码", SwitchRole: "切换自己的身份",
	ChangeStaff: "管理账号、角色、代班", ChangeSettings: "修改设置", SeeAudit: "看操作记录", SeeQueue: "看后台工作", MakeCounties: "开通县", Oversee: "督导各县",
}

// Words is the action as pages say it.
func (a Action) Words() string { return actionWords[a] }

// Words is how far a right reaches, as pages say it; "" for nowhere.
func (s Scope) Words() string {
	return [...]string{Nowhere: "", OwnRecord: "本人", OwnUnit: "本单位", OwnStation: "本站", WholeCounty: "全县", AllCounties: "各县"}[s]
}
