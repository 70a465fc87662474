package auth

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"lianluo/internal/errs"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) {
	SetCostForTests()
	os.Exit(pgtest.Main(m))
}

const (
	password = "桃花源记 2026 年"
	address  = "10.23.4.5"
)

// clock is a time that tests move on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// platform is two counties under 长治市, one of them with a station, a point, a unit and
// a deputy.
type platform struct {
	*tenant.DB
	at                       *pgtest.DB
	clock                    *clock
	xiangyuan, tunliu        tenant.County
	guhan, point, water, shi int64 // 古韩镇站, its point, 县水利局, 代表史建国
}

func newPlatform(t testing.TB) *platform {
	t.Helper()
	at := pgtest.New(t)
	p := &platform{at: at, clock: &clock{now: time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)},
		xiangyuan: 1, tunliu: 2, guhan: 11, point: 12, water: 21, shi: 31}
	p.DB = tenant.New(at.App, at.Oversight, p.clock.Now)
	p.super(t, `
		insert into divisions (code, name, level) values
			('14', '山西省', 'province'), ('1404', '长治市', 'prefecture'), ('1405', '晋城市', 'prefecture'),
			('140423', '襄垣县', 'county'), ('140405', '屯留区', 'county'), ('140502', '城区', 'county'),
			('140423100', '古韩镇', 'township');
		insert into counties (division_code, name, office, number_prefix, created_at) values
			('140423', '襄垣县', '襄垣县人大常委会', 'XY', now()), ('140405', '屯留区', '屯留区人大常委会', 'TL', now()),
			('140502', '城区', '城区人大常委会', 'CQ', now());
		insert into stations (county_id, id, code, kind, root_id, parent_id, name, short_name, division_code, created_at)
			overriding system value values
			(1, 11, '140423100-01', 'station', 11, null, '襄垣县古韩镇人大代表联络站', '古韩镇站', '140423100', now()),
			(1, 12, '140423100-02', 'point', 11, 11, '古韩镇东街联络点', '东街点', '140423100', now());
		insert into units (county_id, id, name, level, position, created_at) overriding system value
			values (1, 21, '县水利局', 'county', 1, now());
		insert into deputies (county_id, id, number, name, created_at) overriding system value values (1, 31, 1, '史建国', now())`)
	return p
}

// super arranges and looks, past every policy.
func (p *platform) super(t testing.TB, sql string) {
	t.Helper()
	if _, err := p.at.Super.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t testing.TB, p *platform, sql string, args ...any) (answer T) {
	t.Helper()
	if err := p.at.Super.QueryRow(t.Context(), sql, args...).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// user makes an account in 襄垣县 with the roles.
func (p *platform) user(t testing.TB, login, name string, roles ...RoleGrant) (id int64) {
	t.Helper()
	err := p.Update(t.Context(), p.xiangyuan, func(tx *tenant.Tx) (err error) {
		id, err = CreateUser(t.Context(), tx, NewUser{LoginName: login, Name: name, Password: password})
		for _, role := range roles {
			if err == nil {
				err = GrantRole(t.Context(), tx, id, role)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (p *platform) signIn(t testing.TB, login, password string) (Account, error) {
	t.Helper()
	return SignIn(t.Context(), p.DB, login, password, address)
}

// wrong fails unless err is the one answer to whoever may not come in.
func wrong(t testing.TB, err error) {
	t.Helper()
	if got, want := invalid(err), "password: "+WrongSignIn; got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

// invalid is the only message of an errs.Invalid, with its field.
func invalid(err error) string {
	if i, ok := errors.AsType[errs.Invalid](err); ok && len(i) == 1 {
		for field, message := range i {
			return field + ": " + message
		}
	}
	return ""
}
