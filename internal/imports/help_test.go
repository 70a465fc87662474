package imports_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/imports"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/task"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// desk is somebody who imports into a world.
type desk struct {
	*casetest.World
	t    testing.TB
	by   auth.Actor
	role int64
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{World: casetest.New(t), t: t}
	return d.as(d.Admin)
}

// as is the same world for somebody else.
func (d *desk) as(by auth.Actor) *desk {
	d.t.Helper()
	other := *d
	other.by = by
	account, err := auth.Reload(d.t.Context(), d.DB, by.County, by.UserID, 0)
	d.must(err)
	other.role = account.RoleID
	return &other
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// table is a CSV of lines whose cells are separated by bars.
func table(lines ...string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for _, line := range lines {
		_ = w.Write(strings.Split(line, "|"))
	}
	w.Flush()
	return out.Bytes()
}

// upload records a file and has it compared.
func (d *desk) upload(kind imports.Kind, data []byte) imports.Import {
	d.t.Helper()
	key, fileKey := uuid.New(), uuid.New()
	d.must(d.Files.Put(d.t.Context(), d.by.County, fileKey, bytes.NewReader(data)))
	d.must(d.update(func(tx *tenant.Tx) error {
		started, err := imports.Start(d.t.Context(), tx, d.by, d.role, imports.Upload{Key: key, FileKey: fileKey, FileName: "名单.csv", FileSize: int64(len(data)), Kind: kind})
		if !started && err == nil {
			err = errors.New("the submission started nothing")
		}
		return err
	}))
	_ = d.work(key)
	return d.read(key)
}

func (d *desk) update(do func(tx *tenant.Tx) error) error {
	return d.DB.Update(d.t.Context(), d.by.County, do)
}

func (d *desk) read(key uuid.UUID) imports.Import {
	d.t.Helper()
	var i *imports.Import
	d.must(d.DB.View(d.t.Context(), d.by.County, func(v *tenant.View) { i = imports.Of(v, d.by, d.role, key) }))
	return *i
}

// work does the task of an import as the job does.
func (d *desk) work(key uuid.UUID) error {
	d.t.Helper()
	i := d.read(key)
	var begun task.Task
	err := d.update(func(tx *tenant.Tx) (err error) { begun, err = task.Begin(d.t.Context(), tx, i.Task()); return err })
	if err != nil {
		return err
	}
	site := imports.Site{DB: d.DB, Keys: d.Keys, Files: d.Files}
	if err := imports.Work(d.t.Context(), site, d.by.County, begun); err != nil {
		_ = d.update(func(tx *tenant.Tx) error {
			return task.Fail(context.WithoutCancel(d.t.Context()), tx, begun.Key, err.Error())
		})
		return err
	}
	return nil
}

// confirm lets an import become true.
func (d *desk) confirm(i imports.Import) error {
	d.t.Helper()
	err := d.update(func(tx *tenant.Tx) error { return imports.Confirm(d.t.Context(), tx, d.by, d.role, i.Key) })
	if err != nil {
		return err
	}
	return d.work(i.Key)
}

// said is what the preview says, a line for each row: 2 new 王桥镇: 名称 甲→乙; C2 …
func (d *desk) said(i imports.Import) []string {
	d.t.Helper()
	var page *tenant.Page[imports.Said]
	d.must(d.DB.View(d.t.Context(), d.by.County, func(v *tenant.View) { page = imports.Rows(v, i, imports.Ask(nil, 500)) }))
	var all []string
	for _, s := range page.Items {
		line := fmt.Sprintf("%d %s %s", s.Number, s.Verdict, s.Subject)
		for _, c := range s.Changes {
			line += fmt.Sprintf("; %s %s→%s", c.Field, c.From, c.To)
		}
		for _, p := range s.Problems {
			line += fmt.Sprintf("; %s %s %s", p.Cell, p.Column, p.Words)
		}
		if s.Note != nil {
			line += "; " + *s.Note
		}
		all = append(all, line)
	}
	return all
}

// mustSay compares what the preview says with the lines wanted.
func (d *desk) mustSay(i imports.Import, want ...string) {
	d.t.Helper()
	if i.Said != nil {
		d.t.Fatalf("refused: %s", *i.Said)
	}
	got := d.said(i)
	for n := range max(len(got), len(want)) {
		if n >= len(got) || n >= len(want) || got[n] != want[n] {
			d.t.Fatalf("the preview says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// bring imports a file whose every row is right, and sees that once more it changes nothing.
func (d *desk) bring(kind imports.Kind, data []byte) {
	d.t.Helper()
	i := d.upload(kind, data)
	if i.Said != nil || i.Wrong > 0 || i.State != imports.Ready {
		d.t.Fatalf("%s, %d rows are wrong: %v\n%s", i.State, i.Wrong, i.Said, strings.Join(d.said(i), "\n"))
	}
	d.must(d.confirm(i))
	again := d.upload(kind, data)
	if again.Said != nil || int(again.Same) != again.Rows() || again.Rows() != i.Rows() {
		d.t.Fatalf("the same file once more: %v\n%s", again.Said, strings.Join(d.said(again), "\n"))
	}
}

// count is how many there are, by SQL as the superuser.
func (d *desk) count(sql string) (n int) {
	d.t.Helper()
	d.must(d.PG.Super.QueryRow(d.t.Context(), sql).Scan(&n))
	return n
}

func refusal(err error) string { return errs.Message(err, fmt.Sprint(err)) }
