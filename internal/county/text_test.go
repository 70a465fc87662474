package county_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func kind(t testing.TB, name string) county.TextKind {
	t.Helper()
	k, ok := county.KindOf(name)
	if !ok {
		t.Fatalf("no kind %s", name)
	}
	return k
}

func TestRenderText(t *testing.T) {
	t.Parallel()
	values := county.TextValues{"编号": "XY2026-0012", "标题": "{编号}坏了", "机关": "县人大", "办理单位": ""}
	for body, want := range map[string]string{
		"":      "",
		"没有花括号": "没有花括号",
		"【{机关}】{标题}，编号 {编号}。": "【县人大】{编号}坏了，编号 XY2026-0012。", // what comes from the case is not read again
		"由{办理单位}办，到{期限}":      "由承办单位办，到规定期限",                // not known yet
		"{没有这一项}{":            "{没有这一项}{",
		"{{编号}}":              "{XY2026-0012}",
	} {
		if got := county.RenderText(body, values); got != want {
			t.Errorf("%q becomes %q, want %q", body, got, want)
		}
	}
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body, want string // what it becomes, or what is wrong with it
	}{
		{" {编号}已登记。 ", "{编号}已登记。"},
		{"｛编号｝{ 标题 }", "{编号}{标题}"}, // as a Chinese keyboard types it
		{"", "请写内容"},
		{" \n ", "请写内容"},
		{"{姓名}您好", "没有{姓名}这一项。能用的有：{编号}{标题}{联络站}{县}{机关}{期限}{办理单位}{联系电话}。"},
		{"{}", "没有{}这一项"},
		{"{编号", "花括号要成对"},
		{"编号}", "花括号要成对"},
		{"{{编号}}", "花括号要成对"},
		{"{编\n号}", "花括号要成对"},
		{"查询码是{查询码}", "查询码和链接由系统附在最后"},
		{"请看 https://example.com", "不用写网址"},
		{"请看 WWW.example.com", "不用写网址"},
		{"两\n行", "短信请写成一段"},
		{strings.Repeat("长", 301), "太长了，最多 300 个字，现在是 301 个字。"},
		{strings.Repeat("长", 300), strings.Repeat("长", 300)},
		{"坏\x00", "无法识别"},
	} {
		got, err := county.CheckText(kind(t, "registered"), c.body)
		if invalid, bad := errors.AsType[errs.Invalid](err); bad {
			got = invalid["body"]
			if !strings.Contains(got, c.want) {
				t.Errorf("%q is refused with %q, want %q", c.body, got, c.want)
			}
		} else if got != c.want {
			t.Errorf("%q becomes %q, want %q", c.body, got, c.want)
		}
	}
}

func TestSMS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text             string
		length, messages int
	}{
		{"", 0, 0}, {"好", 1, 1}, {strings.Repeat("好", 70), 70, 1}, {strings.Repeat("好", 71), 71, 2}, {strings.Repeat("好", 134), 134, 2},
		{strings.Repeat("好", 135), 135, 3}, {"a1，", 3, 1}, {"😀", 2, 1},
	} {
		if length, messages := county.SMS(c.text); length != c.length || messages != c.messages {
			t.Errorf("%q: %d characters in %d messages, want %d in %d", c.text, length, messages, c.length, c.messages)
		}
	}
}

// TestTextKinds: every kind of message has its words, and its own words are good ones.
func TestTextKinds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	kinds, err := postgres.Value[string](t.Context(), o.PG.Super, `select pg_get_constraintdef(oid) from pg_constraint
		where conrelid = 'messages'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%kind%'`)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`'([a-z_]+)'::text`).FindAllStringSubmatch(kinds, -1)
	if len(found) < 5 {
		t.Fatalf("the table messages takes the kinds %s", kinds)
	}
	for _, k := range found {
		if _, ok := county.KindOf(k[1]); !ok {
			t.Errorf("messages of the kind %s have no words: add it to county.TextKinds", k[1])
		}
	}
	for _, k := range county.TextKinds {
		body, err := county.CheckText(k, k.Default)
		if err != nil || body != k.Default {
			t.Errorf("%s: %v", k.Kind, err)
		}
		said := county.RenderText(body, county.SampleValues())
		if _, messages := county.SMS(said + k.Appendix("https://lianluo.example.gov.cn")); strings.ContainsAny(said, "{}") || messages > 2 {
			t.Errorf("%s says %q in %d messages", k.Kind, said, messages)
		}
	}
}

func (o office) texts() []county.Text {
	o.t.Helper()
	var read func() []county.Text
	o.View(func(v *tenant.View) { read = county.Texts(v) })
	return read()
}

func (o office) saying(k county.TextKind, version int32, body string) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		return county.ChangeText(ctx, tx, o.Admin.Audit(), k, version, body)
	}
}

func (o office) composed(kind message.Kind) (said string) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		said, err = county.Compose(ctx, tx, string(kind), county.SampleValues())
		return err
	})
	return said
}

func TestTexts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	neighbour := o.state(o.Neighbour.County)
	k := kind(t, "registered")
	if text := o.texts()[0]; text.Kind != "registered" || text.Body != k.Default || text.Own || text.Version != 0 || text.UpdatedBy != nil {
		t.Errorf("%+v", text)
	}
	o.must(o.saying(k, 0, "{县}收到了您反映的“{标题}”，编号｛编号｝。"))
	text := o.texts()[0]
	if text.Body != "{县}收到了您反映的“{标题}”，编号{编号}。" || !text.Own || text.Version != 1 || *text.UpdatedBy != o.Admin.Name || !text.UpdatedAt.Equal(o.Now()) {
		t.Errorf("%+v", text)
	}
	o.lastRecorded(1, "settings.text", "text registered", county.Changes{"body": {k.Default, text.Body}})
	o.must(o.saying(k, 0, text.Body)) // pressed twice
	if said := o.composed(message.Registered); said != "某某县收到了您反映的“村口路灯不亮”，编号XY2026-0012。" {
		t.Errorf("says %q", said)
	}
	stale := o.overtaken(o.saying(k, 0, "{编号}"))
	if stale.Version != 1 || len(stale.Since) != 1 || stale.Since[0].Changes["body"][1] != text.Body {
		t.Errorf("%+v", stale)
	}
	o.wrong("body", o.saying(k, 1, "{姓名}"))
	o.must(o.saying(k, 1, "")) // the default again
	if text := o.texts()[0]; text.Own || text.Body != k.Default || text.Version != 2 {
		t.Errorf("%+v", text)
	}
	if all := o.texts(); len(all) != len(county.TextKinds) || all[1].Own {
		t.Errorf("%+v", all)
	}
	err := o.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := county.Compose(ctx, tx, "nonsense", nil)
		return err
	})
	if err == nil {
		t.Error("a message without words is composed")
	}
	if o.state(o.Neighbour.County) != neighbour {
		t.Error("the neighbour's settings have changed")
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	read := func() county.Overview {
		var all *county.Overview
		o.View(func(v *tenant.View) { all = county.OverviewOf(v) })
		return *all
	}
	all := read()
	if all.Categories != 16 || all.Subcategories < 60 || all.Unused != 0 || all.Checklists != "六有" || all.Notice != "2026-1" || all.OwnTexts != 0 ||
		all.Reasons != 9 || all.Classes != "A 已解决或基本解决、B 正在解决、C 列入计划、D 留作参考" || !all.PublishedAt.Equal(o.Now()) {
		t.Errorf("%+v", all)
	}
	o.must(o.saying(kind(t, "upheld"), 0, "{编号}"))
	o.must(o.retiring(county.ClassList, o.entries(county.ClassList, 0)[3].ID))
	if all = read(); all.OwnTexts != 1 || strings.Contains(all.Classes, "D") {
		t.Errorf("%+v", all)
	}
}

// FuzzText: whatever is typed, what is accepted renders whole, and what a case puts in
// arrives as it is.
func FuzzText(f *testing.F) {
	for _, k := range county.TextKinds {
		f.Add(k.Default, "村口路灯不亮")
	}
	f.Add("{编号", "{标题}")
	f.Add("｛ 标题 ｝}{", "}{编号")
	f.Add("{{标题}}\n", "\xff")
	registered := kind(f, "registered")
	f.Fuzz(func(t *testing.T, typed, title string) {
		values := county.SampleValues()
		values["标题"] = title
		length, messages := county.SMS(county.RenderText(typed, values)) // and does not panic
		if messages > length || length > 0 && messages == 0 {
			t.Errorf("%d characters in %d messages", length, messages)
		}
		body, err := county.CheckText(registered, typed)
		if err != nil {
			if _, words := errors.AsType[errs.Invalid](err); !words {
				t.Error(err)
			}
			return
		}
		if !utf8.ValidString(body) || body == "" || body != strings.TrimSpace(body) {
			t.Errorf("%q is accepted as %q", typed, body)
		}
		if again, err := county.CheckText(registered, body); err != nil || again != body {
			t.Errorf("%q becomes %q and then %q, %v", typed, body, again, err)
		}
		values["标题"] = "\x01" // stands in nothing that is accepted
		said := county.RenderText(body, values)
		if strings.ContainsAny(said, "{}") {
			t.Errorf("%q says %q", body, said)
		}
		if got, want := county.RenderText(body, map[string]string{"标题": title}), said; title != "" {
			parts, places := strings.Split(want, "\x01"), strings.Count(got, title)
			if places < len(parts)-1 {
				t.Errorf("%q with %q says %q", body, title, got)
			}
		}
	})
}

func TestFieldsHaveSamples(t *testing.T) {
	t.Parallel()
	for _, f := range county.TextFields {
		if f.Sample == "" || f.Meaning == "" || strings.ContainsAny(f.Sample+f.Otherwise, "{}") {
			t.Errorf("%+v", f)
		}
	}
}
