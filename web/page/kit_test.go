package page

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"lianluo/web/ui"
)

// kitMenu is a menu with every kind of entry.
var kitMenu = []MenuItem{
	{URL: "/", Name: "工作台"}, {URL: "/cases", Name: "待我处理", Count: 26}, {URL: "/visits/new", Name: "来访登记"},
	{URL: "/oversight", Name: "督办事项", Group: "监督", Count: 5, Late: true}, {URL: "/stats", Name: "统计分析", Group: "监督"},
	{URL: "/stations", Name: "联络站", Group: "名录"}, {URL: "/deputies", Name: "人大代表", Group: "名录"}, {URL: "/account", Name: "我的账号", Group: "账号"},
}

// parts renders several components one after the other.
func parts(all ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, c := range all {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

// within gives layout the children.
func within(layout templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Render(templ.WithChildren(ctx, parts(children...)), w)
	})
}

func tag(open, close string, all ...templ.Component) templ.Component {
	return parts(templ.Raw(open), parts(all...), templ.Raw(close))
}

func section(title string, all ...templ.Component) templ.Component {
	return tag(`<section class="sheet stack"><h2>`+title+`</h2>`, `</section>`, all...)
}

// kit shows every part of the staff's pages, a form with errors among them.
func kit(f Frame) templ.Component {
	towns := []ui.Option{{Value: "1", Name: "古韩镇"}, {Value: "2", Name: "王桥镇"}}
	units := []ui.Option{{Value: "1", Name: "县水利局", Group: "县直单位"}, {Value: "2", Name: "县住建局", Group: "县直单位"}, {Value: "3", Name: "古韩镇人民政府", Group: "乡镇"}}
	errs := map[string]string{"tel": "手机号应是 11 位数字，现在是 10 位", "unit": "请选择承办单位", "way": "请选择怎么处理", "agree": "请先核对"}
	return within(Office(f),
		ui.Crumb("/cases", "返回待我处理"),
		within(ui.Head("组件样张", "2026年11月20日 星期五"), templ.Raw(`<a class="btn btn-sm" href="/print">打印台账</a>`)),
		ui.Views([]ui.View{{URL: "/cases?view=mine", Name: "待我处理", Count: 26, Current: true}, {URL: "/cases?view=late", Name: "逾期", Count: 5, Late: true}, {URL: "/cases", Name: "全部在办", Count: 1238}}),
		within(ui.Filter(ui.FilterProps{Action: "/cases", Label: "筛选事项", Clear: "/cases"}),
			ui.Hidden("view", "mine"), ui.Field(ui.FieldProps{ID: "f-q", Name: "q", Label: "内容、编号、姓名", Type: "search", Grow: true}),
			ui.Select(ui.SelectProps{ID: "f-town", Name: "town", Label: "乡镇", Blank: "全部乡镇", Options: towns})),
		tag(`<div class="sheet sheet-flush">`, `</div>`, within(ui.Scroll("事项列表"), kitTable())),
		ui.Pager(ui.PagerProps{Total: 1238, Prev: "/cases?before=2", Next: "/cases?after=3"}),
		section("标记", tag(`<div class="row">`, `</div>`, kitMarks()...)),
		tag(`<form class="sheet form" method="post" action="/kit" novalidate>`, `</form>`,
			templ.Raw(`<h2>现在要做：梳理分办</h2>`), ui.ErrorSummary(errs, "way", "unit", "tel"),
			ui.Choices(ui.ChoicesProps{Name: "way", Legend: "怎么处理", Err: errs["way"], Options: []ui.Option{{Value: "a", Name: "转有关单位办理"}, {Value: "b", Name: "站内协调解决", Note: "三天内"}}}),
			tag(`<div class="grid grid-2">`, `</div>`,
				ui.Select(ui.SelectProps{Name: "unit", Label: "承办单位", Blank: "请选择", Err: errs["unit"], Options: units, Required: true}),
				ui.Field(ui.FieldProps{Name: "tel", Label: "手机号", Type: "tel", Value: "1360000338", Hint: "用来告诉群众结果", Err: errs["tel"]}),
				ui.Field(ui.FieldProps{Name: "no", Label: "编号", Value: "XY2026-1243", Readonly: true}),
				ui.Field(ui.FieldProps{Name: "due", Label: "办理期限", Type: "date", Value: "2026-11-23", Optional: true})),
			ui.Field(ui.FieldProps{Name: "ask", Label: "分办意见", Rows: 3, Value: "请现场核实。", OptionalNote: "可不填，群众看不到"}),
			ui.Choices(ui.ChoicesProps{Name: "to", Legend: "同时告知", Multiple: true, Values: []string{"2"}, Options: towns}),
			tag("<p>", "</p>", ui.Tick(ui.TickProps{Name: "watch", Label: "列为重点督办", Checked: true})),
			ui.Tick(ui.TickProps{Name: "agree", Label: "已核对", Err: errs["agree"]}),
			templ.Raw(`<div class="form-acts"><button class="btn btn-main">分办</button><button class="btn" name="save" value="1">先保存</button></div>`)),
		kitNotes(), kitProgress())
}

func kitMarks() []templ.Component {
	marks := []templ.Component{ui.Seal(), ui.Chip(ui.ChipPlain, "一般"), ui.Chip(ui.ChipInfo, "新"), ui.Chip(ui.ChipSoon, "今天到期"),
		ui.Chip(ui.ChipLate, "逾期 2 天"), ui.Chip(ui.ChipWatch, "重点督办"), ui.Chip(ui.ChipOK, "当场答复")}
	for n, word := range []string{"待汇总", "待梳理", "办理中", "待反馈", "已评价"} {
		marks = append(marks, ui.Loop(n+1, word))
	}
	return append(marks, ui.Due(ui.DueProps{Date: "11月23日", Left: 3, Provisional: true}), ui.Due(ui.DueProps{Date: "11月20日", Today: true}))
}

func kitNotes() templ.Component {
	say := func(kind ui.NoteKind, text string) templ.Component { return within(ui.Note(kind), ui.Text(text)) }
	return tag(`<section class="stack"><h2>提示</h2>`, `</section>`, say(ui.NotePlain, "说明：一般信息。"), say(ui.NoteOK, "已登记 2 件事。"),
		say(ui.NoteWarn, "发出后不能撤回。"), say(ui.NoteErr, "没有发出。"),
		within(ui.Empty(ui.EmptyProps{Title: "还没有登记", Text: "今天登记的来访会列在这里。"}), templ.Raw(`<a class="btn btn-main" href="/visits/new">登记来访</a>`)))
}

func kitProgress() templ.Component {
	return section("过程",
		ui.Steps([]ui.Step{{Name: "登记", Note: "11月19日 完成", Progress: ui.Done}, {Name: "梳理", Note: "11月23日前 应完成", Progress: ui.Now}, {Name: "办理", Note: "未开始"}, {Name: "反馈", Note: "未开始"}, {Name: "评价", Note: "未开始"}}),
		ui.Funnel([]ui.FunnelStep{{Name: "登记", Count: 1286, Note: "合计"}, {Name: "梳理", Count: 1274, Wait: "12 件待梳理", URL: "/cases"}, {Name: "办理", Count: 1188, Wait: "86 件办理中", URL: "/cases", Late: "其中逾期 5 件"}, {Name: "反馈", Count: 1179, Wait: "9 件待反馈", URL: "/cases"}, {Name: "评价", Count: 48, Wait: "131 件待评价", URL: "/cases"}}),
		ui.Facts([]ui.Fact{{Label: "来访人", Value: "申国强（男，王桥镇五阳村）"}, {Label: "电话", Value: "138****0017", Body: ui.Post(ui.PostProps{Action: "/x", Text: "查看", Class: "btn btn-link btn-sm"})}, {Label: "方式", Value: "来访"}}),
		ui.Trail([]ui.TrailItem{{Heading: "登记", Meta: "11月19日 09:24　武小芹", Body: "群众来访反映。\n代表魏建军接待。", Progress: ui.Done}, {Heading: "退回", Meta: "11月20日", Progress: ui.Returned}, {Heading: "梳理分办", Progress: ui.Now, Extra: ui.Chip(ui.ChipSoon, "今天到期")}, {Heading: "办理", Progress: ui.Todo}}))
}

func kitTable() templ.Component {
	rows := []templ.Component{templ.Raw(`<caption class="sr">事项，按期限从近到远</caption><thead><tr><th scope="col">编号</th><th scope="col">事项</th><th scope="col">环节</th>`),
		ui.SortHead(ui.SortProps{URL: "/cases?sort=-due", Name: "期限", Sorted: "ascending"}), templ.Raw(`</tr></thead><tbody>`)}
	for n := 1; n <= 3; n++ {
		rows = append(rows, templ.Raw(`<tr><td class="nowrap meta">XY2026-118`+strconv.Itoa(n)+`</td><th scope="row" class="subject-cell"><a class="subject" href="/cases/1">付村段乡道路面塌陷，雨后积水，夜间无警示</a> `),
			ui.Chip(ui.ChipWatch, "重点督办"), templ.Raw(`</th><td>`), ui.Loop(n+1, "办理中"), templ.Raw(`</td><td>`), ui.Due(ui.DueProps{Date: "11月17日", Late: n}), templ.Raw(`</td></tr>`))
	}
	return tag(`<table class="tbl tbl-cards">`, `</tbody></table>`, rows...)
}

// kitCitizen is the rating page, the most important one of the public ones.
func kitCitizen(f Frame) templ.Component {
	return within(Citizen(f),
		templ.Raw(`<div><h1>事情办完了，请您评价</h1></div>`),
		ui.ErrorSummary(map[string]string{"attitude": "请选一项"}, "result", "attitude"),
		tag(`<form class="stack" method="post" action="/r/x" novalidate>`, `</form>`,
			ui.Rating(ui.RatingProps{Name: "result", Question: "您对办理结果满意吗？", Value: "4"}),
			ui.Rating(ui.RatingProps{Name: "attitude", Question: "您对办理态度满意吗？", Err: "请选一项"}),
			ui.Field(ui.FieldProps{Name: "say", Label: "还想说什么", Optional: true, Rows: 3}),
			templ.Raw(`<button class="btn btn-main btn-wide rate">提交评价</button>`)))
}

func kitDoor(f Frame) templ.Component {
	return within(Door(f), tag(`<form class="sheet form" method="post" action="/login" novalidate>`, `</form>`,
		within(ui.ErrorBox("没有登录成功"), templ.Raw(`<p><a href="#password">账号或密码不对，请重新输入密码</a></p>`)),
		ui.Field(ui.FieldProps{Name: "account", Label: "账号或手机号", Autocomplete: "username", Value: "wangli", Required: true}),
		ui.Field(ui.FieldProps{Name: "password", Label: "密码", Type: "password", Autocomplete: "current-password", Err: "账号或密码不对，请重新输入密码", Required: true}),
		templ.Raw(`<button class="btn btn-main btn-wide">登录</button>`)))
}

// kitPages are the three layouts with everything in them.
func kitPages(r *http.Request) map[string]templ.Component {
	f := FrameOf(r)
	f.Title, f.Error, f.Demo, f.Org = "组件样张", true, true, "襄垣县人大常委会"
	f.Who, f.Find, f.Menu, f.Here = "王丽 · 县人大人事代表工委", "/cases", kitMenu, "/cases/XY2026-1243"
	f.SwitchRole, f.Role = "/account/role", "县办理岗"
	f.Note = Note{ui.NoteOK, "已分办给县水利局。"}
	f.Site, f.Home, f.Phone, f.Privacy = "古韩镇人大代表联络站", "/s/1", "0355-000 0000", "/privacy"
	return map[string]templ.Component{"/kit": kit(f), "/citizen": kitCitizen(f), "/door": kitDoor(f)}
}
