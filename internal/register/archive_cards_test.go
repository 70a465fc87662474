package register_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/rating"
	"lianluo/internal/register"
)

// cardsIn are the columns and the rows of cards in an archive.
func cardsIn(t *testing.T, content string) (labels []string, rows [][]any) {
	t.Helper()
	var data struct {
		Columns []struct{ Label string }
		Rows    [][]any
	}
	if err := json.Unmarshal([]byte(content), &data); err != nil {
		t.Fatalf("%v: %s", err, content)
	}
	for _, c := range data.Columns {
		labels = append(labels, c.Label)
	}
	return labels, data.Rows
}

// TestArchiveHoldsTheCards: of each matter its life, of each deputy of the station what everybody may
// know; masked unless in full, and nothing of another station's.
func TestArchiveHoldsTheCards(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Closed)
	said := w.Register("我叫" + casetest.Visitor + "，电话" + casetest.Phone + "，路灯不亮。").Matters[0].Number
	if _, err := w.PG.Super.Exec(t.Context(), `insert into ratings (county_id, case_id, round, channel, result, attitude, comment, user_id, station_id, created_at)
		select county_id, id, round, 'device', 4, 5, '水来了，' || $2 || '谢谢。', $3, station_id, updated_at from cases where number = $1`, number, casetest.Visitor, w.Clerk.UserID); err != nil {
		t.Fatal(err)
	}
	const contacts, feedback = "02-代表联系卡", "03-意见建议处理反馈卡"
	_, _, files := archive(t, w, reader(w, w.Clerk), nil)
	page := files[feedback+".html"]
	for _, has := range []string{number, said, "申**", "138****0017", "我叫申**，电话****，路灯不亮。", "转县水利局办理", "破损管段已更换", "办理结果：" + rating.Levels[4] + "　办理态度：" + rating.Levels[5] + "\n水来了，申**谢谢。", "共 2 张", "size: A4 portrait"} {
		if !strings.Contains(page, has) {
			t.Errorf("the cards of matters do not say %q", has)
		}
	}
	labels, rows := cardsIn(t, files[feedback+".json"])
	if !slices.Equal(labels[:4], []string{"编号", "联络站", "来访日期", "来访人"}) || len(labels) != 24 || len(rows) != 2 || rows[0][0] != number || rows[0][3] != "申**" || rows[1][0] != said {
		t.Errorf("%q: %q", labels, rows)
	}
	for _, name := range []string{feedback, contacts} {
		for _, content := range []string{files[name+".html"], files[name+".json"]} {
			if strings.Contains(content, casetest.Visitor) || strings.Contains(content, casetest.Phone) {
				t.Errorf("%s: a name or a number is in it", name)
			}
		}
	}
	labels, rows = cardsIn(t, files[contacts+".json"])
	if !slices.Equal(labels, []string{"姓名", "代表身份", "职务", "联络站", "地址", "接待日", "联系电话"}) || len(rows) == 0 {
		t.Errorf("%q: %q", labels, rows)
	}
	for _, row := range rows {
		if at, _ := row[3].(string); !strings.HasPrefix(at, "王桥镇人大代表联络站（") {
			t.Errorf("a deputy of another station: %q", row)
		}
	}
	if !strings.Contains(files[contacts+".html"], "郭建国") || strings.Contains(files[contacts+".html"], "二维码") {
		t.Error("the cards of deputies")
	}
	if guide := files["说明.txt"]; !strings.Contains(guide, "代表联系卡写的是做归档包那天的情况") || !strings.Contains(guide, feedback+".html　可以打印的卡，一条一张，共 2 张") {
		t.Errorf("the guide does not tell of the cards: %s", guide)
	}

	_, _, whole := archive(t, w, reader(w, w.Handler), nil)
	if _, all := cardsIn(t, whole[contacts+".json"]); len(all) < len(rows) {
		t.Errorf("of the county %d cards, of a station %d", len(all), len(rows))
	}
	_, _, full := archive(t, w, register.Reader{By: w.Admin, Keys: w.Keys, Full: true}, nil)
	if page := full[feedback+".html"]; !strings.Contains(page, "我叫"+casetest.Visitor) || !strings.Contains(page, "<td>"+casetest.Phone+"</td>") {
		t.Error("in full, names and numbers are not")
	}
	if _, _, theirs := archive(t, w, reader(w, w.OtherClerk), nil); strings.Contains(theirs[feedback+".json"], number) || strings.Contains(theirs[contacts+".json"], "王桥镇人大代表联络站") {
		t.Error("another station has ours")
	}
	if _, _, earlier := archive(t, w, reader(w, w.Clerk), query(t, "from=2025-01-01&to=2025-12-31")); strings.Contains(earlier[feedback+".json"], number) {
		t.Error("a matter of another year is in it")
	}
}

// TestArchiveOfOwnCards: a card has the columns, the names and the order that the county gave it, with
// what it is about on top; a retired one is not in it.
func TestArchiveOfOwnCards(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.Register("水管冻裂了。").Matters[0].Number
	own := showing(register.New(register.Feedback), "words", "visitor")
	own.Name, own.Columns[0].Label, own.Columns[1].Label = "反馈便民卡", "说了什么", "谁来的"
	if _, err := add(w, own); err != nil {
		t.Fatal(err)
	}
	for _, source := range []register.Source{register.Feedback, register.Card} {
		f := form(t, w, source)
		f.Retired = true
		if err := change(w, f); err != nil {
			t.Fatal(err)
		}
	}
	_, names, files := archive(t, w, reader(w, w.Clerk), nil)
	if !slices.Contains(names, "02-反馈便民卡.html") || slices.ContainsFunc(names, func(name string) bool {
		return strings.Contains(name, "联系卡") || strings.Contains(name, "处理反馈卡")
	}) {
		t.Errorf("%q", names)
	}
	labels, rows := cardsIn(t, files["02-反馈便民卡.json"])
	if !slices.Equal(labels, []string{"编号", "联络站", "来访日期", "说了什么", "谁来的"}) || len(rows) != 1 || rows[0][0] != number || rows[0][3] != "水管冻裂了。" || rows[0][4] != "申**" {
		t.Errorf("%q: %q", labels, rows)
	}
	if page := files["02-反馈便民卡.html"]; !strings.Contains(page, `<th scope="row">说了什么</th><td colspan="3">水管冻裂了。</td>`) || strings.Contains(page, "群众评价") {
		t.Errorf("%s", page)
	}
	if strings.Contains(files["说明.txt"], "联系卡") {
		t.Error("the guide tells of cards that are not in it")
	}
}
