package casefile

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
)

// check checks what the visit should have been, as a registration is checked, and notes what changes.
func (c *correcting) check(key uuid.UUID) error {
	invalid, err := c.asRegistered(key)
	if err != nil {
		return err
	}
	if c.Answered && len(c.to.Deputies) == 0 {
		invalid["deputies"] = "有当场答复的事，请选择是哪位代表接待的。"
	}
	c.checkReply(invalid)
	c.note()
	if err := c.names(invalid); err != nil {
		return err
	}
	if err := c.checkReturns(invalid); err != nil {
		return err
	}
	if err := c.checkReturned(invalid); err != nil {
		return err
	}
	if len(c.said) == 0 && len(invalid) == 0 {
		invalid[""] = "没有改动。"
	}
	return invalid.Err()
}

// asRegistered finds what a registration would find wrong.
func (c *correcting) asRegistered(key uuid.UUID) (errs.Invalid, error) {
	to := &c.to
	v := Visit{Key: key, StationID: c.StationID, PlaceID: to.PlaceID, ReceivedAt: to.ReceivedAt, Way: to.Way, Persons: to.Persons, Name: to.Name,
		Village: to.Village, Phone: to.Phone, ReplyBy: "none", NoticeGiven: Notices[0].Value, Deputies: slices.Clone(to.Deputies), Late: true, Old: true,
		Purpose: "other"}
	if c.Purpose != nil {
		v.Purpose, v.Note = to.Purpose, to.Note
	}
	invalid := errs.Invalid{}
	phone, err := v.check(c.ctx, c.tx, c.keys, c.by)
	if found, ok := errors.AsType[errs.Invalid](err); ok {
		invalid = found
	} else if err != nil {
		return nil, err
	}
	if c.Purpose != nil && to.Purpose == "" {
		delete(invalid, "words-1")
		invalid["purpose"] = "请选择来做什么；有事反映的，请另外登记一次。"
	}
	c.phone, to.Name, to.Deputies = phone, v.Name, v.Deputies
	// Who comes today did not come years ago.
	if year := calendar.DateOf(to.ReceivedAt).Year(); !c.Late && !to.ReceivedAt.IsZero() && invalid["received_at"] == "" && year < calendar.DateOf(c.tx.Now()).Year()-1 {
		invalid["received_at"] = "来访日期写成了 " + itoa(year) + " 年，年份不对，请改正。"
	}
	return invalid, nil
}

// checkReply checks how the visitor is told, and in what confidence it is.
func (c *correcting) checkReply(invalid errs.Invalid) {
	to := &c.to
	if !option.Has(ReplyBys, to.ReplyBy) {
		invalid["reply_by"] = "请选择一项。"
	}
	if c.blind() == nil && invalid["phone"] == "" && (to.ReplyBy == "phone" || to.ReplyBy == "message") {
		invalid["phone"] = "要电话或短信回复，请填电话；没有电话的，回复方式请选“当面”或“不用告诉”。"
	}
	if to.NoPhone && to.Phone != "" {
		invalid["phone"] = "填了电话，又选了没有留电话，请只选一样。"
	}
	if to.Confidential && to.MayPublish {
		invalid["may_publish"] = "要求保密的不公开：“要求保密”和“同意公开”只能选一项，请问来访人选哪一项。"
	}
}

// note says what changes.
func (c *correcting) note() {
	to := c.to
	c.newName = null.Value(c.Name) != to.Name
	c.newPhone = c.phone != "" || to.NoPhone && c.Phone != nil
	c.newReply = c.ReplyBy != to.ReplyBy
	c.changed("姓名", masked1(null.Value(c.Name)), masked1(to.Name), c.newName)
	phone := ""
	if c.phone != "" {
		phone = private.MaskPhone(c.phone)
	}
	c.changed("电话", null.Value(c.Phone), phone, c.newPhone)
	c.changed("村或社区", private.MaskAddress(null.Value(c.Village)), private.MaskAddress(to.Village), null.Value(c.Village) != to.Village)
	c.changed("人数", itoa(c.Persons), itoa(to.Persons), c.Persons != to.Persons)
	at := func(t time.Time) string { return t.In(calendar.Shanghai).Format("2006-01-02 15:04") }
	c.changed("来访时间", at(c.ReceivedAt), at(to.ReceivedAt), at(c.ReceivedAt) != at(to.ReceivedAt))
	c.changed("方式", option.NameOf(Ways, c.Way), option.NameOf(Ways, to.Way), c.Way != to.Way)
	c.changed("怎么告诉", option.NameOf(ReplyBys, c.ReplyBy), option.NameOf(ReplyBys, to.ReplyBy), c.newReply)
	yes := map[bool]string{true: "是", false: "不是"}
	c.changed("要求保密", yes[c.Confidential], yes[to.Confidential], c.Confidential != to.Confidential)
	c.changed("同意隐去姓名后公开", yes[c.MayPublish], yes[to.MayPublish], c.MayPublish != to.MayPublish)
	if c.Purpose != nil {
		c.changed("来做什么", option.NameOf(Purposes, *c.Purpose), option.NameOf(Purposes, to.Purpose), *c.Purpose != to.Purpose)
		c.changed("说明", null.Value(c.Note), to.Note, null.Value(c.Note) != to.Note)
	}
}

// names says which place, deputies and categories were meant.
func (c *correcting) names(invalid errs.Invalid) error {
	type named struct {
		ID      int64
		Name    string
		Retired bool
	}
	find := func(all []named, id int64) (n named) {
		if i := slices.IndexFunc(all, func(n named) bool { return n.ID == id }); i >= 0 {
			n = all[i]
		}
		return n
	}
	places, err := postgres.All[named](c.ctx, c.tx, `select id, short_name as name, false as retired from stations where county_id = @county and id = any(@ids)`,
		pgx.NamedArgs{"ids": []int64{c.PlaceID, c.to.PlaceID}})
	if err != nil {
		return err
	}
	c.changed("地点", find(places, c.PlaceID).Name, find(places, c.to.PlaceID).Name, c.PlaceID != c.to.PlaceID)
	deputies, err := postgres.All[named](c.ctx, c.tx, `select id, name, false as retired from deputies where county_id = @county and id = any(@ids)`,
		pgx.NamedArgs{"ids": slices.Concat(c.Deputies, c.to.Deputies)})
	if err != nil {
		return err
	}
	list := func(ids []int64) string {
		var names []string
		for _, id := range ids {
			names = append(names, find(deputies, id).Name)
		}
		return strings.Join(names, "、")
	}
	c.changed("接待代表", list(c.Deputies), list(c.to.Deputies), !slices.Equal(c.Deputies, c.to.Deputies))
	categories, err := postgres.All[named](c.ctx, c.tx, `select id, name, retired from categories where county_id = @county`)
	if err != nil {
		return err
	}
	for _, one := range c.Cases {
		to := find(categories, c.to.Categories[one.Number])
		if to.ID == 0 || to.Retired && to.ID != one.CategoryID {
			invalid["category-"+one.Number] = "请选择类别。"
		}
		c.changed(one.Number+" 的类别", find(categories, one.CategoryID).Name, to.Name, to.ID != one.CategoryID)
	}
	return nil
}

// checkReturns checks that who came about an earlier case may still have done so.
func (c *correcting) checkReturns(invalid errs.Invalid) error {
	for _, number := range c.Returns {
		k, err := findTx(c.ctx, c.tx, number)
		if err != nil {
			return err
		}
		if c.to.Confidential && !k.Restricted {
			invalid["confidential"] = "这次来访记在 " + number + " 上，那件事别人也能看，不能改为保密。"
		}
		if !c.visitorChanges() {
			continue
		}
		wrong, err := notTheirs(c.ctx, c.tx, k, visitor{c.to.Name, c.blind(), c.to.ReplyBy})
		if err != nil {
			return err
		}
		if wrong != "" {
			invalid["name"] = "这次来访记在 " + number + " 上。" + wrong
		}
	}
	return nil
}

// checkReturned keeps in confidence the cases that somebody came about again in confidence: what
// was said then stands in their history. Who comes again holds the case first, as it is held here.
func (c *correcting) checkReturned(invalid errs.Invalid) error {
	if !c.Confidential || c.to.Confidential {
		return nil
	}
	confided, err := postgres.Value[*string](c.ctx, c.tx, `select min(k.number) from cases k
		join visit_returns x on x.county_id = @county and x.case_id = k.id
		join visits v on v.county_id = @county and v.id = x.visit_id and v.confidential
		where k.county_id = @county and k.visit_id = @visit`, pgx.NamedArgs{"visit": c.ID})
	if confided != nil {
		invalid["confidential"] = "后来有人又为 " + *confided + " 来过，也要求保密，说的话记在这件事上，不能改为不保密。"
	}
	return err
}

// blind is the blind index of the number that the visit will have; nil: none.
func (c *correcting) blind() []byte {
	switch {
	case c.phone != "":
		return c.keys.Blind(int32(c.tx.County()), "phone", c.phone)
	case c.to.NoPhone:
		return nil
	}
	return c.Blind
}

func (c *correcting) changed(what, from, to string, is bool) {
	if is {
		c.said = append(c.said, what+"原来是“"+or(from)+"”，改为“"+or(to)+"”")
	}
}

func or(text string) string {
	if text == "" {
		return "没有填"
	}
	return text
}

func masked1(name string) string {
	if name == "" {
		return "匿名"
	}
	return private.MaskName(name)
}
