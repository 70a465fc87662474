package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// ErrBroken is a record that somebody has changed behind the program's back.
var ErrBroken = errors.New("the record has been changed")

// Broken is where a county's record was changed. It is ErrBroken.
type Broken struct {
	County tenant.County
	Entry  int64  // the first that is wrong; 0 where the end of the chain is gone
	What   string // for whoever looks after the machine
}

func (b Broken) Error() string { return fmt.Sprintf("%v: county %d: %s", ErrBroken, b.County, b.What) }

// Is makes errors.Is find ErrBroken.
func (b Broken) Is(target error) bool { return target == ErrBroken }

// beginning is what the first entry of a county follows.
var beginning = make([]byte, sha256.Size)

// sum is the entry's hash: SHA-256 over the hash before it and every field, each with
// its length, so that nothing can move from one field to the next.
func (e entry) sum(county tenant.County) []byte {
	text := make([]byte, 0, 512)
	text = append(text, e.PrevHash...)
	text = field(text, strconv.Itoa(int(county)))
	text = field(text, strconv.FormatInt(e.Entry, 10))
	text = field(text, strconv.FormatInt(e.At.UnixMicro(), 10))
	if e.ActorID == nil {
		text = append(text, absent)
	} else {
		text = field(text, strconv.FormatInt(*e.ActorID, 10))
	}
	for _, value := range []*string{&e.ActorName, &e.ActorRole, e.Address, &e.Action, &e.Subject, e.Detail} {
		if value == nil {
			text = append(text, absent)
		} else {
			text = field(text, *value)
		}
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// field appends a value with its length before it; absent stands for one that is missing.
func field(text []byte, value string) []byte {
	text = strconv.AppendInt(text, int64(len(value)), 10)
	text = append(text, ':')
	return append(text, value...)
}

const absent = '-'

// page is how many entries Verify holds at a time.
var page = 1000

// Verify walks a county's record from its first entry to its head and returns how many
// entries there are. A broken chain is ErrBroken, with the first entry that is wrong;
// what came before it is as it was written. It cannot tell that the newest entries and
// the head were cut off together: keep what it returned, outside the database.
func Verify(ctx context.Context, db *tenant.DB, county tenant.County) (entries int64, err error) {
	// The entries are asked for before the head, which then cannot be older than they are.
	var some *bool
	var end **head
	err = db.View(ctx, county, func(v *tenant.View) {
		some = tenant.Value[bool](v, `select exists (select from audit_entries where county_id = @county)`)
		end = tenant.Maybe[head](v, `select entries, hash, null::text as detail from audit_heads where county_id = @county`)
	})
	if err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	if *end == nil {
		if *some {
			return 0, Broken{county, 0, "there are entries and no head"}
		}
		return 0, nil
	}
	return walk(ctx, db, county, **end)
}

// walk checks the entries up to the head; what was appended since is not looked at.
func walk(ctx context.Context, db *tenant.DB, county tenant.County, end head) (int64, error) {
	last := entry{Hash: beginning}
	for last.Entry < end.Entries {
		var next *[]entry
		err := db.View(ctx, county, func(v *tenant.View) {
			next = tenant.All[entry](v, `
				select entry, at, actor_id, actor_name, actor_role, address, action, subject,
					detail::text as detail, prev_hash, hash
				from audit_entries where county_id = @county and entry > @after and entry <= @end
				order by entry limit @page`,
				pgx.NamedArgs{"after": last.Entry, "end": end.Entries, "page": page})
		})
		if err != nil {
			return last.Entry, fmt.Errorf("audit: %w", err)
		}
		if len(*next) == 0 {
			return last.Entry, broken(county, last.Entry+1, "is missing")
		}
		for _, e := range *next {
			switch {
			case e.Entry != last.Entry+1:
				return last.Entry, broken(county, last.Entry+1, "is missing")
			case !bytes.Equal(e.PrevHash, last.Hash):
				return last.Entry, broken(county, e.Entry, "does not follow the one before it")
			case !bytes.Equal(e.Hash, e.sum(county)):
				return last.Entry, broken(county, e.Entry, "is not what was written")
			}
			last = e
		}
	}
	if !bytes.Equal(last.Hash, end.Hash) {
		return last.Entry, broken(county, last.Entry, "is not the head of the chain")
	}
	return last.Entry, nil
}

func broken(county tenant.County, entry int64, what string) error {
	return Broken{county, entry, fmt.Sprintf("entry %d %s", entry, what)}
}
