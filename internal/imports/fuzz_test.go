package imports_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"lianluo/internal/errs"
	"lianluo/internal/imports"
	"lianluo/internal/tenant"
)

// errBack takes back what a judgement wrote.
var errBack = errors.New("take it back")

// fuzzed are the kinds that a fuzzed list may be of; a whole network is no CSV.
var fuzzed = []imports.Kind{imports.Stations, imports.Units, imports.Deputies, imports.Staff, imports.Functions, imports.Categories}

// FuzzRows judges whatever rows there are, against a county that has some of each: each row
// gets a verdict, a wrong one with words, and nothing but a refusal stops the file.
func FuzzRows(f *testing.F) {
	d := newDesk(f)
	for kind, data := range [][]byte{stations, units, deputies, staff, table("功能名称|说明|状态", "代表接待||在用", "红色讲堂|讲过去的事|停用", "代表接待"),
		table("大类|小类|状态", "矿区事务||停用", "矿区事务|塌陷补偿", "饮水灌溉|饮水管网|停用", "没有的|小类")} {
		f.Add(uint8(kind), data)
	}
	f.Add(uint8(0), table("代码|类型|名称|乡镇|上级站点|状态|暂停原因|站长|站长任职日期|副站长|副站长任职日期|功能|经度|纬度",
		"140423101|联络站|王桥镇人大代表联络站|王桥镇||暂停|漏水|甲|2020-1-1|乙、丙|2021-1-1、去年|代表接待|113|36", "|服务岗|王桥岗|||开放||||||||"))
	f.Add(uint8(1), table("单位名称|级别|联络站|惯常承办的类别", "县水利局|县直部门||饮水灌溉/饮水管网", "县水利局|||", "王桥镇人民政府|乡镇单位|王桥镇|道路交通、没有的"))
	f.Add(uint8(2), table("档案号|姓名|层级|届次|选区|任职日期|终止日期|终止原因|编入联络站|组内身份|入组日期|离组日期", "1|郭建国|县|第十七届|王桥选区|2021-05-20|2024-1-1|辞职|王桥镇|组长|2021-6-1|",
		"2|郭建国|乡镇|第十届|二选区|2021|||夏店镇||||", "|郭建国||||||||||"))
	f.Add(uint8(3), table("账号|姓名|角色|所在|角色开始|角色到期", "a.b|某|||||", "a.b|某|联络员|王桥镇|2026-10-1|2026-12-31", "c|某|人大代表|郭建国（档案号 1）||", "A B|某|承办单位|县水利局||"))
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		var lines []imports.Line
		err := d.DB.Update(t.Context(), d.County, func(tx *tenant.Tx) (err error) {
			if lines, err = imports.Judge(t.Context(), tx, d.Keys, d.by, fuzzed[int(kind)%len(fuzzed)], data); err != nil {
				return err
			}
			return errBack
		})
		if _, bad := errors.AsType[errs.Invalid](err); bad || errs.Message(err, "") != "" {
			return
		}
		if !errors.Is(err, errBack) {
			t.Fatalf("no words: %v", err)
		}
		for _, l := range lines {
			words := l.Subject + l.Note
			for _, p := range l.Problems {
				words += p.Words
			}
			if (l.Verdict == imports.Wrong) != (len(l.Problems) > 0) || !utf8.ValidString(words) || strings.Contains(words, "\x00") {
				t.Errorf("row %d is %s: %q, %d problems", l.Row, l.Verdict, words, len(l.Problems))
			}
			if l.Verdict == imports.Changed && len(l.Changes) == 0 || bytes.ContainsRune([]byte(l.Note), '\uFFFD') {
				t.Errorf("row %d: %+v", l.Row, l)
			}
		}
	})
}
