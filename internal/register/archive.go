package register

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/null"
	"lianluo/internal/tenant"
)

// Archive is what of a period is filed: every register that the county uses, the cards too, as a page
// that prints and as data, with a hash of each file.
type Archive struct {
	Reader
	Address  url.Values // from, to, station
	Progress func(rows int) error
}

// manifest lists what an archive holds.
type manifest struct {
	Office  string        `json:"office"`
	Station string        `json:"station,omitempty"`
	From    calendar.Date `json:"from"`
	To      calendar.Date `json:"to"`
	MadeAt  time.Time     `json:"made_at"`
	MadeBy  string        `json:"made_by"`
	Full    bool          `json:"full"` // names and numbers are in full
	Files   []*entry      `json:"files"`
}

func (m *manifest) period() Period { return Period{m.From, m.To} }

// entry is one file of an archive.
type entry struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows,omitempty"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`

	form Form // of a register
	to   io.Writer
	hash hash.Hash
}

func (e *entry) Write(p []byte) (int, error) {
	n, err := e.to.Write(p)
	e.hash.Write(p[:n])
	e.Bytes += int64(n)
	return n, err
}

// archiving is an archive while it is written.
type archiving struct {
	Archive
	ctx  context.Context
	db   *tenant.DB
	zip  *zip.Writer
	list manifest
	rows int
}

// Write writes the archive to w, register by register, each as of one moment, and returns
// how many lines it holds. It keeps no more than a line in memory.
func (a Archive) Write(ctx context.Context, db *tenant.DB, w io.Writer) (int, error) {
	x := &archiving{Archive: a, ctx: ctx, db: db, zip: zip.NewWriter(w)}
	forms, err := x.begin()
	if err != nil {
		return 0, err
	}
	number := 0
	for _, f := range forms {
		if f.Retired || !f.Source.SeenBy(a.By) {
			continue
		}
		number++
		if err := x.register(number, f); err != nil {
			return x.rows, fmt.Errorf("archive %s: %w", f.Key, err)
		}
	}
	if err := x.end(); err != nil {
		return x.rows, err
	}
	return x.rows, x.zip.Close()
}

// begin reads whose archive it is.
func (x *archiving) begin() ([]Form, error) {
	today := calendar.DateOf(x.db.Now())
	// Whole registers: a package that is filtered further would not say so.
	x.Address = Visits.Address(url.Values{"from": x.Address["from"], "to": x.Address["to"], "station": x.Address["station"]}, today)
	ask := Visits.Ask(x.Address, today, 0)
	from, _ := calendar.ParseDate(ask.Value("from"))
	to, _ := calendar.ParseDate(ask.Value("to"))
	var (
		forms   func() []Form
		itself  *county.County
		station **string
	)
	err := x.db.View(x.ctx, x.By.County, func(v *tenant.View) {
		forms, itself = Forms(v), county.Itself(v)
		station = stationName(v, x.By, x.Address.Get("station"))
	})
	if err != nil {
		return nil, err
	}
	x.list = manifest{Office: itself.Office, Station: null.Value(*station), From: from, To: to, MadeAt: x.db.Now().In(calendar.Shanghai),
		MadeBy: x.By.Signature(), Full: x.Full}
	return forms(), nil
}

// stationName is the station of somebody who has one, else the one that is asked for.
func stationName(v *tenant.View, by auth.Actor, asked string) **string {
	if by.StationID != 0 {
		asked = fmt.Sprint(by.StationID)
	}
	return tenant.Value[*string](v, `select max(name) from stations where county_id = @county and id::text = @asked`, pgx.NamedArgs{"asked": asked})
}

// create begins a file.
func (x *archiving) create(name string) (*entry, error) {
	to, err := x.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: x.list.MadeAt})
	if err != nil {
		return nil, err
	}
	e := &entry{Name: name, to: to, hash: sha256.New()}
	x.list.Files = append(x.list.Files, e)
	return e, nil
}

// register writes a register twice from one reading: the page goes into the archive, the
// data beside it into a file that follows.
func (x *archiving) register(number int, f Form) error {
	name, ask := fmt.Sprintf("%02d-%s", number, fileName(f.Name)), f.Source.Ask(x.Address, x.list.To, 0)
	f = f.Filed().For(x.By, ask)
	page, err := x.create(name + ".html")
	if err != nil {
		return err
	}
	page.form = f
	beside, err := newSpill()
	if err != nil {
		return err
	}
	defer beside.remove()
	html, data := &htmlWriter{to: page, form: f, list: &x.list}, &jsonWriter{to: beside, form: f, list: &x.list}
	if err := both(html.begin, data.begin); err != nil {
		return err
	}
	html.total, err = Stream(x.ctx, x.db, x.Reader, f, ask, func(l Line) error {
		page.Rows++
		if x.rows++; x.Progress != nil && x.rows%2000 == 0 {
			if err := x.Progress(x.rows); err != nil {
				return err
			}
		}
		return both(func() error { return html.line(l) }, func() error { return data.line(l) })
	})
	if err != nil {
		return err
	}
	if err := both(html.end, data.end); err != nil {
		return err
	}
	second, err := x.create(name + ".json")
	if err != nil {
		return err
	}
	second.Rows, second.form = page.Rows, f
	return beside.copyTo(second)
}

func both(first, second func() error) error {
	if err := first(); err != nil {
		return err
	}
	return second()
}

// end writes what the archive says of itself.
func (x *archiving) end() error {
	read, err := x.create("说明.txt")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(read, x.list.guide()); err != nil {
		return err
	}
	files := x.list.Files
	for _, e := range files {
		e.SHA256 = hex.EncodeToString(e.hash.Sum(nil))
	}
	text, err := json.MarshalIndent(x.list, "", "  ")
	if err != nil {
		return err
	}
	list, err := x.create("manifest.json")
	if err != nil {
		return err
	}
	if _, err := list.Write(text); err != nil {
		return err
	}
	list.SHA256 = hex.EncodeToString(list.hash.Sum(nil))
	var sums strings.Builder
	for _, e := range append(files, list) {
		sums.WriteString(e.SHA256 + "  " + e.Name + "\n")
	}
	last, err := x.create("SHA256SUMS")
	if err != nil {
		return err
	}
	_, err = io.WriteString(last, sums.String())
	return err
}

// fileName is a form's name as every system can keep it.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
}
