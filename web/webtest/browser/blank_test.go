package browser

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/web/webtest"
)

// TestBlankForm: the form for a day without power is one sheet with room for three matters, and
// the page on which it is entered asks in the same order, for as many.
func TestBlankForm(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	b := open(t, s, "联络员", laptop).signIn(s.Clerk)
	b.visit("/visits/blank")
	b.sees("第 1 件事", "第 3 件事", "□ 道路交通", "□ 其他", "来访人签名")
	b.picture("blank")
	b.prints("blank", 1)
	// With six categories more it is one sheet still.
	if _, err := s.PG.Super.Exec(t.Context(), `insert into categories (county_id, name, position) select $1, '新的类别' || n, 900 + n from generate_series(1, 6) n`, s.County); err != nil {
		t.Fatal(err)
	}
	b.visit("/visits/blank")
	b.sees("新的类别6")
	b.prints("blank-more", 1)

	// What a row of the paper becomes, by the field of the page.
	rows := map[string]string{"来访日期": "date", "时间": "time", "地点": "place_id", "姓名": "name", "电话": "phone", "村或社区": "village", "人数": "persons",
		"方式": "way", "接待代表": "deputies", "没有要反映的事": "purpose", "办完了怎么告诉": "reply_by", "个人信息告知": "notice_given"}
	for n, matter := range []string{"第 1 件事反映了什么", "第 2 件事反映了什么", "第 3 件事反映了什么"} {
		rows[matter] = "words-" + string(rune('1'+n))
	}
	var paper []string
	matter := ""
	for _, label := range get(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".blank-form th")].map(n => n.textContent.trim())`)) {
		switch field := rows[label]; {
		case field != "":
			paper = append(paper, field)
			if matter = ""; len(field) > 6 && field[:6] == "words-" {
				matter = field[5:]
			}
		case label == "类别":
			paper = append(paper, "category"+matter)
		case label == "当场处理":
			paper = append(paper, "outcome"+matter)
		}
	}
	if len(paper) != len(rows)+6 {
		t.Errorf("the paper has %q", paper)
	}
	b.visit("/visits/paper")
	b.picture("paper")
	page := get(b, chromedp.Evaluate[[]string](`[...new Set([...document.querySelectorAll("form[data-desk] [name]:not([type=hidden])")].map(n => n.name))]`))
	page = slices.DeleteFunc(page, func(field string) bool { return !slices.Contains(paper, field) })
	if !slices.Equal(page, paper) {
		t.Errorf("the page asks in the order\n%q, on the paper stands\n%q", page, paper)
	}

	small := open(t, s, "联络员手机", phone).signIn(s.Clerk)
	small.visit("/visits/blank")
	small.picture("blank")
	small.visit("/visits/paper")
	small.picture("paper")
}
