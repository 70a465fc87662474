package register

import (
	"cmp"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/deputy"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	of "lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// contact is a deputy in the group of a station, as 代表联系卡 tells it: what everybody may know, and
// never the deputy's own number.
type contact struct {
	tenant.Row
	Name     string
	Mandates []deputy.Running
	Duties   *string
	Code     string // of the station
	Station  string
	Role     string
	Address  *string
	Phone    *string // the station's, else the office's
	Days     []of.Meeting
	County   string
}

// contacts are 代表联系卡: one for each station whose group a deputy is in, as it stands today
// whatever the period.
var contacts = source[contact]{
	list: postgres.List{
		Columns: `d.name, ` + deputy.RunningMandates + ` as mandates, d.duties, s.code, s.name as station, g.role, s.address,
			coalesce(s.phone, root.phone, y.phone) as phone, ` + of.Meetings + ` as days, y.name as county`,
		From: `station_deputies g join deputies d on d.county_id = @county and d.id = g.deputy_id
			join stations s on s.county_id = @county and s.id = g.station_id`,
		Joins: `join stations root on root.county_id = @county and root.id = s.root_id
			join counties y on y.id = (@county)`,
		ID:      `g.id`,
		Orders:  []postgres.Order{{Name: "station", By: `s.code`, Type: "text"}},
		Filters: []postgres.Filter{{Name: "station", Kind: postgres.ID, Where: `g.station_id = @station`}},
	},
	link: func(c contact, _ Reader) string { return "/s/" + c.Code },
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		return append(stationed(by, args, `g.station_id`), inGroup)
	},
	sums: sums{of: `g.id`, are: `0 as visits, 0 as persons, 0 as matters`},
	fields: []field[contact]{
		said("name", "姓名", "", func(c contact) string { return c.Name }).head(),
		said("mandates", "代表身份", "", contact.mandates),
		said("duties", "职务", "", func(c contact) string { return null.Value(c.Duties) }),
		said("station", "联络站", "", func(c contact) string { return c.Station + "（" + deputy.NameOf(deputy.Roles, c.Role) + "）" }),
		said("address", "地址", "", func(c contact) string { return null.Value(c.Address) }),
		said("days", "接待日", "", contact.ahead),
		said("phone", "联系电话", "", contact.phone),
		picture[contact]("photo", "照片"),
		picture[contact]("qr", "二维码"),
	},
}

const inGroup = `g.county_id = @county and g.to_date is null`

// ContactsOf queues the cards of the deputy with that 档案号, as a form has them; what they say
// everybody may know. Each leads to the public page of its station.
func ContactsOf(v *tenant.View, number int32) func(Form) ([]Line, error) {
	return contacts.about(v, Reader{}, inGroup+` and d.number = @number`, pgx.NamedArgs{"number": number})
}

// mandates are the running ones: 第十七届县人大代表（王桥选区）.
func (c contact) mandates() string {
	words := make([]string, len(c.Mandates))
	for i, m := range c.Mandates {
		words[i] = m.Words(c.County)
	}
	return strings.Join(words, "；")
}

func (c contact) phone() string {
	if c.Phone == nil {
		return ""
	}
	return *c.Phone + "（联络站）"
}

// ahead are the reception days that a card names.
func (c contact) ahead() string {
	days := make([]string, len(c.Days))
	for i, day := range c.Days {
		days[i] = day.Date.Chinese() + " " + day.Starts + "–" + day.Ends
	}
	return cmp.Or(strings.Join(days, "、"), "请看联络站公布的日子")
}
