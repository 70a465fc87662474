package casetest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/tenant"
)

// PDF is as small as a PDF may be.
const PDF = "%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// Photo is a JPEG with a slope of colours.
func Photo(width, height int) []byte {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			p.SetRGBA(x, y, color.RGBA{uint8(x * 255 / width), uint8(y * 255 / height), 120, 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p, nil); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// Keep puts a file into the store of a county, for the row that will lead to it.
func (w *World) Keep(county tenant.County, name string, content []byte) blob.Kept {
	w.t.Helper()
	a, err := blob.Accept(w.t.Context(), bytes.NewReader(content), name)
	w.check(err)
	defer a.Close()
	kept, err := w.Files.Keep(w.t.Context(), county, a)
	w.check(err)
	return kept
}

// Photograph gives a deputy of 襄垣县 a photograph, and returns the key in its address.
func (w *World) Photograph(deputy int64) (key uuid.UUID) {
	w.t.Helper()
	kept := w.Keep(w.County, "一寸.jpg", Photo(600, 800))
	w.check(w.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		key, err = attachment.Replace(ctx, tx, w.Handler, attachment.Deputy(deputy), uuid.New(), kept, "换了照片。")
		return err
	}))
	return key
}

// Attach adds one file to a case, and returns the key in its address.
func (w *World) Attach(by auth.Actor, number, name string, content []byte) uuid.UUID {
	w.t.Helper()
	ctx, kept := w.t.Context(), w.Keep(by.County, name, content)
	w.check(w.DB.Update(ctx, by.County, func(tx *tenant.Tx) error {
		_, err := casefile.Attach(ctx, tx, by, number, uuid.New(), []blob.Kept{kept})
		return err
	}))
	all := w.SheetFiles(number)
	return all[len(all)-1].Key
}

// SheetFiles are the files of a case of 襄垣县 as its page has them.
func (w *World) SheetFiles(number string) []casefile.SheetFile {
	w.t.Helper()
	var sheet *casefile.Sheet
	w.View(func(v *tenant.View) { sheet = casefile.SheetOf(v, number) })
	return sheet.Files
}

// Blobs are the paths of what is in the store.
func (w *World) Blobs() []string {
	w.t.Helper()
	all, err := filepath.Glob(filepath.Join(w.FilesDir, "*", "*"))
	w.check(err)
	return all
}
