package blob

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// checkPDF looks whether a file that begins as a PDF ends as one too, and is not another
// kind of file at the same time. Scripts and links in it are left alone: it is only ever
// downloaded, never shown within the site.
func checkPDF(file io.ReaderAt, size int64) error {
	tail := make([]byte, min(2048, size))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read a file: %w", err)
	}
	tail = bytes.TrimRight(tail, "\x00 \t\r\n\f")
	if !bytes.Contains(tail[max(0, len(tail)-1024):], []byte("%%EOF")) {
		return refuse("PDF 不完整，可能没有传完或者已经损坏。请打开看一看再传。")
	}
	if _, err := zip.NewReader(file, size); err == nil {
		return refuse("PDF 后面还藏着别的文件。请打开它，另存为 PDF 再传。")
	}
	return nil
}
