package demo

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lianluo/internal/casefile"
)

//go:embed corpus/*.txt
var corpusFiles embed.FS

// matter is one thing that people say, with what may come of it; corpus/README.md has
// the format.
type matter struct {
	category string // the second level's name with the first's: 道路交通/村道养护
	unit     string // the kind of unit that handles it
	nature   string
	rural    bool // said in villages
	urban    bool // said in town communities
	months   uint16
	titles   []string
	words    []string
	proposal string
	now      []string // answers on the spot
	replies  []reply
	refusal  *refusal // it is not taken on
}

// reply is a unit's result.
type reply struct {
	class   string
	text    string
	promise string
	days    int // until the promise is due
}

// refusal is why a matter is not taken on, and where its citizen is sent.
type refusal struct {
	step             casefile.Step
	reason, guidance string
}

// township reports whether the township's own units handle it.
func (m *matter) township() bool { return m.unit == unitGov || m.unit == unitService }

// in reports whether it is said in that month.
func (m *matter) in(month int) bool { return m.months&(1<<month) != 0 }

// of returns the replies of the given classes.
func (m *matter) of(classes string) []reply {
	var some []reply
	for _, r := range m.replies {
		if strings.Contains(classes, r.class) {
			some = append(some, r)
		}
	}
	return some
}

var matters = sync.OnceValue(func() []*matter {
	all, err := readCorpus()
	if err != nil {
		panic("demo: " + err.Error()) // a fault of the build: the tests read it
	}
	return all
})

func readCorpus() ([]*matter, error) {
	files, err := corpusFiles.ReadDir("corpus")
	if err != nil {
		return nil, err
	}
	var all []*matter
	for _, file := range files {
		text, err := corpusFiles.ReadFile("corpus/" + file.Name())
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if all, err = readLine(all, strings.TrimSpace(line)); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file.Name(), i+1, err)
			}
		}
	}
	return all, nil
}

// readLine adds a line to the last matter of all, or begins another.
func readLine(all []*matter, line string) ([]*matter, error) {
	if line == "" {
		return all, nil
	}
	kind, rest, found := strings.Cut(line, " ")
	if !found {
		return nil, fmt.Errorf("%q has no text", line)
	}
	if kind == "#" {
		m, err := readHead(rest)
		return append(all, m), err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q stands before the first matter", line)
	}
	m := all[len(all)-1]
	switch kind {
	case "T":
		m.titles = append(m.titles, rest)
	case "W":
		m.words = append(m.words, rest)
	case "P":
		m.proposal = rest
	case "N":
		m.now = append(m.now, rest)
	case "A", "B", "C", "D":
		return all, m.readReply(kind, strings.Split(rest, " ~ "))
	case "X":
		return all, m.readRefusal(strings.Split(rest, " ~ "))
	default:
		return nil, fmt.Errorf("unknown line %q", kind)
	}
	return all, nil
}

func readHead(line string) (*matter, error) {
	parts := strings.Split(line, " | ")
	if len(parts) < 4 {
		return nil, fmt.Errorf("%q has %d parts", line, len(parts))
	}
	m := &matter{category: parts[0], unit: parts[1], nature: parts[2], months: 0x1fff}
	m.rural, m.urban = parts[3] != "u", parts[3] != "r"
	if len(parts) == 5 {
		from, to, _ := strings.Cut(parts[4], "-")
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("months %q", parts[4])
		}
		m.months = 1 << last
		for month := first; month != last; month = month%12 + 1 {
			m.months |= 1 << month
		}
	}
	return m, nil
}

func (m *matter) readReply(class string, parts []string) error {
	r := reply{class: class, text: parts[0]}
	promised := class == "B" || class == "C"
	if promised != (len(parts) == 3) {
		return fmt.Errorf("class %s with %d parts", class, len(parts))
	}
	if promised {
		days, err := strconv.Atoi(parts[2])
		if err != nil {
			return err
		}
		r.promise, r.days = parts[1], days
	}
	m.replies = append(m.replies, r)
	return nil
}

var refusalSteps = []casefile.Step{casefile.Refuse, casefile.Refer, casefile.Keep}

func (m *matter) readRefusal(parts []string) error {
	if len(parts) != 3 || !slices.Contains(refusalSteps, casefile.Step(parts[0])) {
		return fmt.Errorf("refusal %q", parts)
	}
	m.refusal = &refusal{casefile.Step(parts[0]), parts[1], parts[2]}
	return nil
}
