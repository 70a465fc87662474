package imports_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/imports"
	"lianluo/internal/tenant"
)

// namesakes enters two deputies of one name, level and electoral unit, as the form does where
// it is said that the second is another one; neither has a 代表证号.
func (d *desk) namesakes() {
	d.t.Helper()
	for _, duties := range []string{"常隆村村民", "潞南社区居民"} {
		d.must(d.update(func(tx *tenant.Tx) error {
			_, err := deputy.Enter(d.t.Context(), tx, d.Keys, d.by, deputy.Newcomer{Facts: deputy.Facts{Name: "王秀兰", Duties: duties},
				Mandate:   deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "侯堡选区", From: calendar.NewDate(2021, 5, 20)},
				StationID: d.Station, Another: true})
			return err
		}))
	}
}

// Two deputies whom nothing but the 档案号 tells apart go out with the workbook, come in again
// without a change, and are two elsewhere too, each with the own account.
func TestNamesakesByNumber(t *testing.T) {
	t.Parallel()
	here, there := newDesk(t), newDesk(t)
	here.empty()
	here.bring(imports.Stations, table("代码|类型|名称|乡镇", "140423101|联络站|王桥镇人大代表联络站|王桥镇"))
	here.must(here.PG.Super.QueryRow(t.Context(), `select id from stations where county_id = $1 and code = '140423101'`, here.County).Scan(&here.Station))
	here.namesakes()
	here.bring(imports.Staff, table("账号|姓名|角色|所在", "xiulan1|王秀兰|人大代表|王秀兰（档案号 1）", "xiulan2|王秀兰|人大代表|王秀兰(档案号 2)"))
	full := here.network(true)
	if i := here.upload(imports.Network, full); i.Said != nil || int(i.Same) != i.Rows() {
		t.Fatalf("into itself: %v\n%s", i.Said, strings.Join(here.said(i), "\n"))
	}
	i := here.upload(imports.Deputies, table("档案号|姓名|层级|届次|选区|任职日期|职务", "2|王秀兰|县|第十七届|侯堡选区|2021-05-20|潞南社区书记", "3|王秀兰|县|第十七届|侯堡选区|2021-05-20|外来户", "1|王秀兰|县|第十七届|侯堡选区|2021-05-20|"))
	here.mustSay(i, "2 changed 王秀兰; 职务 潞南社区居民→潞南社区书记", "3 new 王秀兰; 系统里已有同名代表（档案号 1），请确认不是同一个人", "4 same 王秀兰")
	there.empty()
	if i = there.upload(imports.Network, full); i.Said != nil || i.Wrong > 0 {
		t.Fatalf("elsewhere: %v\n%s", i.Said, strings.Join(there.said(i), "\n"))
	}
	there.must(there.confirm(i))
	if diff := cmp.Diff(here.sheets(full), there.sheets(there.network(true))); diff != "" {
		t.Error(diff)
	}
	// Without the number one cannot tell.
	i = here.upload(imports.Staff, table("账号|姓名|角色|所在", "xiulan3|王秀兰|人大代表|王秀兰", "xiulan4|王秀兰|人大代表|李秀兰（档案号 1）"))
	here.mustSay(i, "2 wrong 王秀兰; D2 所在 叫“王秀兰”的代表不止一位，请写代表证号，或者像“王秀兰（档案号 1）”这样写",
		"3 wrong 王秀兰; D3 所在 没有找到“李秀兰（档案号 1）”这位代表")
}
