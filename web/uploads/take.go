// Package uploads takes in the files of a form and sends files out again, whatever record
// they belong to.
package uploads

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// The bounds of one post of files.
const (
	MostFiles = 10
	mostBytes = 60 << 20
	// What is more than mostBytes is read and thrown away up to here, so that whoever sent
	// too much is told so: a server that stops reading is a broken line to most browsers.
	wall = 300 << 20
	// lineTime is what a village's line may need; the server's own limit is a minute.
	lineTime = 15 * time.Minute
	// The form's other fields: of a form for files, and of one that may bring files too.
	mostFields     = 50
	mostField      = 4 << 10
	mostFormFields = 400
	mostFormField  = 64 << 10
)

// Post is what a form with files brought.
type Post struct {
	Key    uuid.UUID   // the field "key": the same form sent twice has the same
	Values url.Values  // the other fields
	Files  []blob.Kept // in the store; their rows come next
	Photos []Photo     // of TakeForm; nowhere yet
	Before bool        // it was stored before, and this time nothing was
}

// Photo is a photograph with the field in which it came.
type Photo struct {
	blob.Photo
	Field string
}

// Take takes in a post, all or none, and has its files' rows written by add, which reports
// false where this very post was stored before. What is wrong with each file is told
// together, as errs.Invalid at attachment.Field; then nothing of the post is kept, and what
// else it said is returned. Whether the reader may add files at all has been asked before.
func Take(w http.ResponseWriter, r *http.Request, store *blob.Store, county tenant.County, add func(context.Context, Post) (bool, error)) (Post, error) {
	in := incoming{Post: Post{Values: url.Values{}}, store: store, county: county, r: r}
	if err := in.open(w); err != nil {
		return Post{}, err
	}
	if err := in.read(); err != nil {
		return in.Post, errors.Join(err, in.store.Drop(in.r.Context(), in.county, in.Files...))
	}
	err := in.write(add)
	return in.Post, err
}

// TakeForm reads a form in which photographs are one thing among many, in fields whose names
// begin with attachment.Field: into memory, all or none. Files of somebody of whom may says no,
// by the fields that came before them, are not read, and nothing behind them. What is wrong with
// a file is errs.Invalid at its field; the other fields are returned all the same, but not of a
// post that ended in its middle.
func TakeForm(w http.ResponseWriter, r *http.Request, may func(url.Values) bool) (Post, error) {
	in := incoming{Post: Post{Values: url.Values{}}, r: r, may: may}
	if err := in.open(w); err != nil {
		return Post{}, err
	}
	err := in.read()
	if err != nil {
		in.Photos = nil
	}
	return in.Post, err
}

// open gives the post the time and the room that it may take.
func (in *incoming) open(w http.ResponseWriter) error {
	line := http.NewResponseController(w)
	for _, set := range []func(time.Time) error{line.SetReadDeadline, line.SetWriteDeadline} {
		if err := set(time.Now().Add(lineTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	in.r.Body = http.MaxBytesReader(w, in.r.Body, wall)
	return nil
}

// incoming is a post of files while it comes in.
type incoming struct {
	Post
	store  *blob.Store
	county tenant.County
	r      *http.Request
	may    func(url.Values) bool // of TakeForm, else nil: files are optional, and its fields may be long
	field  string                // of the first bad file
	bad    []string              // what is wrong, of each file
	n      int                   // files so far
	size   int64                 // bytes of them
}

// read takes in part after part: no part is held in memory, and no transaction waits for
// the line.
func (in *incoming) read() error {
	parts, err := in.r.MultipartReader()
	if err != nil {
		return errs.Invalid{attachment.Field: "这张表没有完整送到，请重新选择文件再传一次。"}
	}
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) && errors.Unwrap(err) == nil { // wrapped where the last boundary is missing
			return in.judge()
		}
		if err == nil {
			err = in.part(part)
		}
		if errors.Is(err, errStranger) {
			return nil
		}
		if err != nil {
			return in.broken(err)
		}
	}
}

// part takes in one part: the submission's key, another field, or a file.
func (in *incoming) part(part *multipart.Part) error {
	fields, size := mostFields, int64(mostField)
	if in.may != nil {
		fields, size = mostFormFields, mostFormField
	}
	switch name := part.FormName(); {
	case name == attachment.Field || in.may != nil && strings.HasPrefix(name, attachment.Field+"-"):
		if part.FileName() != "" { // a browser sends an empty part where nothing was chosen
			return in.file(part)
		}
	case part.FileName() == "" && len(in.Values) < fields:
		text, err := io.ReadAll(io.LimitReader(part, size))
		if name == "key" {
			in.Key, _ = uuid.Parse(string(text))
		}
		if name != "key" || in.may != nil {
			in.Values.Add(name, string(text))
		}
		return err
	}
	return nil
}

// errStranger ends the reading of a form whose files nobody may send.
var errStranger = errors.New("a stranger's files")

func (in *incoming) file(part *multipart.Part) error {
	if in.may != nil && !in.may(in.Values) {
		return errStranger
	}
	if len(in.bad) == 0 {
		in.field = part.FormName()
	}
	if in.n++; in.n > MostFiles || in.size > mostBytes {
		return nil
	}
	content := &counting{r: part}
	a, err := blob.Accept(in.r.Context(), content, part.FileName())
	in.size += content.n
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		in.bad = append(in.bad, "“"+blob.PlainName(part.FileName())+"”"+invalid[blob.Field])
		return nil
	}
	if err != nil {
		return err
	}
	defer a.Close()
	if in.may != nil {
		return in.photo(a, part)
	}
	if len(in.bad) > 0 { // none of the post will be kept
		return nil
	}
	kept, err := in.store.Keep(in.r.Context(), in.county, a)
	if err != nil {
		return err
	}
	in.Files = append(in.Files, kept)
	return nil
}

// photo takes one photograph of a form into memory.
func (in *incoming) photo(a *blob.Accepted, part *multipart.Part) error {
	photo, is, err := a.Photo()
	if err != nil {
		return err
	}
	if !is {
		in.bad = append(in.bad, "“"+blob.PlainName(part.FileName())+"”不是照片，这里只放照片。")
		return nil
	}
	in.Photos = append(in.Photos, Photo{photo, part.FormName()})
	return nil
}

// judge says what is wrong with the whole post.
func (in *incoming) judge() error {
	words := ""
	switch {
	case in.n > MostFiles:
		words = fmt.Sprintf("一次最多选 %d 个文件，这次选了 %d 个，都没有保存。请分几次传。", MostFiles, in.n)
	case in.size > mostBytes:
		words = fmt.Sprintf("一次最多传 %d MB，这次的文件都没有保存。请分几次传。", mostBytes>>20)
	case len(in.bad) > 0 && in.n == 1:
		words = "附件没有保存。" + in.bad[0]
	case len(in.bad) > 0:
		words = fmt.Sprintf("这次选的 %d 个文件都没有保存。请去掉或者换掉不行的，重新选择。", in.n) + strings.Join(in.bad, "")
	case in.may != nil:
	case in.n == 0:
		words = "请选择要上传的文件。"
	case in.Key == uuid.Nil:
		words = "这张表打开得不完整，请重新选择文件再传一次。"
	}
	if words != "" {
		return errs.Invalid{in.at(): words}
	}
	return nil
}

// at is the field of the files.
func (in *incoming) at() string {
	if in.may != nil && in.field != "" {
		return in.field
	}
	return attachment.Field
}

// broken is an error of the line or the machine. A post that ends in its middle is told
// as what it is, should anybody still be there to read it.
func (in *incoming) broken(err error) error {
	if in.may != nil {
		in.Values = url.Values{} // half a form is none
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large || in.r.Context().Err() != nil {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errs.Invalid{in.at(): "文件没有完整送到，可能是网络断了。请重新选择文件再传一次。"}
	}
	return err
}

// write has the rows written. Where that is refused, or was done before, the files that
// came with this post go again; after an error that leaves open whether the rows are
// there, they stay, and the sweep will know.
func (in *incoming) write(add func(context.Context, Post) (bool, error)) error {
	ctx := in.r.Context()
	added, err := add(ctx, in.Post)
	in.Before = err == nil && !added
	_, invalid := errors.AsType[errs.Invalid](err)
	refused := invalid || errors.Is(err, errs.Conflict) || errors.Is(err, errs.Forbidden) || errors.Is(err, errs.NotFound)
	if refused || in.Before {
		err = errors.Join(err, in.store.Drop(ctx, in.county, in.Files...))
	}
	return err
}

type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Flash says on the next page what was added.
func Flash(w http.ResponseWriter, post Post) {
	if post.Before {
		page.Flash(w, ui.NoteWarn, "这张表刚才已经交过一次，附件以页面上列出的为准。还要添加的，请重新选择文件再传。")
		return
	}
	page.Flash(w, ui.NoteOK, fmt.Sprintf("已添加 %d 个附件。", len(post.Files)))
}
