package casefile

import (
	"bytes"
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Kin is another case that is about the same thing as one: it was named when one of the two was
// registered (同一件事), or they are handled together (并案).
type Kin struct {
	Number    string   `json:"number"`
	StationID int64    `json:"station_id"`
	Station   string   `json:"station"`
	State     State    `json:"state"`
	Outcome   *Outcome `json:"outcome"`
	How       How      `json:"how"`
}

// How is what one case is to the other.
type How string

// The ways in which a case is Kin to the one that is read.
const (
	Leads   How = "leads"   // the case is merged into it
	Follows How = "follows" // it is merged into the case
	Before  How = "before"  // the case named it, and it was closed already: 再次反映
	Named   How = "named"   // the case named it: somebody else said so before
	Names   How = "names"   // it named the case
)

// kinOf is the Kin of case c, as JSON; restricted ones only beside a restricted case.
const kinOf = `(select coalesce(json_agg(json_build_object('number', x.number, 'station_id', x.station_id, 'station', xs.short_name, 'state', x.state,
			'outcome', x.outcome, 'how', case when x.id = c.lead_case_id then 'leads' when x.lead_case_id = c.id then 'follows'
				when x.id = c.same_as and x.closed_at <= c.registered_at then 'before' when x.id = c.same_as then 'named' else 'names' end) order by x.id), '[]')
		from cases x join stations xs on xs.county_id = @county and xs.id = x.station_id
		where x.county_id = @county and (not x.restricted or c.restricted) and x.id = any(array(select c.lead_case_id union select c.same_as
			union select y.id from cases y where y.county_id = @county and y.lead_case_id = c.id
			union select y.id from cases y where y.county_id = @county and y.same_as = c.id)))`

// checkSame checks the case that a new matter says the same as.
func (v *Visit) checkSame(ctx context.Context, tx *tenant.Tx, by auth.Actor, m Matter) (wrong string, err error) {
	c, wrong, err := known(ctx, tx, m.SameAs)
	if wrong != "" || err != nil {
		return wrong, err
	}
	if hidden := c.SeenBy(by); c.Restricted && hidden != nil {
		wrong = noSuchCase(m.SameAs)
	}
	return wrong, nil
}

// sameAs is the id of the case that a new matter says the same as; nil for none. What an open one
// is handled with, or named itself, stands for it: there is one that the others name.
func (r registering) sameAs(m Matter) (*int64, error) {
	if m.SameAs == "" {
		return nil, nil
	}
	id, err := postgres.Value[int64](r.ctx, r.tx, `select coalesce((select x.id from cases x where x.county_id = @county and c.outcome is null
			and x.id = coalesce(c.lead_case_id, c.same_as) and x.outcome is null and not x.restricted), c.id)
		from cases c where c.county_id = @county and c.number = @number`, pgx.NamedArgs{"number": m.SameAs})
	return &id, err
}

// visitor is who came, as far as it says whether they are the same as somebody else.
type visitor struct {
	name    string
	phone   []byte // its blind index; nil: none
	replyBy string
}

// notTheirs says why a visit of that visitor is no return to a case: a return has no code and no
// answer of its own, for those are told to whoever brought the case. Who is somebody else, and
// wishes to hear, has a matter of their own.
func notTheirs(ctx context.Context, tx *tenant.Tx, c *Case, who visitor) (wrong string, err error) {
	if who.replyBy == "none" {
		return "", nil
	}
	first, err := postgres.One[struct {
		Name  *string
		Blind []byte
	}](ctx, tx, `select name, phone_blind as blind from visit_contacts where county_id = @county and visit_id = @visit`, pgx.NamedArgs{"visit": c.VisitID})
	if err != nil {
		return "", err
	}
	same := null.Value(first.Name) == who.name
	if who.phone != nil {
		same = bytes.Equal(first.Blind, who.phone)
	}
	if same && c.HasContact {
		return "", nil
	}
	return "那件事登记的不是这位来访人、这个电话，或者没有要告诉，办完了告诉不到。另一个人来说的，换了电话的，现在要告诉的，请按“另立一件，写明是同一件事”，会有自己的查询码；" +
		"替原来的人来问的，“办完了怎么告诉”请选“不用告诉”。", nil
}

// known is the case with that number, or why there is none.
func known(ctx context.Context, tx *tenant.Tx, number string) (*Case, string, error) {
	c, err := findTx(ctx, tx, number)
	if errors.Is(err, errs.NotFound) {
		return nil, noSuchCase(number), nil
	}
	return c, "", err
}

func noSuchCase(number string) string {
	return "没有编号是 " + number + " 的事项，请核对编号。"
}

func wordsField(i int) string { return "words-" + strconv.Itoa(i+1) }
