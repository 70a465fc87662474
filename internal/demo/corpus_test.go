package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lianluo/internal/casefile"
	"lianluo/internal/option"
)

// There are enough matters, and each has everything that may come of it.
func TestCorpus(t *testing.T) {
	t.Parallel()
	all, err := readCorpus()
	if err != nil {
		t.Fatal(err)
	}
	whole, onTheSpot := 0, 0
	for _, m := range all {
		if len(m.titles) == 0 || len(m.words) < 2 || m.proposal == "" {
			t.Errorf("%v: titles, words or a proposal are missing", m.titles)
		}
		if !slices.ContainsFunc(casefile.Natures, func(o option.Option) bool { return o.Value == m.nature }) {
			t.Errorf("%v: nature %q", m.titles, m.nature)
		}
		if (&unit{kind: m.unit}).categoriesOf() == nil {
			t.Errorf("%v: unit %q", m.titles, m.unit)
		}
		for _, title := range m.titles {
			if n := utf8.RuneCountInString(title); n < 6 || n > 30 {
				t.Errorf("title %q has %d characters", title, n)
			}
		}
		if m.refusal != nil {
			continue
		}
		whole++
		if len(m.now) > 0 {
			onTheSpot++
		}
		if len(m.replies) < 2 || len(m.of("A")) == 0 {
			t.Errorf("%v: %d replies", m.titles, len(m.replies))
		}
	}
	if whole < 100 || onTheSpot < 60 {
		t.Errorf("%d matters, %d of them answered on the spot", whole, onTheSpot)
	}
}

// Every way of not taking a matter on has matters of its own.
func TestRefusedMatters(t *testing.T) {
	t.Parallel()
	steps, reasons := map[casefile.Step]int{}, map[string]bool{}
	for _, m := range matters() {
		if m.refusal != nil {
			steps[m.refusal.step]++
			reasons[m.refusal.reason] = true
		}
	}
	for _, step := range refusalSteps {
		if steps[step] < 2 {
			t.Errorf("%s has %d matters", step, steps[step])
		}
	}
	if len(reasons) < 6 {
		t.Errorf("reasons %v", reasons)
	}
}

// Texts name slots that exist, and nothing that could be a number of somebody.
func TestTexts(t *testing.T) {
	t.Parallel()
	known := "{村}{里}{乡}{县}{城}{组}{户}{人}{米}{亩}{元}{天}{年}{月}{岁}{办}"
	slot := regexp.MustCompile(`\{[^}]*\}`)
	digits := regexp.MustCompile(`\d{6,}`)
	check := func(text, also string) {
		for _, found := range slot.FindAllString(text, -1) {
			if !strings.Contains(known+also, found) {
				t.Errorf("%s has no slot in %q", found, text)
			}
		}
		if digits.MatchString(text) || !utf8.ValidString(text) {
			t.Errorf("%q", text)
		}
	}
	for _, m := range matters() {
		for _, text := range slices.Concat(m.titles, m.words, m.now, []string{m.proposal}) {
			check(text, "")
		}
		for _, r := range m.replies {
			check(r.text, "{日}{期}")
			check(r.promise, "{期}")
		}
	}
}
