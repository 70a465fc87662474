package demo

import (
	"fmt"
	"slices"
	"strconv"

	"lianluo/internal/calendar"
	deputies "lianluo/internal/deputy"
)

// The levels of the congresses, lowest first, with their current terms.
var terms = map[string]struct {
	term string
	from calendar.Date
}{
	"township":   {"第十六届", calendar.NewDate(2021, 6, 18)},
	"county":     {"第十七届", calendar.NewDate(2021, 7, 2)},
	"prefecture": {"第十五届", calendar.NewDate(2021, 9, 6)},
	"province":   {"第十四届", calendar.NewDate(2023, 1, 12)},
	"national":   {"第十四届", calendar.NewDate(2023, 3, 5)},
}

// makeDeputies makes deputies of the five levels and mixes them into the stations'
// groups: those of the township, those whom it elected into the county's congress, and
// those of higher congresses who come from here.
func (w *world) makeDeputies() {
	for _, s := range w.stations {
		w.townDeputies(s)
		w.countyDeputies(s)
	}
	higher := []struct {
		level, electoral string
		count            int
	}{
		{"prefecture", w.name, 26 + len(w.stations)*2/3},
		{"province", "长治市", 4 + w.rng.IntN(3)},
		{"national", "山西省", w.rng.IntN(2)},
	}
	turn := w.rng.IntN(len(w.stations))
	for _, h := range higher {
		for range h.count {
			w.higherDeputy(w.stations[turn%len(w.stations)], h.level, h.electoral)
			turn++
		}
	}
	for _, s := range w.stations {
		s.group[0].role = "head" // the chair, who heads the station
		s.group[1].role = "convener"
		if len(s.group) > 4 {
			s.group[2].role = "deputy_head"
		}
	}
}

// townDeputies are those of a town's own congress; a 街道 and a zone have none.
func (w *world) townDeputies(s *station) {
	if s.street || s.zone {
		return
	}
	n := 44 + len(s.villages)*4/5 + w.rng.IntN(9)
	for i := range n {
		v := s.villages[i%len(s.villages)]
		d := w.newDeputy(s, w.occupation(v))
		switch i {
		case 0:
			d.duties = s.short + "人大主席"
		case 1, 2:
			d.duties = s.short + pick(w.rng, []string{"人大主席团成员", "人大办公室干部", "退休干部"})
		}
		d.give("township", v.name+"选区")
	}
}

// countyDeputies are elected by the town into the county's congress; some sit in the
// town's too.
func (w *world) countyDeputies(s *station) {
	n := 8 + len(s.villages)/4 + w.rng.IntN(3)
	if s.zone {
		n = 4
	}
	for i := range n {
		electoral := fmt.Sprintf("%s第%s选区", s.short, numerals[i/3%len(numerals)])
		if i > 1 && len(s.group) > 20 && chance(w.rng, 0.09) {
			s.group[3+w.rng.IntN(len(s.group)-3)].give("county", electoral)
			continue
		}
		d := w.newDeputy(s, w.occupation(pick(w.rng, s.villages)))
		if i == 0 && (s.street || s.zone) {
			d.duties = s.short + "人大工委主任"
		}
		d.give("county", electoral)
	}
}

var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

func (w *world) higherDeputy(s *station, level, electoral string) {
	if level == "prefecture" && chance(w.rng, 0.2) {
		for _, d := range s.group[2:] {
			if len(d.mandates) == 1 && d.mandates[0].level == "county" {
				d.give(level, electoral)
				return
			}
		}
	}
	w.newDeputy(s, pick(w.rng, []string{"企业负责人", "中学教师", "医院主任医师", "合作社理事长", "高级工程师", "非遗传承人", "律师", "乡村医生", "农艺师"})).
		give(level, electoral)
}

func (w *world) newDeputy(s *station, duties string) *deputy {
	gender := w.gender(0.31)
	birth := between(w.rng, 1957, 1996)
	d := &deputy{name: w.newName(gender, birth), gender: gender, birth: birth, duties: duties, station: s, role: "member",
		certificate: w.code + "-" + strconv.Itoa(10001 + len(w.deputies))[1:]}
	w.deputies = append(w.deputies, d)
	s.group = append(s.group, d)
	return d
}

func (d *deputy) give(level, electoral string) {
	t := terms[level]
	for _, m := range d.mandates {
		if m.level == level {
			return
		}
	}
	d.mandates = append(d.mandates, mandate{level, t.term, electoral, t.from})
}

// levels are those of a deputy's mandates, highest first.
func (d *deputy) levels() []string {
	return slices.DeleteFunc(slices.Clone(deputies.Levels), func(level string) bool {
		return !slices.ContainsFunc(d.mandates, func(m mandate) bool { return m.level == level })
	})
}

// highest is the highest level of a deputy's mandates, the lowest being 0.
func (d *deputy) highest() int {
	order := map[string]int{"township": 0, "county": 1, "prefecture": 2, "province": 3, "national": 4}
	high := 0
	for _, m := range d.mandates {
		high = max(high, order[m.level])
	}
	return high
}

var (
	ruralWork = []string{"村民", "种植户", "养殖户", "果农", "药材种植户", "村民小组长", "乡村医生", "小学教师", "农机合作社社员", "手工艺人",
		"农家乐经营者", "返乡创业青年", "村级网格员", "退役军人", "货车司机", "电商经营者", "护林员", "村民代表"}
	urbanWork = []string{"社区网格员", "个体经营者", "企业职工", "退休教师", "社区志愿者", "出租车司机", "医院护士", "中学教师", "物业管理员", "环卫工人",
		"银行职员", "快递站点负责人", "退役军人", "超市经营者", "律师助理"}
)

func (w *world) occupation(v village) string {
	if v.rural {
		return v.name + pick(w.rng, ruralWork)
	}
	return v.name + pick(w.rng, urbanWork)
}
