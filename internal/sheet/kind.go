package sheet

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf16"
)

func isZip(start []byte) bool { return bytes.HasPrefix(start, []byte("PK\x03\x04")) }

// refuseKind refuses in words what people upload in place of a list.
func refuseKind(start []byte, r io.ReaderAt, size int64) error {
	if isZip(start) {
		return nil
	}
	if bytes.HasPrefix(start, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
		return refuseOLE(r, size)
	}
	for _, magic := range []string{"%PDF", "\x89PNG", "\xFF\xD8\xFF", "GIF8", "Rar!", "7z\xBC\xAF", "{\\rtf", "PK"} {
		if bytes.HasPrefix(start, []byte(magic)) {
			return invalid("这个文件不是表格。请上传 .xlsx 或 .csv 文件。")
		}
	}
	if isMarkup(start) {
		return invalid("这个文件虽然叫表格，里面却是网页格式。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。")
	}
	return nil
}

// refuseOLE refuses what is kept in the old container: .xls, and .xlsx with a password.
func refuseOLE(r io.ReaderAt, size int64) error {
	all := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), all); err != nil {
		return err
	}
	name := make([]byte, 0, 40)
	for _, unit := range utf16.Encode([]rune("EncryptedPackage")) {
		name = append(name, byte(unit), byte(unit>>8))
	}
	if bytes.Contains(all, name) {
		return invalid("这个文件设了打开密码。请先取消密码，再上传。")
	}
	return invalid("这是旧格式（.xls 等）的文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。")
}

// isMarkup recognises web pages and Excel's XML of 2003, which are saved as .xls.
func isMarkup(start []byte) bool {
	text := strings.ToLower(strings.TrimLeftFunc(strings.ReplaceAll(string(start), "\x00", ""), func(r rune) bool {
		return blank(r) || r == '\uFFFD'
	}))
	for _, tag := range []string{"<!doctype", "<html", "<head", "<meta", "<table", "<?xml", "<style", "<!--", "mime-version:"} {
		if strings.HasPrefix(text, tag) {
			return true
		}
	}
	return false
}
