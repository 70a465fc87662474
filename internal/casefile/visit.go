package casefile

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Ways of arriving, and the rest of a visit's closed lists, as pages say them.
var (
	Ways    = []option.Option{{"visit", "来访"}, {"call", "来电"}, {"household", "走访"}, {"letter", "来信"}, {"on_behalf", "代交"}}
	Natures = []option.Option{{"opinion", "意见"}, {"suggestion", "建议"}, {"criticism", "批评"}, {"help", "求助"},
		{"inquiry", "咨询"}, {"complaint", "投诉"}, {"other", "其他"}}
	ReplyBys = []option.Option{{"phone", "电话"}, {"message", "短信"}, {"person", "当面"}, {"letter", "书面"}, {"none", "不用告诉"}}
	Purposes = []option.Option{{"ask", "问路咨询"}, {"thanks", "感谢"}, {"other", "其他"}}
	Genders  = []option.Option{{"male", "男"}, {"female", "女"}}
	Notices  = []option.Option{{"read_out", "已口头告知"}, {"shown", "已看过告知书"}, {"paper", "已给纸质告知书"}}
)

// reachable reports whether somebody can be asked for a rating: by a number, or in person.
func (v Visit) reachable() bool {
	return v.ReplyBy != "none" && (v.Phone != "" || v.Name != "")
}

// brought are the matters that become cases.
func (v Visit) brought() []Matter {
	return slices.DeleteFunc(slices.Clone(v.Matters), func(m Matter) bool { return m.ReturnTo != "" })
}

// MostMatters is how many matters one visit may bring.
const MostMatters = 9

// check checks a visit and returns the phone number in its normal form.
func (v *Visit) check(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor) (phone string, err error) {
	invalid := errs.Invalid{}
	v.Name = strings.TrimSpace(v.Name)
	if v.Name == "匿名" {
		v.Name = ""
	}
	if v.Phone != "" {
		if phone, err = private.NormalizePhone(v.Phone); err != nil {
			invalid["phone"] = err.Error()
		}
	}
	v.checkForm(invalid, tx)
	for i, m := range v.Matters {
		m.check(invalid, itoa(i+1), len(v.Deputies) > 0, by)
	}
	if err := v.checkChosen(ctx, tx, invalid); err != nil {
		return "", err
	}
	if err := v.checkEarlier(ctx, tx, keys, by, invalid); err != nil {
		return "", err
	}
	return phone, invalid.Err()
}

func (v *Visit) checkForm(invalid errs.Invalid, tx *tenant.Tx) {
	optional(invalid, "name", v.Name, 30)
	optional(invalid, "village", v.Village, 60)
	if v.Persons < 1 || v.Persons > 999 {
		invalid["persons"] = "人数应是 1 到 999。"
	}
	if v.Key == uuid.Nil {
		invalid["key"] = "这张表打开得不完整，请重新打开登记页。"
	}
	v.checkWhen(invalid, calendar.DateOf(tx.Now()), tx.Now())
	if v.Gender != "" && !option.Has(Genders, v.Gender) {
		invalid["gender"] = "请选择性别，或者不填。"
	}
	for name, list := range map[string][]option.Option{"way": Ways, "reply_by": ReplyBys, "notice_given": Notices} {
		value := map[string]string{"way": v.Way, "reply_by": v.ReplyBy, "notice_given": v.NoticeGiven}[name]
		if !option.Has(list, value) {
			invalid[name] = "请选择一项。"
		}
	}
	if (v.ReplyBy == "phone" || v.ReplyBy == "message") && v.Phone == "" {
		invalid["phone"] = "要电话或短信回复，请填电话；没有电话的，回复方式请选“当面”或“不用告诉”。"
	}
	if len(v.Deputies) == 0 && (v.Way == "household" || v.Way == "on_behalf") {
		invalid["deputies"] = "走访和代交，请选择是哪位代表。"
	}
	v.checkPurpose(invalid)
}

// Earliest is the first year of which anybody has papers to enter.
const Earliest = 2000

// checkWhen checks when somebody came: what is older than the year before is on paper, and
// was looked at twice.
func (v *Visit) checkWhen(invalid errs.Invalid, today calendar.Date, now time.Time) {
	day := calendar.DateOf(v.ReceivedAt)
	old := day.Year() < today.Year()-1
	switch {
	case v.ReceivedAt.IsZero():
		invalid["received_at"] = "请填来访时间。"
	case v.ReceivedAt.After(now):
		invalid["received_at"] = "来访时间不能晚于现在。"
	case day.Year() < Earliest:
		invalid["received_at"] = "来访日期写成了 " + itoa(day.Year()) + " 年，年份不对，请改正。"
	case old && !v.Late:
		invalid["received_at"] = "来访日期是 " + itoa(day.Year()) + " 年的，请核对年份。补录以前的纸质登记，请勾选下面的“补录纸质登记，日期没有写错”。"
	case old && !v.Old:
		invalid["old"] = "来访日期是 " + itoa(day.Year()) + " 年的，请核对。没有写错的，请勾选这一项再登记。"
	}
}

// checkPurpose checks that a visit brings something, or says what else it was for.
func (v *Visit) checkPurpose(invalid errs.Invalid) {
	n := len(v.Matters)
	switch {
	case v.Purpose == "" && (n < 1 || n > MostMatters):
		invalid["words-1"] = "请写下反映的事，一次来访最多 9 件。"
	case v.Purpose != "" && n > 0:
		invalid["purpose"] = "写了反映的事，就不用选这一项；没有要反映的，请把上面的事删去。"
	case v.Purpose != "" && !option.Has(Purposes, v.Purpose):
		invalid["purpose"] = "请选择一项。"
	case v.Purpose == "" && v.Note != "":
		invalid["purpose"] = "请选择来做什么。"
	}
	optional(invalid, "note", v.Note, 500)
}

func (m Matter) check(invalid errs.Invalid, n string, deputies bool, by auth.Actor) {
	if m.ReturnTo != "" {
		optional(invalid, "words-"+n, m.Words, maxText)
		return
	}
	field(invalid, "words-"+n, m.Words, "请写下反映了什么，照来访人的原话写。", maxText)
	if !option.Has(Natures, m.Nature) {
		invalid["nature-"+n] = "请选择性质。"
	}
	if !m.AnswerNow {
		return
	}
	field(invalid, "answer-"+n, m.Answer, "请写下当场是怎么答复的。", maxText)
	if !deputies {
		invalid["deputies"] = "有当场答复的事，请选择是哪位代表接待的。"
	}
	if by.Role != auth.Clerk && by.Role != auth.StationHead {
		invalid["answer-"+n] = "当场答复只能由联络站登记。"
	}
}

// checkChosen checks that place, deputies, categories and notice are the county's own.
func (v *Visit) checkChosen(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid) error {
	open, err := holdPlace(ctx, tx, v.StationID, v.PlaceID)
	if err != nil {
		return err
	}
	if !open {
		invalid["place_id"] = "请选择本站或下面的联络点。"
	}
	slices.Sort(v.Deputies)
	v.Deputies = slices.Compact(v.Deputies)
	known, err := deputy.Receiving(ctx, tx, v.StationID, calendar.DateOf(v.ReceivedAt), v.Deputies)
	if err != nil {
		return err
	}
	if int(known) != len(v.Deputies) {
		invalid["deputies"] = "选的代表里，有的不在本站的代表小组里，当天也没有在本站值班。请重新选择接待代表。"
	}
	for i, m := range v.Matters {
		if m.ReturnTo != "" {
			continue
		}
		known, err = postgres.Value[int64](ctx, tx, `select count(*) from categories
			where county_id = @county and id = @id and not retired`, pgx.NamedArgs{"id": m.CategoryID})
		if err != nil {
			return err
		}
		if known == 0 {
			invalid["category-"+itoa(i+1)] = "请选择类别。"
		}
	}
	if v.Notice == "" {
		return nil
	}
	known, err = postgres.Value[int64](ctx, tx, `select count(*) from notices where county_id = @county and version = @version`,
		pgx.NamedArgs{"version": v.Notice})
	if err == nil && known == 0 {
		invalid["notice_given"] = "没有这一版告知书，请重新打开登记页。"
	}
	return err
}

// holdPlace holds a place of the station, so that one that closes in this moment closes before, or
// moves this visit's cases; false where it is none that is open. Who closes it holds it first.
func holdPlace(ctx context.Context, tx *tenant.Tx, station, place int64) (open bool, err error) {
	found, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from stations
		where county_id = @county and id = @place_id and root_id = @station_id and state = 'open' for share`,
		pgx.NamedArgs{"place_id": place, "station_id": station})
	return len(found) > 0, err
}

var sentenceEnd = regexp.MustCompile(`[。！？；\n]`)

// TitleOf is the title that a matter has until somebody puts it in order: its first
// sentence, cut at twenty-odd characters.
func TitleOf(words string) string {
	first := strings.TrimSpace(words)
	for _, sentence := range sentenceEnd.Split(first, -1) {
		if sentence = strings.TrimSpace(sentence); sentence != "" {
			first = sentence
			break
		}
	}
	const longest = 24
	if utf8.RuneCountInString(first) <= longest {
		return first
	}
	runes := []rune(first)[:longest]
	if comma := strings.LastIndex(string(runes), "，"); comma > len(string(runes))/2 {
		return string(runes)[:comma]
	}
	return string(runes) + "…"
}
