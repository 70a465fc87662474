package closings

import (
	"slices"
	"strings"

	"lianluo/internal/option"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/network"
	"lianluo/web/ui"
)

// now is what there is.
func (f *form) now() string {
	words := "现在有在办事项 " + ui.Number(int(f.Cases)) + " 件"
	if len(f.Below) > 0 {
		words += "，下面有" + names(f.Below)
	}
	return words + "。已经办结的事项、办过的接待和以前的记录都留在原处。"
}

// lines are what will happen, each a sentence.
func (f *form) lines() []string {
	d, into := f.will, f.into()
	lines := []string{"关闭“" + f.Name + "”。"}
	if f.typed.Way == "merge" {
		lines = []string{"“" + f.Name + "”并入“" + into + "”，旧二维码通到那里。"}
	}
	if d.Cases > 0 {
		lines = append(lines, "在办的 "+ui.Number(d.Cases)+" 件事项转到“"+into+"”，每件的办理过程里记一笔，期限不变。")
	} else {
		lines = append(lines, "没有在办的事项。")
	}
	if len(f.Below) > 0 {
		words := "一起撤"
		if f.typed.Below == "move" {
			words = "改属“" + into + "”"
		}
		lines = append(lines, names(f.Below)+words+"。")
	}
	for _, u := range f.Units {
		words := "还是承办单位，改属“" + into + "”"
		if to := f.typed.Units[u.ID]; to != 0 {
			words = "撤销，在办的和账号交给接收的单位"
		}
		lines = append(lines, u.Name+"："+words+"。")
	}
	if d.Villages > 0 {
		lines = append(lines, ui.Number(d.Villages)+" 个村（社区）改由“"+into+"”服务。")
	}
	return append(lines, f.people()...)
}

// people are the lines about days, deputies and accounts.
func (f *form) people() (lines []string) {
	d := f.will
	if d.Days > 0 {
		lines = append(lines, ui.Number(int(d.Days))+" 个接待日（"+dates(f.Dates)+"）："+option.NameOf(network.Days, f.typed.Days)+"。今天已经开始的留在原处。")
	}
	if d.Rules > 0 {
		lines = append(lines, ui.Number(d.Rules)+" 条接待规则跟着地点归“"+f.into()+"”，以后照样排接待日。")
	}
	if len(d.RulesEnded) > 0 {
		var rules []string
		for _, r := range d.RulesEnded {
			rules = append(rules, r.Words())
		}
		lines = append(lines, ui.Number(len(rules))+" 条接待规则停用："+strings.Join(rules, "；")+"。以后还要排的，请在接收的站另加规则。")
	}
	if d.Members > 0 {
		lines = append(lines, ui.Number(int(d.Members))+" 名代表今天出组，"+map[bool]string{true: "同时进接收站的组。", false: "以后再安排。"}[f.typed.Group == "join"])
	}
	if d.Officers > 0 {
		lines = append(lines, ui.Number(int(d.Officers))+" 名负责人的任职到今天为止。")
	}
	if d.Moved > 0 {
		lines = append(lines, ui.Number(d.Moved)+" 个账号的身份转过去，以后属于“"+f.into()+"”："+persons(d.Going)+"。")
	}
	if len(d.Liaisons) > 0 {
		lines = append(lines, strings.Join(d.Liaisons, "、")+"同时登记为“"+f.into()+"”的联络员。")
	}
	if d.Ended > 0 {
		lines = append(lines, ui.Number(d.Ended)+" 个账号在“"+f.Name+"”的身份结束："+persons(d.Gone)+"。")
	}
	return lines
}

func persons(all []network.Person) string {
	words := make([]string, len(all))
	for i, p := range all {
		words[i] = p.Name + "（" + auth.Names[p.Role] + "）"
	}
	return strings.Join(words, "、")
}

// dates are days, each once; of many the first ones.
func dates(all []calendar.Date) string {
	const most = 8
	var words []string
	for _, day := range slices.Compact(slices.Clone(all)) {
		if len(words) == most {
			return strings.Join(words, "、") + "等"
		}
		words = append(words, day.Chinese())
	}
	return strings.Join(words, "、")
}

// names are the places by name; of many the first ones and how many.
func names(places []network.Place) string {
	const most = 6
	var all []string
	for _, p := range places {
		all = append(all, p.Name)
	}
	if len(all) > most {
		return strings.Join(all[:most], "、") + "等 " + ui.Number(len(all)) + " 个"
	}
	return strings.Join(all, "、")
}

// unitChosen is the value of a unit's select.
func (f *form) unitChosen(id int64) string {
	if into := f.typed.Units[id]; into != 0 {
		return itoa(into)
	}
	return ""
}
