package blob

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// maxScans is how many scans a JPEG may have: a progressive one has about ten, and one
// with thousands keeps the decoder busy for minutes.
const maxScans = 100

// jpegSurvey is what a JPEG's markers say, read without decoding anything.
type jpegSurvey struct {
	orientation int // 1 to 8, as Exif counts; 1 is upright
	scans       int
	progressive bool
	plain       bool    // colours that are not YCbCr, which the decoder copies once more
	samples     float64 // a pixel, of all components
}

// bytes is what a pixel takes while it is decoded: its samples, for a progressive JPEG
// four bytes more for each.
func (s jpegSurvey) bytes() float64 {
	bytes := s.samples
	if s.progressive {
		bytes *= 5
	}
	if s.plain {
		bytes += 4
	}
	return bytes
}

// survey walks through a JPEG's markers to its end. What is broken it leaves to the
// decoder.
func survey(r io.Reader) jpegSurvey {
	s := jpegSurvey{orientation: 1}
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		marker, err := nextMarker(in)
		if err != nil || marker == 0xd9 { // the end
			return s
		}
		if marker == 0xd8 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 { // these stand alone
			continue
		}
		var length [2]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return s
		}
		segment := make([]byte, max(0, int(binary.BigEndian.Uint16(length[:]))-2))
		if _, err := io.ReadFull(in, segment); err != nil {
			return s
		}
		s.read(marker, segment)
	}
}

// nextMarker skips to the next marker: what a scan holds is none.
func nextMarker(in *bufio.Reader) (byte, error) {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		for b == 0xff {
			if b, err = in.ReadByte(); err != nil {
				return 0, err
			}
			if b != 0 && b != 0xff {
				return b, nil
			}
		}
	}
}

func (s *jpegSurvey) read(marker byte, segment []byte) {
	switch marker {
	case 0xc0, 0xc1, 0xc2:
		s.frame(segment)
		s.progressive = marker == 0xc2
	case 0xda:
		s.scans++
	case 0xe1:
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
			s.orientation = orientation(tiff)
		}
	case 0xee:
		if bytes.HasPrefix(segment, []byte("Adobe")) && len(segment) >= 12 && segment[11] == 0 {
			s.plain = true
		}
	}
}

// frame reads how the components are sampled.
func (s *jpegSurvey) frame(segment []byte) {
	if len(segment) < 6 {
		return
	}
	components := int(segment[5])
	widest, highest, sum := 1, 1, 0
	for i := range components {
		at := 6 + 3*i
		if at+2 >= len(segment) {
			break
		}
		h, v := int(segment[at+1]>>4), int(segment[at+1]&15)
		widest, highest, sum = max(widest, h), max(highest, v), sum+h*v
		if i == 0 && segment[at] == 'R' {
			s.plain = true
		}
	}
	s.samples = float64(sum) / float64(widest*highest)
	if components == 4 {
		s.plain = true
	}
}

// orientation finds tag 0x0112 in the first directory of an Exif block; 1 where there is
// none that makes sense.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	for range order.Uint16(tiff[at:]) {
		entry := at + 2
		if entry+12 > uint64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if o := int(order.Uint16(tiff[entry+8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		at += 12
	}
	return 1
}
