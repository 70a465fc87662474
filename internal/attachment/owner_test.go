package attachment_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/tenant"
)

// TestOneOwner: a row has one owner, whoever writes it.
func TestOneOwner(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	keys, err := add(t, w, w.Clerk, w.Case(w.OneCase()).ID, keep(t, w, w.County, "a.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]string{
		"two owners":        `update attachments set deputy_id = (select min(id) from deputies where county_id = attachments.county_id) where key = $1`,
		"none":              `update attachments set case_id = null where key = $1`,
		"an item alone":     `update attachments set check_item_id = 1 where key = $1`,
		"another county's":  `update attachments set county_id = (select max(id) from counties), added_by = (select max(id) from users) where key = $1`,
		"a deputy's papers": `update attachments set case_id = null, deputy_id = (select min(id) from deputies), format = 'pdf', width = null, height = null, thumb_key = null where key = $1`,
	} {
		if _, err := w.PG.Super.Exec(t.Context(), change, keys[0]); err == nil {
			t.Errorf("%s: the table takes it", what)
		}
	}
}

// TestPhotograph: a deputy has one photograph at a time, and nothing that is none.
func TestPhotograph(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	of, other := attachment.Deputy(w.Deputies[0]), attachment.Deputy(w.Deputies[1])
	put := func(of attachment.Owner, by auth.Actor, file blob.Kept) (key uuid.UUID, err error) {
		err = w.DB.Update(t.Context(), by.County, func(tx *tenant.Tx) error {
			key, err = attachment.Replace(t.Context(), tx, by, of, uuid.New(), file, "换了新照片。")
			return err
		})
		return key, err
	}
	first, err := put(of, w.Handler, keep(t, w, w.County, "一寸.png"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = put(of, w.Handler, blob.Kept{Name: "照片.pdf", Format: blob.PDF, Size: 1, SHA256: []byte{1}, Key: uuid.New()})
	casetest.InvalidAt(t, err, attachment.Field)
	if f, err := find(t, w, w.County, first); err != nil || f.RemovedAt != nil || f.Owner() != of {
		t.Errorf("after a refusal the old one is gone: %+v, %v", f, err)
	}
	second, err := put(of, w.Handler, keep(t, w, w.County, "新照片.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put(other, w.Handler, keep(t, w, w.County, "b.jpg")); err != nil {
		t.Error(err)
	}
	if _, err := put(of, w.Neighbour.Clerk, keep(t, w, w.Neighbour.County, "c.jpg")); err == nil {
		t.Error("another county gives our deputy a photograph")
	}
	var all *[]attachment.Attachment
	w.View(func(v *tenant.View) { all = attachment.List(v, of) })
	if len(*all) != 1 || (*all)[0].Key != second {
		t.Errorf("%+v", *all)
	}
	if f, err := find(t, w, w.County, first); err != nil || f.RemovedAt == nil || f.Name != nil {
		t.Errorf("the old one: %+v, %v", f, err)
	}
	err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := attachment.Add(ctx, tx, w.Handler, of, uuid.New(), []blob.Kept{keep(t, w, w.County, "d.jpg")})
		return err
	})
	casetest.InvalidAt(t, err, attachment.Field)
}
