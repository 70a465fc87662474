package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"strings"

	"lianluo/internal/errs"
)

// Limits of the parts of a workbook, unpacked. A list of 100,000 rows and twenty columns
// fits; parts that hold no cells, such as pictures, are never unpacked.
const (
	mostSmall   = 8 << 20
	mostStrings = 80 << 20
	mostSheet   = 200 << 20
	mostParts   = 5000
)

// parts are the files inside an XLSX, by their path in small letters.
type parts map[string]*zip.File

func openParts(r io.ReaderAt, size int64) (parts, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, errDamaged
	}
	if len(archive.File) > mostParts {
		return nil, errTooBig
	}
	found := parts{}
	for _, file := range archive.File {
		if file.Flags&1 != 0 {
			return nil, invalid("这个文件设了密码。请先取消密码，再上传。")
		}
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(file.Name, `\`, "/"), "/"))
		if _, twice := found[name]; !twice {
			found[name] = file
		}
	}
	return found, nil
}

// refuse says what a zip is that holds no workbook.
func (p parts) refuse() error {
	for name, words := range map[string]string{
		"word/document.xml":    "这是 Word 文件。请把表格放进 Excel 或 WPS 表格，另存为 .xlsx 再上传。",
		"ppt/presentation.xml": "这是演示文稿，不是表格。请上传 .xlsx 或 .csv 文件。",
		"xl/workbook.bin":      "这是 .xlsb 格式的文件。请用 Excel 打开，另存为 .xlsx 再上传。",
		"content.xml":          "这是 .ods 格式的文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。",
	} {
		if p[name] != nil {
			return invalid(words)
		}
	}
	return invalid("这个压缩文件里没有表格。请上传 .xlsx 或 .csv 文件本身，不要压缩。")
}

// read calls each with the elements of a part; a part that is missing has none.
func (p parts) read(name string, most int64, each func(*elements) error) (err error) {
	if p[strings.ToLower(name)] == nil {
		return nil
	}
	part, err := p.open(name, most)
	if err != nil {
		return err
	}
	defer part.Close()
	return each(newElements(part))
}

type part struct {
	careful
	io.Closer
}

func (p parts) open(name string, most int64) (*part, error) {
	file := p[strings.ToLower(name)]
	if file == nil {
		return nil, errDamaged
	}
	if file.UncompressedSize64 > uint64(most) {
		return nil, errTooBig
	}
	unpacked, err := file.Open()
	if err != nil {
		return nil, errDamaged
	}
	return &part{careful{r: unpacked, left: most}, unpacked}, nil
}

// resolve returns the path of a relationship's target in a part of dir.
func resolve(dir, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join(dir, strings.ReplaceAll(target, `\`, "/"))
}

func isInvalid(err error) bool {
	_, ok := errors.AsType[errs.Invalid](err)
	return ok
}
