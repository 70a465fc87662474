package qr

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// contents are what goes on posters and slips, from short to long.
var contents = []string{
	"http://127.0.0.1:8080/s/140423101",
	"https://lianluo.example.gov.cn/s/140423101205",
	"HTTPS://LIANLUO.EXAMPLE.GOV.CN/S/140423101-02", // takes another encoding
	"14042310120500",
	"https://lianluo.example.gov.cn/r/1a2b3c4d.Qm9vbWJ1bGVyIGFuZCB6eGluZw?from=slip&lang=zh-CN",
	"王桥镇人大代表联络站",
	"https://lianluo.example.gov.cn/" + strings.Repeat("0123456789abcdef", 60),
}

// decode reads a picture with a decoder that is not ours and not the encoder's.
func decode(t *testing.T, picture image.Image) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
	if err != nil {
		t.Fatalf("nobody can read it: %v", err)
	}
	return read.GetText()
}

var (
	size = regexp.MustCompile(`width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) (\d+)"`)
	run  = regexp.MustCompile(`^M(\d+) (\d+)h(\d+)v1h-(\d+)z`)
)

func number(t *testing.T, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// draw paints an SVG as a browser would, from what is written in it alone.
func draw(t *testing.T, svg string) image.Image {
	t.Helper()
	dims := size.FindStringSubmatch(svg)
	if dims == nil {
		t.Fatalf("no size: %.200s", svg)
	}
	w, h, side, height := number(t, dims[1]), number(t, dims[2]), number(t, dims[3]), number(t, dims[4])
	if w != h || side != height || w != side*pixels {
		t.Fatalf("not a square: %s", dims[0])
	}
	picture := image.NewGray(image.Rect(0, 0, side*4, side*4))
	paint := func(x, y, width, height int, with color.Gray) {
		for py := y * 4; py < (y+height)*4; py++ {
			for px := x * 4; px < (x+width)*4; px++ {
				picture.SetGray(px, py, with)
			}
		}
	}
	if !strings.Contains(svg, fmt.Sprintf(`fill="#fff" d="M0 0h%dv%[1]dH0z"`, side)) {
		t.Fatal("no white ground")
	}
	paint(0, 0, side, side, color.Gray{Y: 255})
	_, rest, _ := strings.Cut(svg, `fill="#000" d="`)
	for rest != "" && rest[0] != '"' {
		found := run.FindStringSubmatch(rest)
		if found == nil || found[3] != found[4] {
			t.Fatalf("no rectangle: %.40s", rest)
		}
		x, y, n := number(t, found[1]), number(t, found[2]), number(t, found[3])
		if x < quiet || y < quiet || x+n > side-quiet || y >= side-quiet {
			t.Errorf("%s runs into the white border", found[0])
		}
		paint(x, y, n, 1, color.Gray{})
		rest = rest[len(found[0]):]
	}
	return picture
}

func svgOf(t *testing.T, content, label string) string {
	t.Helper()
	var out bytes.Buffer
	if err := SVG(content, label).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestReadable: what another program reads from the drawing is what went in.
func TestReadable(t *testing.T) {
	t.Parallel()
	for _, content := range contents {
		svg := svgOf(t, content, "二维码")
		if got := decode(t, draw(t, svg)); got != content {
			t.Errorf("the SVG says %q, want %q", got, content)
		}
	}
}

// TestPicture: the PNG is large enough to print, has its white border, and is read back.
func TestPicture(t *testing.T) {
	t.Parallel()
	for _, content := range contents {
		var out bytes.Buffer
		if err := PNG(&out, content); err != nil {
			t.Fatal(err)
		}
		size := out.Len()
		picture, err := png.Decode(&out)
		if err != nil {
			t.Fatal(err)
		}
		if got := decode(t, picture); got != content {
			t.Errorf("the PNG says %q, want %q", got, content)
		}
		side := picture.Bounds().Dx()
		if side != picture.Bounds().Dy() || side < 600 || side > 900 || size > 20<<10 {
			t.Errorf("%d pixels wide, %d bytes", side, size)
		}
		for i := range side {
			for _, at := range [][2]int{{i, 12}, {12, i}, {i, side - 13}, {side - 13, i}} {
				if r, _, _, _ := picture.At(at[0], at[1]).RGBA(); r == 0 {
					t.Fatalf("%v is black: no quiet zone", at)
				}
			}
		}
	}
	if err := PNG(io.Discard, strings.Repeat("长", 1000)); err == nil {
		t.Error("3,000 bytes fit into a code")
	}
}

// TestDamaged: a seventh of the modules may be gone.
func TestDamaged(t *testing.T) {
	t.Parallel()
	for _, content := range contents[:3] {
		picture := draw(t, svgOf(t, content, "二维码")).(*image.Gray)
		side := picture.Rect.Dx()
		torn := side / 5 // of the width and the height, in the middle where no mark stands: a 25th of the area
		for y := (side - torn) / 2; y < (side+torn)/2; y++ {
			for x := (side - torn) / 2; x < (side+torn)/2; x++ {
				picture.SetGray(x, y, color.Gray{Y: 255})
			}
		}
		if got := decode(t, picture); got != content {
			t.Errorf("torn, it says %q, want %q", got, content)
		}
	}
}

// TestMarkup: an image with a name, well-formed, without anything that the page's policy forbids.
func TestMarkup(t *testing.T) {
	t.Parallel()
	const hostile = `王桥镇"><script>alert(1)</script>`
	svg := svgOf(t, contents[0], hostile)
	for _, want := range []string{`xmlns="http://www.w3.org/2000/svg"`, `role="img"`, `shape-rendering="crispEdges"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in %.300s", want, svg)
		}
	}
	if strings.Contains(svg, "style") || len(svg) > 6<<10 {
		t.Errorf("%d bytes: %.300s", len(svg), svg)
	}
	var names, labels []string
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch at := token.(type) {
		case xml.StartElement:
			names = append(names, at.Name.Local)
			for _, a := range at.Attr {
				if a.Name.Local == "aria-label" {
					labels = append(labels, a.Value)
				}
			}
		case xml.CharData:
			labels = append(labels, string(at))
		}
	}
	if strings.Join(names, " ") != "svg title path path" || len(labels) != 2 || labels[0] != hostile || labels[1] != hostile {
		t.Errorf("elements %q, labels %q", names, labels)
	}
}

// TestNoCode: what fits no code.
func TestNoCode(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", 1000)
	if err := SVG(long, "").Render(t.Context(), io.Discard); err == nil {
		t.Error("3,000 bytes fit into a code")
	}
}
