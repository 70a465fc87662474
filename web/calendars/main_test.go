package calendars_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const address = "/settings/calendar"

// notice is 2027 as a clerk types it from the notice: days in a row on one line.
const notice = `关于2027年部分节假日安排的通知,,,
日期,至,类型,名称
2027年1月1日,2027年1月3日,放假,元旦
2027/2/5,2027/2/11,放假,春节
2027-01-31,,调休上班,春节
2027-02-14,,上班,春节
2027.4.5,,放假,清明节
2027-5-1,2027-5-5,放假,劳动节
２０２７-６-９,,放假,端午节
2027-9-15,,放假,中秋节
20271001,20271007,放假,国庆节
`

func coded(t *testing.T, text string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

// workbook is a CSV as an XLSX.
func workbook(t *testing.T, text string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		for j, value := range strings.Split(line, ",") {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue("Sheet1", cell, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// upload chooses a file for a year and presses the button.
func upload(c *webtest.Client, year, name string, content []byte) *webtest.Page {
	return c.Get(address).MustStatus(http.StatusOK).Form("form[enctype]").Set("year", year).Attach("file", name, content).Submit()
}

func confirmation(p *webtest.Page) *webtest.Form { return p.Form("form[action$='/confirm']") }
