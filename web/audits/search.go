package audits

import (
	"net/url"
	"strings"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/web/ui"
)

// search is what somebody asked for as it was typed, and what of it cannot be looked for.
type search struct {
	typed, known url.Values
	invalid      errs.Invalid
}

// fields are the form's, in their order.
var fields = []string{"from", "to", "actor", "group", "subject"}

// wrong is what is said of what the list does not know.
var wrong = errs.Invalid{"from": "日期请写成 2026-09-14 这样", "to": "日期请写成 2026-09-14 这样", "group": "请在列表里选一类操作",
	"actor": "这里最多写 100 个字", "subject": "这里最多写 100 个字"}

// read judges an address by what the list knows of it: a list's Ask filters by nothing where
// it cannot read, and nobody is to take that for what was asked.
func read(address, known url.Values) search {
	s := search{typed: url.Values{}, known: known, invalid: errs.Invalid{}}
	for _, name := range fields {
		value := strings.TrimSpace(address.Get(name))
		if value == "" {
			continue
		}
		s.typed.Set(name, value)
		if known.Get(name) == "" {
			s.invalid[name] = wrong[name]
		}
	}
	if from, to := known.Get("from"), known.Get("to"); from != "" && to != "" && to < from {
		s.invalid["to"] = "“到”的日期不能早于“从”的日期"
	}
	return s
}

// dayField is a day's field. A browser shows nothing that is no day in a field for days,
// so what could not be read stands in one for text.
func (s *search) dayField(name, label string) ui.FieldProps {
	f := ui.FieldProps{Name: name, Label: label, Type: "date", Value: s.typed.Get(name), Err: s.invalid[name]}
	if f.Value != s.known.Get(name) {
		f.Type = ""
	}
	return f
}

// textField is the field of a name or a number.
func (s *search) textField(name, label string) ui.FieldProps {
	return ui.FieldProps{Name: name, Label: label, Type: "search", Value: s.typed.Get(name), Err: s.invalid[name],
		Attrs: map[string]any{"maxlength": "100", "autocapitalize": "off"}}
}

// filtered reports whether anything is looked for at all.
func (s *search) filtered() bool { return len(s.typed) > 0 }

// words say on paper what was looked for.
func (s *search) words() string {
	var all []string
	if from, to := s.typed.Get("from"), s.typed.Get("to"); from != "" || to != "" {
		switch {
		case to == "":
			all = append(all, from+" 起")
		case from == "":
			all = append(all, to+" 止")
		default:
			all = append(all, from+" 至 "+to)
		}
	}
	for _, group := range audit.Groups {
		if group.Group == s.typed.Get("group") {
			all = append(all, group.Name)
		}
	}
	for _, name := range []string{"actor", "subject"} {
		if typed := s.typed.Get(name); typed != "" {
			all = append(all, typed)
		}
	}
	return strings.Join(all, "，")
}

// groups are the kinds of action that are recorded at all.
func groups() []ui.Option {
	var options []ui.Option
	for _, group := range audit.Groups {
		if audit.Of(group.Group) != nil {
			options = append(options, ui.Option{Value: group.Group, Name: group.Name})
		}
	}
	return options
}
