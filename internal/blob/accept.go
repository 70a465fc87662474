package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"lianluo/internal/errs"
)

// MaxSize is how large a file may be that somebody sends.
const MaxSize = 20 << 20

// Field is the field of the errs.Invalid that Accept returns.
const Field = "file"

// Accepted is a file that may be kept. Close it.
type Accepted struct {
	Name          string // the shown name, CleanName
	Format        Format
	Size          int64 // of what is kept: a photograph is made anew
	SHA256        []byte
	Width, Height int    // of a photograph, as it is kept
	Thumb         []byte // of a photograph: a small JPEG

	body io.ReadSeeker
	file *os.File // under body, where it is a file
}

// Body is what is kept, from its beginning.
func (a *Accepted) Body() (io.Reader, error) {
	_, err := a.body.Seek(0, io.SeekStart)
	return a.body, err
}

// Close lets go what Accept holds.
func (a *Accepted) Close() {
	if a.file != nil {
		a.file.Close()
	}
}

// Accept reads a file that somebody sends under a name, judges it by its content alone,
// and returns what may be kept of it. A file that may not be kept is errs.Invalid at
// Field, in words for whoever sent it. Every other error is of the reader or the machine.
// It reads at most a little more than MaxSize and holds no photograph in memory twice at
// once; while two are being decoded a third waits.
func Accept(ctx context.Context, r io.Reader, name string) (*Accepted, error) {
	file, size, err := spool(r)
	if err != nil {
		return nil, err
	}
	a, err := judge(ctx, file, size)
	if err != nil || a.file == nil {
		file.Close()
	}
	if err != nil {
		return nil, err
	}
	a.Name = CleanName(name, a.Format)
	return a, nil
}

// spool writes what comes in to a file without a name, which is gone with the process.
func spool(r io.Reader) (*os.File, int64, error) {
	file, err := os.CreateTemp("", "lianluo-upload-")
	if err != nil {
		return nil, 0, fmt.Errorf("take a file in: %w", err)
	}
	err = os.Remove(file.Name())
	size := int64(0)
	if err == nil {
		size, err = io.Copy(file, io.LimitReader(r, MaxSize+1))
	}
	if err == nil && size > MaxSize {
		err = refuse("超过 20 MB，请压缩或者分成几份再传。")
	}
	if err == nil && size == 0 {
		err = refuse("是空文件，里面什么也没有，请重新选择。")
	}
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, size, nil
}

func refuse(words string) error { return errs.Invalid{Field: words} }

// headSize is how much of a file's beginning says what it is.
const headSize = 1024

// judge tells by its beginning what a file is, and has it looked at closely.
func judge(ctx context.Context, file *os.File, size int64) (*Accepted, error) {
	head := make([]byte, min(headSize, size))
	if _, err := file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read a file: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return photograph(ctx, file, size, "jpeg")
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return photograph(ctx, file, size, "png")
	case len(head) >= 16 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return photograph(ctx, file, size, "webp")
	}
	format, err := document(file, size, head)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(file, 0, size)); err != nil {
		return nil, fmt.Errorf("read a file: %w", err)
	}
	return &Accepted{Format: format, Size: size, SHA256: hash.Sum(nil), body: file, file: file}, nil
}

// document judges what is no photograph.
func document(file io.ReaderAt, size int64, head []byte) (Format, error) {
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return PDF, checkPDF(file, size)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return judgeZip(file, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return judgeOLE(file)
	}
	return "", refuse(refusal(head))
}
