package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"lianluo/internal/blob"
)

// TestPhotograph: what is kept is a new JPEG of the same picture, with nothing of what
// the phone wrote around it.
func TestPhotograph(t *testing.T) {
	t.Parallel()
	sent := photograph(corners(3000, 300), 1, binary.LittleEndian)
	for _, secret := range hidden[:6] {
		if !bytes.Contains(sent, []byte(secret)) {
			t.Fatalf("the test's own photograph has no %s", secret)
		}
	}
	a, kept := take(t, "水管.JPG", sent)
	sum := sha256.Sum256(kept)
	if a.Format != blob.JPEG || a.Name != "水管.jpg" || a.Width != 2560 || a.Height != 256 || a.Size != int64(len(kept)) || !bytes.Equal(a.SHA256, sum[:]) {
		t.Errorf("%s %s %d×%d %d", a.Format, a.Name, a.Width, a.Height, a.Size)
	}
	for name, content := range map[string][]byte{"photograph": kept, "thumbnail": a.Thumb} {
		for _, secret := range hidden {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("the %s still says %s", name, secret)
			}
		}
		p, err := jpeg.Decode(bytes.NewReader(content))
		if err != nil || letters(p) != "RGBW" {
			t.Errorf("the %s is %v, %v", name, letters(p), err)
		}
		if !bytes.HasSuffix(content, []byte("\xff\xd9")) {
			t.Errorf("the %s goes on behind its end", name)
		}
		for _, marker := range markers(content) {
			if marker >= 0xe0 && marker <= 0xef || marker == 0xfe {
				t.Errorf("the %s has a segment %x", name, marker)
			}
		}
	}
	thumb, err := jpeg.DecodeConfig(bytes.NewReader(a.Thumb))
	if err != nil || thumb.Width != 320 || thumb.Height != 32 {
		t.Errorf("thumbnail %d×%d, %v", thumb.Width, thumb.Height, err)
	}
}

// markers are those of a JPEG's segments before its first scan.
func markers(content []byte) (all []byte) {
	for at := 2; at+4 < len(content); {
		all = append(all, content[at+1])
		if content[at+1] == 0xda {
			break
		}
		at += 2 + int(binary.BigEndian.Uint16(content[at+2:]))
	}
	return all
}

// TestOrientation: each of the eight ways to hold a phone comes out upright.
func TestOrientation(t *testing.T) {
	t.Parallel()
	// What a viewer that honours the tag would show of RGBW.
	want := map[uint16]string{0: "RGBW", 1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG", 5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB", 9: "RGBW", 700: "RGBW"}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for orientation, letter := range want {
			a, kept := take(t, "x.jpg", photograph(corners(80, 40), orientation, order))
			p, err := jpeg.Decode(bytes.NewReader(kept))
			if err != nil || letters(p) != letter {
				t.Errorf("%v %d: %s, want %s, %v", order, orientation, letters(p), letter, err)
			}
			if turned := orientation >= 5 && orientation <= 8; a.Width != map[bool]int{false: 80, true: 40}[turned] {
				t.Errorf("%d: %d×%d", orientation, a.Width, a.Height)
			}
		}
	}
	// A block that lies about its lengths is no orientation.
	for _, block := range []string{"Exif\x00\x00", "Exif\x00\x00II*\x00\xff\xff\xff\xff", "Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff", "Exif\x00\x00II*\x00\x08\x00\x00\x00\x09\x00"} {
		plain := asJPEG(corners(8, 8))
		take(t, "x.jpg", slices.Concat(plain[:2], segment(0xe1, block), plain[2:]))
	}
}

// TestKindsOfPictures: whatever can be shown becomes a JPEG; what is transparent stands on white.
func TestKindsOfPictures(t *testing.T) {
	t.Parallel()
	from := corners(60, 30)
	as := func(p draw.Image) image.Image {
		draw.Draw(p, p.Bounds(), from, image.Point{}, draw.Src)
		return p
	}
	rect := from.Rect
	for name, content := range map[string][]byte{
		"rgba.png": asPNG(from), "nrgba.png": asPNG(as(image.NewNRGBA(rect))), "deep.png": asPNG(as(image.NewNRGBA64(rect))),
		"paletted.png": asPNG(as(image.NewPaletted(rect, color.Palette{color.White, color.RGBA{255, 0, 0, 255}, color.RGBA{0, 160, 0, 255}, color.RGBA{0, 0, 255, 255}}))),
	} {
		a, kept := take(t, name, content)
		p, err := jpeg.Decode(bytes.NewReader(kept))
		if err != nil || letters(p) != "RGBW" || a.Format != blob.JPEG || !strings.HasSuffix(a.Name, ".jpg") || a.Width != 60 {
			t.Errorf("%s: %s %+v %v", name, letters(p), a.Name, err)
		}
	}
	clear := image.NewNRGBA(rect)
	draw.Draw(clear, image.Rect(0, 0, 30, 15), from, image.Point{}, draw.Src)
	_, kept := take(t, "clear.png", asPNG(clear))
	if p, err := jpeg.Decode(bytes.NewReader(kept)); err != nil || letters(p) != "RWWW" {
		t.Errorf("what is transparent becomes %s, %v", letters(p), err)
	}
	take(t, "gray.png", asPNG(as(image.NewGray16(rect))))
	take(t, "gray.jpg", asJPEG(as(image.NewGray(rect))))
	take(t, "微信图片.webp", webP())
	for _, size := range [][2]int{{1, 1}, {1, 9000}, {9000, 1}, {2560, 3}, {3, 2561}, {5119, 100}} {
		a, kept := take(t, "x.png", asPNG(image.NewGray(image.Rect(0, 0, size[0], size[1]))))
		config, err := jpeg.DecodeConfig(bytes.NewReader(kept))
		if err != nil || config.Width != a.Width || config.Height != a.Height || max(a.Width, a.Height) != min(2560, max(size[0], size[1])) {
			t.Errorf("%v becomes %d×%d, %v", size, config.Width, config.Height, err)
		}
	}
}

// TestShrink: a made-smaller picture keeps its light, line by line; no edge is lost.
func TestShrink(t *testing.T) {
	t.Parallel()
	for _, size := range []int{2561, 3000, 5120, 7777} {
		p := image.NewGray(image.Rect(0, 0, size, 16))
		sum := 0.0
		for x := range size {
			for y := range 16 {
				v := uint8(128 + 100*math.Sin(float64(x)/300)*math.Cos(float64(y)/9))
				p.SetGray(x, y, color.Gray{v})
				sum += float64(v)
			}
		}
		a, kept := take(t, "x.png", asPNG(p))
		got, err := jpeg.Decode(bytes.NewReader(kept))
		if err != nil {
			t.Fatal(err)
		}
		after := 0.0
		for x := range a.Width {
			for y := range a.Height {
				r, _, _, _ := got.At(x, y).RGBA()
				after += float64(r >> 8)
			}
		}
		before, now := sum/float64(size*16), after/float64(a.Width*a.Height)
		if math.Abs(before-now) > 1 {
			t.Errorf("%d wide: the mean light was %.2f and is %.2f", size, before, now)
		}
	}
}

// TestBombs: what would take too much is refused by its header.
func TestBombs(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"50000×50000": hugePNG(50000, 50000, 8, 0), "16 bits": hugePNG(7000, 7000, 16, 0), "interlaced": hugePNG(7000, 7000, 8, 1), "negative": hugePNG(1<<31, 1<<31, 8, 0),
		"jpeg": hugeJPEG(65000, 65000, 0xc0), "progressive": hugeJPEG(7000, 7000, 0xc2), "webp": hugeWebP(),
	} {
		if words := refused(t, name, bytes.NewReader(content)); !strings.Contains(words, "太大") && name != "negative" {
			t.Errorf("%s: %s", name, words)
		}
	}
	if words := refused(t, "scans", bytes.NewReader(scans(5_000))); !strings.Contains(words, "打不开") {
		t.Error(words)
	}
	take(t, "scans.jpg", scans(20))
}

// scans is a progressive JPEG of 2000×2000 whose every scan says, in four bytes, that
// nothing changes: valid, and each as much work as the picture.
func scans(n int) []byte {
	frame := segment(0xc2, "\x08\x07\xd0\x07\xd0\x01\x01\x11\x00")
	quantization := segment(0xdb, "\x00"+strings.Repeat("\x01", 64))
	huffman := segment(0xc4, "\x10\x01"+strings.Repeat("\x00", 15)+"\xe0")            // one code, 0: a run of at least 2¹⁴ empty blocks
	scan := append(segment(0xda, "\x01\x01\x00\x01\x3f\x00"), 0x74, 0x24, 0xe8, 0x4b) // two runs of 31250
	return slices.Concat([]byte("\xff\xd8"), quantization, frame, huffman, bytes.Repeat(scan, n), []byte("\xff\xd9"))
}

// TestBroken: half a picture is no picture.
func TestBroken(t *testing.T) {
	t.Parallel()
	whole, drawn := asJPEG(corners(400, 300)), asPNG(corners(400, 300))
	for name, content := range map[string][]byte{
		"half.jpg": whole[:len(whole)/2], "begun.jpg": whole[:10], "three.jpg": whole[:3], "half.png": drawn[:len(drawn)/2], "begun.png": drawn[:20],
		"changed.png": slices.Concat(drawn[:200], []byte("xxxx"), drawn[204:]), "half.webp": webP()[:30], "html.jpg": []byte("\xff\xd8\xff<html><script>alert(1)</script>"),
	} {
		if words := refused(t, name, bytes.NewReader(content)); !strings.Contains(words, "打不开") {
			t.Errorf("%s: %s", name, words)
		}
	}
}

// TestTwoAtATime: a third photograph waits, and goes with its request; documents do not wait.
func TestTwoAtATime(t *testing.T) {
	if cap(blob.Decoding) != 2 {
		t.Error(cap(blob.Decoding))
	}
	for range 2 {
		blob.Decoding <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := blob.Accept(ctx, bytes.NewReader(asJPEG(corners(9, 9))), "x.jpg")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third: %v", err)
	}
	take(t, "x.pdf", []byte(pdf))
	for range 2 {
		<-blob.Decoding
	}
	take(t, "x.jpg", asJPEG(corners(9, 9)))
}
