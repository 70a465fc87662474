package settings

import (
	"cmp"
	"net/http"
	"strconv"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// matter is one line of the index.
type matter struct {
	url, name, what, state string
}

func (h Handler) index(w http.ResponseWriter, r *http.Request) error {
	var (
		profile  *county.Profile
		settings *county.Settings
		all      *county.Overview
	)
	err := h.view(r, func(v *tenant.View) {
		profile, settings, all = county.ProfileOf(v), county.SettingsOf(v), county.OverviewOf(v)
	})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, indexPage(frame(r, "设置", problem{}), matters(*profile, *settings, *all)))
}

// matters are what can be set, with how each stands.
func matters(p county.Profile, s county.Settings, all county.Overview) []matter {
	n := func(n int64) string { return strconv.FormatInt(n, 10) }
	prefix := "编号前缀 " + p.NumberPrefix
	if p.Frozen {
		prefix += "，已经启用，不能再改"
	}
	categories := n(all.Categories) + " 个大类，" + n(all.Subcategories) + " 个小类"
	if all.Unused > 0 {
		categories += "，停用 " + n(all.Unused) + " 个"
	}
	texts := "都是默认的文字"
	if all.OwnTexts > 0 {
		texts = n(all.OwnTexts) + " 种改过"
	}
	return []matter{
		{"/settings/county", "名称与编号", "县名、机关名称、公开电话和事项编号的前缀", p.Name + "，" + prefix},
		{"/settings/periods", "各环节期限", "每一步几个工作日内办完，消息等几分钟再发",
			"梳理 " + strconv.Itoa(s.SortDays) + " 天，乡镇办理 " + strconv.Itoa(s.TownshipDays) + " 天，县直部门办理 " + strconv.Itoa(s.DepartmentDays) + " 天"},
		{"/settings/calendar", "工作日历", "放假和调休，用来数工作日", "按国务院的放假安排"},
		{"/settings/categories", "类别", "登记时选的大类和小类", categories},
		{"/settings/classes", "结果分类", "承办单位提交结果时选的分类", all.Classes},
		{"/settings/reasons", "不予受理理由", "拟不受理时选的理由，和怎样引导群众", n(all.Reasons) + " 条"},
		{"/settings/checklists", "检查清单", "检查联络站时逐项对照的清单，例如“六有”", cmp.Or(all.Checklists, "没有在用的清单")},
		{"/closings", "撤并", "关闭、合并站点和承办单位，撤乡并镇", "要用时再办"},
		{"/settings/functions", "站点功能", "联络站、联络点做什么用，一个站可以有几项", n(all.Functions) + " 项"},
		{"/settings/notices", "个人信息告知书", "登记以前要告诉来访人的话，每一版都留着", all.Notice + " 版，" + calendar.DateOf(all.PublishedAt).Time().Format("2006年1月2日") + "发布"},
		{"/settings/registers", "台账表样", "一表两卡三簿的名称、栏目、纸张和编号", "按常见做法预置，可以改"},
		{"/settings/texts", "文字模板", "短信和信件的文字", texts},
	}
}
