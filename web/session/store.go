package session

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// state is what a session holds.
type state struct {
	Owner   string // whose it is; store.end looks for it
	Account auth.Account
	Since   time.Time // signed in
	Touched time.Time
}

// ends is when the session is over unless it is touched.
func (st state) ends() time.Time {
	if idle, all := st.Touched.Add(idle), st.Since.Add(lifetime); idle.Before(all) {
		return idle
	}
	return st.Since.Add(lifetime)
}

const stateKey = "state"

func owner(who auth.Actor) string { return fmt.Sprintf("%d/%d", who.County, who.UserID) }

// codec writes a session as a line with its deadline and the state as JSON. It takes 5 µs
// where gob, which scs has, takes 20, and an owner can be found in it.
type codec struct{}

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	text, err := json.Marshal(values[stateKey])
	if err != nil {
		return nil, err
	}
	return append(deadline.UTC().AppendFormat(nil, time.RFC3339Nano+"\n"), text...), nil
}

// Decode takes what it cannot read, such as what an older version wrote, for an empty
// session: its owner signs in again.
func (codec) Decode(data []byte) (deadline time.Time, values map[string]any, err error) {
	line, text, _ := bytes.Cut(data, []byte("\n"))
	values = map[string]any{}
	deadline, unreadable := time.Parse(time.RFC3339Nano, string(line))
	var st state
	if unreadable == nil && json.Unmarshal(text, &st) == nil && st.Owner != "" {
		values[stateKey] = st
	}
	return deadline, values, nil
}

// store is the table sessions. It keeps a token's hash, so that who reads the table
// cannot take a session over; and unlike scs's own for pgx it ends with the request, and
// a touch does not bring back a session that was signed out meanwhile.
type store struct{ db *tenant.DB }

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (s store) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	data, err = postgres.Value[[]byte](ctx, s.db.Platform(), `
		select data from sessions where token = $1 and expiry > current_timestamp`, hash(token))
	if errors.Is(err, errs.NotFound) {
		return nil, false, nil
	}
	return data, err == nil, err
}

func (s store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := postgres.Exec(ctx, s.db.Platform(), `
		insert into sessions (token, data, expiry) values ($1, $2, $3)
		on conflict (token) do update set data = excluded.data, expiry = excluded.expiry`, hash(token), data, expiry)
	return err
}

func (s store) DeleteCtx(ctx context.Context, token string) error {
	_, err := postgres.Exec(ctx, s.db.Platform(), `delete from sessions where token = $1`, hash(token))
	return err
}

// touch writes the state of a session that is still there.
func (s store) touch(ctx context.Context, token string, deadline time.Time, st state) error {
	data, err := codec{}.Encode(deadline, map[string]any{stateKey: st})
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, s.db.Platform(), `update sessions set data = $2 where token = $1`, hash(token), data)
	return err
}

// end deletes the sessions of an owner. A quotation mark cannot stand in a JSON string
// unescaped, so no name passes for an owner.
func (s store) end(ctx context.Context, owner string) error {
	_, err := postgres.Exec(ctx, s.db.Platform(), `delete from sessions where position($1::bytea in data) > 0`,
		[]byte(`"Owner":"`+owner+`"`))
	return err
}

// sweep deletes some sessions that are over; those that another sweep has are left to it.
func (s store) sweep(ctx context.Context) error {
	_, err := postgres.Exec(ctx, s.db.Platform(), `
		delete from sessions where token in (
			select token from sessions where expiry < current_timestamp limit 100 for update skip locked)`)
	return err
}

// What follows is of scs.Store, which calls it only where the forms with a context above
// are missing.

func (s store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}
func (s store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
func (s store) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}
