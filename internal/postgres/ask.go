package postgres

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Ask is one reading of a List, as an address says it: q, the filters, sort, after, before.
type Ask struct {
	Terms         []string // of the search box, each to be found; nil: everything
	TooShort      bool     // what was typed is too short to look for, so nothing was looked for
	Sort          string   // an Order's name, with - in front the other way round; "" for the first
	By            string   // the name of the Order that it is read in
	Down          bool     // whether that goes from high to low
	After, Before string   // a Row's Key: the page behind it, or before it
	Limit         int      // rows of a page

	values map[string]any
	found  []int64 // the ids that an index found; nil: the texts are read
}

// longestSearch is how many characters are looked for together.
const longestSearch = 100

// Ask reads an address, leniently: what it cannot read filters nothing.
func (l *List) Ask(address url.Values, limit int) Ask {
	ask := Ask{Limit: limit, values: map[string]any{}}
	if len(l.Text) > 0 {
		ask.Terms, ask.TooShort = terms(address.Get("q"))
	}
	for _, f := range l.Filters {
		if value, ok := f.read(strings.TrimSpace(address.Get(f.Name))); ok {
			ask.values[f.Name] = value
		}
	}
	name := strings.TrimPrefix(address.Get("sort"), "-")
	if slices.ContainsFunc(l.Orders, func(o Order) bool { return o.Name == name }) {
		ask.Sort = address.Get("sort")
	}
	order, down := l.order(ask)
	ask.By, ask.Down = order.Name, down
	for key, to := range map[string]*string{"after": &ask.After, "before": &ask.Before} {
		if _, ok := decodeKey(address.Get(key), order.Type); ok {
			*to = address.Get(key)
		}
	}
	if ask.After != "" {
		ask.Before = ""
	}
	return ask
}

// Address is the ask as an address says it, without the place in the list: what is kept of a
// saved view, of an export, of a list that is walked. Only what the list knows is in it.
func (l *List) Address(address url.Values) url.Values {
	known := url.Values{}
	ask := l.Ask(address, 0)
	for name := range ask.values {
		known.Set(name, strings.TrimSpace(address.Get(name)))
	}
	if q := strings.TrimSpace(address.Get("q")); q != "" && len(l.Text) > 0 {
		known.Set("q", q)
	}
	if ask.Sort != "" {
		known.Set("sort", ask.Sort)
	}
	return known
}

// At puts the ask behind a place in the list, or before it; a place that cannot be read
// leaves the list's first page.
func (l *List) At(ask Ask, key string, before bool) Ask {
	ask.After, ask.Before = "", ""
	order, _ := l.order(ask)
	switch _, ok := decodeKey(key, order.Type); {
	case ok && before:
		ask.Before = key
	case ok:
		ask.After = key
	}
	return ask
}

// Value is what a filter of kind Choice, Day or Word is set to, or "".
func (a Ask) Value(name string) string {
	value, _ := a.values[name].(string)
	return value
}

// Has reports whether the filter narrows the list.
func (a Ask) Has(name string) bool { return a.values[name] != nil }

// With sets a filter of kind Choice or Word, whatever the address says.
func (a Ask) With(name, value string) Ask {
	values := make(map[string]any, len(a.values)+1)
	for n, v := range a.values {
		values[n] = v
	}
	values[name] = value
	a.values = values
	return a
}

// Found narrows to the ids that an index found for the terms.
func (a Ask) Found(ids []int64) Ask {
	a.found = ids
	if ids == nil {
		a.found = []int64{}
	}
	return a
}

// Filtered reports whether anything but the named filters narrows the list.
func (a Ask) Filtered(but ...string) bool {
	for name := range a.values {
		if !slices.Contains(but, name) {
			return true
		}
	}
	return len(a.Terms) > 0
}

// First reports whether the page is the list's first.
func (a Ask) First() bool { return a.After == "" && a.Before == "" }

// Backward reports whether the page is the one before a key.
func (a Ask) Backward() bool { return a.Before != "" }

// Plain reports whether the terms are looked for in the texts themselves: the list has no
// index on them, or they stand in more rows than it was asked for.
func (a Ask) Plain() bool { return len(a.Terms) > 0 && a.found == nil }

func (f Filter) read(text string) (any, bool) {
	switch f.Kind {
	case ID:
		id, err := strconv.ParseInt(text, 10, 64)
		return id, err == nil && id > 0
	case Choice:
		return text, slices.Contains(f.Of, text)
	case Day:
		_, err := time.Parse(time.DateOnly, text)
		return text, err == nil && text >= "1900-01-01"
	}
	return text, text != "" && utf8.ValidString(text) && !strings.ContainsRune(text, 0) && utf8.RuneCountInString(text) <= 100
}

// typed is what was typed into the search box, with single spaces, as far as it is looked for.
func typed(q string) string {
	words := []rune(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(q, " "), func(c rune) bool { return unicode.IsSpace(c) || c == 0 }), " "))
	return strings.TrimSpace(string(words[:min(len(words), longestSearch)]))
}

// terms cuts what was typed into what is looked for. One character is too short, unless it
// stands beside a longer term.
func terms(q string) (all []string, short bool) {
	long := false
	for _, term := range strings.Fields(typed(q)) {
		if !slices.Contains(all, term) {
			all = append(all, term)
			long = long || utf8.RuneCountInString(term) > 1
		}
	}
	if !long {
		return nil, len(all) > 0
	}
	return all, false
}

// key is a Row's place: the sorted value, nil where it has none, and the id.
type key struct {
	value *string
	id    int64
}

func (k key) encode() string {
	plain, _ := json.Marshal([]any{k.value, k.id}) // a string and a number: never an error
	return base64.RawURLEncoding.EncodeToString(plain)
}

// decodeKey reads a key back. Anybody may have written it, so it is judged by the order's type.
func decodeKey(text, sqlType string) (key, bool) {
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if text == "" || err != nil || len(plain) > 2000 {
		return key{}, false
	}
	var parts []json.RawMessage
	var k key
	if json.Unmarshal(plain, &parts) != nil || len(parts) != 2 ||
		json.Unmarshal(parts[0], &k.value) != nil || json.Unmarshal(parts[1], &k.id) != nil {
		return key{}, false
	}
	return k, k.value == nil || readable(*k.value, sqlType)
}

func readable(value, sqlType string) bool {
	var at time.Time
	var err error
	switch sqlType {
	case "date":
		at, err = time.Parse(time.DateOnly, value)
		return err == nil && at.Year() > 0
	case "timestamptz":
		at, err = time.Parse("2006-01-02 15:04:05.999999-07", value)
		_, east := at.Zone()
		return err == nil && at.Year() > 1 && max(east, -east) <= 14*60*60
	case "bigint":
		_, err = strconv.ParseInt(value, 10, 64)
	default:
		return utf8.ValidString(value) && !strings.ContainsRune(value, 0)
	}
	return err == nil
}
