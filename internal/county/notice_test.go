package county_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func (o office) notice() county.Notice {
	o.t.Helper()
	var n *county.Notice
	o.View(func(v *tenant.View) { n = county.CurrentNotice(v) })
	return *n
}

func (o office) publishing(from, body string) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := county.PublishNotice(ctx, tx, o.Admin.Audit(), from, body)
		return err
	}
}

// visitNotice is the version that a visit was given.
func (o office) visitNotices() string {
	o.t.Helper()
	type row struct{ Version string }
	var versions []string
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		rows, err := postgres.All[row](ctx, tx, `select notice_version as version from visits where county_id = @county order by id`)
		for _, r := range rows {
			versions = append(versions, r.Version)
		}
		return err
	})
	return strings.Join(versions, " ")
}

// TestNotices: versions follow each other, each stays as it was, every visit keeps its own.
func TestNotices(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	neighbour := o.state(o.Neighbour.County)
	first := o.notice()
	if first.Version != "2026-1" || !first.Current || first.PublishedName != "系统" || !strings.HasPrefix(first.Body, "谁在登记：襄垣县人大常委会和") || strings.Count(first.Body, "\n") != 3 {
		t.Fatalf("%+v", first)
	}
	o.OneCase()
	o.must(o.publishing("2026-1", " 只记您说的事。\r\n不公开。 "))
	if n := o.notice(); n.Version != "2026-2" || n.Body != "只记您说的事。\n不公开。" || n.PublishedName != o.Admin.Name || !n.PublishedAt.Equal(o.Now()) {
		t.Errorf("%+v", n)
	}
	o.lastRecorded(1, "settings.notice", "notice 2026-2", county.Changes{"version": {"2026-1", "2026-2"}})
	o.must(o.publishing("2026-1", "只记您说的事。\n不公开。")) // the same button once more
	o.OneCase()

	err := o.Update(o.publishing("2026-1", "另一个人写的。"))
	if late, ok := errors.AsType[county.Superseded](err); !ok || late.Current.Version != "2026-2" || !errors.Is(err, errs.Conflict) {
		t.Errorf("%v", err)
	}
	o.wrong("body", o.publishing("2026-2", "只记您说的事。\n不公开。"))
	o.wrong("body", o.publishing("2026-2", " \n "))
	o.wrong("body", o.publishing("2026-2", strings.Repeat("长", 4001)))
	o.wrong("body", o.publishing("2026-2", "坏\x00"))

	// A form that was open while a new one was published keeps the one that was shown.
	visit := o.Visit("路灯坏了。")
	visit.Notice = "2026-1"
	if _, err := o.RegisterVisit(o.Clerk, visit); err != nil {
		t.Error(err)
	}
	visit = o.Visit("路灯坏了。")
	visit.Notice = "2026-9"
	_, err = o.RegisterVisit(o.Clerk, visit)
	casetest.InvalidAt(t, err, "notice_given")
	if got := o.visitNotices(); got != "2026-1 2026-2 2026-1" {
		t.Errorf("the visits were given %s", got)
	}

	for range 9 { // so that one comes after 2026-9
		o.must(o.publishing(o.notice().Version, o.notice().Body+"再说一句。"))
	}
	o.Set("2027-01-04 09:00")
	o.must(o.publishing("2026-11", "新的一年。"))
	var all *[]county.Notice
	var old **county.Notice
	var shown, unknown *county.Notice
	o.View(func(v *tenant.View) {
		all, old = county.Notices(v), county.NoticeOf(v, "2026-1")
		shown, unknown = county.ShownNotice(v, "2026-1"), county.ShownNotice(v, "x")
	})
	if a := *all; len(a) != 12 || a[0].Version != "2027-1" || !a[0].Current || a[1].Version != "2026-11" || a[1].Current || a[11].Version != "2026-1" {
		t.Errorf("%+v", a)
	}
	if (*old).Body != first.Body || shown.Version != "2026-1" || unknown.Version != "2027-1" {
		t.Errorf("%+v, %+v, %+v", *old, shown, unknown)
	}
	if o.state(o.Neighbour.County) != neighbour {
		t.Error("the neighbour's settings have changed")
	}
}

// TestNoticesAppendOnly: the site's own role cannot change what was published.
func TestNoticesAppendOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, sql := range []string{`update notices set body = 'x'`, `update notices set published_name = 'x'`, `delete from notices`} {
		err := o.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Exec(ctx, sql+` where county_id = @county`)
			return err
		})
		if denied, ok := errors.AsType[*pgconn.PgError](err); !ok || denied.Code != "42501" {
			t.Errorf("%s: %v, want permission denied", sql, err)
		}
	}
	// And what is current is one that was published.
	err := o.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Exec(ctx, `update county_settings set notice_version = '2026-7' where county_id = @county`)
		return err
	})
	if broken, ok := errors.AsType[*pgconn.PgError](err); !ok || broken.Code != "23503" {
		t.Errorf("a notice that there is not: %v", err)
	}
}

// TestPublishTogether: of several who publish at once one does, and the others are told.
func TestPublishTogether(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	results := make(chan error, 6)
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() { results <- o.Update(o.publishing("2026-1", "第"+id(int64(i))+"个人写的。")) })
	}
	all.Wait()
	close(results)
	done := 0
	for err := range results {
		if _, late := errors.AsType[county.Superseded](err); err == nil {
			done++
		} else if !late {
			t.Error(err)
		}
	}
	if done != 1 || o.notice().Version != "2026-2" {
		t.Errorf("%d published, now %s", done, o.notice().Version)
	}
}
