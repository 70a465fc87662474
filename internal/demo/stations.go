package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"lianluo/internal/division"
)

// The town of the demonstration's station, and the village that must have a point.
const (
	demoStationCode = "140423101" // 王桥镇
	demoVillage     = "五阳村"
)

// counties are the demonstration's, 襄垣县 first, so that it can be used early.
func counties() []string {
	codes := []string{"140423"}
	for _, d := range division.Changzhi() {
		if d.Level == division.LevelCounty && d.Code != codes[0] {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

// zoned reports whether a township's code is that of a zone (开发区, 示范区 …).
func zoned(code string) bool { return code[6] >= '4' }

// zoneStations are the eight zones with a station: those with the most villages, and of
// equal ones those with the highest code.
func zoneStations() []string {
	villages, zones := map[string]int{}, []string{}
	for _, d := range division.Changzhi() {
		switch d.Level {
		case division.LevelTownship:
			if zoned(d.Code) {
				zones = append(zones, d.Code)
			}
		case division.LevelVillage:
			villages[d.ParentCode]++
		}
	}
	slices.SortFunc(zones, func(a, b string) int {
		return cmp.Or(cmp.Compare(villages[b], villages[a]), cmp.Compare(b, a))
	})
	return zones[:8]
}

// points is how many contact points and posts the city has.
const points = 396

// pointShares are how many of them each town gets, by the root of its villages' number
// and never more than its villages; at least one where there is a village.
func pointShares() map[string]int {
	type town struct {
		code     string
		villages int
		exact    float64
	}
	byCode := map[string]*town{}
	var towns []*town
	chosen := zoneStations()
	for _, d := range division.Changzhi() {
		switch {
		case d.Level == division.LevelTownship && (!zoned(d.Code) || slices.Contains(chosen, d.Code)):
			byCode[d.Code] = &town{code: d.Code}
			towns = append(towns, byCode[d.Code])
		case d.Level == division.LevelVillage && byCode[d.ParentCode] != nil && realVillage(d.Name):
			byCode[d.ParentCode].villages++
		}
	}
	total := 0.0
	for _, t := range towns {
		total += math.Sqrt(float64(t.villages))
	}
	shares, given := map[string]int{}, 0
	for _, t := range towns {
		t.exact = math.Sqrt(float64(t.villages)) / total * points
		shares[t.code] = min(max(int(t.exact), 1), t.villages)
		given += shares[t.code]
	}
	slices.SortStableFunc(towns, func(a, b *town) int { // the largest remainders first
		return cmp.Compare(b.exact-math.Floor(b.exact), a.exact-math.Floor(a.exact))
	})
	for i := 0; given < points; i = (i + 1) % len(towns) {
		if t := towns[i]; shares[t.code] < t.villages {
			shares[t.code]++
			given++
		}
	}
	return shares
}

// realVillage tells a village from the placeholders of zones and of collective assets.
func realVillage(name string) bool {
	return !strings.Contains(name, "虚拟") && !strings.Contains(name, "集体资产")
}

// makeStations makes a station for every township and for the chosen zones, and points
// in villages.
func (w *world) makeStations() {
	_, within, _, _ := division.County(division.Changzhi(), w.code) // generate has asked for it before
	chosen, shares := zoneStations(), pointShares()
	byTown := map[string]*station{}
	for _, d := range within {
		switch {
		case d.Level == division.LevelTownship && (!zoned(d.Code) || slices.Contains(chosen, d.Code)):
			s := w.station(d)
			byTown[d.Code] = s
			w.stations = append(w.stations, s)
		case d.Level == division.LevelVillage && byTown[d.ParentCode] != nil && realVillage(d.Name):
			s := byTown[d.ParentCode]
			s.villages = append(s.villages, villageOf(d))
		}
	}
	for _, s := range w.stations {
		w.makePoints(s, shares[s.code])
	}
	for _, s := range w.stations {
		if len(s.villages) == 0 { // a zone without a village: its neighbours come
			s.villages = w.stations[0].villages
		}
	}
}

func villageOf(d division.Division) village {
	return village{code: d.Code, name: division.ShortName(d.Name), rural: strings.HasSuffix(division.ShortName(d.Name), "村") ||
		strings.HasSuffix(d.Name, "村委会") || strings.HasSuffix(d.Name, "村民委员会")}
}

func (w *world) station(d division.Division) *station {
	short := strings.TrimSuffix(strings.TrimPrefix(d.Name, "长治市"+w.name), "管理委员会社区")
	short = strings.TrimPrefix(short, "长治市")
	s := &station{town: d, street: strings.HasSuffix(d.Name, "街道"), zone: zoned(d.Code), login: w.prefix + "." + d.Code[6:]}
	if d.Code == demoStationCode {
		s.login = "wq"
	}
	s.place = place{kind: "station", root: s, code: d.Code, name: short + "人大代表联络站", short: short, division: d.Code,
		phone: w.landline(), hours: "工作日 8:30—12:00，14:30—18:00", address: short + pick(w.rng, []string{"便民服务中心一楼", "人民政府院内", "为民街 12 号", "文化中心二楼"})}
	if s.street {
		s.address = short + pick(w.rng, []string{"党群服务中心一楼", "办事处一楼大厅", "便民服务大厅旁"})
	}
	s.weight = 0.6 + 0.9*w.rng.Float64()
	switch {
	case d.Code == demoStationCode:
		s.weight = 2
	case s.zone:
		s.weight = 0.45
	}
	return s
}

// makePoints spreads n points over the station's villages; in 平顺县 every third is a
// service post below a point.
func (w *world) makePoints(s *station, n int) {
	for i := range n {
		v := s.villages[(i*len(s.villages)+len(s.villages)/2)/n]
		if i == 0 && s.code == demoStationCode {
			v = s.villages[slices.IndexFunc(s.villages, func(v village) bool { return v.name == demoVillage })]
		} else if slices.ContainsFunc(s.points, func(p *place) bool { return p.code == v.code }) {
			continue // 五阳村 has its point already
		}
		p := &place{kind: "point", root: s, parent: &s.place, code: v.code, name: v.name + "代表联络点", short: v.name, division: v.code,
			hours: "每月接待日 9:00—11:30", address: v.name + pick(w.rng, []string{"党群服务中心", "村委会", "文化活动室"})}
		if !v.rural {
			p.address = v.name + "居委会"
		}
		if w.code == "140425" && i%3 == 2 {
			p.kind, p.parent = "post", s.points[i-1]
			p.name = v.name + pick(w.rng, []string{"产业园代表服务岗", "合作社代表服务岗", "景区代表服务岗", "代表服务岗"})
		}
		s.points = append(s.points, p)
	}
	for _, v := range s.villages { // where a village came twice
		if len(s.points) >= n {
			break
		}
		if !slices.ContainsFunc(s.points, func(p *place) bool { return p.code == v.code }) {
			s.points = append(s.points, &place{kind: "point", root: s, parent: &s.place, code: v.code, name: v.name + "代表联络点",
				short: v.name, division: v.code, hours: "每月接待日 9:00—11:30", address: v.name + "党群服务中心"})
		}
	}
}

// landline is a public number that nobody has: no subscriber's number begins with 0.
func (w *world) landline() string { return fmt.Sprintf("0355-0%06d", w.rng.IntN(1_000_000)) }
