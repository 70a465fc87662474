// Package export writes a list into a sheet, as it was asked for: the same filter, the same
// order, the same rights. Names and numbers are masked unless somebody who may says why not,
// and every export is recorded.
package export

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/register"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// atOnce is how many rows are written while the reader waits; more are a task's.
const atOnce = 1000

// Request is what is to be exported. It is kept with a task.
type Request struct {
	List   string `json:"list"`   // cases, stations, deputies, audit, network …
	Query  string `json:"query"`  // the list's address, without the place in it
	Format string `json:"format"` // as sheet.ParseFormat reads it
	Full   bool   `json:"full"`   // names and numbers in full
	Reason string `json:"-"`      // why in full; the record keeps it
	Rows   int64  `json:"-"`      // how many there are, or at least; 0: nobody counted
	Called string `json:"called"` // what the county calls the register; "" for other lists
}

// list is a list that can be exported.
type list struct {
	title   string // 事项
	page    string // where it is shown; "": under its name
	unit    string // 件
	private bool   // it has names and numbers to mask
	right   auth.Action
	columns []sheet.Column
	looked  func(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask) error // records for whom somebody looks; nil: no need
	count   func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64
	most    func(ask tenant.Ask) int64 // what count counts up to
	ask     func(ctx context.Context, db *tenant.DB, by auth.Actor, address url.Values) (tenant.Ask, error)
	rows    func(x exporting) error
	book    func(x exporting, w io.Writer, progress func(int) error) (rows int, err error) // writes it all itself: it has neither columns nor rows
	packed  bool                                                                           // what book writes is an archive, and no workbook
	form    register.Key                                                                   // a register's columns are the county's; "" for other lists
}

// Zip is the format of an archive.
const Zip = "zip"

// exporting is a list on its way into a sheet.
type exporting struct {
	ctx   context.Context
	db    *tenant.DB
	keys  private.Keys
	by    auth.Actor
	ask   tenant.Ask
	full  bool
	write func(row ...any) error
	below func(row []any) error // writes a row that is none of the list's

	shape   register.Form // of a register
	address url.Values    // of an archive
}

func (r Request) list() list {
	l, _ := known(r.List)
	return l
}

// Title is what the request's list is called: 事项.
func (r Request) Title() string { return cmp.Or(r.Called, r.list().title) }

// Name is the request with what the county calls its register.
func Name(ctx context.Context, db *tenant.DB, by auth.Actor, r Request) (Request, error) {
	key := r.list().form
	if key == "" {
		return r, nil
	}
	form, err := formOf(ctx, db, by, key)
	r.Called = form.Name
	return r, err
}

// Page is where the request's list is shown: /cases.
func (r Request) Page() string {
	if page := r.list().page; page != "" {
		return page
	}
	return "/" + r.List
}

// Unit is by what the rows are counted: 件.
func (r Request) Unit() string { return r.list().unit }

// Whole reports whether the request is for several lists at once, which have one format.
func (r Request) Whole() bool { return r.list().book != nil }

// Only is the one format of a Whole: a workbook's, or Zip.
func (r Request) Only() string {
	if r.list().packed {
		return Zip
	}
	return sheet.XLSX.String()
}

// Private reports whether the list has names and numbers that by may have in full.
func (r Request) Private(by auth.Actor) bool {
	return r.list().private && by.Scope(auth.RevealPhone) >= auth.OwnStation
}

// FileName is the sheet's name: 事项-20261122.xlsx.
func (r Request) FileName(day calendar.Date) string {
	ending := ".zip"
	if !r.list().packed {
		format, _ := sheet.ParseFormat(r.Format)
		ending = format.Ending()
	}
	return r.Title() + "-" + strings.ReplaceAll(day.String(), "-", "") + ending
}

// ContentType is the sheet's media type.
func (r Request) ContentType() string {
	if r.list().packed {
		return "application/zip"
	}
	format, _ := sheet.ParseFormat(r.Format)
	return format.ContentType()
}

// Check judges a request: errs.NotFound for an unknown list, errs.Forbidden for one that by
// does not see, errs.Invalid for a format and for a reason that is missing.
func (r Request) Check(by auth.Actor) error {
	l, is := known(r.List)
	if !is {
		return errs.NotFound
	}
	if !by.May(l.right) || !by.May(auth.ExportList) || l.form != "" && !l.form.Source().SeenBy(by) {
		return errs.Forbidden
	}
	invalid := errs.Invalid{}
	if _, ok := sheet.ParseFormat(r.Format); r.Whole() && r.Format != r.Only() || !r.Whole() && !ok {
		invalid["format"] = "请选择文件格式。"
	}
	if r.Full {
		switch n := utf8.RuneCountInString(strings.TrimSpace(r.Reason)); {
		case !r.Private(by):
			return errs.Refuse(errs.Forbidden, "您不能导出完整的姓名和电话。")
		case n == 0:
			invalid["reason"] = "要导出完整的姓名和电话，请写明做什么用。"
		case n > 200:
			invalid["reason"] = "请用 200 个字以内写明做什么用。"
		}
	}
	return invalid.Err()
}

// Size is how many rows a request holds: exactly, or at least.
type Size struct {
	Rows int64
	More bool // nobody counted further
}

// Long reports whether the rows are too many to wait for.
func (s Size) Long() bool { return s.More || s.Rows > atOnce }

// Count counts what the request holds. Where the list says that whoever looks for a person
// is recorded, it records that.
func Count(ctx context.Context, db *tenant.DB, by auth.Actor, r Request) (Size, error) {
	l, ask, err := r.open(ctx, db, by)
	if err != nil {
		return Size{}, err
	}
	if l.looked != nil {
		if err := l.looked(ctx, db, by, ask); err != nil {
			return Size{}, err
		}
	}
	var n *int64
	err = db.View(ctx, by.County, func(v *tenant.View) { n = l.count(v, by, ask) })
	if err != nil {
		return Size{}, err
	}
	return Size{*n, *n >= l.most(ask)}, nil
}

func (r Request) open(ctx context.Context, db *tenant.DB, by auth.Actor) (list, tenant.Ask, error) {
	if err := r.Check(by); err != nil && r.Reason != "" {
		return list{}, tenant.Ask{}, err
	}
	l, is := known(r.List)
	if !is || !by.May(l.right) || l.form != "" && !l.form.Source().SeenBy(by) {
		return list{}, tenant.Ask{}, errs.NotFound
	}
	address, err := url.ParseQuery(r.Query)
	if err != nil {
		return list{}, tenant.Ask{}, errs.NotFound
	}
	ask, err := l.ask(ctx, db, by, address)
	return l, ask, err
}

// Record writes down that by exports: what, of which time and station, how many, and for what
// where names and numbers are in full.
func Record(ctx context.Context, tx *tenant.Tx, by auth.Actor, r Request) error {
	detail := map[string]any{"full": r.Full, "format": r.Format}
	if r.Full {
		detail["reason"] = strings.TrimSpace(r.Reason)
	}
	if r.Rows > 0 {
		detail["rows"] = r.Rows
	}
	address, err := url.ParseQuery(r.Query)
	if err != nil {
		return errs.NotFound
	}
	for _, key := range []string{"from", "to"} {
		if day := address.Get(key); day != "" {
			detail[key] = day
		}
	}
	station, err := stationOf(ctx, tx, by, r.list(), address)
	if err != nil {
		return err
	}
	if station != nil {
		detail["station"] = *station
	}
	return audit.Record(ctx, tx, by.Audit(), "list.export", "list "+r.List, detail)
}

// stationOf names the station that the rows are limited to: what the address asks for, else the
// own of somebody who sees no other, with those that were merged into it. nil is the whole county.
func stationOf(ctx context.Context, tx *tenant.Tx, by auth.Actor, l list, address url.Values) (*string, error) {
	var ids []int64
	if id, err := strconv.ParseInt(address.Get("station"), 10, 64); err == nil {
		ids = []int64{id}
	} else if by.Scope(l.right) == auth.OwnStation {
		ids = by.Stations()
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return postgres.Value[*string](ctx, tx, `select string_agg(name, '、' order by id <> @first, id) from stations where county_id = @county and id = any(@stations)`,
		pgx.NamedArgs{"stations": ids, "first": ids[0]})
}

// Write writes the request's rows to w and returns how many there were. progress, where it
// is not nil, is told now and then.
func Write(ctx context.Context, db *tenant.DB, keys private.Keys, by auth.Actor, r Request, w io.Writer, progress func(rows int) error) (int, error) {
	l, ask, err := r.open(ctx, db, by)
	if err != nil {
		return 0, err
	}
	if r.Full && !r.Private(by) {
		return 0, errs.Forbidden
	}
	x := exporting{ctx: ctx, db: db, keys: keys, by: by, ask: ask, full: r.Full}
	if l.book != nil {
		if x.address, err = url.ParseQuery(r.Query); err != nil {
			return 0, errs.NotFound
		}
		return l.book(x, w, progress)
	}
	columns := l.columns
	if l.form != "" {
		if x.shape, err = formOf(ctx, db, by, l.form); err != nil {
			return 0, err
		}
		x.shape = x.shape.For(by, ask)
		columns = columnsOf(x.shape)
	}
	format, _ := sheet.ParseFormat(r.Format)
	out, err := sheet.NewWriter(w, format, columns, sheet.Named(r.Title()))
	if err != nil {
		return 0, err
	}
	defer out.Abort()
	x.below = out.Write
	rows := 0
	x.write = func(row ...any) error {
		if rows++; progress != nil && rows%progressEvery == 0 {
			if err := progress(rows); err != nil {
				return err
			}
		}
		return out.Write(row)
	}
	if err = l.rows(x); err != nil {
		return rows, fmt.Errorf("export %s: %w", r.List, err)
	}
	return rows, out.Close()
}

// progressEvery is after how many rows progress is told.
const progressEvery = 2000

// Said is what is said of a finished export: 共 1,200 件.
func (r Request) Said(rows int) string { return "共 " + strconv.Itoa(rows) + " " + r.Unit() + "。" }
