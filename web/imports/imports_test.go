package imports_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const units = "单位名称,级别,联络站,联系人,电话\n县自然资源局,县直部门,,周立,0355-7220300\n夏店镇人民政府,乡镇单位,夏店镇,,\n"

// upload chooses a file and presses the button.
func upload(c *webtest.Client, kind, name string, content []byte) *webtest.Page {
	return c.Get("/imports").MustStatus(http.StatusOK).Form("form[enctype]").Set("kind", kind).Attach("file", name, content).Submit()
}

// settled reloads a page until what it waits for is over, as the page does by itself.
func settled(t *testing.T, c *webtest.Client, page *webtest.Page) *webtest.Page {
	t.Helper()
	at := page.Header.Get("Location")
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		p := c.Get(at).MustStatus(http.StatusOK)
		if p.Header.Get("Refresh") == "" {
			return p
		}
		if time.Now().After(deadline) {
			t.Fatalf("still going on: %s", p.Text("main"))
		}
	}
}

// From the template to the result: looked at before, confirmed twice, once more without effect.
func TestImportFromUploadToResult(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Handler)
	page := upload(c, "units", "单位.csv", []byte(units)).MustStatus(http.StatusSeeOther)
	preview := settled(t, c, page).MustSay("核对好了", "会新增 2 行", "县自然资源局", "第 2 行", "新增")
	if strings.Contains(s.As(s.Admin).Get("/imports").Body, "单位.csv") {
		t.Error("another one's import is listed")
	}
	s.As(s.Admin).Get(page.Header.Get("Location")).MustStatus(http.StatusNotFound)

	confirm := preview.Form("form[action$='/confirm']")
	first, second := confirm.Submit().MustStatus(http.StatusSeeOther), confirm.Submit().MustStatus(http.StatusSeeOther)
	settled(t, c, first).MustSay("已经全部写进系统", "新增 2 行")
	settled(t, c, second).MustSay("已经全部写进系统", "新增 2 行")
	c.Get("/imports").MustSay("单位.csv", "已经导入")
	settled(t, c, upload(c, "units", "单位.csv", []byte(units)).MustStatus(http.StatusSeeOther)).MustSay("和系统里完全一样", "县自然资源局")
}

// A file with a wrong row says where and what, changes nothing, and can be had as a list.
func TestWrongRowsAreNamed(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Admin)
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Replace(units, "夏店镇,,", "夏甸镇,,", 1))
	if err != nil {
		t.Fatal(err)
	}
	page := upload(c, "units", "单位.csv", []byte(gbk)).MustStatus(http.StatusSeeOther)
	preview := settled(t, c, page).MustSay("有 1 行要改", "“联络站”（C3）：没有找到“夏甸镇”")
	if preview.Find("form[action$='/confirm']").Length() != 0 {
		t.Error("a file with a wrong row can be confirmed")
	}
	at := page.Header.Get("Location")
	c.Post(at+"/confirm", nil).MustStatus(http.StatusConflict).MustSay("现在不能导入")
	preview.Open(at + "?verdict=new").MustSay("县自然资源局").MustNotSay("第 3 行")
	if body := c.Get(at + "/problems?format=csv").MustStatus(http.StatusOK).Body; !strings.Contains(body, "承办单位,3,C3,联络站,夏店镇人民政府,") {
		t.Errorf("the list of problems: %s", body)
	}
	// Somebody adds the missing station's name to the world: the same file, compared again.
	if _, err := s.PG.Super.Exec(t.Context(), `update stations set short_name = '夏甸镇' where short_name = '夏店镇'`); err != nil {
		t.Fatal(err)
	}
	again := preview.Form("form[action$='/again']").Submit().MustStatus(http.StatusSeeOther)
	settled(t, c, again).MustSay("核对好了", "会新增 2 行")
	// And changes it once more before it is confirmed: nothing is written.
	if _, err := s.PG.Super.Exec(t.Context(), `update stations set short_name = '夏店镇' where short_name = '夏甸镇'`); err != nil {
		t.Fatal(err)
	}
	late := c.Post(at+"/confirm", nil).MustStatus(http.StatusSeeOther)
	settled(t, c, late).MustSay("没有导入，什么也没有写", "再核对一次")
	var made int
	if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from units where name = '县自然资源局'`).Scan(&made); err != nil || made != 0 {
		t.Errorf("%d units were made, %v", made, err)
	}
}

// What is no list of the kind is refused at once, with everything kept.
func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Admin)
	for name, want := range map[string]string{"这不是名单": "没有找到表头", "%PDF-1.4": "不是表格", "单位名称\n": "", "": "请选择文件"} {
		form := c.Get("/imports?kind=units").Form("form[enctype]")
		if name != "" {
			form.Attach("file", "单位.csv", []byte(name))
		}
		page := form.Submit()
		if want == "" {
			continue
		}
		if page.MustStatus(http.StatusUnprocessableEntity).MustSay(want); page.Form("form[enctype]").Value("kind") != "units" {
			t.Errorf("%s: the kind is forgotten", name)
		}
	}
	c.Get("/imports").Form("form[enctype]").Attach("file", "a.csv", []byte(units)).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择表里是什么")
	s.As(s.Handler).Get("/imports").MustNotSay("value=\"staff\"")
	s.As(s.Handler).Get("/imports/template?kind=staff").MustStatus(http.StatusForbidden)
	s.As(s.Handler).Get("/imports/template?kind=network").MustStatus(http.StatusNotFound)
	s.As(s.Clerk).Get("/imports").MustStatus(http.StatusForbidden)
}

// A template has the columns, drop-downs and a sheet that says how to fill them in; filled
// in as it is it is an empty list.
func TestTemplates(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Admin)
	for kind, column := range map[string]string{"stations": "类型", "deputies": "层级", "units": "级别", "staff": "角色"} {
		page := c.Get("/imports/template?kind=" + kind).MustStatus(http.StatusOK)
		f, err := excelize.OpenReader(bytes.NewReader([]byte(page.Body)))
		if err != nil {
			t.Fatal(err)
		}
		sheets := f.GetSheetList()
		rows, err := f.GetRows(sheets[0])
		if err != nil || len(sheets) != 2 || sheets[1] != "填写说明" || len(rows) != 1 || !strings.Contains(strings.Join(rows[0], "|"), column) {
			t.Errorf("%s: sheets %v, rows %v, %v", kind, sheets, rows, err)
		}
		rules, err := f.GetDataValidations(sheets[0])
		if err != nil || len(rules) == 0 {
			t.Errorf("%s: no drop-downs, %v", kind, err)
		}
		if guide, err := f.GetRows(sheets[1]); err != nil || len(guide) < len(rows[0])+5 {
			t.Errorf("%s: %d lines of instructions, %v", kind, len(guide), err)
		}
		_ = f.Close()
		settled(t, c, upload(c, kind, "空.xlsx", []byte(page.Body)).MustStatus(http.StatusSeeOther)).MustSay("表头下面没有内容")
		if csv := c.Get("/imports/template?format=csv&kind=" + kind).Body; !strings.Contains(csv, column) {
			t.Errorf("%s: %s", kind, csv)
		}
	}
}

// The whole network goes out through the exports, and the office may bring it in again.
func TestNetworkThroughThePages(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Admin)
	form := c.Get("/imports").Open("/exports/new?list=network").MustStatus(http.StatusOK).MustSay("导出全县网络", "返回列表").Form("form[action='/exports']")
	workbook := form.Submit().MustStatus(http.StatusOK)
	settled(t, c, upload(c, "network", "全县网络.xlsx", []byte(workbook.Body)).MustStatus(http.StatusSeeOther)).MustSay("和系统里完全一样", "联络站点 第 2 行")
	s.As(s.Clerk).Get("/exports/new?list=network").MustStatus(http.StatusForbidden)
}
