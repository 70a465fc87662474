package blob_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"lianluo/internal/blob"
	"lianluo/internal/errs"
)

// TestDocuments: PDF and Office files are kept byte by byte, under the ending of what they are.
func TestDocuments(t *testing.T) {
	t.Parallel()
	var table bytes.Buffer
	if err := excelize.NewFile().Write(&table); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		content []byte
		format  blob.Format
		want    string
	}{
		{"办理结果.pdf", []byte(pdf), blob.PDF, "办理结果.pdf"},
		{"padded.pdf", []byte(pdf + "\r\n\x00\x00"), blob.PDF, "padded.pdf"},
		{"答复.docx", docx(part{"word/media/image1.jpeg", "x"}, part{"word/embeddings/oleObject1.bin", "x"}), blob.DOCX, "答复.docx"},
		{"台账.xlsx", table.Bytes(), blob.XLSX, "台账.xlsx"},
		{"汇报.pptx", officeFile("ppt/presentation.xml", officeType+"presentationml.presentation.main+xml"), blob.PPTX, "汇报.pptx"},
		{"汇报.ppsx", officeFile("ppt/presentation.xml", officeType+"presentationml.slideshow.main+xml"), blob.PPTX, "汇报.pptx"},
		{"老文件.doc", ole("WordDocument", "1Table", "\x05SummaryInformation"), blob.DOC, "老文件.doc"},
		{"老文件.wps", ole("WordDocument"), blob.DOC, "老文件.doc"},
		{"老表.xls", ole("Workbook", "a", "b", "c", "d", "e"), blob.XLS, "老表.xls"},
		{"很老的表.xls", ole("Book"), blob.XLS, "很老的表.xls"},
		// Who lies about its type is known by its content.
		{"其实是PDF.jpg", []byte(pdf), blob.PDF, "其实是PDF.pdf"},
		{"其实是照片.pdf", asPNG(corners(9, 9)), blob.JPEG, "其实是照片.jpg"},
		{"其实是照片.exe", asPNG(corners(9, 9)), blob.JPEG, "其实是照片.jpg"},
		{"其实是文档.html", docx(), blob.DOCX, "其实是文档.docx"},
		{"没有后缀", docx(), blob.DOCX, "没有后缀.docx"},
	} {
		a, kept := take(t, c.name, c.content)
		if a.Format != c.format || a.Name != c.want {
			t.Errorf("%s: %s %s", c.name, a.Format, a.Name)
		}
		if a.Format != blob.JPEG && (!bytes.Equal(kept, c.content) || a.Size != int64(len(c.content)) || a.Thumb != nil || a.Width != 0) {
			t.Errorf("%s: %d bytes became %d", c.name, len(c.content), len(kept))
		}
		if a.Format.ContentType() == "application/octet-stream" || a.Format.Name() == "" {
			t.Errorf("%s has no name", a.Format)
		}
	}
}

// TestRefused: everything else is refused in words that say what it is.
func TestRefused(t *testing.T) {
	t.Parallel()
	word := officeType + "wordprocessingml.document.main+xml"
	many := make([]part, 0, 10_001)
	for i := range 10_001 {
		many = append(many, part{name: "word/" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune(0x4e00+i)), body: ""})
	}
	circle := ole("WordDocument")
	circle[512+4] = 1 // the directory's second sector is its first
	circle[512+5], circle[512+6], circle[512+7] = 0, 0, 0
	for _, c := range []struct {
		name, content, words string
	}{
		{"IMG_0001.HEIC", string(ftyp("heic")), "兼容性最佳"}, {"a.heif", string(ftyp("mif1")), "HEIC"}, {"a.jpg", string(ftyp("heix")), "HEIC"}, {"a.avif", string(ftyp("avif")), "HEIC"},
		{"a.mp4", "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2avc1", "视频"}, {"a.mov", "\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "视频"},
		{"a.m4a", "\x00\x00\x00\x18ftypM4A heic", "录音"}, // the version of a brand is no brand
		{"a.gif", "GIF89a\x01\x00\x01\x00\x80\x00\x00", "动图"}, {"a.bmp", "BM\x00\x00\x00\x00", "BMP"}, {"a.tif", "II*\x00\x08", "TIFF"},
		{"a.html", "<!DOCTYPE html><script>alert(1)</script>", "网页"}, {"a.svg", "\xef\xbb\xbf \n<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "网页"},
		{"照片.jpg", "<html></html>", "网页"}, {"a.sh", "#!/bin/sh\nrm -rf /", "脚本"}, {"a.exe", "MZ\x90\x00", "程序"}, {"a", "\x7fELF\x02", "程序"},
		{"a.zip", string(zipped(part{"a.jpg", "x"})), "压缩包"}, {"a.rar", "Rar!\x1a\x07", "压缩包"}, {"a.7z", "7z\xbc\xaf\x27\x1c", "压缩包"}, {"a.gz", "\x1f\x8b\x08", "压缩包"},
		{"a.zip", "PK\x05\x06" + strings.Repeat("\x00", 18), "压缩包"},
		{"a.rtf", "{\\rtf1 x}", "RTF"}, {"a.txt", "水管坏了。\n", "纯文本"}, {"gbk.txt", "\xcb\xae\xb9\xdc\r\n", "纯文本"}, {"a.bin", "\x01\x02\x03\x04", "认不出"},
		{"a.pdf", pdf[:len(pdf)-8], "PDF 不完整"}, {"a.pdf", pdf + strings.Repeat("x", 2000), "PDF 不完整"}, {"a.pdf", "%PDF-", "PDF 不完整"},
		{"polyglot.pdf", pdf + string(zipped(part{"run.class", "x"})), "藏着"}, {"polyglot.pdf", string(zipBehind(pdf)), "藏着"},
		{"a.docm", string(officeFile("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml")), "宏"},
		{"a.docx", string(docx(part{"word/vbaProject.bin", "x"})), "宏"}, {"a.xlsx", string(officeFile("xl/workbook.xml", word, part{"xl/macrosheets/sheet1.xml", ""})), "宏"},
		{"a.docx", string(docx(part{"run.exe", "MZ"})), "夹带"}, {"a.docx", string(docx(part{"../../etc/x", ""})), "夹带"}, {"a.docx", string(docx(part{`word\x`, ""})), "夹带"},
		{"a.docx", string(docx(part{"META-INF/x", ""})), "夹带"}, {"a.docx", string(docx(part{"/abs", ""})), "夹带"},
		{"a.jar", string(zipped(part{"META-INF/MANIFEST.MF", ""}, part{"A.class", ""})), "程序"}, {"a.apk", string(zipped(part{"AndroidManifest.xml", ""})), "程序"},
		{"公文.ofd", string(zipped(part{"OFD.xml", "<ofd:OFD/>"}, part{"Doc_0/Document.xml", ""})), "OFD"}, {"a.odt", string(zipped(part{"mimetype", ""}, part{"content.xml", ""})), "ODF"},
		{"a.xlsb", string(zipped(part{"[Content_Types].xml", ""}, part{"xl/workbook.bin", ""})), "xlsb"},
		{"a.docx", string(officeFile("word/document.xml", "text/html")), "打不开"}, {"a.docx", string(docx()[:200]), "打不开"}, {"a.docx", string(docx()) + "<script>", "打不开"},
		{"a.docx", string(docx(many...)), "打不开"}, {"a.docx", string(docx(part{"word/document.xml", "twice"})), "打不开"},
		{"a.ppt", string(ole("PowerPoint Document", "Current User")), "pptx"}, {"a.doc", string(ole("WordDocument", "Macros", "VBA")), "宏"}, {"a.xls", string(ole("Workbook", "_VBA_PROJECT_CUR")), "宏"},
		{"a.docx", string(ole("EncryptionInfo", "EncryptedPackage")), "密码"}, {"a.msi", string(ole("Property")), "认不出是哪一种"}, {"a.doc", string(ole("WordDocument", "Workbook")), "认不出是哪一种"},
		{"a.doc", string(circle), "打不开"}, {"a.doc", string(ole("WordDocument")[:600]), "打不开"}, {"a.doc", string(ole("WordDocument")[:100]), "打不开"},
	} {
		words := refused(t, c.name, strings.NewReader(c.content))
		if !strings.Contains(words, c.words) || strings.ContainsAny(words, "!,?:") || !strings.HasSuffix(words, "。") {
			t.Errorf("%s: %q, want %s", c.name, words, c.words)
		}
	}
}

// zipBehind is a file that ends as a PDF does, and is a zip file too.
func zipBehind(begin string) []byte {
	z := zipped(part{"run.class", "x"})
	comment := "%%EOF"
	z[len(z)-2] = byte(len(comment))
	return slices.Concat([]byte(begin), z, []byte(comment))
}

// TestPacked: what would unpack to gigabytes is refused by what it says of itself, and a
// list of types that goes on and on is not read to its end.
func TestPacked(t *testing.T) {
	t.Parallel()
	endless := zipped(part{"[Content_Types].xml", strings.Repeat(" ", 2<<20)}, part{"word/document.xml", ""})
	if words := refused(t, "a.docx", bytes.NewReader(endless)); !strings.Contains(words, "打不开") {
		t.Error(words)
	}
	many := make([]part, 6000)
	for i := range many {
		many[i].name = "word/" + strings.Repeat("x", 200) + strconv.Itoa(i)
	}
	if words := refused(t, "a.docx", bytes.NewReader(docx(many...))); !strings.Contains(words, "打不开") { // a directory of more than a megabyte
		t.Error(words)
	}
	liar := docx(part{"word/huge.xml", "x"})
	at := bytes.LastIndex(liar, []byte("word/huge.xml"))
	copy(liar[at-46+24:], "\xff\xff\xff\x7f") // its size in the directory: 2 GB
	if words := refused(t, "a.docx", bytes.NewReader(liar)); !strings.Contains(words, "打不开") {
		t.Error(words)
	}
}

// TestSize: 20 MB may come in, a byte more may not, and no more of it is read.
func TestSize(t *testing.T) {
	t.Parallel()
	full := []byte(pdf)
	full = slices.Concat(full[:20], bytes.Repeat([]byte("\n"), blob.MaxSize-len(full)), full[20:])
	if a, _ := take(t, "x.pdf", full); a.Size != blob.MaxSize {
		t.Error(a.Size)
	}
	endless := &counted{}
	if words := refused(t, "x.jpg", endless); !strings.Contains(words, "20 MB") || endless.n > blob.MaxSize+1<<20 {
		t.Errorf("%s after %d bytes", words, endless.n)
	}
	if words := refused(t, "x.jpg", strings.NewReader("")); !strings.Contains(words, "空文件") {
		t.Error(words)
	}
}

type counted struct{ n int }

func (c *counted) Read(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

// TestReader: a line that breaks is no fault of the file.
func TestReader(t *testing.T) {
	t.Parallel()
	gone := errors.New("the line is gone")
	_, err := blob.Accept(t.Context(), io.MultiReader(bytes.NewReader(asPNG(corners(9, 9))), iotest.ErrReader(gone)), "x.png")
	if _, invalid := errors.AsType[errs.Invalid](err); !errors.Is(err, gone) || invalid {
		t.Error(err)
	}
}

// TestNothingLeft: nothing that came in stays beside what is kept.
func TestNothingLeft(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	a, err := blob.Accept(t.Context(), strings.NewReader(pdf), "x.pdf")
	if err != nil {
		t.Fatal(err)
	}
	refused(t, "x.exe", strings.NewReader("MZ"))
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	a.Close()
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"水管.jpg": "水管.pdf", "IMG_0001": "IMG_0001.pdf", "": "PDF 文件.pdf", ".pdf": "PDF 文件.pdf", "...": "PDF 文件.pdf", "..": "PDF 文件.pdf",
		`C:\Users\申国强\身份证.PDF`: "身份证.pdf", "/etc/passwd": "passwd.pdf", "../../x.pdf": "x.pdf", "a\x00b\nc\r\td.pdf": "ab c  d.pdf",
		"报告.pdf.exe": "报告.pdf.pdf", "photo\u202egpj.exe": "photogpj.pdf", "a\"b;c<d>.pdf": "a_b;c_d.pdf", "x.pdf...": "x.pdf", "\xff\xfe.pdf": "PDF 文件.pdf",
		"2026.11.20会议": "2026.11.20会议.pdf", "con.jpg": "con.pdf", "a\u200bb\ufeff.pdf": "ab.pdf", strings.Repeat("长", 300): strings.Repeat("长", 96) + ".pdf",
	} {
		got := blob.CleanName(given, blob.PDF)
		if got != want || utf8.RuneCountInString(got) > 100 {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}
