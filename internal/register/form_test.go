package register_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
)

func change(w *casetest.World, f register.Form) error {
	return w.Update(func(ctx context.Context, tx *tenant.Tx) error { return register.Change(ctx, tx, w.Admin.Audit(), f) })
}

// TestShippedForms: one 表, two 卡, three 簿; each fits its paper, so that a county that
// saves a form without a change is not refused.
func TestShippedForms(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	var forms func() []register.Form
	w.View(func(v *tenant.View) { forms = register.Forms(v) })
	kinds := ""
	for _, f := range forms() {
		kinds += f.Kind.Name()
		f.Name += "（本县）"
		if err := change(w, f); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if got := form(t, w, f.Source); got.Version != 1 || got.Name != f.Name || !slices.Equal(got.Columns, f.Columns) {
			t.Errorf("%s came back as %+v", f.Name, got)
		}
	}
	if kinds != "表卡卡簿簿簿" {
		t.Error(kinds)
	}
}

// TestCountyMakesAFormItsOwn: names, columns, order and paper; two people at once; what
// cannot be printed is refused, and nothing of it is kept.
func TestCountyMakesAFormItsOwn(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	began := form(t, w, register.Visits)
	mine := showing(began, "number", "visitor", "words", "signature")
	mine.Name, mine.Paper, mine.Numbering = " 群众来访登记簿 ", "portrait", "month"
	mine.Columns[1].Label, mine.Columns[1].Width = "来访人", register.Middle
	for range 2 { // pressed twice
		if err := change(w, mine); err != nil {
			t.Fatal(err)
		}
	}
	now := form(t, w, register.Visits)
	if now.Version != 1 || now.Name != "群众来访登记簿" || now.Paper != "portrait" || now.Numbering != "month" {
		t.Errorf("%+v", now)
	}
	var labels []string
	for _, c := range now.Shown() {
		labels = append(labels, c.Label)
	}
	if !slices.Equal(labels, []string{"事项编号", "来访人", "反映的问题和建议", "来访人签名"}) {
		t.Errorf("%q", labels)
	}

	other := began
	other.Name = "另一个名称"
	stale, overtaken := errors.AsType[county.Stale](change(w, other))
	if !overtaken || stale.Version != 1 || len(stale.Since) != 1 || stale.Since[0].Changes["name"][1] != "群众来访登记簿" {
		t.Errorf("the second of two gets %+v", stale)
	}
	bad := func(spoil func(*register.Form), at string) {
		t.Helper()
		f := now
		f.Columns = slices.Clone(now.Columns)
		spoil(&f)
		casetest.InvalidAt(t, change(w, f), at)
	}
	bad(func(f *register.Form) { f.Name = "" }, "name")
	bad(func(f *register.Form) { f.Name = strings.Repeat("长", 31) }, "name")
	bad(func(f *register.Form) { f.Paper = "A3" }, "paper")
	bad(func(f *register.Form) { f.Numbering = "day" }, "numbering")
	bad(func(f *register.Form) { f.Columns[0].Label = "\x00" }, "label_number")
	bad(func(f *register.Form) { f.Columns[0].Width = "9mm" }, "label_number")
	bad(func(f *register.Form) { f.Columns[2].Label = f.Columns[1].Label }, "label_words")
	bad(func(f *register.Form) { *f = showing(*f, "words") }, "columns")
	bad(func(f *register.Form) { *f = showing(*f, "number", "visitor") }, "columns")
	bad(func(f *register.Form) {
		for i := range f.Columns {
			f.Columns[i].Shown = true
		}
	}, "columns")
	if err := change(w, register.Form{Key: "minutes"}); !errors.Is(err, errs.NotFound) {
		t.Errorf("a form that there is not: %v", err)
	}
	if again := form(t, w, register.Visits); again.Version != 1 || again.Name != now.Name {
		t.Errorf("%+v", again)
	}
	var forms func() []register.Form
	if err := w.DB.View(t.Context(), w.Neighbour.County, func(v *tenant.View) { forms = register.Forms(v) }); err != nil {
		t.Fatal(err)
	}
	if theirs := register.Of(forms(), "visits"); theirs.Version != 0 || theirs.Name != "选民接待登记簿" {
		t.Errorf("the neighbour's is %+v", theirs)
	}
}

// TestFieldOfALaterVersion: a form that was saved before there was some field has it last,
// not shown.
func TestFieldOfALaterVersion(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	if err := change(w, showing(form(t, w, register.Matters), "number", "words")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update register_columns set field = 'gone' where field = 'words'`); err != nil {
		t.Fatal(err)
	}
	f := form(t, w, register.Matters)
	if last := f.Columns[len(f.Columns)-1]; last.Key != "words" || last.Shown || len(f.Shown()) != 1 {
		t.Errorf("%+v", f.Columns)
	}
}
