package webtest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/PuerkitoBio/goquery"
)

const multipartType = "multipart/form-data"

// upload is a file that a form sends.
type upload struct {
	field, name string
	content     []byte
}

// Attach chooses one more file in a file field.
func (f *Form) Attach(field, name string, content []byte) *Form {
	f.page.client.t.Helper()
	if !f.fields(field).Is("[type=file]") {
		f.page.client.t.Fatalf("%s: %q takes no file", f.page.URL.Path, field)
	}
	f.files = append(f.files, upload{field, name, content})
	return f
}

// chosen are the files that the form sends: a field in which nothing was chosen is sent as
// an empty part without a name.
func (f *Form) chosen() []upload {
	all := slices.Clone(f.files)
	f.form.Find("input[type=file]").Each(func(_ int, field *goquery.Selection) {
		name := field.AttrOr("name", "")
		if !slices.ContainsFunc(all, func(u upload) bool { return u.field == name }) {
			all = append(all, upload{field: name})
		}
	})
	return all
}

// multipartBody is a form with files as a browser sends it: the fields first.
func multipartBody(form url.Values, files []upload) (*bytes.Buffer, string, error) {
	body := &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for name, values := range form {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				return nil, "", err
			}
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile(file.field, file.name)
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write(file.content); err != nil {
			return nil, "", err
		}
	}
	return body, w.FormDataContentType(), w.Close()
}

// upload posts a form as a browser posts one with files.
func (c *Client) upload(path string, form url.Values, files []upload, referer string) *Page {
	c.t.Helper()
	body, contentType, err := multipartBody(form, files)
	c.must(err)
	body.Truncate(body.Len() - c.Lost)
	if c.Pause > 0 {
		return c.send(http.MethodPost, path, contentType, &slow{body, body.Len()/8 + 1, c.Pause}, referer)
	}
	return c.send(http.MethodPost, path, contentType, body, referer)
}

// slow reads so many bytes after each pause.
type slow struct {
	r     io.Reader
	piece int
	pause time.Duration
}

func (s *slow) Read(p []byte) (int, error) {
	time.Sleep(s.pause)
	return s.r.Read(p[:min(len(p), s.piece)])
}
