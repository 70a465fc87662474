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
	"lianluo/internal/tenant"
)

// sender sends one message of the outbox. First the link is made and committed, then the
// channel is called, then the message is marked: a crash between may send twice, and the
// newer link is the one that counts; it never marks as sent what was not.
type sender struct {
	river.WorkerDefaults[message.Send]
	deps Deps
}

// Work sends the message, or leaves it waiting where no gateway is configured.
func (s *sender) Work(ctx context.Context, job *river.Job[message.Send]) error {
	if s.deps.Channel == nil {
		return river.JobSnooze(time.Hour)
	}
	args := job.Args
	letter, err := s.write(ctx, args)
	if errors.Is(err, errs.NotFound) {
		return nil // withdrawn or sent meanwhile
	}
	if refusal, ok := errors.AsType[errs.Refusal](err); ok { // and nothing of what write did stays
		return s.deps.DB.Update(ctx, args.County, func(tx *tenant.Tx) error {
			return message.Failed(ctx, tx, args.Message, refusal.Message)
		})
	}
	if err != nil {
		return err
	}
	if err := s.deps.Channel.Send(ctx, letter); err != nil {
		return fmt.Errorf("channel %s: %w", s.deps.Channel.Name(), err)
	}
	return s.deps.DB.Update(ctx, args.County, func(tx *tenant.Tx) error {
		return message.Sent(ctx, tx, args.Message, s.deps.Channel.Name(), letter.Body)
	})
}

// write composes the letter, and makes the rating link that it carries. It returns a
// Refusal for a message that will never be sent.
func (s *sender) write(ctx context.Context, args message.Send) (letter message.Letter, err error) {
	err = s.deps.DB.Update(ctx, args.County, func(tx *tenant.Tx) error {
		waiting, err := message.Waiting(ctx, tx, args.Message)
		if err != nil {
			return err
		}
		to, err := casefile.AddresseeOf(ctx, tx, s.deps.Keys, waiting.CaseID)
		if err != nil {
			return err
		}
		if to.Phone == "" {
			return errs.Refuse(errs.Conflict, "没有留电话，请当面、电话回访或用纸条请群众评价。")
		}
		letter = message.Letter{To: to.Phone}
		if letter.Body, err = county.Compose(ctx, tx, string(waiting.Kind), to.Texts()); err != nil {
			return err
		}
		switch waiting.Kind { // what is never part of the words
		case message.Registered:
			letter.Code = casefile.Code(s.deps.Keys, args.County, to.Number)
			letter.Link = s.deps.BaseURL + "/q"
		case message.Feedback:
			token, err := rating.MakeLink(ctx, tx, waiting.CaseID)
			if err != nil {
				return err
			}
			letter.Link = s.deps.BaseURL + "/r/" + token
		}
		return nil
	})
	return letter, err
}

// follower lets a merged case follow its lead.
type follower struct {
	river.WorkerDefaults[casefile.Follow]
	deps Deps
}

// Work takes the step; a case that has left its lead meanwhile is left alone.
func (f *follower) Work(ctx context.Context, job *river.Job[casefile.Follow]) error {
	err := f.deps.DB.Update(ctx, job.Args.County, func(tx *tenant.Tx) error { return job.Args.Do(ctx, tx) })
	if errors.Is(err, errs.Conflict) {
		return nil
	}
	return err
}
