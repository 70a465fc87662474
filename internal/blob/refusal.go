package blob

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// What is not kept, in words that say what it is and what to do instead.
const (
	sayWhat    = "可以传照片（JPG、PNG）、PDF、Word、Excel 和 PPT。"
	noHEIC     = "是苹果手机的 HEIC 照片，别的电脑打不开。请在手机“设置→相机→格式”里选“兼容性最佳”再拍；已经拍好的，截图后传，或者用微信发给自己，存下来再传。"
	noArchive  = "是压缩包。请解压以后，把里面的文件一个一个传上来。"
	noProgram  = "是程序，不能上传。" + sayWhat
	noWebPage  = "是网页或者脚本，不能上传。请把网页另存为 PDF，或者截图后传。"
	noMovie    = "是视频或者录音，不能上传。请截几张图，或者用文字写明。"
	noGIF      = "是动图（GIF），不能上传。请截图后传。"
	noOldPhoto = "是 BMP 或者 TIFF 图片。请另存为 JPG 再传。"
	noRTF      = "是 RTF 文档。请另存为 Word 文档（docx）再传。"
	noText     = "是纯文本。请把文字直接写进事项，或者存成 Word 文档再传。"
	noIdea     = "认不出是什么文件。" + sayWhat
	broken     = "照片打不开，可能没有传完整或者已经损坏。请打开看一看，截图后再传。"
)

// heif are the brands of photographs in the HEIF family.
var heif = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "mif2", "msf1", "miaf", "avif", "avis"}

// beginnings are what refused files begin with.
var beginnings = []struct{ magic, words string }{
	{"GIF8", noGIF}, {"BM", noOldPhoto}, {"II*\x00", noOldPhoto}, {"MM\x00*", noOldPhoto},
	{"MZ", noProgram}, {"\x7fELF", noProgram}, {"\xcf\xfa\xed\xfe", noProgram}, {"\xca\xfe\xba\xbe", noProgram}, {"dex\n", noProgram},
	{"Rar!", noArchive}, {"7z\xbc\xaf\x27\x1c", noArchive}, {"\x1f\x8b", noArchive}, {"BZh", noArchive}, {"\xfd7zXZ", noArchive}, {"PK", noArchive},
	{"RIFF", noMovie}, {"ID3", noMovie}, {"\x1aE\xdf\xa3", noMovie}, {"OggS", noMovie}, {"fLaC", noMovie}, {"#!AMR", noMovie}, {"\x00\x00\x01\xba", noMovie},
	{"{\\rtf", noRTF},
	{"#!", noWebPage},
}

// refusal says why a file that begins like this is not kept.
func refusal(head []byte) string {
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		return movieOrHEIC(head)
	}
	for _, b := range beginnings {
		if bytes.HasPrefix(head, []byte(b.magic)) {
			return b.words
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")
	switch {
	case bytes.HasPrefix(text, []byte("<")):
		return noWebPage
	case isText(head):
		return noText
	}
	return noIdea
}

// movieOrHEIC tells the two kinds of files that begin with ftyp by their brands.
func movieOrHEIC(head []byte) string {
	size := int(head[0])<<24 | int(head[1])<<16 | int(head[2])<<8 | int(head[3])
	for at := 8; at+4 <= min(size, len(head)); at += 4 {
		if at != 12 && slices.Contains(heif, string(head[at:at+4])) { // at 12 stands the brand's version
			return noHEIC
		}
	}
	return noMovie
}

// isText reports whether a beginning reads as text, in UTF-8 or in GB 18030.
func isText(head []byte) bool {
	if bytes.IndexFunc(head, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' && r != '\f' }) >= 0 {
		return false
	}
	for end := len(head); end > 0 && end > len(head)-utf8.UTFMax; end-- { // the last character may be cut
		if utf8.Valid(head[:end]) {
			return true
		}
	}
	return !bytes.ContainsAny(head, "\x00\x7f") && bytes.Count(head, []byte("\n")) > 0
}
