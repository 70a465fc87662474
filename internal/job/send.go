package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/rating"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// sender sends one message of the outbox. First the link is made and committed, then the
// channel is called, then the message is marked: a crash between may send twice, and the
// newer link is the one that counts; it never marks as sent what was not.
type sender struct {
	river.WorkerDefaults[message.Send]
	deps Deps
}

// noGateway is how long a message waits for somebody to configure one.
const noGateway = time.Hour

// draft is what write made of a message.
type draft struct {
	letter message.Letter
	wait   time.Duration // it is not to be sent yet
	left   bool          // it was left to be printed, or told
	called bool          // what no channel delivers, somebody tells
}

// Work sends the message. It leaves it waiting where it is held back or no gateway is
// configured, and leaves it to be printed where the citizen is told by paper. What is about
// an appointment cannot wait for a gateway: somebody at the station tells it.
func (s *sender) Work(ctx context.Context, job *river.Job[message.Send]) error {
	args := job.Args
	made, err := s.write(ctx, args)
	if errors.Is(err, errs.NotFound) {
		return nil // withdrawn or sent meanwhile
	}
	if refusal, ok := errors.AsType[errs.Refusal](err); ok { // the case moved on, and nothing of what write did stays
		return s.deps.DB.Update(ctx, args.County, func(tx *tenant.Tx) error {
			return message.Overtaken(ctx, tx, args.Message, refusal.Message)
		})
	}
	switch {
	case err != nil:
		return err
	case made.wait > 0:
		return river.JobSnooze(made.wait)
	case made.left:
		return nil
	}
	return s.hand(ctx, args, made)
}

// hand gives the letter to the channel, and notes what the channel said.
func (s *sender) hand(ctx context.Context, args message.Send, made draft) error {
	sending := s.deps.Channel.Send(ctx, made.letter)
	final, undeliverable := errors.AsType[message.Undeliverable](sending)
	noting := s.deps.DB.Update(context.WithoutCancel(ctx), args.County, func(tx *tenant.Tx) error {
		switch {
		case sending == nil:
			return message.Sent(ctx, tx, args.Message, s.deps.Channel.Name(), made.letter.Body)
		case undeliverable && made.called:
			return message.ByCall(ctx, tx, args.Message, made.letter.Body, final.Reason)
		case undeliverable:
			return message.Failed(ctx, tx, args.Message, final.Reason)
		}
		return message.Missed(ctx, tx, args.Message)
	})
	if sending != nil && !undeliverable {
		return errors.Join(fmt.Errorf("channel %s: %w", s.deps.Channel.Name(), sending), noting)
	}
	return noting
}

// write composes the letter, and makes the rating link that it carries. It returns a
// Refusal for a message that there is no more reason to send.
func (s *sender) write(ctx context.Context, args message.Send) (made draft, err error) {
	err = s.deps.DB.Update(ctx, args.County, func(tx *tenant.Tx) error {
		waiting, err := message.Waiting(ctx, tx, args.Message)
		if err != nil {
			return err
		}
		if made.wait = waiting.SendAfter.Sub(tx.Now()); made.wait > 0 {
			return nil // what caused it may still be undone
		}
		if waiting.AppointmentID != 0 {
			return s.appointment(ctx, tx, waiting, &made)
		}
		return s.aboutCase(ctx, tx, waiting, &made)
	})
	return made, err
}

// aboutCase composes a letter about a case.
func (s *sender) aboutCase(ctx context.Context, tx *tenant.Tx, waiting message.Message, made *draft) error {
	to, err := casefile.AddresseeOf(ctx, tx, s.deps.Keys, waiting.CaseID)
	if err != nil {
		return err
	}
	if waiting.Kind.AsksForRating() && waiting.Round != to.Round {
		return errs.Refuse(errs.Conflict, "这件事后来又重新办理了，这一条是上一次的。")
	}
	if made.left = to.ByPaper(); !made.left && s.deps.Channel == nil {
		made.wait = noGateway
		return nil
	}
	letter := message.Letter{To: to.Phone}
	if letter.Body, err = county.Compose(ctx, tx, string(waiting.Kind), to.Texts()); err != nil {
		return err
	}
	if waiting.Kind == message.Registered { // never part of the words
		letter.Code = token.Code(s.deps.Keys, tx.County(), to.Number)
		letter.Link = s.deps.BaseURL + "/q"
	}
	if made.letter = letter; made.left { // code and link are made when it is printed
		return message.ByPaper(ctx, tx, waiting.ID, letter.Body)
	}
	if waiting.Kind.AsksForRating() {
		token, err := rating.MakeLink(ctx, tx, waiting.CaseID)
		if err != nil {
			return err
		}
		made.letter.Link = s.deps.BaseURL + "/r/" + token
	}
	return message.Trying(ctx, tx, waiting.ID)
}

// appointment composes a letter about an appointment. It tells how the request stands: what
// came later has a message of its own.
func (s *sender) appointment(ctx context.Context, tx *tenant.Tx, waiting message.Message, made *draft) error {
	to, err := reception.AddresseeOf(ctx, tx, s.deps.Keys, waiting.AppointmentID)
	if err != nil {
		return err
	}
	asked := waiting.Kind == message.AppointmentAsked
	switch {
	case asked && to.State == reception.Recalled:
		return errs.Refuse(errs.Conflict, "本人取消了。")
	case !asked && waiting.Round != to.Version:
		return errs.Refuse(errs.Conflict, "后来又有变化，这一条是以前的。")
	case asked && s.deps.Channel == nil:
		return errs.Refuse(errs.Conflict, "短信通道还没有接通；查询码在申请的时候已经告诉本人。")
	}
	if made.letter.Body, err = county.Compose(ctx, tx, string(waiting.Kind), to.Texts); err != nil {
		return err
	}
	if made.left = s.deps.Channel == nil || !to.ByMessage(); made.left {
		reason := "本人要打电话或者当面告诉"
		if to.ByMessage() {
			reason = "短信通道还没有接通"
		}
		return message.ByCall(ctx, tx, waiting.ID, made.letter.Body, reason)
	}
	made.letter.To, made.called = to.Phone, true
	if asked {
		made.letter.Code, made.letter.Link = to.Code, s.deps.BaseURL+"/q"
	}
	return message.Trying(ctx, tx, waiting.ID)
}

// follower lets a merged case follow its lead.
type follower struct {
	river.WorkerDefaults[casefile.Follow]
	deps Deps
}

// Work takes the step; a case that has left its lead meanwhile is left alone.
func (f *follower) Work(ctx context.Context, job *river.Job[casefile.Follow]) error {
	err := f.deps.DB.Update(ctx, job.Args.County, func(tx *tenant.Tx) error {
		if err := job.Args.Do(ctx, tx); err != nil {
			return err
		}
		return tx.Complete(ctx, job.ID, job.Attempt)
	})
	if errors.Is(err, errs.Conflict) {
		return nil
	}
	return err
}
