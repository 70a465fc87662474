package blob

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// The bounds of photographs.
const (
	longest   = 2560 // pixels on the long side of what is kept
	small     = 320  // and of the thumbnail
	maxPixels = 50_000_000
	maxMemory = 256 << 20 // of a photograph while it is decoded, as estimated from its header
	quality   = 85
)

// decoding holds one token for each photograph that is being decoded.
var decoding = make(chan struct{}, 2)

// photograph makes a photograph anew: upright, at most longest pixels long, on white
// where it is transparent. What else the file held (place, time, device, profile, a film
// behind the picture) is left behind.
func photograph(ctx context.Context, file io.ReaderAt, size int64, kind string) (*Accepted, error) {
	whole := func() io.Reader { return bufio.NewReaderSize(io.NewSectionReader(file, 0, size), 64<<10) }
	plan, err := planOf(whole, kind)
	if err != nil {
		return nil, err
	}
	select {
	case decoding <- struct{}{}:
		defer func() { <-decoding }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to decode a photograph: %w", context.Cause(ctx))
	}
	source, err := plan.decode(whole())
	if err != nil {
		return nil, refuse(broken)
	}
	picture := upright(shrink(source, longest), plan.orientation)
	body, err := encode(picture)
	if err != nil {
		return nil, err
	}
	thumb, err := encode(shrink(picture, small))
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(body)
	return &Accepted{Format: JPEG, Size: int64(len(body)), SHA256: hash[:], Width: picture.Rect.Dx(), Height: picture.Rect.Dy(),
		Thumb: thumb, body: bytes.NewReader(body)}, nil
}

func encode(picture image.Image) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write a photograph: %w", err)
	}
	return out.Bytes(), nil
}

// plan is what a photograph's header says, before anything of it is decoded.
type plan struct {
	decode      func(io.Reader) (image.Image, error)
	orientation int
}

// planOf reads the header, and refuses what would take too much.
func planOf(whole func() io.Reader, kind string) (plan, error) {
	var (
		p      plan
		config image.Config
		bytes  float64 // a pixel, while it is decoded
		err    error
	)
	switch kind {
	case "jpeg":
		s := survey(whole())
		if s.scans > maxScans {
			return p, refuse(broken)
		}
		p, bytes = plan{jpeg.Decode, s.orientation}, s.bytes()
		config, err = jpeg.DecodeConfig(whole())
	case "png":
		p, bytes = plan{png.Decode, 1}, pngBytes(whole())
		config, err = png.DecodeConfig(whole())
	default:
		p, bytes = plan{webp.Decode, 1}, 8
		config, err = webp.DecodeConfig(whole())
	}
	pixels := float64(config.Width) * float64(config.Height)
	switch {
	case err != nil || pixels == 0:
		return p, refuse(broken)
	case pixels > maxPixels, pixels*bytes > maxMemory:
		return p, refuse(fmt.Sprintf("照片太大（%d×%d），打不开。请把照片改小，或者截图后再传。", config.Width, config.Height))
	}
	return p, nil
}

// pngBytes is what a pixel takes, by the depth and the interlacing in the first chunk.
func pngBytes(r io.Reader) float64 {
	var head [29]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0 // broken, as DecodeConfig will say
	}
	bytes := 4.0
	if head[24] == 16 {
		bytes = 8
	}
	if head[28] != 0 {
		bytes *= 1.5
	}
	return bytes
}
