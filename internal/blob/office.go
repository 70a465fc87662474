package blob

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

const (
	badOffice = "Office 文件打不开，可能没有传完或者已经损坏。请打开看一看，另存一份再传。"
	noMacros  = "里面有宏（会自动运行的程序），不能上传。请另存为不带宏的 docx、xlsx、pptx，或者存成 PDF。"
	noPackage = "里面夹带了程序或者别的文件，不能上传。请打开它，另存一份或者存成 PDF 再传。"
)

// The bounds of an Office file's parts. A document with hundreds of pictures has some
// thousand parts.
const (
	maxDirectory = 1 << 20   // bytes of the directory at the end
	maxParts     = 10_000    //
	maxUnpacked  = 500 << 20 // all parts together, as they say themselves
	maxTypes     = 1 << 20   // bytes of [Content_Types].xml that are read
)

// kind is a kind of Office file by its main part, and the type that [Content_Types].xml
// gives that.
type kind struct {
	format     Format
	part, main string
}

var office = []kind{
	{DOCX, "word/document.xml", "officedocument.wordprocessingml.document.main+xml"},
	{XLSX, "xl/workbook.xml", "officedocument.spreadsheetml.sheet.main+xml"},
	{PPTX, "ppt/presentation.xml", "officedocument.presentationml.presentation.main+xml"},
	{PPTX, "ppt/presentation.xml", "officedocument.presentationml.slideshow.main+xml"},
}

// others are files that are packed in the same way, with words for each.
var others = []struct{ part, words string }{
	{"OFD.xml", "是 OFD 版式文件，现在还不能传。请另存为 PDF 再传。"},
	{"content.xml", "是 ODF 文档。请另存为 docx、xlsx、pptx 或者 PDF 再传。"},
	{"xl/workbook.bin", "是二进制的 Excel 表格（xlsb）。请另存为 xlsx 再传。"},
	{"AndroidManifest.xml", noProgram},
	{"META-INF/MANIFEST.MF", noProgram},
}

// runs are the endings of parts that no document needs.
var runs = []string{".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".msi",
	".jar", ".class", ".lnk", ".html", ".htm", ".svgz", ".sh", ".php", ".apk", ".chm", ".reg"}

// judgeZip tells which Office file a zip file is, by its parts. Of what is packed only
// [Content_Types].xml is unpacked, up to a bound.
func judgeZip(file io.ReaderAt, size int64) (Format, error) {
	if err := checkEnd(file, size); err != nil {
		return "", err
	}
	z, err := zip.NewReader(file, size)
	if err != nil {
		return "", refuse(badOffice)
	}
	parts := map[string]*zip.File{}
	unpacked := uint64(0)
	for _, f := range z.File {
		parts[f.Name] = f
		unpacked += min(f.UncompressedSize64, maxUnpacked+1)
	}
	types := parts["[Content_Types].xml"]
	if types == nil || !slices.ContainsFunc(office, func(k kind) bool { return parts[k.part] != nil }) {
		for _, o := range others {
			if parts[o.part] != nil {
				return "", refuse(o.words)
			}
		}
		return "", refuse(noArchive)
	}
	if len(parts) > maxParts || len(parts) != len(z.File) || unpacked > maxUnpacked {
		return "", refuse(badOffice)
	}
	for name := range parts {
		if words := checkPart(name); words != "" {
			return "", refuse(words)
		}
	}
	return judgeTypes(parts, types)
}

// checkEnd looks whether the zip file's directory ends where the file does, and stands
// right before its end: nothing is hidden behind it, and reading it is bounded.
func checkEnd(file io.ReaderAt, size int64) error {
	const length, room = 22, 256 // of the end record; room before it for the 64-bit one
	end := make([]byte, length)
	if _, err := file.ReadAt(end, max(0, size-length)); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read a file: %w", err)
	}
	if !bytes.HasPrefix(end, []byte("PK\x05\x06")) || end[20] != 0 || end[21] != 0 {
		return refuse(badOffice)
	}
	directory, offset := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	if gap := size - length - offset - directory; directory > maxDirectory || gap < 0 || gap > room {
		return refuse(badOffice)
	}
	return nil
}

// checkPart says what is wrong with a part's name; "" where nothing is.
func checkPart(name string) string {
	base := strings.ToLower(path.Base(name))
	switch {
	case strings.HasPrefix(base, "vba"), strings.Contains(strings.ToLower(name), "macrosheet"):
		return noMacros
	case slices.Contains(runs, path.Ext(base)), strings.HasPrefix(name, "META-INF/"),
		strings.HasPrefix(name, "/"), strings.Contains(name, `\`), slices.Contains(strings.Split(name, "/"), ".."):
		return noPackage
	}
	return ""
}

// judgeTypes finds the main part that [Content_Types].xml names.
func judgeTypes(parts map[string]*zip.File, types *zip.File) (Format, error) {
	opened, err := types.Open()
	if err != nil {
		return "", refuse(badOffice)
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, maxTypes+1))
	if err != nil || len(text) > maxTypes {
		return "", refuse(badOffice)
	}
	if bytes.Contains(bytes.ToLower(text), []byte("macroenabled")) || bytes.Contains(text, []byte("vbaProject")) {
		return "", refuse(noMacros)
	}
	for _, k := range office {
		if parts[k.part] != nil && bytes.Contains(text, []byte(k.main)) {
			return k.format, nil
		}
	}
	return "", refuse(badOffice)
}
