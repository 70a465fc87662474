package webtest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Form is a form of a page, with the values that its own fields have. A name or an answer
// that the page does not offer ends the test.
type Form struct {
	page   *Page
	form   *goquery.Selection
	values url.Values
	files  []upload
}

// Form returns the one form that selector matches.
func (p *Page) Form(selector string) *Form {
	p.client.t.Helper()
	form := p.Find(selector)
	if form.Length() != 1 || !form.Is("form") {
		p.client.t.Fatalf("%s has %d forms %q, want one:\n%s", p.URL.Path, form.Length(), selector, p.Text("main"))
	}
	f := &Form{page: p, form: form, values: url.Values{}}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, field *goquery.Selection) { f.read(field) })
	return f
}

// StepForm is the form of a step on a case's page.
func (p *Page) StepForm(step string) *Form {
	p.client.t.Helper()
	return p.Form("form[action$='/steps/" + step + "']")
}

// read takes over what a field holds, as a browser would send it.
func (f *Form) read(field *goquery.Selection) {
	name, _ := field.Attr("name")
	if _, off := field.Attr("disabled"); off {
		return
	}
	switch {
	case field.Is("select"):
		chosen := field.Find("option[selected]")
		if chosen.Length() == 0 {
			chosen = field.Find("option").First()
		}
		chosen.Each(func(_ int, option *goquery.Selection) { f.values.Add(name, valueOf(option)) })
	case field.Is("textarea"):
		f.values.Add(name, strings.TrimPrefix(field.Text(), "\n"))
	case field.Is("[type=radio], [type=checkbox]"):
		if _, checked := field.Attr("checked"); checked {
			f.values.Add(name, valueOf(field))
		}
	case field.Is("[type=submit], [type=button], [type=file]"):
	default:
		f.values.Add(name, field.AttrOr("value", ""))
	}
}

// valueOf is the value of an option or a box.
func valueOf(field *goquery.Selection) string {
	otherwise := "on"
	if field.Is("option") {
		otherwise = Words(field)
	}
	return field.AttrOr("value", otherwise)
}

// Value is what a field holds now.
func (f *Form) Value(name string) string {
	f.page.client.t.Helper()
	f.fields(name)
	return f.values.Get(name)
}

func (f *Form) fields(name string) *goquery.Selection {
	f.page.client.t.Helper()
	fields := f.form.Find("[name='" + name + "']")
	if fields.Length() == 0 {
		f.page.client.t.Fatalf("%s: the form %s has no field %q", f.page.URL.Path, f.form.AttrOr("action", ""), name)
	}
	return fields
}

// Set types into a field, or chooses by the value; no value chooses nothing.
func (f *Form) Set(name string, values ...string) *Form {
	f.page.client.t.Helper()
	fields := f.fields(name)
	answers := fields.Filter("[type=radio], [type=checkbox]").AddSelection(fields.Filter("select").Find("option"))
	for _, value := range values {
		match := answers.FilterFunction(func(_ int, a *goquery.Selection) bool { return valueOf(a) == value })
		if answers.Length() > 0 && match.Length() == 0 {
			f.page.client.t.Fatalf("%s: %q does not offer %q", f.page.URL.Path, name, value)
		}
	}
	f.values[name] = values
	return f
}

// Choose chooses an answer by its words.
func (f *Form) Choose(name, words string) *Form {
	f.page.client.t.Helper()
	fields := f.fields(name)
	var value string
	found := 0
	fields.Filter("select").Find("option").AddSelection(fields.Filter("[type=radio], [type=checkbox]")).
		Each(func(_ int, a *goquery.Selection) {
			said := Words(a)
			if !a.Is("option") {
				said = Words(a.Closest("label"))
			}
			if said == words {
				value, found = valueOf(a), found+1
			}
		})
	if found != 1 {
		f.page.client.t.Fatalf("%s: %q offers %q %d times", f.page.URL.Path, name, words, found)
	}
	f.values.Set(name, value)
	return f
}

// Drop leaves a field out altogether, as somebody who tampers would.
func (f *Form) Drop(name string) *Form {
	f.page.client.t.Helper()
	f.fields(name)
	f.values.Del(name)
	return f
}

// ByScript adds what office.js adds to a form when it is sent: for whom the page was shown.
func (f *Form) ByScript() *Form {
	f.values.Set("_of", f.page.Find("body").AttrOr("data-of", ""))
	return f
}

// Submit presses the form's button, or the one with those words.
func (f *Form) Submit(button ...string) *Page {
	f.page.client.t.Helper()
	pressed := f.form.Find("button:not([type=button])")
	if len(button) > 0 {
		pressed = pressed.FilterFunction(func(_ int, b *goquery.Selection) bool { return Words(b) == button[0] })
	}
	if pressed.Length() == 0 {
		f.page.client.t.Fatalf("%s: the form %s has no button %q", f.page.URL.Path, f.form.AttrOr("action", ""), button)
	}
	values := url.Values{}
	for name, all := range f.values {
		values[name] = append([]string(nil), all...)
	}
	if name, named := pressed.First().Attr("name"); named {
		values.Add(name, pressed.First().AttrOr("value", ""))
	}
	action, err := f.page.URL.Parse(f.form.AttrOr("action", f.page.URL.RequestURI()))
	f.page.client.must(err)
	if f.form.AttrOr("method", "get") != "post" {
		action.RawQuery = values.Encode()
		return f.page.client.do(http.MethodGet, action.RequestURI(), nil, f.page.URL.String())
	}
	if f.form.AttrOr("enctype", "") == multipartType {
		return f.page.client.upload(action.RequestURI(), values, f.chosen(), f.page.URL.String())
	}
	return f.page.client.do(http.MethodPost, action.RequestURI(), values, f.page.URL.String())
}
