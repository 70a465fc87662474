package imports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/imports"
)

// with is a workbook with more rows, each a sheet's name and its cells.
func (d *desk) with(data []byte, rows ...[]any) []byte {
	d.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	d.must(err)
	defer func() { _ = f.Close() }()
	for _, row := range rows {
		name := row[0].(string)
		there, err := f.GetRows(name)
		d.must(err)
		at, err := excelize.CoordinatesToCellName(1, len(there)+1)
		d.must(err)
		cells := row[1:]
		d.must(f.SetSheetRow(name, at, &cells))
	}
	out, err := f.WriteToBuffer()
	d.must(err)
	return out.Bytes()
}

// wrongs are the lines of the preview that are wrong or have a note, without their place.
func (d *desk) wrongs(i imports.Import) (all []string) {
	for _, line := range d.said(i) {
		if _, rest, _ := strings.Cut(line, " "); !strings.HasPrefix(rest, "same") {
			all = append(all, rest)
		}
	}
	return all
}

func (d *desk) mustBe(got []string, want ...string) {
	d.t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		d.t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Functions and categories of a workbook are judged like all else; a handler adds none.
func TestSettingsOfAWorkbookAreJudged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	data := d.network(false)
	wrong := [][]any{{"站点功能", "没有的状态", "", "坏"}, {"站点功能", "代表接待", "", "在用"}, {"站点功能", "", "空着"}, {"站点功能", strings.Repeat("长", 21)},
		{"事项类别", "没有的大类", "小类"}, {"事项类别", "矿区事务", "", "停用"}, {"事项类别", "矿区事务", "塌陷补偿"},
		{"承办单位", "县矿区办", "县直部门", "", "", "", "塌陷补偿、没有的"}}
	i := d.upload(imports.Network, d.with(data, wrong...))
	var got []string
	for _, line := range d.wrongs(i) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{"请写“在用”或“停用”", "重复，请删去一行", "请填功能名称", "最多 20 个字", "没有“没有的大类”这个大类", "里面还有在用的小类“塌陷补偿”", "new 塌陷补偿; 设置里没有，会添加", "设置里没有“没有的”这个类别"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing says %q:\n%s", want, all)
		}
	}
	more := d.with(data, []any{"站点功能", "红色讲堂"})
	handler := d.as(d.Handler)
	d.mustBe(d.wrongs(handler.upload(imports.Network, handler.network(false))))
	if i := handler.upload(imports.Network, d.with(handler.network(false), []any{"站点功能", "红色讲堂"})); i.Wrong != 1 {
		t.Errorf("a handler adds a function: %v", handler.wrongs(i))
	}
	i = d.upload(imports.Network, more)
	d.mustBe(d.wrongs(i), "new 红色讲堂; 设置里没有，会添加")
	d.must(d.confirm(i))
	d.mustCount(1, `select count(*) from functions where name = '红色讲堂'`)
	d.mustCount(1, `select count(*) from audit_entries where action like '%function.add'`)
	for _, kind := range []imports.Kind{imports.Functions, imports.Categories, "nothing"} {
		if err := kind.Check(d.by); err == nil {
			t.Errorf("%s is imported alone", kind)
		}
	}
	guide := strings.Join(d.sheets(data)["填写说明"], "\n")
	if !strings.Contains(guide, imports.NotTaken) || strings.Contains(guide, "填在第一张工作表里") {
		t.Errorf("the instructions: %s", guide)
	}
}

// What a county has already is not changed by the days and states of a list in silence.
func TestDaysAndStatesOfALine(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring(imports.Stations, table("代码|类型|名称|乡镇|状态|暂停原因|站长|站长任职日期|副站长|副站长任职日期", "140423101|联络站|王桥镇人大代表联络站|王桥镇|||甲某|2020-03-01|乙某、丙某|2021-01-01"))
	head := "代码|类型|名称|乡镇|状态|暂停原因|站长|站长任职日期|副站长|副站长任职日期"
	for line, want := range map[string]string{
		"开门||甲某|":         "E2 状态 请写“开放”或“暂停”；关闭、合并请在联络站页面上办",
		"暂停||甲某|":         "F2 暂停原因 请写明原因，群众和以后的人都看得明白",
		"|漏水|甲某|":         "E2 状态 写了暂停原因的，请在这里写“暂停”",
		"||甲某|2020-03-02": "H2 站长任职日期 系统里甲某的任职日期是 2020-03-01，要改请在联络站页面上改",
		"||丁某|2020-02-01": "H2 站长任职日期 结束日期不能早于开始日期 2020-03-01",
		"|||2020-03-01":   "H2 站长任职日期 日期的个数和站长的姓名对不上",
		"||甲某||乙某、丁某|去年、2022-01-01":      "J2 副站长任职日期 “去年”不是日期，请写成 2026-03-01 这样",
		"||甲某||乙某、丁某、戊某|2021-01-01、2022": "J2 副站长任职日期 日期的个数和副站长的姓名对不上",
	} {
		i := d.upload(imports.Stations, table(head, "140423101|联络站|王桥镇人大代表联络站|王桥镇|"+line))
		if said := strings.Join(d.said(i), "\n"); !strings.Contains(said, want) {
			t.Errorf("%s: %s", line, said)
		}
	}
	d.mustSay(d.upload(imports.Stations, table(head, "140423101|联络站|王桥镇人大代表联络站|王桥镇|暂停|漏水|丁某|2026-01-01")), "2 changed 王桥镇人大代表联络站; 站长 甲某→丁某; 状态 开放→暂停")
	d.bring(imports.Staff, table("账号|姓名|角色|所在|角色开始|角色到期", "temp|段某|联络员|王桥镇|2026-09-20|2026-12-31"))
	for line, want := range map[string]string{
		"段某||王桥镇||":                  "C2 角色 请填角色",
		"段某|联络员|王桥镇|2026-09-21|":     "E2 角色开始 系统里这个角色从 2026-09-20 开始，要改请在工作人员页面上改",
		"段某|联络员|王桥镇||2027-01-01":     "F2 角色到期 系统里这个角色的到期日期不一样",
		"段某|站长|王桥镇|2020-01-01|":      "E2 角色开始 开始的日子不能早于今天",
		"段某|站长|王桥镇||2020-01-01":      "F2 角色到期 最后一天不能早于开始的日子",
		"段某|联络员|王桥镇|2027-02-01|":     "2 changed 段某; 角色 →联络员 王桥镇人大代表联络站",
		"段某||||":                     "2 same 段某",
		"段某|联络员|王桥镇|2026-09-20|明年年底": "F2 角色到期 “明年年底”不是日期",
	} {
		i := d.upload(imports.Staff, table("账号|姓名|角色|所在|角色开始|角色到期", "temp|"+line))
		if said := strings.Join(d.said(i), "\n"); !strings.Contains(said, want) {
			t.Errorf("%s: %s", line, said)
		}
	}
}
