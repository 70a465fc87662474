package cases

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// incoming is a post of files while it comes in.
type incoming struct {
	h    Handler
	r    *http.Request
	key  uuid.UUID // of the submission
	kept []blob.Kept
	bad  []string // what is wrong, of each file
	n    int      // files so far
	size int64    // bytes of them

	before bool // the submission was stored before, and this time nothing was
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
		if err != nil {
			return in.broken(err)
		}
	}
}

// part takes in one part: the submission's key, or a file.
func (in *incoming) part(part *multipart.Part) error {
	switch part.FormName() {
	case "key":
		text, err := io.ReadAll(io.LimitReader(part, 100))
		in.key, _ = uuid.Parse(string(text))
		return err
	case attachment.Field:
		if part.FileName() != "" { // a browser sends an empty part where nothing was chosen
			return in.file(part)
		}
	}
	return nil
}

func (in *incoming) file(part *multipart.Part) error {
	if in.n++; in.n > postFiles || in.size > postSize {
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
	if len(in.bad) > 0 { // none of the post will be kept
		return nil
	}
	kept, err := in.h.Files.Keep(in.r.Context(), actor(in.r).County, a)
	if err != nil {
		return err
	}
	in.kept = append(in.kept, kept)
	return nil
}

// judge says what is wrong with the whole post.
func (in *incoming) judge() error {
	words := ""
	switch {
	case in.n > postFiles:
		words = fmt.Sprintf("一次最多选 %d 个文件，这次选了 %d 个，都没有保存。请分几次传。", postFiles, in.n)
	case in.size > postSize:
		words = fmt.Sprintf("一次最多传 %d MB，这次的文件都没有保存。请分几次传。", postSize>>20)
	case len(in.bad) > 0 && in.n == 1:
		words = "附件没有保存。" + in.bad[0]
	case len(in.bad) > 0:
		words = fmt.Sprintf("这次选的 %d 个文件都没有保存。请去掉或者换掉不行的，重新选择。", in.n) + strings.Join(in.bad, "")
	case in.n == 0:
		words = "请选择要上传的文件。"
	case in.key == uuid.Nil:
		words = "这张表打开得不完整，请重新选择文件再传一次。"
	}
	if words != "" {
		return errs.Invalid{attachment.Field: words}
	}
	return nil
}

// broken is an error of the line or the machine. A post that ends in its middle is told
// as what it is, should anybody still be there to read it.
func (in *incoming) broken(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large || in.r.Context().Err() != nil {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errs.Invalid{attachment.Field: "文件没有完整送到，可能是网络断了。请重新选择文件再传一次。"}
	}
	return err
}

// store writes the rows. Where that is refused, or was done before, the files that came
// with this post go again; after an error that leaves open whether the rows are there,
// they stay, and the sweep will know.
func (in *incoming) store(number string) error {
	ctx, by := in.r.Context(), actor(in.r)
	added := false
	err := in.h.DB.Update(ctx, by.County, func(tx *tenant.Tx) (err error) {
		added, err = casefile.Attach(ctx, tx, by, number, in.key, in.kept)
		return err
	})
	in.before = err == nil && !added
	_, invalid := errors.AsType[errs.Invalid](err)
	refused := invalid || errors.Is(err, errs.Conflict) || errors.Is(err, errs.Forbidden) || errors.Is(err, errs.NotFound)
	if refused || err == nil && !added {
		err = errors.Join(err, in.h.Files.Drop(ctx, by.County, in.kept...))
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
