package page

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Attachment says that the answer is a file to be saved under name. Where the size is not
// known it is -1.
func Attachment(w http.ResponseWriter, name, contentType string, size int64) {
	file(w, "attachment", name, contentType, size)
}

// Inline says that the answer is a file to be shown, and what it is called where it is saved.
func Inline(w http.ResponseWriter, name, contentType string, size int64) {
	file(w, "inline", name, contentType, size)
}

// file keeps the answer out of caches, unless the handler has said already how long it may
// be kept. The name is whoever's: for a browser that reads no Chinese there is another.
func file(w http.ResponseWriter, how, name, contentType string, size int64) {
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Disposition", how+`; filename="file`+ending.FindString(name)+`"; filename*=UTF-8''`+strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
	if size >= 0 {
		header.Set("Content-Length", strconv.FormatInt(size, 10))
	}
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "private, no-store")
	}
}

// ending is .xlsx of 事项.xlsx; any other is left out, since not every browser reads it.
var ending = regexp.MustCompile(`\.[A-Za-z0-9]+$`)
