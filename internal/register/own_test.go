package register_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
)

func add(w *casetest.World, f register.Form) (key register.Key, err error) {
	err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		var err error
		key, err = register.Add(ctx, tx, w.Admin.Audit(), f)
		return err
	})
	return key, err
}

// forms are the county's forms, in their order.
func forms(t *testing.T, w *casetest.World) []register.Form {
	t.Helper()
	var read func() []register.Form
	w.View(func(v *tenant.View) { read = register.Forms(v) })
	return read()
}

// signIn is 群众来访登记表: a card for each visit.
func signIn() register.Form {
	f := showing(register.New(register.Visits), "no", "received", "visitor", "phone", "words", "dealt", "signature")
	f.Name, f.Kind, f.Paper = "群众来访登记表", register.Cards, "a5"
	return f
}

// TestCountyAddsAForm: beside the register of visits stands a card of the county's own, made from the
// same entries; it has its own address, which stays, its own versions, and is retired like any other.
func TestCountyAddsAForm(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Register("水管冻裂了。", "路灯不亮。")
	for range 2 { // pressed twice
		if key, err := add(w, signIn()); err != nil || key != "visits-2" {
			t.Fatalf("%q, %v", key, err)
		}
	}
	again := signIn()
	again.Name, again.Kind, again.Paper = "来访簿", register.Book, "landscape"
	if key, err := add(w, again); err != nil || key != "visits-3" {
		t.Fatalf("%q, %v", key, err)
	}
	var keys []string
	for _, f := range forms(t, w) {
		keys = append(keys, string(f.Key))
	}
	if want := []string{"receptions", "card", "feedback", "visits", "visits-2", "visits-3", "matters", "activities"}; !slices.Equal(keys, want) {
		t.Errorf("%q", keys)
	}
	own, shipped := register.Of(forms(t, w), "visits-2"), form(t, w, register.Visits)
	if own.Version != 1 || own.Kind != register.Cards || own.Paper != "a5" || own.Source != register.Visits || shipped.Version != 0 || shipped.Kind != register.Book {
		t.Errorf("%+v\n%+v", own, shipped)
	}
	clerk := reader(w, w.Clerk)
	if got := lines(t, w, clerk, own, ""); len(got) != 2 || !strings.HasPrefix(got[0], "2026-0001-1|2026-09-14|申**|138****0017|水管冻裂了。|待梳理|") {
		t.Errorf("%q", got)
	}
	own.Name = "来访登记卡"
	if err := change(w, own); err != nil || register.Of(forms(t, w), "visits-2").Version != 2 {
		t.Errorf("changed: %v", err)
	}

	// The shipped register makes way for the county's: what leads to it leads on.
	shipped.Retired = true
	if err := change(w, shipped); err != nil {
		t.Fatal(err)
	}
	if f := register.Standing(forms(t, w), "visits"); f.Key != "visits-2" {
		t.Errorf("in its place stands %s", f.Key)
	}
	if f := register.Standing(forms(t, w), "matters-7"); f.Key != "" {
		t.Errorf("there is %s", f.Key)
	}
	_, names, files := archive(t, w, clerk, nil)
	if !slices.Contains(names, "04-来访登记卡.html") || !slices.Contains(names, "05-来访簿.json") || slices.Contains(names, "04-选民接待登记簿.html") {
		t.Errorf("%q", names)
	}
	if card := files["04-来访登记卡.html"]; strings.Count(card, `class="card"`) != 2 || !strings.Contains(card, "size: A5 landscape") ||
		!strings.Contains(card, `<th scope="row">反映的问题和建议</th><td colspan="3">路灯不亮。</td>`) || !strings.Contains(card, "共 2 张") || strings.Contains(card, "<thead>") {
		t.Errorf("the cards: %s", card)
	}
	if book := files["05-来访簿.html"]; !strings.Contains(book, "<tfoot>") || !strings.Contains(book, "登记人（签字）") {
		t.Error("the sheets of a book are not signed")
	}
	if table := files["01-接待日程安排表.html"]; strings.Contains(table, "<tfoot>") {
		t.Error("each sheet of a table is signed")
	}
	validRegister(t, "own", files["04-来访登记卡.json"])
	var theirs func() []register.Form
	if err := w.DB.View(t.Context(), w.Neighbour.County, func(v *tenant.View) { theirs = register.Forms(v) }); err != nil || len(theirs()) != 6 {
		t.Errorf("the neighbour: %v, %d forms", err, len(theirs()))
	}
}

// TestKindThatMakesNoSense is refused in words at the field, of a shipped form as of an own one; so
// are a second form of the same name and a source that there is not.
func TestKindThatMakesNoSense(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for _, source := range register.Sources() {
		for _, kind := range register.Kinds {
			refused := source == register.Receptions && kind.Kind == register.Book || !source.Listed() && kind.Kind != register.Cards
			f := form(t, w, source)
			f.Kind, f.Name = kind.Kind, "本县的"+f.Name
			err := change(w, f)
			if invalid, bad := errors.AsType[errs.Invalid](err); bad != refused || bad && invalid["kind"] == "" || err != nil && !bad {
				t.Errorf("%s as %s: %v", source, kind.Name, err)
			}
			if refused && form(t, w, source).Kind == kind.Kind {
				t.Errorf("%s is kept as %s", source, kind.Name)
			}
			f = register.New(source)
			f.Name, f.Kind = string(source)+string(kind.Kind), kind.Kind
			if _, err := add(w, f); (err != nil) != refused {
				t.Errorf("another %s as %s: %v", source, kind.Name, err)
			}
		}
	}
	bad := func(spoil func(*register.Form), at string) {
		t.Helper()
		f := signIn()
		spoil(&f)
		_, err := add(w, f)
		casetest.InvalidAt(t, err, at)
	}
	bad(func(f *register.Form) { f.Kind = "poster" }, "kind")
	bad(func(f *register.Form) { f.Kind = "" }, "kind")
	bad(func(f *register.Form) { f.Paper = "a3" }, "paper")
	bad(func(f *register.Form) { f.Name = "本县的代表联系卡" }, "name")
	bad(func(f *register.Form) { f.Name = "" }, "name")
	if _, err := add(w, register.Form{Source: "minutes", Name: "纪要"}); !errors.Is(err, errs.NotFound) {
		t.Errorf("of nothing: %v", err)
	}
	for _, key := range []register.Key{"", "minutes", "visits-1", "visits-02", "visits-x", "visits-", "-2"} {
		if key.Source() != "" {
			t.Errorf("%q is of %q", key, key.Source())
		}
	}
}
