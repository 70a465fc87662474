// Command make writes the files beside it, as Excel and WPS save them: go run ./testdata/make
// in internal/imports.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

var stations = []string{
	"襄垣县人大代表联络站点一览表",
	"站点代码|站点类型|站点名称|所在乡镇|所在村|所属联络站|地址|联系电话|经度|纬度|面积（平方米）|服务村社|功能|站长|联络员",
	"|联络点|常隆村人大代表联络点||常隆村|侯堡镇人大代表联络站|村委会|||||||崔建军|",
	"１４０４２３１０２|联络站|侯堡镇人大代表联络站|侯堡镇|||侯堡镇政府一层|０３５５－７２２０１０２|#113.05|#36.6|#80|常隆村、潞南社区|代表接待、立法联系点|赵爱国|李红、王芳",
}

var deputies = []string{
	"侯堡镇人大代表花名册（2026年9月）",
	"档案号|姓名（必填）|性别|出生年月|代表证编号|单位及职务|手机号|可以公开|代表层级|届别|选区|哪个乡镇的代表|当选日期|编入联络站|组内身份|入组日期",
	"|陈爱民|男|1968年5月|XY17-001|常隆村党支部书记|１３８ ００００ ００１７|是|县|第十七届|侯堡选区||@2021-05-20|侯堡镇|召集人|2021年6月1日",
	"#7|刘　芳|女|#1975||||否|县人大代表|第十七届|侯堡第二选区||2021/5/20|侯堡镇||",
	"#7|刘芳||||||||||||王桥镇人大代表联络站|组员|２０２２．１．１",
}

var units = []string{"单位,级别,乡镇,联系人,办公电话,承办类别", "县自然资源局,县直部门,,周立,0355-7220300,采煤沉陷、宅基地", "侯堡镇人民政府,乡镇单位,侯堡镇,,,饮水管网"}

var staff = []string{"用户名,姓名,职务,身份,所在单位", "hb.clerk,李红,科员,联络员,侯堡镇", "land,周立,,承办单位,县自然资源局", "chen,陈爱民,,人大代表,XY17-001"}

var wrong = []string{
	"档案号|姓名|性别|出生年份|代表证号|电话|层级|届次|选区|任职日期|编入联络站|入组日期",
	"|申卫国|男士|一九七〇|XY17-100|1380000|县人大代表|第十七届|城关选区|去年|侯堡|",
	"|郭红|女||XY17-101||县里|第十七届|城关选区|2021-05-20||",
	"|郭红|女||XY17-101||||||没有这个站|",
	"||||||县人大代表|第十七届|城关选区|2021-05-20||",
	"|李卫|||||县人大代表|第十七届|一选区|2021-05-20||",
	"|李卫|||||市人大代表|第十五届|二选区|2021-05-20||",
}

func main() {
	for name, lines := range map[string][]string{"stations.xlsx": stations, "deputies.xlsx": deputies, "wrong.xlsx": wrong} {
		workbook("testdata/"+name, lines)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Join(units, "\r\n") + "\r\n")
	check(err)
	check(os.WriteFile("testdata/units-gbk.csv", []byte(gbk), 0o644))
	check(os.WriteFile("testdata/staff-bom.csv", []byte("\ufeff"+strings.Join(staff, "\n")+"\n"), 0o644))
}

// workbook writes lines; a first one of one cell is a title over all columns, #n a number,
// @d a date of Excel's own.
func workbook(path string, lines []string) {
	f := excelize.NewFile()
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	check(err)
	for y, line := range lines {
		cells := strings.Split(line, "|")
		for x, text := range cells {
			at, err := excelize.CoordinatesToCellName(x+1, y+1)
			check(err)
			var value any = text
			switch {
			case strings.HasPrefix(text, "#"):
				var n float64
				_, err = fmt.Sscan(text[1:], &n)
				value = n
			case strings.HasPrefix(text, "@"):
				value, err = time.Parse(time.DateOnly, text[1:])
				check(f.SetCellStyle("Sheet1", at, at, day))
			}
			check(err)
			if text != "" {
				check(f.SetCellValue("Sheet1", at, value))
			}
		}
		if len(cells) == 1 {
			to, err := excelize.CoordinatesToCellName(len(strings.Split(lines[1], "|")), 1)
			check(err)
			check(f.MergeCell("Sheet1", "A1", to))
		}
	}
	check(f.SaveAs(path))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
