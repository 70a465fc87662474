package ui

import (
	"testing"

	"github.com/a-h/templ"
)

// TestTime: a time of day is text that a phone enters by digits, with the quarter hours beside it.
func TestTime(t *testing.T) {
	t.Parallel()
	doc := render(t, Time(FieldProps{ID: "move-starts", Name: "starts", Label: "从几点", Value: "14:30", Attrs: templ.Attributes{"form": "f"}}))
	input := doc.Find("#move-starts")
	for name, want := range map[string]string{"name": "starts", "value": "14:30", "inputmode": "numeric", "list": "move-starts-times", "form": "f", "type": ""} {
		if got := input.AttrOr(name, ""); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if n := doc.Find("#move-starts-times option[value='14:30']").Length(); n != 1 {
		t.Errorf("14:30 is offered %d times", n)
	}
}

func TestFieldOrderAndNames(t *testing.T) {
	t.Parallel()
	doc := render(t, Field(FieldProps{Name: "tel", Label: "手机号", Type: "tel", Value: "136", Hint: "用来告诉您结果",
		Err: "手机号应是 11 位数字", Required: true, Autocomplete: "tel", InputMode: "numeric", Attrs: templ.Attributes{"maxlength": "11"}}))
	equal(t, "order", children(doc, ".field"), []string{"label.", "p.hint", "p.err", "input.input"})
	expect(t, doc, ".field.bad", nil)
	expect(t, doc, "label", map[string]string{"for": "tel"})
	expect(t, doc, "input", map[string]string{"id": "tel", "name": "tel", "type": "tel", "value": "136", "aria-invalid": "true",
		"aria-describedby": "tel-err tel-hint", "required": "", "autocomplete": "tel", "inputmode": "numeric", "maxlength": "11"})
	expect(t, doc, "p.err", map[string]string{"id": "tel-err"})
	expect(t, doc, "p.hint", map[string]string{"id": "tel-hint"})

	doc = render(t, Field(FieldProps{ID: "f-q", Name: "q", Label: "内容", Optional: true, Grow: true}))
	expect(t, doc, "input", map[string]string{"id": "f-q", "name": "q"})
	expect(t, doc, "label", map[string]string{"for": "f-q"})
	expect(t, doc, ".field.grow", nil)
	equal(t, "label", texts(doc, "label"), []string{"内容 可不填"})
	for _, attribute := range []string{"aria-invalid", "aria-describedby", "required", "value"} {
		if has(doc, "input", attribute) {
			t.Errorf("a plain field has %s", attribute)
		}
	}
}

func TestSecretsAreNotShownAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"password", "file"} {
		if has(render(t, Field(FieldProps{Name: "p", Label: "密码", Type: kind, Value: "x"})), "input", "value") {
			t.Errorf("type=%s shows its value", kind)
		}
	}
}

func TestTextareaKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "一行", "\n先空一行", "\n\n两行", "  空格 ", "<b>\n&amp;"} {
		doc := render(t, Field(FieldProps{Name: "what", Label: "什么事", Rows: 5, Value: value, Hint: "写清楚", OptionalNote: "可不写"}))
		if got := doc.Find("textarea").Text(); got != value {
			t.Errorf("wrote %q, shown %q", value, got)
		}
		expect(t, doc, "textarea", map[string]string{"rows": "5", "aria-describedby": "what-hint"})
		equal(t, "label", texts(doc, "label"), []string{"什么事 可不写"})
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	doc := render(t, Select(SelectProps{Name: "unit", Label: "承办单位", Blank: "请选择", Value: "2", Err: "请选择承办单位", Required: true,
		Options: []Option{{Value: "0", Name: "站内"}, {Value: "1", Name: "县水利局", Group: "县直"}, {Value: "2", Name: "县住建局", Group: "县直"}, {Value: "3", Name: "古韩镇", Group: "乡镇"}}}))
	equal(t, "order", children(doc, ".field"), []string{"label.", "p.err", "select.input"})
	equal(t, "options", texts(doc, "option"), []string{"请选择", "站内", "县水利局", "县住建局", "古韩镇"})
	equal(t, "first group", texts(doc, `optgroup[label="县直"] option`), []string{"县水利局", "县住建局"})
	equal(t, "second group", texts(doc, `optgroup[label="乡镇"] option`), []string{"古韩镇"})
	expect(t, doc, "option[selected]", map[string]string{"value": "2"})
	expect(t, doc, "select", map[string]string{"id": "unit", "aria-invalid": "true", "aria-describedby": "unit-err", "required": ""})
}

func TestChoices(t *testing.T) {
	t.Parallel()
	ways := []Option{{Value: "visit", Name: "来访"}, {Value: "call", Name: "来电", Note: "接了电话"}}
	doc := render(t, Choices(ChoicesProps{Name: "way", Legend: "方式", Options: ways, Value: "call", Hint: "怎么来的", Err: "请选一种", Required: true}))
	equal(t, "order", children(doc, "fieldset"), []string{"legend.legend", "p.hint", "p.err", "div.choices"})
	expect(t, doc, "fieldset.field.bad", map[string]string{"role": "radiogroup", "aria-invalid": "true", "aria-describedby": "way-err way-hint"})
	expect(t, doc, "#way", map[string]string{"type": "radio", "value": "visit", "required": ""})
	expect(t, doc, "#way-2", map[string]string{"value": "call", "checked": ""})
	equal(t, "words", texts(doc, "label.choice"), []string{"来访", "来电 接了电话"})

	doc = render(t, Choices(ChoicesProps{Name: "to", Legend: "送给", Options: ways, Values: []string{"visit", "call"}, Multiple: true, Column: true,
		Err: "请选一种", Required: true, Optional: true}))
	absent(t, doc, "[role], [required]")
	equal(t, "legend", texts(doc, "legend"), []string{"送给 可不填"})
	if n := doc.Find(".choices-col input[type=checkbox][checked][aria-invalid=true]").Length(); n != 2 {
		t.Errorf("%d ticks are set and bad, want 2", n)
	}
	absent(t, render(t, Choices(ChoicesProps{Name: "way", Options: []Option{{Name: "不限"}}})), "[checked]")
}

func TestTick(t *testing.T) {
	t.Parallel()
	doc := render(t, Tick(TickProps{Name: "watch", Label: "列为重点督办", Checked: true}))
	expect(t, doc, "label.tick > input", map[string]string{"id": "watch", "value": "1", "checked": "", "type": "checkbox"})
	absent(t, doc, ".field")
	doc = render(t, Tick(TickProps{Name: "agree", Value: "yes", Label: "已核对", Hint: "提示", Err: "请先核对"}))
	equal(t, "order", children(doc, ".field.bad"), []string{"p.hint", "p.err", "div."})
	expect(t, doc, "input", map[string]string{"value": "yes", "aria-invalid": "true", "aria-describedby": "agree-err agree-hint"})
}

func TestRatingSuggestsNothing(t *testing.T) {
	t.Parallel()
	p := RatingProps{Name: "result", Question: "您对办理结果满意吗？"}
	doc := render(t, Rating(p))
	equal(t, "words", texts(doc, "label.choice.rate"), []string{"非常满意", "满意", "基本满意", "不满意", "非常不满意"})
	if n := doc.Find("input[type=radio][required][name=result]").Length(); n != 5 {
		t.Errorf("%d answers, want 5", n)
	}
	if n := doc.Find("svg[aria-hidden=true]").Length(); n != 5 {
		t.Errorf("%d faces, want 5", n)
	}
	absent(t, doc, "[checked], [aria-invalid]")
	expect(t, doc, "#result", map[string]string{"value": "5"})
	p.Value, p.Err = "2", "请选一项"
	doc = render(t, Rating(p))
	expect(t, doc, "[checked]", map[string]string{"value": "2", "id": "result-4"})
	expect(t, doc, "fieldset", map[string]string{"aria-invalid": "true", "aria-describedby": "result-err"})
}

func TestErrorSummary(t *testing.T) {
	t.Parallel()
	doc := render(t, ErrorSummary(map[string]string{"tel": "电话", "unit": "单位", "extra": "别的", "": "整张表", "also": "还有"}, "unit", "tel", "unused", "unit"))
	expect(t, doc, "#errors.note.note-err", map[string]string{"role": "alert", "tabindex": "-1"})
	equal(t, "title", texts(doc, "h2"), []string{"有 5 处要改"})
	equal(t, "order", texts(doc, "li"), []string{"单位", "电话", "整张表", "还有", "别的"})
	expect(t, doc, `a[href="#unit"]`, nil)
	if n := doc.Find("a").Length(); n != 4 {
		t.Errorf("%d links, want 4: what belongs to no field is none", n)
	}
	absent(t, render(t, ErrorSummary(nil)), "#errors")
}
