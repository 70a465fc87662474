package static

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pairs are the pairs of DESIGN-UI section 3 with the contrast that each needs.
var pairs = []struct {
	front, back string
	needs       float64
}{
	{"ink", "surface", 4.5}, {"ink", "paper", 4.5},
	{"ink-2", "surface", 4.5}, {"ink-2", "sunken", 4.5}, {"ink-2", "paper", 4.5},
	{"ink-3", "surface", 4.5}, {"ink-3", "paper", 4.5}, {"ink-3", "act-soft", 4.5},
	{"act", "surface", 4.5}, {"act", "paper", 4.5}, {"act", "act-soft", 4.5},
	{"on-act", "act", 4.5}, {"on-act", "act-2", 4.5},
	{"seal", "surface", 4.5}, {"seal", "paper", 4.5}, {"on-seal", "seal", 4.5}, {"on-mark", "mark", 4.5},
	{"warn", "warn-soft", 4.5}, {"warn", "surface", 4.5}, {"ok", "ok-soft", 4.5},
	{"line-2", "surface", 3}, {"line-2", "paper", 3}, {"act", "bar-off", 3},
	{"ink", "act-soft", 4.5}, {"ink-2", "act-soft", 4.5}, {"ink", "ok-soft", 4.5}, {"ink", "warn-soft", 4.5},
}

func TestContrast(t *testing.T) {
	t.Parallel()
	source, err := files.ReadFile("css/00-tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(minify(source))
	light := tokens(t, css, ":root{")
	for _, theme := range []struct {
		name     string
		selector string
	}{{"light", ""}, {"dark", `:root[data-theme="dark"]{`}, {"auto", `:root[data-theme="auto"]{`}} {
		colours := map[string]string{}
		for _, block := range []map[string]string{light, tokens(t, css, theme.selector)} {
			for name, colour := range block {
				colours[name] = colour
			}
		}
		for _, pair := range pairs {
			if got := contrast(t, colours[pair.front], colours[pair.back]); got < pair.needs {
				t.Errorf("%s: %s on %s has %.2f, needs %.1f", theme.name, pair.front, pair.back, got, pair.needs)
			}
		}
	}
	if got := contrast(t, "#1c2025", "#fff"); math.Abs(got-16.37) > .01 {
		t.Errorf("the formula is wrong: %.2f, want 16.37", got)
	}
}

// A colour outside the tokens would escape the test above, and the dark theme. The
// printed sheet is white and black on purpose.
func TestNoRawColours(t *testing.T) {
	t.Parallel()
	raw := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(`)
	for _, name := range []string{"10-base", "20-parts", "30-office", "40-citizen"} {
		source, err := files.ReadFile("css/" + name + ".css")
		if err != nil {
			t.Fatal(err)
		}
		if found := raw.FindString(string(minify(source))); found != "" {
			t.Errorf("%s.css has the raw colour %s", name, found)
		}
	}
}

// tokens returns the colours of the block that begins with selector.
func tokens(t *testing.T, css, selector string) map[string]string {
	t.Helper()
	found := map[string]string{}
	if selector == "" {
		return found
	}
	_, rest, ok := strings.Cut(css, selector)
	if !ok {
		t.Fatalf("no block %s", selector)
	}
	block, _, _ := strings.Cut(rest, "}")
	for declaration := range strings.SplitSeq(block, ";") {
		name, value, _ := strings.Cut(declaration, ":")
		if strings.HasPrefix(value, "#") {
			found[strings.TrimPrefix(name, "--")] = value
		}
	}
	if len(found) < 15 {
		t.Fatalf("%s has only %d colours", selector, len(found))
	}
	return found
}

// contrast is the ratio of WCAG 2.
func contrast(t *testing.T, front, back string) float64 {
	t.Helper()
	a, b := luminance(t, front), luminance(t, back)
	return (max(a, b) + .05) / (min(a, b) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	if len(digits) != 6 {
		t.Fatalf("no colour: %q", colour)
	}
	var sum float64
	for i, weight := range [3]float64{.2126, .7152, .0722} {
		channel, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		v := float64(channel) / 255
		if v <= .04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
