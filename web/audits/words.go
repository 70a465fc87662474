package audits

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// found is what a walk through the record found: where it breaks, or that it is whole.
func found(entries int64, broken *int64) string {
	switch {
	case broken == nil:
		return ui.Number(int(entries)) + " 条记录都在，没有被改过"
	case *broken == 0:
		return "记录的结尾不见了"
	}
	return "第 " + ui.Number(int(*broken)) + " 条和当时写下的不一样，或者不见了；它前面的 " + ui.Number(int(entries)) + " 条没有问题"
}

// verified says when the record was walked last, by whom, and what was found.
func (rec *record) verified() string {
	if rec.last == nil || rec.last.Detail == nil {
		return "还没有核对过。"
	}
	var detail struct {
		Entries int64  `json:"entries"`
		Broken  *int64 `json:"broken"`
	}
	if err := json.Unmarshal([]byte(*rec.last.Detail), &detail); err != nil {
		return "还没有核对过。"
	}
	return "上次核对：" + page.FullDateTime(rec.last.At) + "，" + rec.last.ActorName + "：" + found(detail.Entries, detail.Broken) + "。"
}

// broken reports whether the last walk found something.
func (rec *record) broken() bool {
	return rec.last != nil && rec.last.Detail != nil && strings.Contains(*rec.last.Detail, `"broken"`)
}

// role is what somebody acted as, or "" where nobody was signed in.
func role(line audit.Line) string {
	name := auth.Names[auth.Role(line.ActorRole)]
	if name == line.ActorName { // 系统, 群众
		return ""
	}
	return name
}

// subject is what was acted on, in words, and where it can be looked at.
func (rec *record) subject(line audit.Line) (words, address string) {
	kind, called, name := audit.SubjectOf(line.Subject)
	if kind == "case" && rec.by.May(auth.SeeCases) {
		address = "/cases/" + url.PathEscape(name)
	}
	if called == "" {
		return name, address
	}
	return called + " " + name, address
}

// pair is one line of a detail.
type pair struct {
	Key, Value string
	place      int
}

// label is what stands before the value: 理由：, or ，理由： behind another.
func (p pair) label(first bool) string {
	label := p.Key
	if label != "" {
		label += "："
	}
	if !first {
		label = "，" + label
	}
	return label
}

// pairs are an entry's detail in words; what says nothing is left out.
func pairs(line audit.Line) []pair {
	if line.Detail == nil {
		return nil
	}
	var detail map[string]json.RawMessage
	if json.Unmarshal([]byte(*line.Detail), &detail) != nil {
		return []pair{{Value: *line.Detail}}
	}
	if strings.HasPrefix(line.Action, "case.") && string(detail["from"]) == string(detail["to"]) { // it stayed where it was
		delete(detail, "from")
		delete(detail, "to")
	}
	var all []pair
	for _, key := range slices.Sorted(maps.Keys(detail)) {
		if words := said(line, key, detail[key]); words != "" {
			name, place := audit.Key(key)
			all = append(all, pair{name, words, place})
		}
	}
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(a.place, b.place) })
	return all
}

// ids are numbers of the database, which mean nothing to a reader.
var ids = map[string]bool{"station": true, "unit": true, "deputy": true}

// said is a value of a detail in words.
func said(line audit.Line, key string, value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return word(line, key, text)
	}
	var list []string
	if json.Unmarshal(value, &list) == nil {
		return strings.Join(list, "、")
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
		return ui.Number(n)
	}
	return plain
}

// refusals are why nobody came in, as auth records it.
var refusals = map[string]string{"password": "密码不对", "no role": "账号没有身份", "disabled": "账号已停用"}

// word is what a value of ours is called: a state, a role, a reason. What a person wrote
// stays as it is.
func word(line audit.Line, key, text string) string {
	switch {
	case strings.HasPrefix(line.Action, "case.") && (key == "from" || key == "to") && casefile.State(text).Known():
		return casefile.State(text).Name()
	case key == "role" && auth.Names[auth.Role(text)] != "":
		return auth.Names[auth.Role(text)]
	case line.Action == "sign_in_failed" && key == "reason" && refusals[text] != "":
		return refusals[text]
	}
	return text
}

// next is the address of the page that follows; the whole search is in it.
func (rec *record) next() string {
	if !rec.more {
		return ""
	}
	query := rec.search.query()
	query.Set("before", strconv.FormatInt(rec.lines[len(rec.lines)-1].Entry, 10))
	return "/audit?" + query.Encode()
}

// first is the address of the first page, for whoever is behind it.
func (rec *record) first() string {
	if rec.search.filter.Before == 0 {
		return ""
	}
	return "/audit?" + rec.search.query().Encode()
}
