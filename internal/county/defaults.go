package county

type categories struct {
	name     string
	children []string
}

// defaultCategories are a new county's 领域类别, in two levels.
var defaultCategories = []categories{
	{"道路交通", []string{"村道养护", "国省县道", "公交客运", "交通安全", "停车秩序", "桥涵隐患"}},
	{"饮水灌溉", []string{"饮水管网", "水质水压", "农田灌溉", "河道沟渠", "水费收缴"}},
	{"人居环境", []string{"垃圾清运", "公厕旱厕", "污水排放", "村容绿化", "畜禽粪污"}},
	{"医疗医保", []string{"医保报销", "参保缴费", "村卫生室", "慢病用药", "就医服务"}},
	{"教育", []string{"校园周边", "校车通学", "幼儿托育", "办学条件", "课后服务"}},
	{"养老服务", []string{"日间照料", "老年食堂", "高龄津贴", "居家养老", "适老改造"}},
	{"住房安全", []string{"危房改造", "采煤沉陷", "老旧小区", "物业管理", "宅基地"}},
	{"市政设施", []string{"路灯照明", "排水内涝", "健身场地", "通信网络", "公共设施"}},
	{"农业农村", []string{"农资种植", "机耕道路", "农业补贴", "土地流转", "产业销路", "畜牧防疫"}},
	{"生态环境", []string{"扬尘噪声", "企业排污", "秸秆焚烧", "矿山修复", "水源保护"}},
	{"社区治理", []string{"邻里矛盾", "村务公开", "红白事务", "治安防范", "网格服务"}},
	{"供热供气供电", []string{"集中供热", "清洁取暖", "天然气", "农村用电"}},
	{"社会保障", []string{"低保救助", "养老保险", "残疾人保障", "就业创业", "工资权益"}},
	{"文化体育", []string{"文化活动", "文物古迹", "农家书屋"}},
	{"政务服务", []string{"办事便利", "证照办理", "政策宣传"}},
	{"其他", []string{"咨询", "建议", "其他事项"}},
}

// defaultClasses are the classes of results; those with a promise come back on a day.
var defaultClasses = []ResultClass{
	{Code: "A", Name: "已解决或基本解决"},
	{Code: "B", Name: "正在解决", Promise: true},
	{Code: "C", Name: "列入计划", Promise: true},
	{Code: "D", Name: "留作参考"},
}

// defaultRefusals are the reasons for not taking a matter on, and where it belongs.
var defaultRefusals = []struct{ name, guidance string }{
	{"已进入诉讼、仲裁或行政复议", "这件事已经在法定程序里，请按程序向受理的法院、仲裁机构或复议机关提出；联络站可以帮助联系法律援助中心。"},
	{"涉法涉诉", "请到县公共法律服务中心咨询，或拨打 12348；涉及诉讼的向县人民法院诉讼服务中心反映。"},
	{"纯属个人诉求的信访事项", "请到县信访接待中心登记，或在国家信访局网上信访平台提出，15 日内会告知是否受理。"},
	{"检举控告", "请向县纪委监委反映，可拨打 12388 或直接来访；内容由纪检监察机关保密办理。"},
	{"内容不具体", "请补充时间、地点和具体情况后再到联络站登记，联络员可以帮助整理。"},
	{"属政务服务热线即时办理", "请拨打 12345 政务服务便民热线，一般当日转办；没有得到答复的，可再到联络站反映。"},
	{"不属于本县职权范围", "请向有管辖权的上级机关反映，联络站已把联系方式告诉您；需要时由上级代表带上意见。"},
	{"已按程序终结且无新的情况", "原答复继续有效；有新的事实或证据时，可带材料再来登记。"},
	{"涉及招标投标或案件办理", "代表不干涉招标投标和具体案件，请向行业主管部门或办案机关依法提出。"},
}

// defaultChecklist is a reading of 六有, whose text came down damaged (domain.md 1.1): each
// county makes its own of it.
var defaultChecklist = struct {
	name, note string
	months     int // each station is looked at once a year
	items      []string
}{"六有", "系统按常见说法预置，不是官方定义，请按本县的要求修改。", 12, []string{"有标识场所", "有制度", "有版面", "有计划", "有记录", "有档案"}}

// defaultFunctions are what a station may be for (domain.md 3.1), and what one can do there,
// as its poster says it.
var defaultFunctions = []struct{ name, note string }{
	{"代表接待", "反映意见、建议和困难，和人大代表当面谈"},
	{"立法联系点", "对法律法规草案提意见"},
	{"预算联系点", "了解和评议政府花的钱"},
	{"联络站+社会治理", "邻里矛盾，请代表一起来调解"},
	{"联络站+信访接待", "信访事项的咨询和引导"},
	{"便民服务中心合办", "和便民服务中心在一处，一起办"},
	{"代表工作室", ""},
	{"流动联络站", "到村里、社区里接待"},
}

// defaultNotice is what § 17 of the 个人信息保护法 asks to be said before anything is
// written down, as a new county begins with it.
func defaultNotice(office string) string {
	return "谁在登记：" + office + `和登记您来访的人大代表联络站。
登记什么，做什么用：您的姓名、电话、所在的村或社区，和您反映的事。只用来登记、办理、答复和回访，以及不含姓名和电话的统计。
怎样保管：电话加密保存。承办单位只看到您的姓，要联系您时才能看电话，每次查看都有记录。按档案管理规定的期限保存，到期删去姓名和电话。
您可以：不留姓名和电话，要求保密，查看和更正登记的内容，要求不再使用。请向登记的联络站提出。`
}
