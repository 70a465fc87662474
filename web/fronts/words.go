package fronts

import (
	"strconv"
	"strings"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/reception"
)

// few is how many deputies stand on the page before 看其余.
const few = 6

// kinds are what the three kinds of places call themselves.
var kinds = map[string]string{"station": "联络站", "point": "联络点", "post": "服务岗"}

func (p *place) kind() string { return kinds[p.Kind] }

// phone is the number to call: of a place that is open its own or its station's, else the
// office's.
func (p *place) phone() string {
	if p.State == "open" && p.Phone != nil {
		return *p.Phone
	}
	return p.county.Phone
}

// what says in two sentences what the place is.
func (p *place) what() string {
	if p.Kind == "station" {
		return "这里是人大代表联络站，人大代表在这里接待群众。意见、建议、困难都可以来说，不用注册，不收费。"
	}
	return "这里是" + p.StationName + "下面的" + p.kind() + "。意见、建议、困难都可以向人大代表说，不用注册，不收费。"
}

func (p *place) closedTitle() string {
	switch p.State {
	case "suspended":
		return "这个" + p.kind() + "暂停接待"
	case "merged":
		return "这个" + p.kind() + "已经并到别处"
	}
	return "这个" + p.kind() + "已经停用"
}

// turnTo says whom to ask instead.
func (p *place) turnTo() string {
	if p.county.Phone == "" {
		return "有事请到附近的联络站说，全县的联络站在下面。"
	}
	return "有事请打" + p.county.Office + "的电话，也可以到附近的联络站说。"
}

// notOver leaves out what has already ended today.
func (p *place) notOver(days []reception.Announced, now time.Time) []reception.Announced {
	clock := now.In(calendar.Shanghai).Format("15:04")
	for len(days) > 0 && days[0].Date == p.today && days[0].Ends <= clock {
		days = days[1:]
	}
	return days
}

// changedWords say what was announced otherwise before, and why the day was moved.
func changedWords(d reception.Announced, changed []string) string {
	words := "：" + strings.Join(changed, "；")
	if d.Why != nil {
		words += "。改期原因：" + *d.Why
	}
	return words
}

// offWords say what became of a day that was announced.
func offWords(d reception.Retracted, today calendar.Date) string {
	words := " 的公告撤回了，以后公布的为准"
	switch {
	case d.Cancelled:
		words = " 的接待取消了"
	case d.To != nil && d.To.Before(today):
		words = " 的接待提前到了 " + d.To.Chinese() + "，已经过了"
	case d.To != nil:
		words = " 原定的接待改到 " + d.To.Chinese()
		if !d.Sure {
			words += "，以后公布的为准"
		}
	}
	if d.Public != nil {
		words += "。原因：" + *d.Public
	}
	return words
}

// at is a place with its address, where that is known.
func at(place string, address *string) string {
	if address == nil {
		return place
	}
	return place + "，" + *address
}

// whose is the heading over the deputies: a point and a post have none of their own.
func (p *place) whose() string {
	if p.Kind == "station" {
		return "本站代表"
	}
	return "联络站的代表"
}

// mandates are a deputy's levels in full, each with where the deputy was elected.
func (p *place) mandates(d deputy.Public) string {
	all := make([]string, len(d.Mandates))
	for i, m := range d.Mandates {
		all[i] = deputy.LevelIn(m.Level, p.county.Name) + "（" + m.Unit + "）"
	}
	return strings.Join(all, "、")
}

// announcement is why there is no day on the page.
func (p *place) announcement() string {
	if p.phone() == "" {
		return "近期的接待日还没有公布，请到联络站问。"
	}
	return "近期的接待日还没有公布，可以打电话问。"
}

func (p *place) photoURL(d deputy.Public) string {
	return frontURL(p.Code) + "/photos/" + d.Photo.String()
}

// A face is drawn within a square of 72 pixels.
func faceWidth(d deputy.Public) string  { return face(*d.Width, d) }
func faceHeight(d deputy.Public) string { return face(*d.Height, d) }

func face(side int32, d deputy.Public) string {
	const longest = 72
	return strconv.Itoa(int(max(1, side*longest/max(*d.Width, *d.Height, longest))))
}
