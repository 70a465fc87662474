package imports_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"lianluo/internal/errs"
	"lianluo/internal/imports"
)

// A list lies sealed in the store, and goes once it is imported; a number in the wrong
// column is quoted nowhere.
func TestListsKeepNumbersToThemselves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.upload(imports.Deputies, table("姓名|电话|层级|届次|选区或选举单位|任职日期", "申爱军|13800000017|县|第十七届|东关选区|13800000018",
		"申爱民||县|第十七届|西关选区|１３８ ００００ ００１９"))
	said := strings.Join(d.said(i), "\n")
	if i.Wrong != 2 || !strings.Contains(said, "138****0018") || !strings.Contains(said, "138****0019") || strings.Contains(said, "0000") {
		t.Errorf("the preview says\n%s", said)
	}
	i = d.upload(imports.Deputies, newcomers)
	file, err := d.Files.Get(t.Context(), d.County, i.FileKey)
	d.must(err)
	stored, err := io.ReadAll(file)
	d.must(errors.Join(err, file.Close()))
	if bytes.Contains(stored, []byte("申爱军")) {
		t.Error("the list lies in plain text")
	}
	d.must(d.confirm(i))
	if _, err := d.Files.Get(t.Context(), d.County, i.FileKey); !errors.Is(err, errs.NotFound) {
		t.Errorf("the file of what is done: %v", err)
	}
}

// Days before there were deputies, and characters that turn a name around, are wrong.
func TestDaysAndNamesThatCannotBe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustSay(d.upload(imports.Deputies, table("姓名|层级|届次|选区或选举单位|任职日期|编入联络站|入组日期",
		"申爱军|县|第十七届|东关选区|1948-12-31||", "申爱民|县|第十七届|西关选区|2021-05-20|王桥镇|1800-01-01", "申爱\u202e国|县|第十七届|南关选区|2021-05-20||")),
		"2 wrong 申爱军; E2 任职日期 日期太早了，请核对年份", "3 wrong 申爱民; G3 入组日期 日期太早了，请核对年份",
		"4 wrong 申爱\u202e国; A4 姓名 里面有无法识别的字符，请重新输入")
}
