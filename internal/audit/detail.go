package audit

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Said is how a noun says a value of the details that it records, such as a state or a
// role; "" is: it stays as it is.
type Said func(action, key, value string) string

// Role is what somebody acted as, or "" where nobody was signed in.
func (l Line) Role(said ...Said) string {
	name := say(said, l.Action, "role", l.ActorRole)
	if name == l.ActorName || name == l.ActorRole { // 系统, 群众; unknown
		return ""
	}
	return name
}

// Object is what was acted on, in words: 事项 XY2026-0012.
func (l Line) Object() string {
	_, called, name := SubjectOf(l.Subject)
	if called == "" {
		return name
	}
	return called + " " + name
}

// Pair is one part of an entry's detail: 理由： and the reason. Behind another its label
// begins with a comma, so that all of them in a row are a sentence.
type Pair struct{ Label, Value string }

// Pairs are the entry's detail in words; what says nothing is left out.
func (l Line) Pairs(said ...Said) []Pair {
	if l.Detail == nil {
		return nil
	}
	var detail map[string]json.RawMessage
	if json.Unmarshal([]byte(*l.Detail), &detail) != nil {
		return []Pair{{Value: *l.Detail}}
	}
	if strings.HasPrefix(l.Action, "case.") && string(detail["from"]) == string(detail["to"]) { // it stayed where it was
		delete(detail, "from")
		delete(detail, "to")
	}
	inOrder := slices.SortedFunc(maps.Keys(detail), func(a, b string) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
	})
	var all []Pair
	for _, key := range inOrder {
		if words := l.value(key, detail[key], said); words != "" {
			all = append(all, Pair{label(key, len(all) == 0), words})
		}
	}
	return all
}

func label(key string, first bool) string {
	label := key
	if at := place(key); at < len(keys) {
		label = keys[at].name
	}
	if label != "" {
		label += "："
	}
	if !first {
		label = "，" + label
	}
	return label
}

// place is where a key stands among the others.
func place(key string) int {
	if at := slices.IndexFunc(keys, func(k struct{ key, name string }) bool { return k.key == key }); at >= 0 {
		return at
	}
	return len(keys)
}

// ids are numbers of the database, which mean nothing to a reader.
var ids = map[string]bool{"station": true, "unit": true, "deputy": true, "mandate": true}

// value is a value of a detail in words; what a person wrote stays as it is.
func (l Line) value(key string, value json.RawMessage, said []Said) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return say(said, l.Action, key, text)
	}
	var several []string
	if json.Unmarshal(value, &several) == nil {
		return strings.Join(several, "、")
	}
	var changes map[string][2]string
	if key == "changes" && json.Unmarshal(value, &changes) == nil {
		return changed(changes)
	}
	plain := string(value)
	n, err := strconv.Atoi(plain)
	switch {
	case plain == "null" || plain == "0" || key == "round" && n == 1 || err == nil && ids[key]:
		return ""
	case plain == "true":
		return "是"
	case plain == "false":
		return "否"
	case err == nil:
		return grouped(plain)
	}
	return plain
}

// changed says of each field what it was and what it became.
func changed(changes map[string][2]string) string {
	var all []string
	for _, field := range slices.Sorted(maps.Keys(changes)) {
		name := cmp.Or(fields[field], field)
		all = append(all, name+"由“"+cmp.Or(changes[field][0], "（空）")+"”改成“"+cmp.Or(changes[field][1], "（空）")+"”")
	}
	return strings.Join(all, "；")
}

func say(said []Said, action, key, value string) string {
	for _, in := range said {
		if words := in(action, key, value); words != "" {
			return words
		}
	}
	return value
}

// grouped is a whole number with a comma every three digits.
func grouped(digits string) string {
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
