package job_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/imports"
	"lianluo/internal/tenant"
)

// many is how many units the file has: enough to be killed in the middle, several times.
const many = 2000

// importing is a world into which somebody imports, with a server that is killed.
type importing struct {
	*casetest.World
	t      *testing.T
	role   int64
	key    uuid.UUID
	server *server
}

// start starts the only server there is.
func (i *importing) start() {
	i.t.Helper()
	i.server = startServer(i.t, settingsOf(i.World, filepath.Join(i.t.TempDir(), "messages.log")))
}

// upload records a file of units.
func (i *importing) upload() {
	i.t.Helper()
	var list strings.Builder
	list.WriteString("单位名称,级别,电话\n")
	for n := range many {
		fmt.Fprintf(&list, "县直第%d单位,县直部门,0355-722%04d\n", n, n)
	}
	file := uuid.New()
	site := imports.Site{DB: i.DB, Keys: i.Keys, Files: i.Files}
	if err := site.Put(i.t.Context(), i.County, file, strings.NewReader(list.String())); err != nil {
		i.t.Fatal(err)
	}
	i.update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := imports.Start(ctx, tx, i.Admin, i.role, imports.Upload{Key: i.key, FileKey: file, FileName: "单位.csv", FileSize: int64(list.Len()), Kind: imports.Units})
		return err
	})
}

func (i *importing) update(do func(ctx context.Context, tx *tenant.Tx) error) {
	i.t.Helper()
	if err := i.Update(do); err != nil {
		i.t.Fatal(err)
	}
}

func (i *importing) now() (now *imports.Import) {
	i.t.Helper()
	i.View(func(v *tenant.View) { now = imports.Of(v, i.Admin, i.role, i.key) })
	return now
}

// killAt kills the server once the task has come so far, and judges that nothing of the
// file is in: neither units, nor what was said of the rows.
func (i *importing) killAt(state imports.State, done int) {
	i.t.Helper()
	task := i.now().Task()
	eventually(i.t, fmt.Sprintf("%s, %d steps done", state, done), func() bool {
		return count(i.t, i.World, `select count(*) from tasks where key = $1 and state = 'running' and done >= $2`, task, done) == 1
	})
	i.server.kill(i.t)
	if now := i.now(); now.State != state {
		i.t.Fatalf("killed too late: it is %s", now.State)
	}
	eventually(i.t, "the killed server's transactions are gone", func() bool {
		return count(i.t, i.World, `select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`) == 0
	})
	if n := count(i.t, i.World, `select count(*) from units where name like '县直第%'`); n != 0 {
		i.t.Errorf("killed in the middle: %d units are in", n)
	}
	if n := count(i.t, i.World, `select count(*) from audit_entries where action in ('unit.create', 'network.import')`); n != 0 {
		i.t.Errorf("killed in the middle: %d entries are in the record", n)
	}
}

// becomes waits until the import stands so.
func (i *importing) becomes(state imports.State) {
	i.t.Helper()
	for deadline := time.Now().Add(90 * time.Second); i.now().State != state; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			i.t.Fatalf("it is %s, not %s; the server logged\n%s", i.now().State, state, i.server.logged)
		}
	}
}

// TestKilledInAnImport: a server that is killed in the middle of a comparison, and of an
// import, twice, leaves nothing behind; the next one does it from the start, and all of it
// is in, once.
func TestKilledInAnImport(t *testing.T) {
	t.Parallel()
	i := &importing{World: casetest.New(t), t: t, key: uuid.New()}
	account, err := auth.Reload(t.Context(), i.DB, i.County, i.Admin.UserID, 0)
	if err != nil {
		t.Fatal(err)
	}
	i.role = account.RoleID
	i.upload()
	i.start()
	i.killAt(imports.Reading, 500)
	i.start()
	i.becomes(imports.Ready)
	if now := i.now(); now.Added != many || now.Rows() != many {
		t.Fatalf("%d of %d rows are new", now.Added, now.Rows())
	}
	i.update(func(ctx context.Context, tx *tenant.Tx) error {
		return imports.Confirm(ctx, tx, i.Admin, i.role, i.key)
	})
	for _, done := range []int{500, 1500} {
		i.killAt(imports.Applying, done)
		i.start()
	}
	i.becomes(imports.Done)
	idle(t, i.World)
	_ = i.server.stdin.Close()
	if err := i.server.cmd.Wait(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if n := count(t, i.World, `select count(*) from units where name like '县直第%'`); n != many {
		t.Errorf("%d units are in, want %d", n, many)
	}
	if n := count(t, i.World, `select count(*) from audit_entries where action = 'network.import'`); n != 1 {
		t.Errorf("the record says %d times that it was imported", n)
	}
	if _, err := audit.Verify(t.Context(), i.DB, i.County); err != nil {
		t.Error(err)
	}
}
