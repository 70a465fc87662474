package demo

import (
	"fmt"
	"strconv"
	"strings"

	"lianluo/internal/calendar"
)

// slots put in what stands in a text's braces, the same throughout a case.
type slots = *strings.Replacer

var chineseMonths = []string{"", "一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"}

var chineseTens = []string{"", "", "", "", "", "", "六十", "七十", "八十"}

// slotsFor draws the slots of a case that the visit brings, about a matter.
func (w *world) slotsFor(v *visit, m *matter) slots {
	r := w.rng
	in, part := "村里", pick(r, []string{"一组", "二组", "三组", "四组", "五组", "东头", "西头", "后街", "前街", "南沟", "北坡"})
	if !v.village.rural {
		in, part = "社区里", pick(r, []string{"一号楼", "三号楼", "五号楼", "东区", "西区", "后排楼", "北门这边", "临街这排"})
	}
	town := "县城"
	if w.kind == "区" {
		town = "城区"
	}
	month := (int(calendar.DateOf(v.receivedAt).Month())+10-r.IntN(3))%12 + 1
	age := chineseTens[between(r, 6, 8)] + numerals[r.IntN(9)] + "岁"
	return strings.NewReplacer(
		"{村}", v.village.name, "{里}", in, "{乡}", v.station.short, "{县}", w.kind, "{城}", town, "{组}", part,
		"{户}", strconv.Itoa(between(r, 12, 96)), "{人}", strconv.Itoa(between(r, 12, 68)), "{米}", strconv.Itoa(50*between(r, 3, 26)),
		"{亩}", strconv.Itoa(between(r, 8, 96)), "{元}", strconv.Itoa(10*between(r, 8, 46)), "{天}", strconv.Itoa(between(r, 3, 9)),
		"{年}", pick(r, []string{"两", "三", "四", "五"}), "{月}", chineseMonths[month], "{岁}", age,
		"{办}", w.unitFor(m.unit, v.station).name,
	)
}

// fill puts the case's slots into a text.
func (s *sim) fill(text string) string { return s.k.slots.Replace(text) }

// fillReply fills a unit's reply: who says it, the day when it was done and the promised one.
func (s *sim) fillReply(text string, promised calendar.Date) string {
	done := s.today.AddDays(-between(s.r, 1, 4))
	by := s.k.unit
	if by == nil { // a formal suggestion's
		by = s.w.unitFor(s.k.matter.unit, s.st)
	}
	text = strings.NewReplacer("{日}", done.Chinese(), "{期}", fmt.Sprintf("%d年%s", promised.Year(), promised.Chinese()), "{办}", by.name).Replace(text)
	return s.fill(text)
}
