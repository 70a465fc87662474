package blob

import (
	"image"
	"image/draw"
)

// shrink returns a picture on white, no longer than a number of pixels. Each new pixel is
// the mean of the area that it covers, which needs one row of sums; the kernels of
// x/image/draw keep 32 bytes for each new column and old row, a quarter of a gigabyte for
// a phone's photograph.
func shrink(source image.Image, longest int) *image.RGBA {
	from := source.Bounds()
	w, h := from.Dx(), from.Dy()
	width, height := w, h
	if long := max(w, h); long > longest {
		width, height = max(1, w*longest/long), max(1, h*longest/long)
	}
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	row := image.NewRGBA(image.Rect(0, 0, w, 1))
	columns := cover(w, width)
	rows := cover(h, height)
	across, sum := make([]float32, 3*width), make([]float32, 3*width)
	for y := range h {
		draw.Draw(row, row.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(row, row.Rect, source, image.Pt(from.Min.X, from.Min.Y+y), draw.Over)
		clear(across)
		for x, c := range columns {
			r, g, b := float32(row.Pix[4*x]), float32(row.Pix[4*x+1]), float32(row.Pix[4*x+2])
			at := across[3*c.to : 3*c.to+3]
			at[0] += r * c.share
			at[1] += g * c.share
			at[2] += b * c.share
			if c.next > 0 {
				at = across[3*c.to+3 : 3*c.to+6]
				at[0] += r * c.next
				at[1] += g * c.next
				at[2] += b * c.next
			}
		}
		c := rows[y]
		add(sum, across, c.share)
		if y == h-1 || rows[y+1].to > c.to || c.next > 0 {
			write(to, c.to, sum)
			clear(sum)
			add(sum, across, c.next)
		}
	}
	return to
}

// covered says to which new line an old one adds, and with which share; next is what it
// adds to the line after.
type covered struct {
	to          int
	share, next float32
}

// cover spreads n old lines over m new ones, m not more than n.
func cover(n, m int) []covered {
	lines := make([]covered, n)
	part := float64(m) / float64(n)
	for i := range lines {
		to := i * m / n
		lines[i] = covered{to: to, share: float32(part)}
		// In whole numbers: the line reaches over the end of its new one.
		if over := (i+1)*m - (to+1)*n; over > 0 && to+1 < m {
			lines[i].next = float32(float64(over) / float64(n))
			lines[i].share -= lines[i].next
		}
	}
	return lines
}

func add(sum, line []float32, share float32) {
	if share == 0 {
		return
	}
	for i, value := range line {
		sum[i] += value * share
	}
}

func write(to *image.RGBA, y int, sum []float32) {
	line := to.Pix[y*to.Stride:]
	for x := range to.Rect.Dx() {
		for c := range 3 {
			line[4*x+c] = uint8(min(255, sum[3*x+c]+0.5))
		}
		line[4*x+3] = 255
	}
}

// upright turns and mirrors a picture as its orientation asks.
func upright(p *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 {
		return p
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var at image.Point
			switch orientation {
			case 2:
				at = image.Pt(w-1-x, y)
			case 3:
				at = image.Pt(w-1-x, h-1-y)
			case 4:
				at = image.Pt(x, h-1-y)
			case 5:
				at = image.Pt(y, x)
			case 6:
				at = image.Pt(h-1-y, x)
			case 7:
				at = image.Pt(h-1-y, w-1-x)
			case 8:
				at = image.Pt(y, w-1-x)
			}
			to.SetRGBA(at.X, at.Y, p.RGBAAt(x, y))
		}
	}
	return to
}
