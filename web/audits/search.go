package audits

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianluo/internal/audit"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/web/ui"
)

// search is what somebody asked for, as typed and as it was understood.
type search struct {
	typed   url.Values
	filter  audit.Filter
	invalid errs.Invalid
}

// fields are the form's, in their order; a page that follows carries them on.
var fields = []string{"from", "to", "actor", "group", "subject"}

// longest is how long a name or a number may be that is looked for.
const longest = 64

func read(query url.Values) search {
	s := search{typed: url.Values{}, invalid: errs.Invalid{}, filter: audit.Filter{Limit: pageSize}}
	for _, name := range fields {
		if value := strings.TrimSpace(query.Get(name)); value != "" {
			s.typed.Set(name, value)
		}
	}
	s.days()
	s.filter.Actor, s.filter.Subject = s.text("actor"), s.text("subject")
	if group := s.typed.Get("group"); group != "" {
		if s.filter.Actions = audit.Of(group); s.filter.Actions == nil {
			s.invalid["group"] = "请在列表里选一类操作"
		}
	}
	s.filter.Before, _ = strconv.ParseInt(query.Get("before"), 10, 64)
	return s
}

// days reads both days; the second is whole.
func (s *search) days() {
	from, to := s.day("from"), s.day("to")
	if from != nil {
		s.filter.From = from.Start()
	}
	if to != nil {
		s.filter.To = to.AddDays(1).Start()
	}
	if from != nil && to != nil && to.Before(*from) {
		s.invalid["to"] = "“到”的日期不能早于“从”的日期"
	}
}

func (s *search) day(name string) *calendar.Date {
	typed := s.typed.Get(name)
	if typed == "" {
		return nil
	}
	day, err := calendar.ParseDate(typed)
	if err != nil {
		s.invalid[name] = "日期请写成 2026-09-14 这样"
		return nil
	}
	return &day
}

// dayField is a day's field. A browser shows nothing that is no day in a field for days,
// so what could not be read stands in one for text.
func (s *search) dayField(name, label string) ui.FieldProps {
	f := ui.FieldProps{Name: name, Label: label, Type: "date", Value: s.typed.Get(name), Err: s.invalid[name]}
	if _, err := calendar.ParseDate(f.Value); err != nil && f.Value != "" {
		f.Type = ""
	}
	return f
}

func (s *search) text(name string) string {
	text := s.typed.Get(name)
	if utf8.RuneCountInString(text) > longest || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		s.invalid[name] = "这里最多写 " + strconv.Itoa(longest) + " 个字"
		return ""
	}
	return text
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

// query is the search as an address carries it, a copy.
func (s *search) query() url.Values {
	query := url.Values{}
	for name, values := range s.typed {
		query[name] = values
	}
	return query
}
