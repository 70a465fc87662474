package auth

import (
	"context"
	"errors"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// longestStandIn is for how many days somebody may stand in: who is away for longer is
// followed by somebody in that role.
const longestStandIn = 366

// StandIn is somebody who acts for whoever holds a role, from and to (代班).
type StandIn struct {
	UserID int64 // who stands in
	RoleID int64 // the role of the one who is away
	From   calendar.Date
	To     calendar.Date // the last day: it ends by itself
	Reason string
}

// GrantStandIn gives a user, from and to, the role of somebody who is away, who keeps it. It
// returns errs.NotFound for an unknown user or role, errs.Invalid (who, from, to, reason) for
// a bad form, and a Refusal of kind errs.Conflict for a role that nobody can stand in for.
func GrantStandIn(ctx context.Context, tx *tenant.Tx, by Actor, s StandIn) error {
	login, err := lockUser(ctx, tx, s.UserID)
	if err != nil {
		return err
	}
	away, err := giving(ctx, tx, s.RoleID)
	if err != nil {
		return err
	}
	if s.Reason = county.Trimmed(s.Reason); s.From.IsZero() {
		s.From = calendar.DateOf(tx.Now())
	}
	if err := s.check(away, calendar.DateOf(tx.Now())); err != nil {
		return err
	}
	g := RoleGrant{By: by, Role: away.Role, StationID: away.StationID, UnitID: away.UnitID, From: s.From, To: &s.To,
		standsInFor: away.ID, reason: s.Reason}
	if err := g.insert(ctx, tx, s.UserID); err != nil {
		if invalid, ok := errors.AsType[errs.Invalid](err); ok && invalid["role"] != "" {
			return errs.Invalid{"who": "这个人这几天自己就有这个角色，不用代"}
		}
		return err
	}
	detail := g.detail()
	detail["stands_for"], detail["reason"] = away.Holder, s.Reason
	return recordUser(ctx, tx, by, "user.stand_in", login, detail)
}

func (s StandIn) check(away given, today calendar.Date) error {
	switch {
	case away.Role == Deputy:
		return errs.Refuse(errs.Conflict, "人大代表的职务由本人履行，不能代班。")
	case away.StandsInFor != nil:
		return errs.Refuse(errs.Conflict, "这本来就是代班，不能再由别人代。请从本人的角色安排。")
	case away.over(s.From):
		return errs.Refuse(errs.Conflict, "这个角色已经结束了，不用代班。要给谁这个角色，请直接给。")
	}
	invalid := errs.Invalid{}
	county.Needed(invalid, "reason", s.Reason, "请写明为什么代班，例如：休产假", 200)
	if away.UserID == s.UserID {
		invalid["who"] = "自己不能代自己，请选别人"
	}
	if s.From.Before(today) {
		invalid["from"] = "开始的日子不能早于今天"
	}
	switch {
	case s.To.IsZero():
		invalid["to"] = "请填写代到哪一天"
	case s.To.Before(s.From):
		invalid["to"] = "最后一天不能早于开始的日子"
	case s.To.Sub(s.From) >= longestStandIn:
		invalid["to"] = "代班最长一年；时间更长的，请直接给角色"
	}
	return invalid.Err()
}
