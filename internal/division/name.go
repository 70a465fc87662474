package division

import (
	"strings"
	"unicode/utf8"
)

// ShortName returns a division's name as people say it: 王桥镇 → 王桥, 长治市潞州区 →
// 潞州, 青龙满族自治县 → 青龙, 五阳村村委会 → 五阳村, 东方社区居委会 → 东方社区. A name
// that would be left with one character stays whole (沁县, 郊区), and so does a zone
// (襄垣经济技术开发区) and whatever else has no usual short form.
func ShortName(name string) string {
	name = strings.TrimSpace(name)
	if place, ok := village(name); ok {
		return place
	}
	if short := plain(last(name)); short != "" && !strings.ContainsAny(name, "（）()") {
		return short
	}
	return name
}

// village returns the place of a village's or community's committee.
func village(name string) (place string, ok bool) {
	for _, suffix := range []string{"村民委员会", "村委会"} {
		if place, ok := strings.CutSuffix(name, suffix); ok && place != "" {
			return strings.TrimSuffix(place, "村") + "村", true
		}
	}
	for _, suffix := range []string{"居民委员会", "居委会"} {
		if place, ok := strings.CutSuffix(name, suffix); ok && place != "" {
			return place, true
		}
	}
	return "", false
}

// last returns the last division that name is put together of: 长治市潞州区 → 潞州区.
// A higher division has at least two characters before its suffix, so that 沙市区 and
// 新市场街道 stay whole.
func last(name string) string {
	for i, r := range name {
		if !strings.ContainsRune("省市县区州盟旗", r) || utf8.RuneCountInString(name[:i]) < 2 {
			continue
		}
		rest := name[i+utf8.RuneLen(r):]
		short := plain(rest)
		if short == "" || short == rest && r != '市' { // 长治市沁县, but 津南开发区东区
			continue
		}
		return last(rest)
	}
	return name
}

// zones end the names of areas that are no ordinary division, and of banners that only
// their suffix tells apart.
var zones = []string{
	"开发区", "示范区", "试验区", "实验区", "管理区", "保护区", "功能区", "旅游区", "度假区", "合作区", "保税区",
	"保税港区", "加工区", "工业区", "高新区", "产业区", "经济区", "贸易区", "风景区", "名胜区", "生活区", "工矿区",
	"集聚区", "聚集区", "集中区", "核心区", "社区", "小区", "片区", "管区", "市辖区", "乡镇",
	"左旗", "右旗", "前旗", "中旗", "后旗",
}

// suffixes of ordinary divisions, the longer before the shorter that it ends with.
var suffixes = []string{
	"街道办事处", "街道", "民族乡", "民族镇", "民族苏木", "苏木",
	"自治区", "自治州", "自治县", "自治旗", "联合旗", "地区", "特区",
	"省", "市", "县", "区", "镇", "乡", "盟", "旗",
}

// plain returns the short form of one ordinary division, the name itself where one
// character would be left, and "" where it is no ordinary division.
func plain(name string) string {
	for _, zone := range zones {
		if strings.HasSuffix(name, zone) {
			return ""
		}
	}
	switch base, kind := cutArea(name); {
	case kind == "林区" && utf8.RuneCountInString(base) > 2:
		return base // 神农架林区, but 万柏林区 is the district of 万柏林
	case kind == "新区" && utf8.RuneCountInString(base) > 1:
		return "" // 浦东新区, but 清新区 is the district of 清新
	case kind == "园区" && utf8.RuneCountInString(base) > 2:
		return "" // 苏州工业园区, but 下花园区 is the district of 下花园
	}
	for _, suffix := range suffixes {
		base, ok := strings.CutSuffix(name, suffix)
		if !ok {
			continue
		}
		base = withoutPeople(base, strings.HasPrefix(suffix, "自治") || strings.HasPrefix(suffix, "民族"))
		switch utf8.RuneCountInString(base) {
		case 0:
			return ""
		case 1:
			return name
		}
		return base
	}
	return ""
}

// cutArea cuts a suffix that is an area's in long names and a district's in short ones.
func cutArea(name string) (base, kind string) {
	for _, kind := range []string{"林区", "新区", "园区"} {
		if base, ok := strings.CutSuffix(name, kind); ok {
			return base, kind
		}
	}
	return name, ""
}

// peoples are the 55 minority peoples, who stand in the names of autonomous divisions.
var peoples = strings.Fields(`
	蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡
	纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克
	德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 各`)

// withoutPeople cuts the peoples from the end of the base of a name, as long as two
// characters are left: 石柱土家族 → 石柱, but 内蒙古 and 东乡 (of 东乡族) stay. Some
// autonomous divisions leave out the 族: 伊犁哈萨克自治州, 新发朝鲜民族乡.
func withoutPeople(base string, autonomous bool) string {
	for _, people := range peoples {
		rest, ok := strings.CutSuffix(base, people+"族")
		if !ok && autonomous && utf8.RuneCountInString(people) > 1 {
			rest, ok = strings.CutSuffix(base, people)
		}
		switch {
		case !ok:
			continue
		case utf8.RuneCountInString(rest) > 1:
			return withoutPeople(rest, autonomous)
		case rest == "":
			return people
		}
	}
	return base
}
