package demo

import (
	"strings"
)

// Kinds of units: the township's two, and the county's departments.
const (
	unitGov     = "gov"
	unitService = "service"
)

// department is one of a county's departments, and what it usually handles.
type department struct {
	kind       string
	name       string // 县水利局; 区 where it is a district
	login      string
	categories []string // of the second level, or a whole first level
}

var departments = []department{
	{"water", "水利局", "water", []string{"饮水管网", "水质水压", "农田灌溉", "河道沟渠", "水费收缴", "水源保护"}},
	{"traffic", "交通运输局", "traffic", []string{"村道养护", "国省县道", "公交客运", "桥涵隐患"}},
	{"housing", "住建局", "housing", []string{"危房改造", "老旧小区", "物业管理", "天然气"}},
	{"agri", "农业农村局", "agri", []string{"农资种植", "机耕道路", "农业补贴", "土地流转", "产业销路", "畜牧防疫", "畜禽粪污"}},
	{"medins", "医疗保障局", "medins", []string{"医保报销", "参保缴费"}},
	{"edu", "教育局", "edu", []string{"校车通学", "幼儿托育", "办学条件", "课后服务"}},
	{"civil", "民政局", "civil", []string{"日间照料", "老年食堂", "高龄津贴", "居家养老", "适老改造", "低保救助", "残疾人保障"}},
	{"land", "自然资源局", "land", []string{"采煤沉陷", "宅基地", "矿山修复"}},
	{"police", "交警大队", "police", []string{"交通安全", "校园周边", "治安防范"}},
	{"env", "生态环境分局", "env", []string{"扬尘噪声", "企业排污", "污水排放"}},
	{"health", "卫生健康局", "health", []string{"村卫生室", "慢病用药", "就医服务"}},
	{"hr", "人力资源和社会保障局", "hr", []string{"养老保险", "就业创业", "工资权益"}},
	{"city", "城市管理局", "city", []string{"停车秩序", "垃圾清运", "公厕旱厕", "路灯照明", "排水内涝", "健身场地", "公共设施", "集中供热"}},
	{"energy", "能源局", "energy", []string{"清洁取暖", "农村用电"}},
	{"industry", "工业和信息化局", "industry", []string{"通信网络"}},
}

// Categories that a township's units usually handle.
var (
	govCategories     = []string{"垃圾清运", "公厕旱厕", "村容绿化", "污水排放", "邻里矛盾", "村务公开", "红白事务", "秸秆焚烧", "土地流转", "文化活动", "文物古迹", "农家书屋", "水费收缴"}
	serviceCategories = []string{"网格服务", "办事便利", "证照办理", "政策宣传", "咨询", "建议", "其他事项"}
)

// makeUnits makes the county's departments and two units for each station's township.
func (w *world) makeUnits() {
	for i, d := range departments {
		name := w.kind + d.name
		if d.kind == "env" {
			name = "生态环境" + w.short + "分局"
		}
		u := &unit{kind: d.kind, name: name, level: "county", phone: w.landline(), position: i + 1, pace: 0.75 + 0.5*w.rng.Float64()}
		w.byKind[d.kind] = u
		w.units = append(w.units, u)
	}
	for i, s := range w.stations {
		gov, service := s.short+"人民政府", s.short+"便民服务中心"
		switch {
		case s.street:
			gov = s.short + "办事处"
		case s.zone && strings.HasSuffix(s.short, "中心"):
			gov, service = s.short, s.short+"便民服务大厅"
		case s.zone:
			gov = s.short + "管理委员会"
		}
		s.gov = &unit{kind: unitGov, name: gov, level: "township", station: s, phone: w.landline(), position: 100 + 2*i, pace: 0.75 + 0.5*w.rng.Float64()}
		s.service = &unit{kind: unitService, name: service, level: "township", station: s, phone: w.landline(), position: 101 + 2*i, pace: 0.7 + 0.4*w.rng.Float64()}
		w.units = append(w.units, s.gov, s.service)
	}
}

// unitFor is the unit that handles a matter of station.
func (w *world) unitFor(kind string, s *station) *unit {
	switch kind {
	case unitGov:
		return s.gov
	case unitService:
		return s.service
	}
	return w.byKind[kind]
}

// categoriesOf are the names of a unit's usual categories.
func (u *unit) categoriesOf() []string {
	switch u.kind {
	case unitGov:
		return govCategories
	case unitService:
		return serviceCategories
	}
	for _, d := range departments {
		if d.kind == u.kind {
			return d.categories
		}
	}
	return nil
}
