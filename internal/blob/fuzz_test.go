package blob_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"lianluo/internal/blob"
	"lianluo/internal/errs"
)

var bigEndian = binary.BigEndian

// FuzzAccept: whatever comes in is refused in words, or is kept as what it says it is.
func FuzzAccept(f *testing.F) {
	photo := photograph(corners(24, 16), 6, bigEndian)
	for _, seed := range [][]byte{
		photo, photo[:len(photo)/2], asJPEG(image.NewGray(image.Rect(0, 0, 9, 9))), asPNG(corners(8, 8)), webP(), hugeWebP(), hugePNG(50000, 50000, 8, 0),
		hugeJPEG(65000, 65000, 0xc0), hugeJPEG(16, 16, 0xc2), []byte("GIF89a"), ftyp("heic"), []byte(pdf), zipBehind(pdf), docx(), docx(part{"word/vbaProject.bin", ""}),
		officeFile("xl/workbook.xml", officeType+"spreadsheetml.sheet.main+xml"), zipped(), ole("WordDocument"), ole("a", "b", "c", "d", "Workbook"),
		[]byte("<html>"), []byte("MZ"), []byte("水\n"),
	} {
		f.Add(seed, "照片.jpg")
	}
	f.Fuzz(func(t *testing.T, sent []byte, name string) {
		a, err := blob.Accept(context.Background(), bytes.NewReader(sent), name)
		if err != nil {
			if invalid, ok := errors.AsType[errs.Invalid](err); !ok || !strings.HasSuffix(invalid[blob.Field], "。") {
				t.Errorf("%v", err)
			}
			return
		}
		defer a.Close()
		r, err := a.Body()
		if err != nil {
			t.Fatal(err)
		}
		kept, err := io.ReadAll(r)
		if err != nil || a.Size != int64(len(kept)) {
			t.Errorf("%d bytes of %d, %v", len(kept), a.Size, err)
		}
		if utf8.RuneCountInString(a.Name) > 100 || strings.ContainsFunc(a.Name, func(r rune) bool { return r == '/' || r == '\\' || !unicode.IsPrint(r) }) {
			t.Errorf("named %q", a.Name)
		}
		if a.Format != blob.JPEG {
			if !bytes.Equal(kept, sent) {
				t.Error("a document was changed")
			}
			return
		}
		p, err := jpeg.Decode(bytes.NewReader(kept))
		if err != nil || p.Bounds().Dx() != a.Width || p.Bounds().Dy() != a.Height || max(a.Width, a.Height) > 2560 || bytes.Contains(kept, []byte("Exif\x00")) {
			t.Errorf("%d×%d, %v", a.Width, a.Height, err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(a.Thumb)); err != nil {
			t.Errorf("thumbnail: %v", err)
		}
	})
}
