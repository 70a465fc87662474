package imports_test

import (
	"bytes"
	"strings"
	"testing"

	"lianluo/internal/audit"
	"lianluo/internal/imports"
)

// The lists of 侯堡镇, as its clerk fills them in.
var (
	stations = table(
		"襄垣县人大代表联络站名单|||||||||||||",
		"代码|类型|名称|乡镇|村（社区）|上级站点|地址|电话|经度|纬度|面积（平方米）|服务的村（社区）|功能|站长|联络员",
		"|联络点|常隆村人大代表联络点||常隆村|侯堡镇人大代表联络站|村委会|||||||崔建军|",
		"１４０４２３１０２|联络站|侯堡镇人大代表联络站|侯堡镇|||侯堡镇政府一层|０３５５－７２２０１０２|113.05|36.6|80|常隆村、潞南社区、五阳煤矿居委会|代表接待、立法联系点|赵爱国|李红、王芳",
		"|服务岗|侯堡镇便民服务岗|||侯堡镇人大代表联络站|||||||||",
	)
	units = table(
		"单位名称|级别|联络站|联系人|电话|惯常承办的类别",
		"县自然资源局|县直部门||周立|0355-7220300|采煤沉陷、宅基地",
		"侯堡镇人民政府|乡镇单位|侯堡镇|||饮水灌溉/饮水管网",
	)
	deputies = table(
		"档案号|姓名|性别|出生年份|代表证号|职务|电话|可以公开|层级|届次|选区或选举单位|哪个乡镇的代表|任职日期|终止日期|终止原因|编入联络站|组内身份|入组日期",
		"|陈爱民|男|１９６８年５月|XY17-001|常隆村党支部书记|１３８ ００００ ００１７|是|县|第十七届|侯堡选区||2021-05-20|||侯堡镇|召集人|2021年6月1日",
		"|陈 爱 民|||XY17-001||138****0017||乡镇人大代表|第十六届|常隆选区|侯堡镇|20160910|2021-09-10|届满|||",
		"7|刘芳|女|1975||||否|县人大代表|第十七届|侯堡第二选区||2021/5/20|||侯堡镇||",
		"7|刘芳||||||||||||||王桥镇人大代表联络站|组员|2022-01-01",
		"|郭建国||1970|XY17-009|||||||||||||",
	)
	staff = table(
		"账号|姓名|职务|角色|所在",
		"hb.clerk|李红|科员|联络员|侯堡镇",
		"hb.clerk|李红||站长|140423102",
		"land|周立||承办单位|县自然资源局",
		"chen|陈爱民||人大代表|XY17-001",
		"leader2|杨树林|副主任|县领导|",
	)
)

// A county's network comes in by four files, each of which changes nothing the second time.
func TestCountyByFourFiles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bring(imports.Stations, stations)
	d.mustCount(3, `select count(*) from stations where code like '140423102%'`)
	d.mustCount(1, `select count(*) from stations s join stations p on p.id = s.parent_id where s.name = '常隆村人大代表联络点' and p.code = '140423102'
		and s.root_id = p.id and s.division_code = '140423102201' and s.code = '140423102201' and s.initials is not null`)
	d.mustCount(3, `select count(*) from station_villages`)
	d.mustCount(4, `select count(*) from station_officers`)
	d.bring(imports.Units, units)
	d.mustCount(1, `select count(*) from units u join stations s on s.id = u.station_id where u.name = '侯堡镇人民政府' and s.code = '140423102'`)
	d.mustCount(3, `select count(*) from unit_categories`)

	d.mustSay(d.upload(imports.Deputies, deputies), "2 new 陈爱民", "3 new 陈爱民", "4 new 刘芳", "5 new 刘芳",
		"6 wrong 郭建国; B6 姓名 系统里有同名的代表，还没有登记代表证号，看不出是不是同一个人，请填层级和选区")
	right := bytes.Replace(deputies, []byte("XY17-009,,,,,,"), []byte("XY17-009,,,,县,第十七届,王桥选区"), 1)
	d.mustSay(d.upload(imports.Deputies, right), "2 new 陈爱民", "3 new 陈爱民", "4 new 刘芳", "5 new 刘芳", "6 changed 郭建国; 出生年份 →1970; 代表证号 →XY17-009")
	d.bring(imports.Deputies, right)
	d.mustCount(1, `select count(*) from deputies d join deputy_private p on p.deputy_id = d.id where d.name = '陈爱民' and d.approved_at is not null
		and p.phone_masked = '138****0017' and d.birth_year = 1968`)
	d.mustCount(3, `select count(*) from mandates m join deputies d on d.id = m.deputy_id where d.name in ('陈爱民', '刘芳')`)
	d.mustCount(3, `select count(*) from station_deputies g join deputies d on d.id = g.deputy_id where d.name in ('陈爱民', '刘芳')`)

	d.bring(imports.Staff, staff)
	d.mustCount(5, `select count(*) from user_roles r join users u on u.id = r.user_id where u.login_name in ('hb.clerk', 'land', 'chen', 'leader2') and not u.has_password`)
	d.mustCount(4, `select count(*) from audit_entries where action = 'network.import'`)
	if n, err := audit.Verify(t.Context(), d.DB, d.County); err != nil || n < 20 {
		t.Errorf("%d entries, %v", n, err)
	}
}

// mustCount ends the test where a query counts another number.
func (d *desk) mustCount(want int, sql string) {
	d.t.Helper()
	if got := d.count(sql); got != want {
		d.t.Fatalf("%d, want %d: %s", got, want, strings.Join(strings.Fields(sql), " "))
	}
}
