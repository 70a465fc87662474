package static

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
)

type file struct {
	contentType    string
	plain, gzipped []byte
}

// build reads the sources and returns plain name → address, and address → file. It
// panics where a source is missing: the binary was built wrong.
func build() (map[string]string, map[string]file) {
	urls, served := map[string]string{}, map[string]file{}
	for _, bundle := range bundles {
		var content []byte
		for _, source := range bundle.sources {
			text, err := files.ReadFile(source)
			if err != nil {
				panic("static: " + err.Error())
			}
			if path.Ext(source) == ".css" {
				text = minify(text)
			}
			content = append(content, text...)
		}
		url := prefix + hashed(bundle.name, content)
		urls[bundle.name] = url
		served[url] = file{bundle.contentType, content, compress(content)}
	}
	return urls, served
}

// hashed puts the first six hex digits of the content's hash before the ending:
// office.3f2a9c.css.
func hashed(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ending := path.Ext(name)
	return strings.TrimSuffix(name, ending) + "." + hex.EncodeToString(sum[:3]) + ending
}

func compress(content []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("static: " + err.Error()) // a bytes.Buffer does not fail
	}
	return out.Bytes()
}

// minify strips comments and the white space that carries no meaning. It leaves strings
// alone, and the blanks around > + - *, which matter in calc() and in selectors.
func minify(css []byte) []byte {
	out := make([]byte, 0, len(css))
	blank := false // white space was seen and not yet written
	for i := 0; i < len(css); i++ {
		c := css[i]
		switch {
		case c == '/' && i+1 < len(css) && css[i+1] == '*':
			end := bytes.Index(css[i+2:], []byte("*/"))
			if end < 0 {
				return out
			}
			i += 2 + end + 1
			blank = true
			continue
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			blank = true
			continue
		}
		if blank && len(out) > 0 && !closes(out[len(out)-1]) && !opens(c) {
			out = append(out, ' ')
		}
		blank = false
		if c == '}' && len(out) > 0 && out[len(out)-1] == ';' {
			out = out[:len(out)-1]
		}
		if c == '"' || c == '\'' {
			end := stringEnd(css, i)
			out = append(out, css[i:end]...)
			i = end - 1
			continue
		}
		out = append(out, c)
	}
	return out
}

// closes: no blank is needed after it. A colon is followed by a blank only in a
// declaration; before a colon the blank stays, for it is a selector's descendant.
func closes(c byte) bool { return strings.IndexByte("{};,:", c) >= 0 }

// opens: no blank is needed before it.
func opens(c byte) bool { return strings.IndexByte("{};,", c) >= 0 }

// stringEnd returns the index after the string that starts at i.
func stringEnd(css []byte, i int) int {
	for end := i + 1; end < len(css); end++ {
		switch css[end] {
		case '\\':
			end++
		case css[i]:
			return end + 1
		}
	}
	return len(css)
}
