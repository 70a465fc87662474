package casefile

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/null"
	"lianluo/internal/pinyin"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// renumber takes the next 登记编号 of the year and month in which the visit came, where those
// are others than it was entered with. The number it had is not given again.
func (c *correcting) renumber() error {
	if c.to.ReceivedAt.IsZero() {
		return nil
	}
	was, is := calendar.DateOf(c.ReceivedAt), calendar.DateOf(c.to.ReceivedAt)
	if was.Year() == is.Year() && was.Month() == is.Month() {
		return nil
	}
	number, err := takeVisitNumber(c.ctx, c.tx, c.StationID, is)
	if err != nil {
		return err
	}
	c.InMonth = &number.InMonth
	if was.Year() != is.Year() {
		c.InYear = &number.InYear
		return nil
	}
	return giveVisitNumberBack(c.ctx, c.tx, c.StationID, is.Year(), 0) // it keeps its number of the year
}

// save writes the correction.
func (c *correcting) save() error {
	to, day := c.to, c.ReceptionID
	if to.Way != c.Way || to.PlaceID != c.PlaceID || !to.ReceivedAt.Equal(c.ReceivedAt) {
		var err error
		if day, err = reception.ForArrival(c.ctx, c.tx, reception.Visit{StationID: c.StationID, PlaceID: to.PlaceID, Way: to.Way, At: to.ReceivedAt}); err != nil {
			return err
		}
	}
	args := func(more pgx.NamedArgs) pgx.NamedArgs { more["id"] = c.ID; return more }
	all := []tenant.Statement{
		{SQL: `update visits set received_at = @at, place_id = @place, persons = @persons, way = @way, reception_id = @day, reply_by = @reply,
				confidential = @confidential, may_publish = @publish, purpose = @purpose, note = @note, in_year = @in_year, in_month = @in_month
				where county_id = @county and id = @id`,
			Args: args(pgx.NamedArgs{"at": to.ReceivedAt, "place": to.PlaceID, "persons": to.Persons, "way": to.Way, "day": day, "reply": to.ReplyBy,
				"confidential": to.Confidential, "publish": to.MayPublish, "purpose": null.Of(to.Purpose), "note": null.Of(to.Note), "in_year": c.InYear, "in_month": c.InMonth})},
		{SQL: `update visit_contacts set name = @name, initials = @initials, village = @village where county_id = @county and visit_id = @id`,
			Args: args(pgx.NamedArgs{"name": null.Of(to.Name), "initials": null.Of(pinyin.Initials(to.Name)), "village": null.Of(to.Village)})},
	}
	all = append(all, c.savePhone()...)
	if !slices.Equal(c.Deputies, to.Deputies) {
		all = append(all, c.saveDeputies()...)
	}
	for _, one := range c.Cases {
		all = append(all, tenant.Statement{SQL: `update cases set category_id = @category, place_id = case when place_id = @was then @place else place_id end,
				restricted = @confidential, has_contact = case when outcome is null then @contact else has_contact end
				where county_id = @county and visit_id = @id and number = @number`,
			Args: args(pgx.NamedArgs{"number": one.Number, "category": to.Categories[one.Number], "was": c.PlaceID, "place": to.PlaceID,
				"confidential": to.Confidential, "contact": to.ReplyBy != "none" && (c.blind() != nil || to.Name != "")})})
	}
	return c.tx.Batch(c.ctx, all)
}

// savePhone writes another number, or none; what was sent to the wrong one counts no more.
func (c *correcting) savePhone() []tenant.Statement {
	var sealed []byte
	var masked *string
	switch {
	case c.phone != "":
		sealed, masked = c.keys.Seal(c.phone, PhoneBind(c.tx.County(), c.ID)), null.Of(private.MaskPhone(c.phone))
	case !c.to.NoPhone || c.Phone == nil:
		return nil
	}
	return []tenant.Statement{{SQL: `update visit_contacts set phone_sealed = @sealed, phone_blind = @blind, phone_masked = @masked, phone_since = @now
			where county_id = @county and visit_id = @id`,
		Args: pgx.NamedArgs{"id": c.ID, "sealed": sealed, "blind": c.blind(), "masked": masked, "now": c.tx.Now()}}}
}

// saveDeputies writes who received the visit, and so heard what was answered on the spot. What
// was recorded of who was not there stays, and a later record says that they did not hear it.
func (c *correcting) saveDeputies() []tenant.Statement {
	args := func() pgx.NamedArgs { return pgx.NamedArgs{"id": c.ID, "deputies": c.to.Deputies} }
	heard := func(reached bool) tenant.Statement {
		all := args()
		all["were"], all["reached"], all["now"] = c.Deputies, reached, c.tx.Now()
		return tenant.Statement{SQL: `insert into case_feedbacks (county_id, case_id, round, recipient, deputy_id, way, reached, told_on, told_by, user_id, created_at)
			select t.county_id, t.case_id, t.round, 'deputy', d.id, t.way, @reached, t.told_on, t.told_by, t.user_id, @now
			from case_feedbacks t join cases c on c.county_id = @county and c.id = t.case_id and c.visit_id = @id and c.answered_now
			join deputies d on d.county_id = @county and (d.id = any(@deputies)) = @reached and @reached <> exists (select from case_feedbacks f
				where f.county_id = @county and f.case_id = t.case_id and f.deputy_id = d.id and ` + Heard + `)
			where t.county_id = @county and t.recipient = 'citizen' and (d.id = any(@deputies) or d.id = any(@were))`, Args: all}
	}
	return []tenant.Statement{
		{SQL: `delete from visit_deputies where county_id = @county and visit_id = @id`, Args: pgx.NamedArgs{"id": c.ID}},
		{SQL: `insert into visit_deputies (county_id, visit_id, deputy_id)
			select d.county_id, @id, d.id from deputies d where d.county_id = @county and d.id = any(@deputies)`, Args: args()},
		heard(true), heard(false),
	}
}
