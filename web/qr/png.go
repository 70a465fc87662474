package qr

import (
	"image"
	"image/color"
	"image/png"
	"io"
)

// printed is how many pixels a picture has at least on each side: 5 cm in print.
const printed = 600

// PNG writes the QR code of content as a picture in black and white, for programs that
// place no SVG. Every module is a whole number of pixels, so that nothing blurs. Content of
// more than 2,331 bytes fits no code.
func PNG(w io.Writer, content string) error {
	m, err := encode(content)
	if err != nil {
		return err
	}
	scale := (printed + m.side() - 1) / m.side()
	side := m.side() * scale
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		row := y/scale - quiet
		for x := range side {
			if column := x/scale - quiet; row >= 0 && row < len(m) && column >= 0 && column < len(m) && m[row][column] {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(w, picture)
}
