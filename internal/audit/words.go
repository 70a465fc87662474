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
	{"export", "导出"}, {"settings", "设置"}, {"audit", "操作记录"}, {"reception", "接待日程"}, {"other", "其他"},
}

// words are all actions that are recorded anywhere; a test finds those that are missing.
// Whoever adds an audit.Record gives its action a line here, and a new kind of subject
// one in kinds.
var words = []Word{
	{"case.reveal_phone", "personal", "查看完整电话"},

	{"sign_in", "account", "登录"},
	{"sign_in_failed", "account", "登录没有成功"},
	{"user.create", "account", "新建账号"},
	{"user.grant_role", "account", "给予身份"},
	{"user.set_password", "account", "重设密码"},
	{"user.change_password", "account", "修改自己的密码"},
	{"user.disable", "account", "停用账号"},

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

	{"case.calendar", "case", "日历调整期限"},

	{"message.send_now", "message", "立即发送"},
	{"message.again", "message", "再发一次"},
	{"message.withdraw", "message", "撤回消息"},
	{"message.print", "message", "打印信件或纸条"},
	{"message.hand_over", "message", "纸件交到本人"},

	{"job.again", "other", "后台工作再试一次"},
	{"job.seen", "other", "知道后台工作没有办成"},

	{"calendar.upload", "settings", "上传工作日历"},

	{"file.add", "file", "添加附件"},
	{"file.open", "file", "查看附件"},
	{"file.remove", "file", "移除附件"},
	{"file.expire", "file", "附件到期删除"},

	{"list.export", "export", "导出列表"},

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
	{"appointment.ask", "reception", "申请约见代表"},
	{"appointment.answer", "reception", "答复约见申请"},
	{"appointment.reveal_phone", "personal", "查看约见人的完整电话"},

	{"settings.county", "settings", "改名称与编号"},
	{"settings.periods", "settings", "改各环节期限"},
	{"settings.notice", "settings", "发布个人信息告知书"},
	{"settings.text", "settings", "改文字模板"},
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

	{"audit.search", "audit", "按人查操作记录"},
	{"audit.verify", "audit", "核对操作记录"},

	{"demo.load", "other", "载入演示数据"},
}

// keys are what a detail's keys are called, in the order in which they are shown; what is
// not here is shown as it is, after these.
var keys = []struct{ key, name string }{
	{"from", "从"}, {"to", "到"}, {"round", "第几次办理"}, {"name", "姓名"}, {"role", "身份"}, {"reason", "理由"},
	{"full", "完整姓名电话"}, {"format", "格式"}, {"changes", "改动"}, {"version", "版本"}, {"file", "附件"}, {"files", "附件数"},
	{"kind", "种类"}, {"days", "天数"}, {"changed", "改动的日子"}, {"open", "在办事项"}, {"moved", "移动期限的事项"},
	{"entries", "记录条数"}, {"broken", "从第几条起不对"}, {"stations", "联络站"}, {"deputies", "代表"}, {"cases", "事项"},
	{"added", "新增天数"}, {"dropped", "去掉天数"}, {"seats", "排了几人次"},
}

// kinds are the kinds of subjects, with what they are called and how their names are written.
var kinds = []kind{
	{"case", "事项", strings.ToUpper}, {"user", "账号", strings.ToLower}, {"audit", "操作记录", nil}, {"county", "县", nil},
	{"list", "列表", nil}, {"category", "类别", nil}, {"result_class", "结果分类", nil}, {"refusal_reason", "不予受理理由", nil},
	{"checklist", "检查清单", nil}, {"checklist_item", "检查清单项目", nil}, {"notice", "告知书", nil}, {"settings", "设置", nil}, {"calendar", "工作日历", nil}, {"job", "后台工作", nil}, {"text", "文字模板", nil},
	{"reception", "接待日", nil}, {"rule", "接待规则", nil}, {"rota", "接待日程", nil}, {"leave", "请假", nil}, {"appointment", "约见申请", nil},
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
