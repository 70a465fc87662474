package county

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"lianluo/internal/errs"
)

// TextField is what a template puts in from the case or the appointment: {编号}.
type TextField struct {
	Name      string // without the braces
	Meaning   string
	Otherwise string // where the case does not have it yet
	Sample    string // of a made-up case
	Of        About  // "" for every text
}

// About is what a text is said about.
type About string

// What there is to say something about.
const (
	AboutCase        About = "case"
	AboutAppointment About = "appointment"
)

// Names of the fields.
const (
	FieldNumber  = "编号"
	FieldTitle   = "标题"
	FieldStation = "联络站"
	FieldCounty  = "县"
	FieldOffice  = "机关"
	FieldDue     = "期限"
	FieldUnit    = "办理单位"
	FieldPhone   = "联系电话"
	FieldDay     = "日子"
	FieldTime    = "时间"
	FieldPlace   = "地点"
	FieldDeputy  = "代表"
	FieldReason  = "原因"
)

// TextFields are all there are.
var TextFields = []TextField{
	{Name: FieldNumber, Meaning: "事项的编号", Sample: "XY2026-0012", Of: AboutCase},
	{Name: FieldTitle, Meaning: "反映的是什么事；来访人要求保密的，写成“您要求保密的事”", Sample: "村口路灯不亮", Of: AboutCase},
	{Name: FieldStation, Meaning: "登记的联络站", Sample: "某某镇人大代表联络站"},
	{Name: FieldCounty, Meaning: "县的名称", Sample: "某某县"},
	{Name: FieldOffice, Meaning: "机关名称", Sample: "某某县人大常委会"},
	{Name: FieldDue, Meaning: "办理或者答复到哪一天为止", Otherwise: "规定期限", Sample: "10月15日"},
	{Name: FieldUnit, Meaning: "由哪个单位办理", Otherwise: "承办单位", Sample: "县住房和城乡建设局", Of: AboutCase},
	{Name: FieldDay, Meaning: "约在哪一天；接待日有变的，是原来约的那一天", Otherwise: "约定的日子", Sample: "2026年9月22日 星期二", Of: AboutAppointment},
	{Name: FieldTime, Meaning: "几点", Otherwise: "约定的时间", Sample: "9:30", Of: AboutAppointment},
	{Name: FieldPlace, Meaning: "在哪里见", Otherwise: "联络站", Sample: "某某镇人大代表联络站", Of: AboutAppointment},
	{Name: FieldDeputy, Meaning: "哪几位代表接待", Otherwise: "人大代表", Sample: "某某代表", Of: AboutAppointment},
	{Name: FieldReason, Meaning: "为什么改约、约不成或者有变", Otherwise: "请向联络站了解", Sample: "代表那天要开会", Of: AboutAppointment},
	{Name: FieldPhone, Meaning: "联络站的电话，没有的用本县的公开电话", Otherwise: "联络站", Sample: "0355-0000000"},
}

// Fields are those that a text of the kind may put in.
func (k TextKind) Fields() []TextField {
	return slices.DeleteFunc(slices.Clone(TextFields), func(f TextField) bool { return f.Of != "" && f.Of != k.About })
}

// TextValues are what a case puts in for the fields, by name. What is missing or empty
// becomes the field's Otherwise.
type TextValues map[string]string

// SampleValues are those of a made-up case.
func SampleValues() TextValues {
	values := TextValues{}
	for _, f := range TextFields {
		values[f.Name] = f.Sample
	}
	return values
}

// inBraces is a field, or what was meant as one.
var inBraces = regexp.MustCompile(`\{([^{}\n]*)\}`)

// RenderText puts values into a template. It goes over the template once: braces in a
// value stay what they are, and so does a field that there is not.
func RenderText(body string, values TextValues) string {
	return inBraces.ReplaceAllStringFunc(body, func(found string) string {
		name := found[1 : len(found)-1]
		i := slices.IndexFunc(TextFields, func(f TextField) bool { return f.Name == name })
		if i < 0 {
			return found
		}
		if values[name] != "" {
			return values[name]
		}
		return TextFields[i].Otherwise
	})
}

// tidyText is a template as it was typed, with the braces of a Chinese keyboard and
// spaces inside braces made what was meant.
func tidyText(typed string) string {
	typed = strings.NewReplacer("｛", "{", "｝", "}").Replace(Trimmed(typed))
	return inBraces.ReplaceAllStringFunc(typed, func(found string) string {
		return "{" + strings.TrimSpace(found[1:len(found)-1]) + "}"
	})
}

// longestText is how long a template may be, in characters.
const longestText = 300

var (
	address  = regexp.MustCompile(`(?i)https?:|www\.|://`)
	appended = []string{"查询码", "链接", "网址", "评价链接"}
)

// CheckText judges a template of the kind, and returns it tidied. It returns errs.Invalid at
// the field body.
func CheckText(k TextKind, body string) (string, error) {
	body = tidyText(body)
	invalid := errs.Invalid{}
	Needed(invalid, "body", body, "请写内容，或者恢复默认的文字。", longestText)
	if wrong := k.wrongField(body); wrong != "" && invalid["body"] == "" {
		invalid["body"] = wrong
	}
	switch {
	case invalid["body"] != "":
	case address.MatchString(body):
		invalid["body"] = "不用写网址，链接由系统附在最后。"
	case strings.Contains(body, "\n"):
		invalid["body"] = "短信请写成一段，不要换行。"
	}
	return body, invalid.Err()
}

// wrongField says what is wrong with the first brace that is no field.
func (k TextKind) wrongField(body string) string {
	var names []string
	for _, f := range k.Fields() {
		names = append(names, "{"+f.Name+"}")
	}
	for _, found := range inBraces.FindAllStringSubmatch(body, -1) {
		switch {
		case slices.Contains(appended, found[1]):
			return "查询码和链接由系统附在最后，不用写。"
		case !slices.Contains(names, found[0]):
			return "没有" + found[0] + "这一项。能用的有：" + strings.Join(names, "") + "。"
		}
	}
	if strings.ContainsAny(inBraces.ReplaceAllString(body, ""), "{}") {
		return "花括号要成对，里面写一项的名称，例如 {编号}。"
	}
	return ""
}

// Length of messages, in characters: what fits into one, and into each part of a longer.
const (
	oneSMS  = 70
	partSMS = 67
)

// SMS is how long a text is as a message, and how many messages it makes.
func SMS(text string) (length, messages int) {
	for _, r := range text {
		length += utf16.RuneLen(r) // of UCS-2, in which Chinese is sent
	}
	if length <= oneSMS {
		return length, min(length, 1)
	}
	return length, (length + partSMS - 1) / partSMS
}

// Appendix is what the sender adds to a message of the kind, with a sample's code and
// link: they are never part of the text. site is the address by which people reach it.
func (k TextKind) Appendix(site string) string {
	var parts []string
	if k.Code {
		parts = append(parts, "查询码 K7M3-92H-4TP")
	}
	if k.Link != "" {
		parts = append(parts, site+k.Link)
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + strings.Join(parts, " ")
}
