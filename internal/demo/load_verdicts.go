package demo

import (
	"crypto/sha256"
	"fmt"

	"lianluo/internal/casefile"
	"lianluo/internal/message"
)

func (x *writing) answersAndLinks() error {
	var (
		answers []*answer
		links   []*link
		rows    [][]any
		linked  [][]any
	)
	for _, k := range x.w.cases {
		for _, a := range k.answers {
			answers = append(answers, a)
			rows = append(rows, []any{k.id, a.round, a.unit.key(), text(a.class), a.body, text(a.promise), date(a.promiseOn), a.by.id, a.by.name, moment(a.at)})
		}
	}
	err := x.insertIDs(table{"case_answers", "case_id, round, unit_id, class, body, promise, promise_on, author_id, author_name, submitted_at"}, rows,
		func(i int, id int64) { answers[i].id = id })
	if err != nil {
		return err
	}
	for _, k := range x.w.cases {
		for i, l := range k.links {
			links = append(links, l)
			linked = append(linked, x.linkRow(k, i, l))
		}
	}
	return x.insertIDs(table{"rating_links", "case_id, round, token_hash, station_id, station_name, unit_id, unit_name, answer_id, created_at, " +
		"expires_at, used_at, revoked_at"}, linked, func(i int, id int64) { links[i].id = id })
}

func (x *writing) linkRow(k *kase, i int, l *link) []any {
	var unitName, answerID any
	if l.unit != nil {
		unitName = l.unit.name
	}
	if l.answer != nil {
		answerID = l.answer.id
	}
	s := k.visit.station
	return []any{k.id, l.round, nobodysHash(k.number, i), s.id, s.name, l.unit.key(), unitName, answerID, moment(l.at), moment(l.expires),
		orNil(l.used), orNil(l.revoked)}
}

// nobodysHash is a hash that no link's token has: what is hashed here is not of a
// token's form, so that the demonstration's links cannot be guessed from its seed.
func nobodysHash(number string, i int) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "demonstration link %s/%d", number, i))
	return sum[:]
}

// ratings: an amendment names the rating that it amends, so it comes second.
func (x *writing) ratings() error {
	all := table{"ratings", "case_id, round, link_id, channel, result, attitude, comment, amends_id, user_id, station_id, unit_id, created_at"}
	for _, amending := range []bool{false, true} {
		var some []*rating
		var rows [][]any
		for _, k := range x.w.cases {
			for _, r := range k.ratings {
				if (r.amends != nil) != amending {
					continue
				}
				var linkID, amends any
				if r.link != nil {
					linkID = r.link.id
				}
				if amending {
					amends = r.amends.id
				}
				some = append(some, r)
				rows = append(rows, []any{k.id, r.round, linkID, r.channel, r.result, r.attitude, text(r.comment), amends, r.by.key(),
					k.visit.station.id, r.unit.key(), moment(r.at)})
			}
		}
		if err := x.insertIDs(all, rows, func(i int, id int64) { some[i].id = id }); err != nil {
			return err
		}
	}
	return nil
}

// channel is the demonstration's, as package message names it.
var channel = (*message.Log)(nil).Name()

func (x *writing) messages() error {
	var rows [][]any
	for _, k := range x.w.cases {
		for _, m := range k.messages {
			var body, sent, by any
			if m.state != "failed" {
				body = x.words(k, m.kind)
			}
			if m.state == "sent" {
				sent, by = moment(m.sent), channel
			}
			if m.state == "sent" && m.paper {
				by = message.Paper
			}
			rows = append(rows, []any{k.id, string(m.kind), m.round, m.state, body, text(m.why), moment(m.at), sent, by, moment(m.at)})
		}
	}
	return x.insert(table{"messages", "case_id, kind, round, state, body, reason, send_after, sent_at, channel, created_at"}, rows)
}

// words are what the sending job says.
func (x *writing) words(k *kase, kind message.Kind) string {
	office := x.w.name + "人大常委会"
	switch kind {
	case message.Registered:
		return fmt.Sprintf("【%s】您反映的“%s”已登记，编号 %s，凭查询码可以看办到哪一步。", office, casefile.TitleOf(k.words), k.number)
	case message.Rehandling:
		return fmt.Sprintf("【%s】您对“%s”的办理结果不满意，我们已要求重新办理，办好后再告诉您。", office, k.title)
	case message.Upheld:
		return fmt.Sprintf("【%s】您反映的“%s”已重新研究，结果和说明请向联络站了解。", office, k.title)
	case message.Extended:
		return fmt.Sprintf("【%s】您反映的“%s”还需要一些时间，办理期限已延长。", office, k.title)
	}
	return fmt.Sprintf("【%s】您反映的“%s”有结果了，请看一看，并说说您满不满意。", office, k.title)
}
