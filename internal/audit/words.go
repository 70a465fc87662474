package audit

import "strings"

// Word is how pages say an action.
type Word struct {
	Action string // as entries have it
	Group  string // one of Groups
	Words  string
}

// Groups are what one asks for together, by name and in the order of the page.
var Groups = []struct{ Group, Name string }{
	{"personal", "看个人信息"}, {"account", "账号"}, {"case", "事项"}, {"file", "附件"}, {"message", "消息"},
	{"export", "导出"}, {"settings", "设置"}, {"network", "站点、代表和单位"}, {"audit", "操作记录"}, {"reception", "接待日程"}, {"other", "其他"},
}

// words are all actions that are recorded anywhere; a test finds those that are missing.
// Whoever adds an audit.Record gives its action a line here, and a new kind of subject
// one in kinds.
var words = []Word{
	{"case.reveal_phone", "personal", "查看完整电话"},
	{"deputy.reveal_phone", "personal", "查看代表的私人电话"},

	{"sign_in", "account", "登录"},
	{"sign_in_failed", "account", "登录没有成功"},
	{"user.create", "account", "新建账号"},
	{"user.change", "account", "修改姓名、职务"},
	{"user.grant_role", "account", "给予身份"},
	{"user.end_role", "account", "结束身份"},
	{"user.move_role", "account", "调动"},
	{"user.stand_in", "account", "安排代班"},
	{"user.make_link", "account", "发设密码的链接"},
	{"user.use_link", "account", "用链接设密码"},
	{"user.set_password", "account", "重设密码"},
	{"user.change_password", "account", "修改自己的密码"},
	{"user.disable", "account", "停用账号"},
	{"user.enable", "account", "启用账号"},

	// The steps of a case, in the words of casefile.Workflow.
	{"case.register", "case", "登记"},
	{"case.answer_now", "case", "当场答复"},
	{"case.sort", "case", "梳理"},
	{"case.report", "case", "报县"},
	{"case.hand_out", "case", "分办"},
	{"case.ask_station", "case", "退回补充"},
	{"case.pass_down", "case", "转乡镇"},
	{"case.raise", "case", "提级"},
	{"case.refuse", "case", "拟不受理"},
	{"case.refer", "case", "拟转外部"},
	{"case.keep", "case", "拟留存"},
	{"case.confirm", "case", "复核同意"},
	{"case.overrule", "case", "复核不同意"},
	{"case.merge", "case", "并案"},
	{"case.take_out", "case", "取出"},
	{"case.follow_lead", "case", "随主件办结"},
	{"case.suggest", "case", "转代表建议"},
	{"case.suggestion_answered", "case", "建议已答复"},
	{"case.sign", "case", "签收"},
	{"case.request_return", "case", "申请退回"},
	{"case.grant_return", "case", "同意退回"},
	{"case.refuse_return", "case", "不同意退回"},
	{"case.reassign", "case", "改派"},
	{"case.request_extension", "case", "申请延期"},
	{"case.grant_extension", "case", "同意延期"},
	{"case.refuse_extension", "case", "不同意延期"},
	{"case.pause", "case", "暂缓"},
	{"case.resume", "case", "恢复办理"},
	{"case.co_opinion", "case", "协办意见"},
	{"case.submit", "case", "提交结果"},
	{"case.approve", "case", "审核通过"},
	{"case.improve", "case", "退回补正"},
	{"case.feedback_tried", "case", "未联系上"},
	{"case.give_feedback", "case", "反馈"},
	{"case.rate", "case", "评价"},
	{"case.window_ends", "case", "未评价办结"},
	{"case.amend", "case", "改评价"},
	{"case.rehandle", "case", "重办"},
	{"case.uphold", "case", "维持"},
	{"case.escalate", "case", "提交研判"},
	{"case.conclude", "case", "研判"},
	{"case.promise_due", "case", "承诺到期"},
	{"case.object", "case", "异议"},
	{"case.withdraw", "case", "撤回"},
	{"case.archive", "case", "归档"},
	{"case.addendum", "case", "补充"},
	{"case.correct", "case", "更正"},
	{"case.urge", "case", "催办"},
	{"case.supervise", "case", "督办"},
	{"case.unsupervise", "case", "解除督办"},
	{"case.restrict", "case", "限制查看"},
	{"case.note", "case", "记事"},

	{"case.come_back", "case", "再次来访"},
	{"visit.register", "case", "登记没有事项的来访"},
	{"visit.correct", "case", "改刚才的登记"},
	{"visit.alike", "case", "登记时按电话查到外站的事项"},
	{"case.calendar", "case", "日历调整期限"},
	{"case.move_station", "case", "转到别的联络站"},
	{"case.move_unit", "case", "转到别的单位"},

	{"station.create", "network", "新建站点"},
	{"station.change", "network", "修改站点资料"},
	{"station.state", "network", "改站点状态"},
	{"station.merge", "network", "合并站点"},
	{"station.appoint", "network", "登记站点负责人"},
	{"station.end_office", "network", "写明任职到哪一天"},
	{"station.check", "network", "登记规范化核查"},
	{"zone.add", "network", "添加功能区"},
	{"zone.change", "network", "修改功能区"},
	{"zone.move", "network", "调整功能区顺序"},
	{"zone.remove", "network", "撤销功能区"},

	{"message.send_code", "message", "发短信告诉查询码"},
	{"message.send_now", "message", "立即发送"},
	{"message.again", "message", "再发一次"},
	{"message.withdraw", "message", "撤回消息"},
	{"message.print", "message", "打印信件或纸条"},
	{"message.hand_over", "message", "纸件交到本人"},
	{"message.call", "message", "打电话告诉本人"},

	{"job.again", "other", "后台工作再试一次"},
	{"job.seen", "other", "知道后台工作没有办成"},

	{"calendar.upload", "settings", "上传工作日历"},

	{"file.add", "file", "添加附件"},
	{"file.open", "file", "查看附件"},
	{"file.remove", "file", "移除附件"},
	{"file.expire", "file", "附件到期删除"},

	{"list.export", "export", "导出列表"},
	{"network.import", "network", "导入"},

	{"deputy.create", "network", "登记代表"},
	{"deputy.change", "network", "修改代表资料"},
	{"deputy.mandate", "network", "登记代表届次"},
	{"deputy.change_mandate", "network", "更正代表届次"},
	{"deputy.end_mandate", "network", "终止代表职务"},
	{"deputy.join", "network", "编入联络站"},
	{"deputy.leave", "network", "离开联络站"},
	{"deputy.role", "network", "改组内分工"},
	{"term.start", "network", "换届"},
	{"deputy.approve", "network", "核对代表公开内容"},
	{"deputy.distinct", "network", "两份代表档案不是同一个人"},
	{"deputy.merge", "network", "合并代表档案"},
	{"deputy.unmerge", "network", "撤回代表档案的合并"},
	{"deputy.photo", "network", "换代表照片"},
	{"deputy.photo_removed", "network", "移除代表照片"},
	{"deputy.unapprove", "network", "撤下代表公开内容"},

	{"reception.settings", "reception", "改接待日程的规定"},
	{"reception.rule.add", "reception", "添加接待规则"},
	{"reception.rule.change", "reception", "修改接待规则"},
	{"reception.rule.retire", "reception", "停用或恢复接待规则"},
	{"reception.plan", "reception", "按规则排接待日"},
	{"reception.turns", "reception", "排接待代表"},
	{"reception.leading", "reception", "定谁是领导干部代表"},
	{"reception.add", "reception", "添加接待日"},
	{"reception.change", "reception", "修改接待日"},
	{"reception.move", "reception", "接待日改期"},
	{"reception.cancel", "reception", "取消接待日"},
	{"reception.join", "reception", "加进接待代表"},
	{"reception.leave", "reception", "去掉接待代表"},
	{"reception.swap", "reception", "调换接待代表"},
	{"reception.publish", "reception", "发布接待日公告"},
	{"reception.withdraw", "reception", "撤回接待日公告"},
	{"reception.held", "reception", "登记接待情况"},
	{"reception.away", "reception", "代表请假"},
	{"reception.back", "reception", "代表销假"},
	{"reception.wish", "reception", "代表申请请假、换人"},
	{"reception.wish.answer", "reception", "答复代表的申请"},
	{"appointment.ask", "reception", "申请约见代表"},
	{"appointment.answer", "reception", "答复约见申请"},
	{"appointment.undo", "reception", "撤回约见的答复"},
	{"appointment.recall", "reception", "群众取消约见"},
	{"appointment.absent", "reception", "记下约好的人没有来"},
	{"appointment.reveal_phone", "personal", "查看约见人的完整电话"},

	{"settings.county", "settings", "改名称与编号"},
	{"settings.periods", "settings", "改各环节期限"},
	{"settings.notice", "settings", "发布个人信息告知书"},
	{"settings.text", "settings", "改文字模板"},
	{"settings.register", "settings", "修改台账表样"},
	{"settings.register.add", "settings", "添加台账表样"},
	{"settings.category.add", "settings", "添加类别"},
	{"settings.category.change", "settings", "修改类别"},
	{"settings.category.move", "settings", "调整顺序：类别"},
	{"settings.category.retire", "settings", "停用类别"},
	{"settings.category.restore", "settings", "恢复类别"},
	{"settings.result_class.add", "settings", "添加结果分类"},
	{"settings.result_class.change", "settings", "修改结果分类"},
	{"settings.result_class.move", "settings", "调整顺序：结果分类"},
	{"settings.result_class.retire", "settings", "停用结果分类"},
	{"settings.result_class.restore", "settings", "恢复结果分类"},
	{"settings.refusal_reason.add", "settings", "添加不予受理理由"},
	{"settings.refusal_reason.change", "settings", "修改不予受理理由"},
	{"settings.refusal_reason.move", "settings", "调整顺序：不予受理理由"},
	{"settings.refusal_reason.retire", "settings", "停用不予受理理由"},
	{"settings.refusal_reason.restore", "settings", "恢复不予受理理由"},
	{"settings.checklist.add", "settings", "添加检查清单"},
	{"settings.checklist.change", "settings", "修改检查清单"},
	{"settings.checklist.move", "settings", "调整顺序：检查清单"},
	{"settings.checklist.retire", "settings", "停用检查清单"},
	{"settings.checklist.restore", "settings", "恢复检查清单"},
	{"settings.checklist_item.add", "settings", "添加检查清单的项目"},
	{"settings.checklist_item.change", "settings", "修改检查清单的项目"},
	{"settings.checklist_item.move", "settings", "调整顺序：检查清单的项目"},
	{"settings.checklist_item.retire", "settings", "停用检查清单的项目"},
	{"settings.checklist_item.restore", "settings", "恢复检查清单的项目"},
	{"unit.create", "network", "新建承办单位"},
	{"unit.change", "network", "修改承办单位"},
	{"unit.move", "network", "调整顺序：承办单位"},
	{"unit.retire", "network", "撤销承办单位"},
	{"unit.restore", "network", "恢复承办单位"},
	{"network.close", "network", "撤并站点"},
	{"network.close_township", "network", "撤并乡镇"},
	{"network.close_unit", "network", "撤并承办单位"},

	{"settings.function.add", "settings", "添加站点功能"},
	{"settings.function.change", "settings", "修改站点功能"},
	{"settings.function.move", "settings", "调整顺序：站点功能"},
	{"settings.function.retire", "settings", "停用站点功能"},
	{"settings.function.restore", "settings", "恢复站点功能"},

	{"audit.search", "audit", "按人查操作记录"},
	{"audit.verify", "audit", "核对操作记录"},

	{"demo.load", "other", "载入演示数据"},
}

// keys are what a detail's keys are called, in the order in which they are shown; what is
// not here is shown as it is, after these.
var keys = []struct{ key, name string }{
	{"from", "从"}, {"to", "到"}, {"round", "第几次办理"}, {"name", "姓名"}, {"called", "名称"}, {"role", "身份"}, {"place", "所在"}, {"stands_for", "代"}, {"reason", "理由"},
	{"full", "完整姓名电话"}, {"format", "格式"}, {"rows", "行数"}, {"changes", "改动"}, {"version", "版本"}, {"file", "附件"}, {"files", "附件数"},
	{"kind", "种类"}, {"days", "天数"}, {"changed", "改动的日子"}, {"open", "在办事项"}, {"moved", "移动期限的事项"},
	{"entries", "记录条数"}, {"broken", "从第几条起不对"}, {"stations", "联络站"}, {"deputies", "代表"}, {"cases", "事项"},
	{"added", "新增的行"}, {"changes_made", "修改的行"}, {"same", "不变的行"},
	{"into", "接收的"}, {"receptions", "接待日"}, {"officers", "负责人"}, {"accounts", "账号"}, {"places", "下面的站点"}, {"units", "承办单位"},
	{"level", "层级"}, {"term", "届次"}, {"station", "联络站"}, {"left", "离开"}, {"ended", "届满"}, {"again", "连任"}, {"division", "乡镇"},
	{"other", "另一份档案号"}, {"facts", "取自另一份的内容"},
	{"on", "日期"}, {"missing", "缺几项"},
	{"added", "新增天数"}, {"dropped", "去掉天数"}, {"left_out", "说好不排的日子"}, {"put_back", "重新排上的日子"}, {"seats", "排了几人次"},
}

// fields are what the fields of a change are called; what is not here is shown as it is.
var fields = map[string]string{"name": "名称", "office": "机关名称", "phone": "电话", "number_prefix": "编号前缀", "code": "代号",
	"text": "说明", "promise": "要写承诺", "retired": "状态", "position": "位置", "body": "文字", "version": "版本",
	"title": "职务", "short_name": "简称", "parent": "上一级", "division": "所在", "address": "地址", "opening_hours": "开放时间", "latitude": "纬度", "longitude": "经度",
	"area": "面积", "villages": "服务范围", "functions": "功能", "state": "状态", "paper": "纸张", "numbering": "编号办法", "columns": "栏目", "kind": "种类", "successor": "并入", "from": "开始日期", "to": "结束日期",
	"gender": "性别", "birth_year": "出生年份", "certificate_no": "代表证号", "duties": "职务", "ethnicity": "民族", "education": "学历", "party": "政治面貌",
	"level": "层级", "term": "届次", "electoral_unit": "选区或选举单位", "end_reason": "终止原因"}

// kinds are the kinds of subjects, with what they are called and how their names are written.
var kinds = []kind{
	{"case", "事项", strings.ToUpper}, {"user", "账号", strings.ToLower}, {"audit", "操作记录", nil}, {"county", "县", nil},
	{"list", "列表", nil}, {"category", "类别", nil}, {"result_class", "结果分类", nil}, {"refusal_reason", "不予受理理由", nil},
	{"checklist", "检查清单", nil}, {"checklist_item", "检查清单项目", nil}, {"notice", "告知书", nil}, {"settings", "设置", nil}, {"calendar", "工作日历", nil}, {"job", "后台工作", nil}, {"text", "文字模板", nil},
	{"unit", "承办单位", nil}, {"township", "乡镇", nil}, {"term", "届次", nil}, {"station", "站点", strings.ToUpper}, {"function", "站点功能", nil}, {"deputy", "代表", nil},
	{"zone", "功能区", nil}, {"visit", "来访", nil}, {"register", "台账表样", nil},
	{"reception", "接待日", nil}, {"rule", "接待规则", nil}, {"rota", "接待日程", nil}, {"leave", "请假", nil}, {"wish", "代表的申请", nil}, {"appointment", "约见申请", nil},
}

type kind struct {
	Kind, Name string
	spelt      func(string) string
}

func (k kind) written(name string) string {
	if k.spelt == nil {
		return name
	}
	return k.spelt(name)
}

var byAction = func() map[string]Word {
	all := make(map[string]Word, len(words))
	for _, w := range words {
		all[w.Action] = w
	}
	return all
}()

// Words is an action as pages say it; one that nobody knows says itself.
func Words(action string) string {
	if w, ok := byAction[action]; ok {
		return w.Words
	}
	return action
}

// Of are the actions of a group; nil for one that there is not.
func Of(group string) []string {
	var actions []string
	for _, w := range words {
		if w.Group == group {
			actions = append(actions, w.Action)
		}
	}
	return actions
}

// SubjectOf is a subject's kind, what that is called, and its own name: case, 事项 and
// XY2026-0012. Of an unknown kind there is only the name, whole.
func SubjectOf(subject string) (kind, called, name string) {
	before, after, _ := strings.Cut(subject, " ")
	for _, k := range kinds {
		if k.Kind == before {
			return k.Kind, k.Name, after
		}
	}
	return "", "", subject
}
