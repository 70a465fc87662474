package settings

import (
	"cmp"

	"lianluo/internal/county"
	"lianluo/web/ui"
)

// fieldNames are the fields of the record as pages say them.
var fieldNames = func() map[string]string {
	names := map[string]string{"name": "名称", "office": "机关名称", "phone": "公开电话", "number_prefix": "编号前缀", "code": "代号",
		"text": "说明", "promise": "要写承诺", "months": "几个月后过期", "retired": "状态", "position": "位置", "body": "文字", "version": "版本",
		"paper": "纸张", "numbering": "编号办法", "columns": "栏目", "kind": "种类"}
	for _, p := range county.Periods {
		names[p.Field] = p.Name
	}
	return names
}()

// words are how a list's pages speak.
type words struct {
	title, intro   string
	one            string    // an entry: 添加大类
	text, textHint string    // the longer text; "" where the list has none
	used           string    // what carries an entry; "" where nothing is counted
	users          [2]string // how that is counted: 件, 事项 unless given
	inside         string    // what stands in an entry
	kept           string    // what becomes of those that carry a retired one
}

var listWords = map[*county.List]words{
	county.CategoryList: {title: "类别", one: "大类", used: "用它的事项", inside: "小类",
		intro: "来访登记时选的类别，分大类和小类。改了名称，以前的事项也显示新名称。",
		kept:  "停用以后，登记时不再给人选；用它的旧事项照旧显示，照旧能按它筛选。"},
	county.SubcategoryList: {title: "小类", one: "小类", used: "用它的事项",
		kept: "停用以后，登记时不再给人选；用它的旧事项照旧显示。"},
	county.ClassList: {title: "结果分类", one: "结果分类", used: "用它的事项",
		intro: "承办单位提交结果时选一类。要写承诺的一类，到承诺的那一天会自动提出来再办。",
		kept:  "停用以后，承办单位不再能选；用它的旧结果照旧显示。"},
	county.ReasonList: {title: "不予受理理由", one: "理由", text: "怎样引导群众", textHint: "写明到哪里去办、打什么电话。", used: "用它的事项",
		intro: "拟不受理时选一条。理由和引导的话都会给群众看，请写得让人看得懂。",
		kept:  "停用以后，不再给人选；以前用它的事项照旧显示。"},
	county.ChecklistList: {title: "检查清单", one: "清单", text: "说明", inside: "项目",
		intro: "检查联络站时逐项对照的清单。“六有”是系统按常见说法预置的，不是官方定义，请按本县的要求修改。",
		kept:  "停用以后，检查时不再出现；里面的项目都留着，恢复以后还能用。"},
	county.FunctionList: {title: "站点功能", one: "功能", text: "能办什么", textHint: "写在二维码海报上，让群众看得懂。", used: "有它的站点", users: [2]string{"个", "站点"},
		intro: "一个站点可以有几项功能。这里的名称和“能办什么”，群众在站点的页面和海报上看得到。",
		kept:  "停用以后，填站点资料时不再给人选；已经有它的站点照旧显示。"},
	county.ItemList: {title: "项目", one: "项目", text: "怎样算做到", kept: "停用以后，检查时不再问这一项。"},
}

// counted is how many carry an entry: 3 件.
func (w words) counted(e county.Entry) string {
	return ui.Number(int(e.Used)) + " " + cmp.Or(w.users[0], "件")
}

// path is where a list is: of one below another, the entry above it.
func path(l *county.List, above int64) string {
	if l.Above() != nil {
		return "/settings/" + l.Above().Key + "/" + itoa(above)
	}
	return "/settings/" + l.Key
}

// at is where an entry is.
func at(l *county.List, id int64) string { return "/settings/" + l.Key + "/" + itoa(id) }

func parentOf(e county.Entry) int64 {
	if e.ParentID == nil {
		return 0
	}
	return *e.ParentID
}
