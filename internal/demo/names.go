package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Names are put together from the surnames of the area and from syllables that parents
// chose in a generation. Nobody is meant.
var (
	surnames = strings.Fields(`申 申 申 郭 郭 郭 王 王 王 王 李 李 李 李 张 张 张 张 赵 赵 赵 魏 魏 栗 栗 段 段 武 武 裴 史 史 连 连 宋 崔
		崔 路 常 常 苗 苗 冯 冯 暴 韩 韩 马 田 杨 杨 刘 刘 陈 陈 董 秦 牛 原 桑 靳 和 侯 任 尹 程 程 贾 许 高 梁 吴 孙 徐 郝 郝 关 姬
		米 逯 平 琚 曹 孔 杜 窦 成 毕 闫 胡 邢 范 石 焦`)
	givenOld    = strings.Fields(`国强 国栋 建国 建军 保林 保国 长河 福来 德胜 富贵 全喜 银锁 虎成 来顺 天佑 水旺 根生 满堂 守义 明德 玉山 金海 有才 树森 贵生 新民 铁柱 双喜 成林 永红 继忠 栓牢 怀仁 四孩 润生 书田 万福 存柱`)
	givenOldF   = strings.Fields(`秀兰 秀英 桂花 桂英 玉梅 玉兰 改莲 改香 爱莲 爱香 银花 彩凤 淑芳 月娥 翠英 巧珍 雪梅 小芹 素珍 喜莲 香莲 爱娥 海棠 引娣 腊梅 润香 凤英 粉娥`)
	givenMid    = strings.Fields(`建平 建明 海涛 海军 志强 志刚 志勇 晓军 文斌 文辉 红兵 卫东 卫国 永强 永刚 俊峰 学军 学文 利民 利军 振华 振宇 宏伟 宏亮 云飞 晋生 晋峰 慧斌 彦军 彦平 瑞峰 旭东 小龙 小虎 跃进 东升 智勇 韶峰 素平 新龙`)
	givenMidF   = strings.Fields(`红霞 丽霞 丽萍 丽芳 海燕 海霞 晓红 晓燕 艳红 艳丽 玉玲 玉红 春花 春燕 秀丽 秀芳 慧芳 慧敏 素芳 素红 爱萍 建芳 建梅 志红 卫红 云霞 俊梅 彩霞 瑞芳 晋红 文秀 利琴 小丽 粉霞`)
	givenYoung  = strings.Fields(`浩 磊 鹏 凯 超 伟 强 杰 斌 涛 浩然 子轩 泽宇 宇航 晓东 俊杰 佳伟 鹏飞 一鸣 嘉琪 晨阳 博文 少华 志鹏 文杰 旭辉 振兴 泽民 明轩 家豪 宏宇 嘉伟 昊天 凯旋`)
	givenYoungF = strings.Fields(`婷 静 娟 敏 燕 丹 倩 雪 瑶 佳 婷婷 丹丹 佳慧 雅楠 欣怡 晓敏 思雨 慧娟 雅静 雪娇 晓丽 梦瑶 文静 美玲 佳琪 若楠 亚男 晶晶 海艳 玉洁`)
)

// personName makes a name for somebody of that gender and year of birth.
func personName(r *rand.Rand, gender string, birth int) string {
	lists := [2][]string{givenOld, givenOldF}
	switch {
	case birth >= 1985:
		lists = [2][]string{givenYoung, givenYoungF}
	case birth >= 1966:
		lists = [2][]string{givenMid, givenMidF}
	}
	i := 0
	if gender == "female" {
		i = 1
	}
	return pick(r, surnames) + pick(r, lists[i])
}

// newName is personName for somebody whom the county shall not have twice by that name.
func (w *world) newName(gender string, birth int) string {
	for range 40 {
		if name := personName(w.rng, gender, birth); !w.usedNames[name] {
			w.usedNames[name] = true
			return name
		}
	}
	return personName(w.rng, gender, birth) // there are namesakes in every county
}

func (w *world) gender(women float64) string {
	if chance(w.rng, women) {
		return "female"
	}
	return "male"
}

// phone is a mobile number that can be nobody's: eleven digits beginning with 100. China's
// mobile numbers begin with 13 to 19, service numbers are shorter.
func phone(r *rand.Rand) string { return fmt.Sprintf("100%08d", r.IntN(100_000_000)) }
