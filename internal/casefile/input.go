package casefile

import (
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
)

// Input is what a step is given. A step reads the fields that its row demands.
type Input struct {
	Step    Step
	Version int32     // the case's version that the form carried; 0: a token or a job, which carry none
	Key     uuid.UUID // of this submission: repeated, it finds what it did the first time

	Reason     string
	Text       string
	Title      string
	CategoryID int64
	Level      string
	Proposal   string

	UnitID  int64
	DueOn   calendar.Date // zero: the county's period
	MayCall bool          // the unit must call the citizen
	Co      []CoOrder

	Class     string
	Promise   string
	PromiseOn calendar.Date

	RefusalID  int64
	LeadNumber string
	Day        calendar.Date
	Days       int
	DeputyID   int64
	Reference  string // the number of a 代表建议
	Broad      bool   // a 代表建议 that is broad or difficult: 6 months

	Citizen  Told   // how the citizen was told
	Deputies []Told // and each receiving deputy

	Result, Attitude int // 5 非常满意 … 1 非常不满意
	Channel          string
	Handle           bool // conclude: handle it again under supervision
}

// CoOrder asks a co-handling unit.
type CoOrder struct {
	UnitID int64
	DueOn  calendar.Date
}

// Told is one recipient's feedback: when, how, by whom.
type Told struct {
	DeputyID int64 // 0: the citizen
	Way      string
	On       calendar.Date
	By       string
}

func (in Input) toldDeputy(id int64) (told Told, found bool) {
	for _, told := range in.Deputies {
		if told.DeputyID == id {
			return told, true
		}
	}
	return Told{}, false
}

// Longest texts, in characters.
const (
	maxTitle = 60
	maxText  = 4000
)

// field checks one text field.
func field(invalid errs.Invalid, name, value, missing string, longest int) {
	switch {
	case strings.TrimSpace(value) == "":
		invalid[name] = missing
	default:
		optional(invalid, name, value, longest)
	}
}

// optional checks one text field that may be empty.
func optional(invalid errs.Invalid, name, value string, longest int) {
	switch {
	case !readable(value):
		invalid[name] = "里面有无法识别的字符，请重新输入。"
	case utf8.RuneCountInString(value) > longest:
		invalid[name] = "太长了，请压缩到 " + itoa(longest) + " 字以内。"
	}
}

// readable reports whether PostgreSQL can keep a text.
func readable(value string) bool { return utf8.ValidString(value) && !strings.ContainsRune(value, 0) }

// unreadable names the texts that no step can work with.
func (in Input) unreadable() errs.Invalid {
	invalid := errs.Invalid{}
	for name, value := range map[string]string{"reason": in.Reason, "text": in.Text, "title": in.Title, "proposal": in.Proposal,
		"class": in.Class, "promise": in.Promise, "lead_number": in.LeadNumber, "reference": in.Reference, "citizen_by": in.Citizen.By} {
		if !readable(value) {
			optional(invalid, name, value, maxText)
		}
	}
	return invalid
}
