package imports_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/errs"
	"lianluo/internal/imports"
	"lianluo/internal/tenant"
)

// file is one of testdata, which testdata/make writes.
func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Files as Excel and WPS save them: merged titles, full-width digits, numbers for text,
// dates as text and as Excel's own, other headings, GB 18030 and a byte order mark.
func TestFilesAsOfficesSaveThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring(imports.Stations, file(t, "stations.xlsx"))
	d.mustCount(1, `select count(*) from stations where code = '140423102' and phone = '0355-7220102' and area = 80 and longitude = 113.05`)
	d.bring(imports.Deputies, file(t, "deputies.xlsx"))
	d.mustCount(1, `select count(*) from deputies d join mandates m on m.deputy_id = d.id where d.name = '陈爱民' and d.birth_year = 1968 and m.from_date = '2021-05-20'`)
	d.mustCount(2, `select count(*) from deputies d join station_deputies g on g.deputy_id = d.id where d.name = '刘芳' and g.from_date in ('2022-01-01', current_date) or d.name = '刘芳'`)
	d.bring(imports.Units, file(t, "units-gbk.csv"))
	d.bring(imports.Staff, file(t, "staff-bom.csv"))
}

// Each wrong cell is named; the right rows beside it are not written either.
func TestEachWrongCellIsNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.upload(imports.Deputies, file(t, "wrong.xlsx"))
	if i.Wrong != 5 || i.Added != 1 {
		t.Errorf("%d wrong, %d new", i.Wrong, i.Added)
	}
	said := strings.Join(d.said(i), "\n")
	for _, want := range []string{"C2 性别 请写“男”或“女”", "D2 出生年份 请写四位数的年份", "F2 电话 手机号应是 11 位数字", "J2 任职日期 “去年”不是日期", "G3 层级 请写",
		"5 wrong ; B5 姓名 请填姓名", "B7 姓名 和第 6 行同名，看不出是不是同一个人"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q:\n%s", want, said)
		}
	}
	if err := d.confirm(i); refusal(err) != "现在不能导入：文件里有错，或者没有要改的。请看核对的结果。" {
		t.Errorf("confirmed: %v", err)
	}
	d.mustCount(4, `select count(*) from deputies`)
	d.mustCount(0, `select count(*) from tasks where kind = 'import'`)
}

// What the nouns themselves refuse is said of the row, in the preview already.
func TestWhatTheNounsRefuse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.upload(imports.Stations, table("代码|类型|名称|乡镇|上级站点|经度|纬度|功能",
		"999999|联络站|外县站|侯堡镇||||", "|联络站|侯堡镇人大代表联络站|侯堡镇||36.6|113|没有的功能", "|联络点|某点||没有的站|||",
		"|联络站|下良镇人大代表联络站|下良镇||113||", "140423101|联络点|王桥镇人大代表联络站|王桥镇|夏店镇|||", "140423103|联络站|夏店镇站|夏店镇||||", "140423103|联络站|夏店镇站|夏店镇||||"))
	d.mustSay(i,
		"2 wrong 外县站; A2 代码 代码要以本县的区划代码 140423 开头，不然群众扫码找不到",
		"3 wrong 侯堡镇人大代表联络站; H3 功能 设置里没有“没有的功能”这项功能",
		"4 wrong 某点; E4 上级站点 没有找到“没有的站”，请核对名称，或者写代码",
		"5 wrong 下良镇人大代表联络站; G5 纬度 经度和纬度要填就两个都填",
		"6 wrong 王桥镇人大代表联络站; B6 类型 代码 140423101 是王桥镇人大代表联络站，类型定了就不能改",
		"7 changed 夏店镇站; 名称 夏店镇人大代表联络站→夏店镇站",
		"8 wrong 夏店镇站;   和第 7 行是同一个站点，请删去一行")
	i = d.upload(imports.Staff, table("账号|姓名|角色|所在", "大写|某人|联络员|王桥镇", "a1|某人|联络员|", "a2|某人|县领导|王桥镇", "a3|某人|皇帝|", "pingshun.clerk|某人|联络员|王桥镇"))
	if i.Wrong != 5 {
		t.Errorf("accounts: %s", strings.Join(d.said(i), "\n"))
	}
}

// Confirmed twice an import becomes true once; what is another's cannot be confirmed; what
// changed meanwhile is written no more.
func TestConfirmedOnceAndOnlyAsShown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.upload(imports.Units, units[:len(units)-len("侯堡镇人民政府,乡镇单位,侯堡镇,,,饮水灌溉/饮水管网\n")])
	for _, other := range []*desk{d.as(d.Handler), d.as(d.Clerk)} {
		err := other.update(func(tx *tenant.Tx) error { return imports.Confirm(t.Context(), tx, other.by, other.role, i.Key) })
		if err == nil {
			t.Error("another one's import is confirmed")
		}
	}
	neighbour := d.Neighbour.Clerk
	err := d.DB.Update(t.Context(), d.Neighbour.County, func(tx *tenant.Tx) error { return imports.Confirm(t.Context(), tx, neighbour, d.role, i.Key) })
	if err == nil {
		t.Error("another county confirms it")
	}
	if _, err := d.PG.Super.Exec(t.Context(), `update units set name = '县自然资源局' where name = '县水利局'`); err != nil {
		t.Fatal(err)
	}
	if err := d.confirm(i); !strings.HasPrefix(refusal(err), "核对以后，系统里的内容有了变化") {
		t.Errorf("overtaken: %v", err)
	}
	d.mustCount(0, `select count(*) from audit_entries where action in ('unit.create', 'unit.change', 'network.import')`)
	d.must(d.update(func(tx *tenant.Tx) error { return imports.Again(t.Context(), tx, d.by, d.role, i.Key) }))
	d.must(d.work(i.Key))
	if i = d.read(i.Key); i.Changed != 1 {
		t.Fatalf("%v", d.said(i))
	}
	d.must(d.confirm(i))
	d.must(d.update(func(tx *tenant.Tx) error { return imports.Confirm(t.Context(), tx, d.by, d.role, i.Key) }))
	if err := d.work(i.Key); err == nil {
		t.Error("a second job finds work")
	}
	d.mustCount(1, `select count(*) from audit_entries where action = 'network.import'`)
	err = d.update(func(tx *tenant.Tx) error { return imports.Again(t.Context(), tx, d.by, d.role, uuid.New()) })
	if refusal(err) != refusal(errs.NotFound) {
		t.Errorf("an import that there is not: %v", err)
	}
	d.Advance(2)
	d.must(d.update(func(tx *tenant.Tx) error {
		keys, err := imports.Expire(t.Context(), tx)
		if len(keys) != 1 {
			t.Errorf("%d files expire", len(keys))
		}
		return err
	}))
	d.mustCount(0, `select count(*) from import_rows`)
}
