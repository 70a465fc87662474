// Package session knows who is signed in. It stands between scs, which keeps a random
// token in a cookie and the session in PostgreSQL, and the pages, which ask Actor.
//
// A normal request reads the session with one statement and writes nothing. Every five
// minutes the session is touched: the account is read again, so that one that has been
// disabled, lost its role or changed its password is out by then, and the time is
// written by which an idle session ends.
package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

const (
	lifetime   = 7 * 24 * time.Hour
	idle       = 8 * time.Hour
	touchEvery = 5 * time.Minute
)

// Sessions are everybody's.
type Sessions struct {
	scs   *scs.SessionManager
	store store
	db    *tenant.DB
}

// New returns the sessions in db. secure says that the site is reached by https only.
func New(db *tenant.DB, secure bool) *Sessions {
	s := &Sessions{scs: scs.New(), store: store{db}, db: db}
	s.scs.Store = s.store
	s.scs.Codec = codec{}
	s.scs.Lifetime = lifetime
	s.scs.ErrorFunc = page.Error
	s.scs.Cookie.Name = "lianluo"
	s.scs.Cookie.Secure = secure
	s.scs.Cookie.HttpOnly = true
	s.scs.Cookie.SameSite = http.SameSiteLaxMode
	s.scs.Cookie.Persist = false // village laptops are shared: closing the browser signs out
	return s
}

// Load puts who is signed in into the context. It is for the routes of the staff, the
// sign-in among them; citizens' pages and files have no session.
func (s *Sessions) Load(next http.Handler) http.Handler {
	return s.scs.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account, ends, err := s.current(r.Context())
		switch {
		case errors.Is(err, errs.SignIn):
			next.ServeHTTP(w, r)
		case err != nil:
			page.Error(w, r, err)
		default:
			account.Actor.Address = Address(r)
			next.ServeHTTP(w, r.WithContext(context.WithValue(With(r.Context(), account), leftKey{}, ends.Sub(s.db.Now()))))
		}
	}))
}

// current returns the account of the request's session, and when that ends; errs.SignIn where there is no
// session, or no longer.
func (s *Sessions) current(ctx context.Context) (auth.Account, time.Time, error) {
	st, ok := s.state(ctx)
	if !ok {
		return auth.Account{}, time.Time{}, errs.SignIn
	}
	now := s.db.Now()
	if now.Sub(st.Since) >= lifetime || now.Sub(st.Touched) >= idle {
		return auth.Account{}, time.Time{}, s.end(ctx)
	}
	if now.Sub(st.Touched) < touchEvery {
		return st.Account, st.ends(), nil
	}
	by := st.Account.Actor
	fresh, err := auth.Reload(ctx, s.db, by.County, by.UserID, st.Account.RoleID)
	switch {
	case errors.Is(err, errs.SignIn), errors.Is(err, errs.Forbidden):
		return auth.Account{}, time.Time{}, s.end(ctx)
	case err != nil:
		return auth.Account{}, time.Time{}, err
	case fresh.PasswordMark != st.Account.PasswordMark:
		return auth.Account{}, time.Time{}, s.end(ctx)
	}
	st.Account, st.Touched = fresh, now
	return fresh, st.ends(), s.store.touch(ctx, s.scs.Token(ctx), s.scs.Deadline(ctx), st)
}

// end ends the session of this request and says so.
func (s *Sessions) end(ctx context.Context) error {
	return errors.Join(s.scs.Destroy(ctx), errs.SignIn)
}

// SignIn begins a session under a new token, so that nobody's earlier one becomes the
// account's, and sweeps some that are over.
func (s *Sessions) SignIn(ctx context.Context, account auth.Account) error {
	if err := s.store.sweep(ctx); err != nil {
		slog.ErrorContext(ctx, "sweep sessions", "err", err)
	}
	return s.put(ctx, account, s.db.Now())
}

// Renew goes on as account, in another role or after a change of the password, under a
// new token. How long the session may last in all does not change.
func (s *Sessions) Renew(ctx context.Context, account auth.Account) error {
	st, ok := s.state(ctx)
	if !ok {
		return errs.SignIn
	}
	return s.put(ctx, account, st.Since)
}

func (s *Sessions) put(ctx context.Context, account auth.Account, since time.Time) error {
	if err := s.scs.RenewToken(ctx); err != nil {
		return err
	}
	s.scs.Put(ctx, stateKey, state{Owner: owner(account.Actor), Account: account, Since: since, Touched: s.db.Now()})
	return nil
}

// SignOut ends the session, here and in the store.
func (s *Sessions) SignOut(ctx context.Context) error { return s.scs.Destroy(ctx) }

// End ends every session of a person at once: the password has changed, the account is
// disabled. The session of the request at hand comes back with SignIn or Renew.
func (s *Sessions) End(ctx context.Context, county tenant.County, userID int64) error {
	return s.store.end(ctx, owner(auth.Actor{County: county, UserID: userID}))
}

func (s *Sessions) state(ctx context.Context) (state, bool) {
	st, ok := s.scs.Get(ctx, stateKey).(state)
	return st, ok
}
