package imports

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/imports"
	"lianluo/internal/sheet"
	"lianluo/internal/task"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/ui"
)

// start is the page with the form.
type start struct {
	by      auth.Actor
	key     uuid.UUID
	kind    imports.Kind
	mine    *[]imports.Import
	now     time.Time
	invalid errs.Invalid
}

// kinds are what the reader may import.
func (s start) kinds() (all []imports.Kind) {
	for _, k := range imports.Kinds {
		if k.Check(s.by) == nil {
			all = append(all, k)
		}
	}
	return all
}

// about says what a kind's list has.
var about = map[imports.Kind]string{
	imports.Stations: "联络站、联络点、服务岗，一行一个", imports.Deputies: "代表和他们的届次、编组", imports.Units: "县直部门和乡镇单位",
	imports.Staff: "登录账号和角色；密码由本人用一次性链接设置", imports.Network: "“导出全县网络”得到的整本 Excel",
}

func (s start) options() (all []ui.Option) {
	for _, k := range s.kinds() {
		all = append(all, ui.Option{Value: string(k), Name: k.Title(), Note: about[k]})
	}
	return all
}

func templateURL(k imports.Kind, f sheet.Format) string {
	return address + "/template?kind=" + string(k) + "&format=" + f.String()
}

func link(i imports.Import) string { return address + "/" + i.Key.String() }

// standing is how an import stands, in a word or two.
func standing(i imports.Import, now time.Time) string {
	switch {
	case i.State == imports.Done:
		return "已经导入"
	case i.Gone(now):
		return "没有导入，已过期"
	case i.State == imports.Refused:
		return "没有导入"
	case i.State == imports.Reading:
		return "正在核对"
	case i.State == imports.Applying:
		return "正在导入"
	case i.Wrong > 0:
		return "有错，没有导入"
	case i.Rows() == 0:
		return "表里没有内容"
	}
	return "核对好了，等您确认"
}

// shown is an import's page.
type shown struct {
	imports.Import
	now   time.Time
	task  *task.Task
	rows  *tenant.Page[imports.Said]
	state lists.State
}

func (s shown) title() string {
	if s.State == imports.Done {
		return "已经导入" + s.Kind.Title()
	}
	return "导入" + s.Kind.Title()
}

// running reports whether the comparison or the import goes on. A task that was done between
// the reading of its import and its own is one of which the next look says more.
func (s shown) running() bool {
	return (s.State == imports.Reading || s.State == imports.Applying) && s.task.State != task.Failed && s.task.State != task.Expired
}

// failed is why the work was given up, "" where it was not.
func (s shown) failed() string {
	switch {
	case s.State == imports.Refused && s.Said != nil:
		return *s.Said
	case (s.State == imports.Reading || s.State == imports.Applying) && s.task.State == task.Failed && s.task.Said != nil:
		return *s.task.Said
	}
	return ""
}

// mayAgain reports whether the file may be compared once more.
func (s shown) mayAgain() bool {
	return !s.Gone(s.now) && (s.failed() != "" || s.State == imports.Ready)
}

// progress is how far the work is, in words.
func (s shown) progress() string {
	doing := "正在核对"
	if s.State == imports.Applying {
		doing = "正在写进系统"
	}
	switch {
	case s.task.State == task.Waiting:
		return "排队等着，马上开始。"
	case s.task.Total != nil && *s.task.Total > 0:
		return doing + "，" + ui.Number(int(s.task.Done)) + " / " + ui.Number(int(*s.task.Total)) + "。"
	}
	return doing + "。"
}

// count is how many rows have a verdict.
func (s shown) count(v imports.Verdict) int {
	return int(map[imports.Verdict]int32{imports.New: s.Added, imports.Changed: s.Changed, imports.Same: s.Same, imports.Wrong: s.Wrong}[v])
}

// views are the rows by verdict.
func (s shown) views() []ui.View {
	now := s.state.Address.Get("verdict")
	all := []ui.View{{URL: s.state.URL("verdict", ""), Name: "全部", Count: s.Rows(), Current: now == ""}}
	for _, v := range imports.Verdicts {
		all = append(all, ui.View{URL: s.state.URL("verdict", string(v.Verdict)), Name: v.Name, Count: s.count(v.Verdict), Current: now == string(v.Verdict)})
	}
	return all
}

func (s shown) pager() ui.PagerProps {
	p := ui.PagerProps{Total: s.Rows(), Unit: "行"}
	if v := imports.Verdict(s.state.Address.Get("verdict")); v != "" {
		p.Total = s.count(v)
	}
	if s.state.Prev != "" {
		p.Prev = s.state.URL("before", s.state.Prev)
	}
	if s.state.Next != "" {
		p.Next = s.state.URL("after", s.state.Next)
	}
	if !s.state.Ask.First() {
		p.First = s.state.URL()
	}
	return p
}

// chip is the look of a verdict.
func chip(v imports.Verdict) ui.ChipKind {
	switch v {
	case imports.Wrong:
		return ui.ChipWatch
	case imports.New:
		return ui.ChipOK
	case imports.Changed:
		return ui.ChipInfo
	}
	return ui.ChipPlain
}

func change(c imports.Change) string {
	if c.From == "" {
		return c.Field + "：" + c.To
	}
	return c.Field + "：" + c.From + " → " + c.To
}

func problem(p imports.Problem) string {
	switch {
	case p.Column == "":
		return p.Words + "。"
	case p.Cell == "":
		return "“" + p.Column + "”：" + p.Words + "。"
	}
	return "“" + p.Column + "”（" + p.Cell + "）：" + p.Words + "。"
}

func rowName(s imports.Said, network bool) string {
	if network {
		return s.List.Title() + " 第 " + strconv.Itoa(int(s.Number)) + " 行"
	}
	return "第 " + strconv.Itoa(int(s.Number)) + " 行"
}
