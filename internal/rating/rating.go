// Package rating is the citizen's verdict (群众评价): two questions, five levels each. A
// link rates one round of one case, once; it can be amended once within seven days, and
// grants nothing else. Opening it changes nothing.
package rating

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Levels are the five levels by value, as 好差评 names them.
var Levels = map[int]string{5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}

// AmendFor is how long an answer can be amended.
const AmendFor = 7 * 24 * time.Hour

// The channels by which a rating comes; figures never mix them.
const (
	ByLink     = "link"
	ByDevice   = "device"
	ByCallBack = "call_back"
	BySlip     = "slip"
)

// ChannelNames are the channels as pages label them.
var ChannelNames = map[string]string{ByLink: "本人链接评价", ByDevice: "在联络站设备上评价", ByCallBack: "电话回访", BySlip: "纸条评价"}

// Rating is one answer.
type Rating struct {
	ID        int64
	Round     int16
	Channel   string
	Result    int16
	Attitude  int16
	Comment   *string
	AmendsID  *int64
	UserID    *int64
	CreatedAt time.Time
}

const columns = `r.id, r.round, r.channel, r.result, r.attitude, r.comment, r.amends_id, r.user_id, r.created_at`

// OfCase reads a case's ratings, oldest first, amendments beside what they amend.
func OfCase(v *tenant.View, number string) *[]Rating {
	return tenant.All[Rating](v, `select `+columns+` from ratings r join cases c on c.county_id = @county and c.id = r.case_id
		where r.county_id = @county and c.number = @number order by r.id`, pgx.NamedArgs{"number": number})
}

// Submission is what the citizen answered.
type Submission struct {
	Result, Attitude int
	Comment          string

	// Of a form that staff fill in: the case's version and the submission's key.
	Version int32
	Key     uuid.UUID
}

// Dissatisfied reports whether either answer asks for re-handling.
func (s Submission) Dissatisfied() bool { return s.Result <= 2 || s.Attitude <= 2 }

func (s Submission) check() error {
	invalid := errs.Invalid{}
	if s.Result < 1 || s.Result > 5 {
		invalid["result"] = "请选一项：您对办理结果满意吗？"
	}
	if s.Attitude < 1 || s.Attitude > 5 {
		invalid["attitude"] = "请选一项：您对办理态度满意吗？"
	}
	if n := utf8.RuneCountInString(s.Comment); strings.ContainsRune(s.Comment, 0) || !utf8.ValidString(s.Comment) {
		invalid["comment"] = "里面有无法识别的字符，请重新输入。"
	} else if n > 1000 {
		invalid["comment"] = fmt.Sprintf("写得太长了，现在是 %d 字，请压缩到 1000 字以内。", n)
	}
	return invalid.Err()
}

// used is a link that a statement has just taken, with whom it rates.
type used struct {
	ID        int64
	CaseID    int64
	Round     int16
	StationID int64
	UnitID    *int64
	Channel   string // by which its answers come
}

// Submit takes the citizen's answer by one conditional statement, so that of twenty
// parallel posts one is stored. It returns errs.Invalid for a bad form, errs.NotFound for
// an unknown token, and errs.Conflict for one that is used, expired or revoked: Open then
// says which, with the stored answer.
func Submit(ctx context.Context, tx *tenant.Tx, token Token, s Submission) error {
	if err := s.check(); err != nil {
		return err
	}
	link, err := postgres.One[used](ctx, tx, `update rating_links set used_at = @now
		where county_id = @county and token_hash = @hash and used_at is null and revoked_at is null and expires_at > @now
		returning id, case_id, round, station_id, unit_id, channel`, pgx.NamedArgs{"hash": token.hash, "now": tx.Now()})
	if errors.Is(err, errs.NotFound) {
		return whyNot(ctx, tx, token)
	}
	if err != nil {
		return fmt.Errorf("take the rating link: %w", err)
	}
	if err := insert(ctx, tx, link, s, link.Channel, nil, nil); err != nil {
		return err
	}
	return step(ctx, tx, auth.CitizenOf(tx.County()), link.CaseID, casefile.Rate, s, link.Channel)
}

// whyNot tells an unknown token from one that has had its time.
func whyNot(ctx context.Context, tx *tenant.Tx, token Token) error {
	_, err := postgres.Value[int64](ctx, tx, `select id from rating_links where county_id = @county and token_hash = @hash`,
		pgx.NamedArgs{"hash": token.hash})
	if err != nil {
		return err
	}
	return errs.Refuse(errs.Conflict, "这个链接已经用过，或者过期了。")
}

// Amend stores the one change of mind that an answer allows, within AmendFor and before
// a new round; both answers are kept.
func Amend(ctx context.Context, tx *tenant.Tx, token Token, s Submission) error {
	if err := s.check(); err != nil {
		return err
	}
	link, err := postgres.One[used](ctx, tx, `select id, case_id, round, station_id, unit_id, channel from rating_links
		where county_id = @county and token_hash = @hash and used_at is not null and revoked_at is null for update`,
		pgx.NamedArgs{"hash": token.hash})
	if errors.Is(err, errs.NotFound) {
		return whyNot(ctx, tx, token)
	}
	if err != nil {
		return err
	}
	first, err := postgres.One[Rating](ctx, tx, `select `+columns+` from ratings r
		where r.county_id = @county and r.link_id = @link_id and r.amends_id is null`, pgx.NamedArgs{"link_id": link.ID})
	if err != nil {
		return err
	}
	if err := insert(ctx, tx, link, s, link.Channel, nil, &first.ID); err != nil {
		return err
	}
	return step(ctx, tx, auth.CitizenOf(tx.County()), link.CaseID, casefile.Amend, s, link.Channel)
}

// Take records a rating that a member of staff took, by call-back or on the station's
// device. It is labelled as such, and never by whoever registered the case. A form that
// was pressed twice is stored once.
func Take(ctx context.Context, tx *tenant.Tx, by auth.Actor, number, channel string, s Submission) error {
	if channel != ByDevice && channel != ByCallBack {
		return errs.Invalid{"channel": "请选择是怎样评价的。"}
	}
	if !by.May(auth.TakeRating) {
		return errs.Refuse(errs.Forbidden, "您不能代群众登记评价。")
	}
	if err := s.check(); err != nil {
		return err
	}
	link, err := postgres.One[used](ctx, tx, `select 0::bigint as id, id as case_id, round, station_id, unit_id, @channel::text as channel
		from cases where county_id = @county and number = @number`, pgx.NamedArgs{"number": number, "channel": channel})
	if err != nil {
		return err
	}
	in := casefile.Input{Step: casefile.Rate, Version: s.Version, Key: s.Key, Result: s.Result, Attitude: s.Attitude, Channel: channel}
	if done, err := casefile.Repeated(ctx, tx, by, link.CaseID, in); done || err != nil {
		return err
	}
	// The link first, as everywhere: a citizen who answers meanwhile waits, or is waited for.
	_, err = postgres.Exec(ctx, tx, `update rating_links set revoked_at = @now
		where county_id = @county and case_id = @case_id and revoked_at is null`,
		pgx.NamedArgs{"case_id": link.CaseID, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("revoke the link: %w", err)
	}
	if _, err := casefile.Take(ctx, tx, by, number, in); err != nil {
		return err
	}
	stored, err := postgres.Value[int64](ctx, tx, `select count(*) from ratings
		where county_id = @county and case_id = @case_id and round = @round`, pgx.NamedArgs{"case_id": link.CaseID, "round": link.Round})
	if err != nil || stored > 0 { // the other press of the same form was first
		return err
	}
	return insert(ctx, tx, link, s, channel, &by.UserID, nil)
}

func insert(ctx context.Context, tx *tenant.Tx, link used, s Submission, channel string, user, amends *int64) error {
	var linkID *int64
	if link.ID != 0 {
		linkID = &link.ID
	}
	var comment *string
	if s.Comment != "" {
		comment = &s.Comment
	}
	_, err := postgres.Exec(ctx, tx, `insert into ratings (county_id, case_id, round, link_id, channel, result, attitude, comment,
			amends_id, user_id, station_id, unit_id, created_at)
		values (@county, @case_id, @round, @link_id, @channel, @result, @attitude, @comment, @amends, @user, @station_id, @unit_id, @now)`,
		pgx.NamedArgs{"case_id": link.CaseID, "round": link.Round, "link_id": linkID, "channel": channel, "result": s.Result,
			"attitude": s.Attitude, "comment": comment, "amends": amends, "user": user, "station_id": link.StationID,
			"unit_id": link.UnitID, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("rating: %w", err)
	}
	return nil
}

func step(ctx context.Context, tx *tenant.Tx, by auth.Actor, caseID int64, step casefile.Step, s Submission, channel string) error {
	number, err := casefile.NumberOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	_, err = casefile.Take(ctx, tx, by, number, casefile.Input{Step: step, Result: s.Result, Attitude: s.Attitude, Channel: channel})
	return err
}
