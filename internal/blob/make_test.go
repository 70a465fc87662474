package blob_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"lianluo/internal/blob"
	"lianluo/internal/errs"
)

// Files as they come in, made by hand.

// corners is a picture whose four quarters are red, green, blue and white.
func corners(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			switch {
			case x >= w/2 && y < h/2:
				c = color.RGBA{0, 160, 0, 255}
			case x < w/2 && y >= h/2:
				c = color.RGBA{0, 0, 255, 255}
			case x >= w/2:
				c = color.RGBA{255, 255, 255, 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	return p
}

// letters are the quarters of a picture, from the top left: R, G, B, W.
func letters(p image.Image) string {
	b := p.Bounds()
	var all strings.Builder
	for _, at := range [][2]int{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, bl, _ := p.At(b.Min.X+at[0]*b.Dx()/4, b.Min.Y+at[1]*b.Dy()/4).RGBA()
		switch {
		case r > 0xc000 && g > 0xc000 && bl > 0xc000:
			all.WriteByte('W')
		case r > g && r > bl:
			all.WriteByte('R')
		case g > r && g > bl:
			all.WriteByte('G')
		default:
			all.WriteByte('B')
		}
	}
	return all.String()
}

func asJPEG(p image.Image) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p, &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func asPNG(p image.Image) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func segment(marker byte, body string) []byte {
	return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}

// exif is an Exif block with an orientation, the maker 华为 and the place 36°32'N 113°2'E.
func exif(order binary.AppendByteOrder, orientation uint16) string {
	u16, u32 := order.AppendUint16, order.AppendUint32
	entry := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		if kind == 3 { // a short stands at the beginning of its four bytes
			return u16(u16(u32(u16(u16(b, tag), kind), count), uint16(value)), 0)
		}
		return u32(u32(u16(u16(b, tag), kind), count), value)
	}
	mark := map[bool]string{true: "MM", false: "II"}[order.AppendUint16(nil, 1)[0] == 0]
	b := u32(u16([]byte(mark), 42), 8)
	b = u16(b, 3)
	b = entry(b, 0x010f, 2, 12, 50) // Make
	b = entry(b, 0x0112, 3, 1, uint32(orientation))
	b = entry(b, 0x8825, 4, 1, 62) // GPS
	b = u32(b, 0)
	b = append(b, "HUAWEI-MAKE\x00"...) // at 50
	b = u16(b, 4)                       // at 62
	b = entry(b, 1, 2, 2, 0x4e000000)
	b = entry(b, 2, 5, 3, 116)
	b = entry(b, 3, 2, 2, 0x45000000)
	b = entry(b, 4, 5, 3, 140)
	b = u32(b, 0)
	for _, degrees := range []uint32{36, 32, 1234, 113, 2, 5678} {
		b = u32(u32(b, degrees), 1)
	}
	return "Exif\x00\x00" + string(b)
}

// photograph is a JPEG as a phone makes it: Exif with its place, XMP, a profile, a
// comment, and a film behind the picture.
func photograph(p image.Image, orientation uint16, order binary.AppendByteOrder) []byte {
	plain := asJPEG(p)
	return slices.Concat(plain[:2], segment(0xe1, exif(order, orientation)),
		segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRET-XMP</x:xmpmeta>"),
		segment(0xe2, "ICC_PROFILE\x00\x01\x01SECRET-ICC"), segment(0xfe, "SECRET-COMMENT"), plain[2:], []byte("\x00\x00\x00\x18ftypmp42SECRET-FILM"))
}

// hidden is what must not come through.
var hidden = []string{"Exif", "HUAWEI", "SECRET", "ICC_PROFILE", "xmpmeta", "ftyp", "GPS"}

func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// hugePNG is a PNG that says that it is very large.
func hugePNG(w, h uint32, depth, interlaced byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, depth, 6, 0, 0, interlaced)), chunk("IDAT", []byte("x\x9c\x03\x00")), chunk("IEND", nil))
}

// hugeJPEG says the same; kind is 0xc0, or 0xc2 for a progressive one.
func hugeJPEG(w, h uint16, kind byte) []byte {
	frame := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0}
	return slices.Concat([]byte("\xff\xd8"), segment(kind, string(frame)), segment(0xda, "\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"), []byte("\xff\xd9"))
}

// webP is a real one, of one pixel.
func webP() []byte {
	b, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		panic(err)
	}
	return b
}

func hugeWebP() []byte {
	b := webP()
	b[26], b[27], b[28], b[29] = 0xff, 0x3f, 0xff, 0x3f // 16383 × 16383
	return b
}

func ftyp(brand string) []byte {
	return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00" + brand + "mif1" + "\x00\x00\x01\x00meta")
}

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"

// part is one part of a zip file.
type part struct{ name, body string }

func zipped(parts ...part) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		method := zip.Deflate
		if p.body == "" { // thousands of them are made
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		if err == nil {
			_, err = io.WriteString(w, p.body)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

const officeType = "application/vnd.openxmlformats-officedocument."

// officeFile is an Office file with that main part of that type, and more parts.
func officeFile(main, contentType string, more ...part) []byte {
	return zipped(append([]part{
		{"[Content_Types].xml", `<?xml version="1.0"?><Types><Override PartName="/` + main + `" ContentType="` + contentType + `"/></Types>`},
		{"_rels/.rels", "<Relationships/>"}, {main, "<x/>"}, {"docProps/core.xml", "<x/>"}}, more...)...)
}

func docx(more ...part) []byte {
	return officeFile("word/document.xml", officeType+"wordprocessingml.document.main+xml", more...)
}

// ole is an OLE2 file with these names in its directory.
func ole(names ...string) []byte {
	names = append([]string{"Root Entry"}, names...)
	sectors := (len(names) + 3) / 4
	header := make([]byte, 512)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(header[30:], 9)
	le.PutUint32(header[44:], 1)
	le.PutUint32(header[48:], 1) // the directory begins in sector 1
	for i := range 109 {
		le.PutUint32(header[76+4*i:], 0xffffffff)
	}
	le.PutUint32(header[76:], 0) // the table is sector 0
	table := bytes.Repeat([]byte{0xff}, 512)
	le.PutUint32(table, 0xfffffffd)
	for i := 1; i <= sectors; i++ {
		le.PutUint32(table[4*i:], uint32(i+1))
	}
	le.PutUint32(table[4*sectors:], 0xfffffffe)
	directory := make([]byte, 512*sectors)
	for i, name := range names {
		entry := directory[128*i:]
		for n, unit := range utf16.Encode([]rune(name)) {
			le.PutUint16(entry[2*n:], unit)
		}
		le.PutUint16(entry[64:], uint16(2*len(name)+2))
		entry[66] = 2
	}
	return slices.Concat(header, table, directory)
}

// take accepts a file and reads what would be kept of it.
func take(t testing.TB, name string, content []byte) (*blob.Accepted, []byte) {
	t.Helper()
	a, err := blob.Accept(context.Background(), bytes.NewReader(content), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	t.Cleanup(a.Close)
	r, err := a.Body()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return a, body
}

// refused returns the words with which a file is refused.
func refused(t testing.TB, name string, content io.Reader) string {
	t.Helper()
	a, err := blob.Accept(context.Background(), content, name)
	if err == nil {
		a.Close()
		t.Errorf("%s is accepted as %s", name, a.Format)
		return ""
	}
	invalid, ok := errors.AsType[errs.Invalid](err)
	if !ok || len(invalid) != 1 || invalid[blob.Field] == "" {
		t.Errorf("%s: %v", name, err)
	}
	return invalid[blob.Field]
}
