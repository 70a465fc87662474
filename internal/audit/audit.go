// Package audit keeps the record of who did what to which record, and of who looked at
// personal data. It is append-only by grant and chained by hash.
//
// A county's entries are numbered 1, 2, 3 … without a gap, and each carries the hash of
// the one before it. The head of the chain is one locked row, so that entries of one
// county are written one after the other: Record stands last in a transaction, after
// every other lock, or two transactions could wait for each other.
package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Actor is who did it, by value: an entry outlives the account.
type Actor struct {
	ID        int64 // 0: the citizen or the system
	Name      string
	Role      string
	StandsFor string // whom the actor stood in for, by name; "" for nobody
	Address   string // network address, "" where there was none
}

// Record appends an entry to the county's record, in the transaction that does what it
// says: both become true, or neither. subject is a kind and a name, such as
// "case XY2026-0012"; detail may be nil, and has no personal data.
func Record(ctx context.Context, tx *tenant.Tx, by Actor, action, subject string, detail map[string]any) error {
	e := entry{
		At: tx.Now(), ActorID: null.Of(by.ID), ActorName: by.Name, ActorRole: by.Role,
		Address: null.Of(by.Address), Action: action, Subject: subject,
	}
	if by.StandsFor != "" {
		detail = maps.Clone(detail)
		if detail == nil {
			detail = map[string]any{}
		}
		detail["stands_for"] = by.StandsFor
	}
	if detail != nil {
		text, err := json.Marshal(detail)
		if err != nil {
			return fmt.Errorf("audit %s: detail: %w", action, err)
		}
		e.Detail = new(string(text))
	}
	if kept, ok := ctx.Value(collecting{}).(*collection); ok {
		kept.entries = append(kept.entries, e)
		return nil
	}
	if err := e.append(ctx, tx); err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	return nil
}

// entry is a row of audit_entries.
type entry struct {
	Entry     int64
	At        time.Time
	ActorID   *int64
	ActorName string
	ActorRole string
	Address   *string
	Action    string
	Subject   string
	Detail    *string // as PostgreSQL writes a jsonb: the hash is over that text
	PrevHash  []byte
	Hash      []byte
}

func (e entry) append(ctx context.Context, tx *tenant.Tx) error {
	head, err := lockHead(ctx, tx, e.Detail)
	if err != nil {
		return err
	}
	e.Detail = head.Detail
	var insert tenant.Statement
	head.Entries, head.Hash, insert = e.after(head, tx.County())
	return tx.Batch(ctx, []tenant.Statement{insert, head.moved()})
}

// after puts the entry at the end of the chain, and returns the new end with the
// statement that writes the entry.
func (e entry) after(end head, county tenant.County) (entries int64, hash []byte, insert tenant.Statement) {
	e.Entry, e.PrevHash = end.Entries+1, end.Hash
	e.Hash = e.sum(county)
	return e.Entry, e.Hash, tenant.Statement{SQL: `
		insert into audit_entries (county_id, entry, at, actor_id, actor_name, actor_role, address,
			action, subject, detail, prev_hash, hash)
		values (@county, @entry, @at, @actor_id, @actor_name, @actor_role, @address,
			@action, @subject, @detail, @prev_hash, @hash)`,
		Args: pgx.NamedArgs{
			"entry": e.Entry, "at": e.At, "actor_id": e.ActorID, "actor_name": e.ActorName,
			"actor_role": e.ActorRole, "address": e.Address, "action": e.Action, "subject": e.Subject,
			"detail": e.Detail, "prev_hash": e.PrevHash, "hash": e.Hash,
		}}
}

// moved is the statement that moves the head to where it is.
func (h head) moved() tenant.Statement {
	return tenant.Statement{SQL: `update audit_heads set entries = @entry, hash = @hash where county_id = @county`,
		Args: pgx.NamedArgs{"entry": h.Entries, "hash": h.Hash}}
}

// head is the end of a county's chain, and the new entry's detail as it will be stored.
type head struct {
	Entries int64
	Hash    []byte
	Detail  *string
}

// lockHead makes the county's next writer wait until this transaction ends.
func lockHead(ctx context.Context, tx *tenant.Tx, detail *string) (head, error) {
	const lock = `
		select entries, hash, @detail::jsonb::text as detail
		from audit_heads where county_id = @county for update`
	args := pgx.NamedArgs{"detail": detail}
	found, err := postgres.One[head](ctx, tx, lock, args)
	if !errors.Is(err, errs.NotFound) {
		return found, err
	}
	_, err = postgres.Exec(ctx, tx, `
		insert into audit_heads (county_id, entries, hash) values (@county, 0, @hash)
		on conflict (county_id) do nothing`, pgx.NamedArgs{"hash": beginning})
	if err != nil {
		return head{}, err
	}
	return postgres.One[head](ctx, tx, lock, args)
}
