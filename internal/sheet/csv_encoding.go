package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decode returns the text of a CSV in UTF-8. A byte order mark decides; without one it is
// UTF-8 where the whole file is valid UTF-8, else GB18030, which holds GBK and GB 2312.
func decode(r io.ReaderAt, size int64, start []byte) (func() io.Reader, error) {
	skip, from := 0, encoding.Encoding(nil)
	switch {
	case bytes.HasPrefix(start, []byte("\xEF\xBB\xBF")):
		skip = 3
	case bytes.HasPrefix(start, []byte("\xFF\xFE")):
		skip, from = 2, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case bytes.HasPrefix(start, []byte("\xFE\xFF")):
		skip, from = 2, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case bytes.IndexByte(start, 0) >= 0:
		return nil, invalid("认不出这个文件。请上传 .xlsx 或 .csv 文件。")
	default:
		valid, err := isUTF8(io.NewSectionReader(r, 0, size))
		if err != nil {
			return nil, err
		}
		if !valid {
			from = simplifiedchinese.GB18030
		}
	}
	return func() io.Reader {
		section := io.NewSectionReader(r, int64(skip), size-int64(skip))
		if from == nil {
			return section
		}
		return transform.NewReader(section, from.NewDecoder())
	}, nil
}

func isUTF8(r io.Reader) (bool, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	for {
		char, size, err := in.ReadRune()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if char == utf8.RuneError && size == 1 {
			return false, nil
		}
	}
}
