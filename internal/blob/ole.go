package blob

import (
	"encoding/binary"
	"io"
	"slices"
	"unicode/utf16"
)

const (
	noPPT      = "是老格式的 PPT。请另存为 pptx 或者 PDF 再传。"
	noPassword = "加了密码，别人打不开。请取消密码，另存一份再传。"
	noOLE      = "认不出是哪一种老格式的文件。请另存为 docx、xlsx、pptx 或者 PDF 再传。"
)

// judgeOLE tells what an OLE2 file is, the way Office kept documents before 2007 and WPS
// its own, by the names in its directory. Macros of a text or a table stand in a storage
// of their own, so they are seen; those of a presentation are not, so none is taken.
func judgeOLE(file io.ReaderAt) (Format, error) {
	names, ok := oleNames(file)
	has := func(any ...string) bool {
		return slices.ContainsFunc(any, func(name string) bool { return slices.Contains(names, name) })
	}
	switch {
	case !ok:
		return "", refuse(badOffice)
	case has("EncryptedPackage", "EncryptionInfo"):
		return "", refuse(noPassword)
	case has("Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"):
		return "", refuse(noMacros)
	case has("PowerPoint Document"):
		return "", refuse(noPPT)
	case has("WordDocument") && !has("Workbook", "Book"):
		return DOC, nil
	case has("Workbook", "Book") && !has("WordDocument"):
		return XLS, nil
	}
	return "", refuse(noOLE)
}

const (
	oleEntry      = 128    // bytes of an entry of the directory
	maxOLEEntries = 20_000 // a bound, and thereby the end of a chain that turns in a circle
)

// oleNames reads the names in an OLE2 file's directory, which is a chain of sectors, as a
// flat list. ok is false where the file is broken.
func oleNames(file io.ReaderAt) (names []string, ok bool) {
	var header [512]byte
	if _, err := file.ReadAt(header[:], 0); err != nil {
		return nil, false
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	o := oleFile{file: file, header: header[:], sector: 1 << shift}
	buf := make([]byte, o.sector)
	at := binary.LittleEndian.Uint32(header[48:])
	for read := 0; at < 0xfffffff0; read += len(buf) / oleEntry {
		if read > maxOLEEntries || !o.read(at, 0, buf) {
			return nil, false
		}
		for entry := range slices.Chunk(buf, oleEntry) {
			if name := oleName(entry); name != "" {
				names = append(names, name)
			}
		}
		if at, ok = o.next(at); !ok {
			return nil, false
		}
	}
	return names, true
}

// oleName is the name of an entry, "" for one that is not used.
func oleName(entry []byte) string {
	length := binary.LittleEndian.Uint16(entry[64:])
	if entry[66] == 0 || length < 4 || length > 64 {
		return ""
	}
	units := make([]uint16, length/2-1)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(entry[2*i:])
	}
	return string(utf16.Decode(units))
}

type oleFile struct {
	file   io.ReaderAt
	header []byte
	sector int64
}

// read fills buf from a place in a sector.
func (o oleFile) read(sector uint32, at int64, buf []byte) bool {
	n, _ := o.file.ReadAt(buf, (int64(sector)+1)*o.sector+at)
	return n == len(buf)
}

// next is the sector that follows another in its chain, by the allocation table. The
// table's own sectors are listed in the header, and from the 110th on in a chain.
func (o oleFile) next(sector uint32) (uint32, bool) {
	perSector := uint32(o.sector / 4)
	index := sector / perSector
	var table uint32
	if index < 109 {
		table = binary.LittleEndian.Uint32(o.header[76+4*index:])
	} else {
		list, word := binary.LittleEndian.Uint32(o.header[68:]), make([]byte, 4)
		for range (index - 109) / (perSector - 1) {
			if !o.read(list, o.sector-4, word) {
				return 0, false
			}
			list = binary.LittleEndian.Uint32(word)
		}
		if !o.read(list, int64(4*((index-109)%(perSector-1))), word) {
			return 0, false
		}
		table = binary.LittleEndian.Uint32(word)
	}
	var word [4]byte
	if !o.read(table, int64(4*(sector%perSector)), word[:]) {
		return 0, false
	}
	return binary.LittleEndian.Uint32(word[:]), true
}
