package division

import "testing"

func TestShortName(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"cuts a town's suffix", "王桥镇", "王桥"},
		{"cuts a township's suffix", "西池乡", "西池"},
		{"cuts a subdistrict's suffix", "英雄南路街道", "英雄南路"},
		{"cuts a subdistrict office's suffix", "常青街道办事处", "常青"},
		{"cuts a county's suffix", "襄垣县", "襄垣"},
		{"cuts a prefecture's suffix", "长治市", "长治"},
		{"cuts a province's suffix", "山西省", "山西"},
		{"drops the city before a district", "长治市潞州区", "潞州"},
		{"drops province and city", "山西省长治市襄垣县", "襄垣"},
		{"drops city and district before a subdistrict", "四平市铁东区平东街道", "平东"},
		{"keeps a county of one character", "沁县", "沁县"},
		{"keeps a district of one character", "长治市郊区", "郊区"},
		{"keeps 市 within a name", "沙市区", "沙市"},
		{"keeps 市 within a subdistrict's name", "新市场街道", "新市场"},
		{"keeps 市 before a bare suffix", "东花市街道", "东花市"},
		{"keeps 村 of a town named after a village", "王村镇", "王村"},
		{"cuts a village's committee", "北底村委会", "北底村"},
		{"does not double 村", "五阳村村委会", "五阳村"},
		{"adds 村 after the long form", "东阳关村民委员会", "东阳关村"},
		{"keeps 社区", "东方社区居委会", "东方社区"},
		{"keeps 社区 after the long form", "潞北社区居民委员会", "潞北社区"},
		{"cuts a neighbourhood's committee", "五阳煤矿居委会", "五阳煤矿"},
		{"cuts an autonomous county's people", "青龙满族自治县", "青龙"},
		{"cuts several peoples", "积石山保安族东乡族撒拉族自治县", "积石山"},
		{"cuts a people without 族", "新疆维吾尔自治区", "新疆"},
		{"cuts a township's people", "喇叭沟门满族乡", "喇叭沟门"},
		{"keeps a people that is the name", "东乡族自治县", "东乡"},
		{"keeps a people that is most of the name", "内蒙古自治区", "内蒙古"},
		{"keeps a banner that its suffix tells apart", "科尔沁左翼中旗", "科尔沁左翼中旗"},
		{"cuts another banner's suffix", "敖汉旗", "敖汉"},
		{"keeps a zone", "襄垣经济技术开发区", "襄垣经济技术开发区"},
		{"keeps a new area", "浦东新区", "浦东新区"},
		{"cuts a district that ends like a new area", "清新区", "清新"},
		{"cuts a district that ends like a park", "下花园区", "下花园"},
		{"cuts a district that ends like a forest", "万柏林区", "万柏林"},
		{"cuts a forest district", "神农架林区", "神农架"},
		{"keeps a placeholder", "市辖区", "市辖区"},
		{"keeps what is no division", "长治市老顶山旅游开发管理中心", "长治市老顶山旅游开发管理中心"},
		{"keeps a bare suffix", "街道", "街道"},
		{"keeps a bare committee", "村委会", "村委会"},
		{"trims space", " 王桥镇 ", "王桥"},
		{"keeps nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := ShortName(test.in); got != test.want {
				t.Errorf("ShortName(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}
