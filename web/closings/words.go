package closings

import (
	"strings"

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
	return append(lines, f.people()...)
}

// people are the lines about days, deputies and accounts.
func (f *form) people() (lines []string) {
	d := f.will
	if d.Days > 0 {
		lines = append(lines, ui.Number(int(d.Days))+" 个接待日："+named(network.Days, f.typed.Days)+"。")
	}
	if d.Members > 0 {
		lines = append(lines, ui.Number(int(d.Members))+" 名代表今天出组，"+map[bool]string{true: "同时进接收站的组。", false: "以后再安排。"}[f.typed.Group == "join"])
	}
	if d.Officers > 0 {
		lines = append(lines, ui.Number(int(d.Officers))+" 名负责人的任职到今天为止。")
	}
	if d.Moved > 0 {
		lines = append(lines, ui.Number(d.Moved)+" 个账号的身份转过去。")
	}
	if d.Ended > 0 {
		lines = append(lines, ui.Number(d.Ended)+" 个账号的身份结束。")
	}
	return lines
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
