// Package qr draws QR codes, as SVG for pages and posters and as PNG to pass on. The error correction is M, so that
// a seventh of a poster may be torn or dirty, and four modules around it are left white,
// without which many phones see nothing.
package qr

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/a-h/templ"
	"github.com/boombuler/barcode/qr"
)

const (
	quiet  = 4 // modules of white on each side
	pixels = 8 // of a module, where nothing else says how large the drawing is
)

// matrix is the code without its white border: dark[y][x].
type matrix [][]bool

func encode(content string) (matrix, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("QR code of %d bytes: %w", len(content), err)
	}
	size := code.Bounds().Dx()
	dark := make(matrix, size)
	for y := range dark {
		dark[y] = make([]bool, size)
		for x := range dark[y] {
			light, _, _, _ := code.At(x, y).RGBA()
			dark[y][x] = light == 0
		}
	}
	return dark, nil
}

// side is how many modules the drawing has, the white border included.
func (m matrix) side() int { return len(m) + 2*quiet }

// path draws each run of dark modules of a row as one rectangle.
func (m matrix) path() []byte {
	var d []byte
	number := func(n int) { d = strconv.AppendInt(d, int64(n), 10) }
	for y, row := range m {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			d = append(d, 'M')
			number(from + quiet)
			d = append(d, ' ')
			number(y + quiet)
			d = append(d, 'h')
			number(x - from)
			d = append(d, "v1h-"...)
			number(x - from)
			d = append(d, 'z')
		}
	}
	return d
}

// SVG is the QR code of content, which may stand in a page or be a file of its own. label
// says what it is to those who do not see it: 王桥镇人大代表联络站的二维码. It has a size of its
// own, which CSS may change. Content of more than 2,331 bytes fits no code: rendering
// fails.
func SVG(content, label string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m, err := encode(content)
		if err != nil {
			return err
		}
		side, said := m.side(), templ.EscapeString(label)
		_, err = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" class="qr" width="%d" height="%[1]d" viewBox="0 0 %d %[2]d" `+
			`shape-rendering="crispEdges" role="img" aria-label="%[3]s"><title>%[3]s</title>`+
			`<path fill="#fff" d="M0 0h%[2]dv%[2]dH0z"/><path fill="#000" d="%[4]s"/></svg>`,
			side*pixels, side, said, m.path())
		return err
	})
}
