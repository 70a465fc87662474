package blob

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Format is what a file is by its content. A photograph is kept as JPEG whatever it came
// as.
type Format string

// The formats that are kept.
const (
	JPEG Format = "jpeg"
	PDF  Format = "pdf"
	DOCX Format = "docx"
	XLSX Format = "xlsx"
	PPTX Format = "pptx"
	DOC  Format = "doc"
	XLS  Format = "xls"
)

// formats are each format's content type, its ending, and its name on pages.
var formats = map[Format]struct{ contentType, ending, name string }{
	JPEG: {"image/jpeg", ".jpg", "照片"},
	PDF:  {"application/pdf", ".pdf", "PDF 文件"},
	DOCX: {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", "Word 文档"},
	XLSX: {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", "Excel 表格"},
	PPTX: {"application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx", "PPT 演示文稿"},
	DOC:  {"application/msword", ".doc", "Word 文档"},
	XLS:  {"application/vnd.ms-excel", ".xls", "Excel 表格"},
}

// ContentType is what the format is served as; of one that is not known, bytes.
func (f Format) ContentType() string {
	if known, ok := formats[f]; ok {
		return known.contentType
	}
	return "application/octet-stream"
}

// Name is the format as pages say it.
func (f Format) Name() string { return formats[f].name }

// Accepts is what a file input offers to choose: explicit types, because a phone that
// finds image/jpeg and no HEIC there sends its photographs as JPEG.
const Accepts = "image/jpeg,image/png,image/webp,.pdf,.doc,.docx,.xls,.xlsx,.pptx"

// maxName is the longest shown name, in characters.
const maxName = 100

// PlainName is a sent name as a message may quote it: without path, control and direction
// characters, at most 100 characters long.
func PlainName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r): // what a file system somewhere refuses
			return '_'
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, name)
	return cut(strings.TrimSpace(name), maxName)
}

// CleanName is the name under which a file is shown and downloaded: the sender's, plain,
// with the ending of what the file is. So no name can run, and none can lie about its
// ending.
func CleanName(name string, f Format) string {
	stem := strings.TrimRight(PlainName(name), ". ")
	if ending := path.Ext(stem); ending != "" && len(ending) <= 6 && isPlain(ending[1:]) {
		stem = strings.TrimSuffix(stem, ending)
	}
	if stem = strings.Trim(cut(stem, maxName-len(formats[f].ending)), ". _"); stem == "" {
		stem = f.Name()
	}
	return stem + formats[f].ending
}

// cut is the beginning of s, n characters at most.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) > n {
		return string([]rune(s)[:n])
	}
	return s
}

func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
