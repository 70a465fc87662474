package browser

import (
	"encoding/hex"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/unicode/norm"
)

// sheetText is what is written on a sheet that Chromium printed, without blanks. The library
// reads the structure, but not the fonts of single bytes that Chinese is drawn with; each
// font says itself what its bytes mean, some of them as radicals that look like characters.
func sheetText(sheet pdf.Page) string {
	var text strings.Builder
	var font glyphs
	fonts := map[string]glyphs{}
	show := func(v pdf.Value) {
		for code := v.RawString(); len(code) >= font.width && font.width > 0; code = code[font.width:] {
			text.WriteString(font.means[code[:font.width]])
		}
	}
	pdf.Interpret(sheet.V.Key("Contents"), func(stack *pdf.Stack, op string) {
		var args []pdf.Value
		for stack.Len() > 0 {
			args = append(args, stack.Pop())
		}
		switch op {
		case "Tf": // size, name: the last comes first
			name := args[1].Name()
			if _, read := fonts[name]; !read {
				fonts[name] = glyphsOf(sheet.Font(name).V)
			}
			font = fonts[name]
		case "Tj":
			show(args[0])
		case "TJ":
			for i := range args[0].Len() {
				if part := args[0].Index(i); part.Kind() == pdf.String {
					show(part)
				}
			}
		}
	})
	return unbroken(text.String())
}

// unbroken is a text without blanks and line breaks, in the usual characters.
func unbroken(text string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\n", "", "\t", "", "⻚", "页", "⺠", "民", "⻅", "见", "⻓", "长", "‒", "–").Replace(norm.NFKC.String(text))
}

// glyphs is what the codes of a font mean, each of so many bytes.
type glyphs struct {
	width int
	means map[string]string
}

var (
	mapped = regexp.MustCompile(`(?m)^<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>$`)
	ranged = regexp.MustCompile(`(?m)^<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>$`)
)

func glyphsOf(font pdf.Value) glyphs {
	g := glyphs{width: 1, means: map[string]string{}}
	if font.Key("Subtype").Name() == "Type0" {
		g.width = 2
	}
	stream := font.Key("ToUnicode").Reader()
	defer stream.Close()
	table, err := io.ReadAll(stream)
	if err != nil {
		return g
	}
	for _, m := range mapped.FindAllStringSubmatch(string(table), -1) {
		g.means[raw(m[1])] = utf16Text(raw(m[2]))
	}
	for _, m := range ranged.FindAllStringSubmatch(string(table), -1) {
		first, _ := strconv.ParseInt(m[1], 16, 32)
		last, _ := strconv.ParseInt(m[2], 16, 32)
		to, _ := strconv.ParseInt(m[3], 16, 32)
		for n := int64(0); first+n <= last; n++ {
			code := strconv.FormatInt(first+n, 16)
			g.means[raw(strings.Repeat("0", len(m[1])-len(code))+code)] = string(rune(to + n))
		}
	}
	return g
}

func raw(digits string) string {
	plain, _ := hex.DecodeString(digits)
	return string(plain)
}

func utf16Text(bytes string) string {
	var units []uint16
	for i := 0; i+1 < len(bytes); i += 2 {
		units = append(units, uint16(bytes[i])<<8|uint16(bytes[i+1]))
	}
	return string(utf16.Decode(units))
}
