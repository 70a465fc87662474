package ui

import (
	"context"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// render returns what the browser makes of a component.
func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	text, err := templ.ToGoHTML(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// with gives c the children.
func with(c, children templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, children), w)
	})
}

const hostile = `</textarea></title>"'><script>alert(1)</script>&amp; onx="1`

// filled is a T whose every string is hostile and every flag set, so that a part added
// later is tested as well.
func filled[T any]() T {
	var v T
	fill(reflect.ValueOf(&v).Elem())
	return v
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostile)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(3)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[templ.Component]() {
			v.Set(reflect.ValueOf(Text(hostile)))
		}
	case reflect.Map:
		if v.Type() == reflect.TypeFor[templ.Attributes]() {
			v.Set(reflect.ValueOf(templ.Attributes{"data-x": hostile}))
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	area := filled[FieldProps]()
	input := area
	input.Rows, input.Type = 0, "text"
	ticks := filled[ChoicesProps]()
	ticks.Multiple = false
	for name, c := range map[string]templ.Component{
		"area": Field(area), "input": Field(input), "time": Time(input), "select": Select(filled[SelectProps]()),
		"radio": Choices(ticks), "ticks": Choices(filled[ChoicesProps]()), "tick": Tick(filled[TickProps]()),
		"rating": Rating(filled[RatingProps]()), "hidden": Hidden(hostile, hostile),
		"summary": ErrorSummary(map[string]string{hostile: hostile, "": hostile}, hostile),
		"box":     with(ErrorBox(hostile), Text(hostile)), "note": with(Note(NoteErr), Text(hostile)),
		"empty": Empty(filled[EmptyProps]()), "text": Text(hostile), "chip": Chip(ChipLate, hostile),
		"loop": Loop(2, hostile), "due": Due(filled[DueProps]()), "steps": Steps(filled[[]Step]()),
		"trail": Trail(filled[[]TrailItem]()), "facts": Facts(filled[[]Fact]()), "funnel": Funnel(filled[[]FunnelStep]()),
		"head": Head(hostile, hostile), "crumb": Crumb(hostile, hostile), "views": Views(filled[[]View]()),
		"filter": Filter(filled[FilterProps]()), "scroll": with(Scroll(hostile), Text(hostile)),
		"sort": SortHead(filled[SortProps]()), "pager": Pager(filled[PagerProps]()), "post": Post(filled[PostProps]()),
	} {
		doc := render(t, c)
		if doc.Find("script").Length() > 0 {
			t.Errorf("%s let a script through", name)
		}
		if seen := doc.Text() + attributes(doc); !strings.Contains(seen, hostile) {
			t.Errorf("%s changed the text:\n%s", name, seen)
		}
		doc.Find("*").Each(func(_ int, s *goquery.Selection) {
			for _, a := range s.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("%s has the attribute %s=%q", name, a.Key, a.Val)
				}
			}
		})
	}
}

func TestJavascriptAddressIsNoLink(t *testing.T) {
	t.Parallel()
	const url = "javascript:alert(1)"
	for name, c := range map[string]templ.Component{
		"crumb": Crumb(url, "返回"), "pager": Pager(PagerProps{Next: url}), "views": Views([]View{{URL: url}}),
		"sort": SortHead(SortProps{URL: url}), "filter": Filter(FilterProps{Action: url, Clear: url}),
		"post": Post(PostProps{Action: url}), "funnel": Funnel([]FunnelStep{{Wait: "1", URL: url}}),
	} {
		if strings.Contains(attributes(render(t, c)), "javascript") {
			t.Errorf("%s links to it", name)
		}
	}
}

func attributes(doc *goquery.Document) string {
	var all strings.Builder
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			all.WriteString(a.Val + "\n")
		}
	})
	return all.String()
}

// children are the names of the elements right below the first match of selector.
func children(doc *goquery.Document, selector string) []string {
	var names []string
	for child := doc.Find(selector).First().Children().First(); child.Length() > 0; child = child.Next() {
		names = append(names, goquery.NodeName(child)+"."+child.AttrOr("class", ""))
	}
	return names
}

func expect(t *testing.T, doc *goquery.Document, selector string, attributes map[string]string) {
	t.Helper()
	found := doc.Find(selector)
	if found.Length() != 1 {
		t.Errorf("%d of %s", found.Length(), selector)
		return
	}
	for name, want := range attributes {
		if got, ok := found.Attr(name); !ok || got != want {
			t.Errorf("%s: %s is %q, want %q", selector, name, got, want)
		}
	}
}

func absent(t *testing.T, doc *goquery.Document, selector string) {
	t.Helper()
	if n := doc.Find(selector).Length(); n > 0 {
		t.Errorf("%d of %s, want none", n, selector)
	}
}

func has(doc *goquery.Document, selector, attribute string) bool {
	_, ok := doc.Find(selector).First().Attr(attribute)
	return ok
}

func texts(doc *goquery.Document, selector string) []string {
	return doc.Find(selector).Map(func(_ int, s *goquery.Selection) string {
		return strings.Join(strings.Fields(s.Text()), " ")
	})
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}
