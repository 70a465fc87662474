package casefile

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/attachment"
	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// The files of a case. They change no state and no version, so that a photograph sent
// while somebody else fills a form does not overtake the form: they are no step of the
// workflow and leave no event, but their own rows, which the page shows with who and
// when, and the audit.

// MayAttach says whether by may add files to the case: nil, errs.Forbidden, or
// errs.Conflict once it is archived.
func (c Case) MayAttach(by auth.Actor) error {
	if err := c.SeenBy(by); err != nil {
		return err
	}
	if !by.MayOn(auth.AttachFile, c.Subject()) {
		return errs.Refuse(errs.Forbidden, "您不能给这件事添加附件。")
	}
	if c.State == Archived {
		return errs.Refuse(errs.Conflict, "这件事已经归档，不能再添加附件。")
	}
	return nil
}

// MayRemoveFile says whether by may remove a file of the case that addedBy added: whoever
// added it while the case is not archived, and the county's administrator.
func (c Case) MayRemoveFile(by auth.Actor, addedBy int64) error {
	if err := c.SeenBy(by); err != nil {
		return err
	}
	if by.Role == auth.CountyAdmin || by.UserID == addedBy && c.MayAttach(by) == nil {
		return nil
	}
	return errs.Refuse(errs.Forbidden, "只有添加附件的人和县管理员能移除它。已经归档的，请县管理员移除。")
}

// Attach adds files that are in the store to the case, all or none. It reports false
// where this very post was stored before: the files that came with it now belong to
// nobody. It returns the errors of MayAttach and of attachment.Add.
func Attach(ctx context.Context, tx *tenant.Tx, by auth.Actor, number string, submission uuid.UUID, files []blob.Kept) (bool, error) {
	c, err := lock(ctx, tx, number)
	if err != nil {
		return false, err
	}
	if err := c.MayAttach(by); err != nil {
		return false, err
	}
	if before, err := attachment.Added(ctx, tx, by, attachment.Case(c.ID), submission); before || err != nil {
		return false, err
	}
	keys, err := attachment.Add(ctx, tx, by, attachment.Case(c.ID), submission, files)
	if err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, by.Audit(), "file.add", "case "+number, map[string]any{"files": keys})
}

// RemoveFile removes a file of the case; its tombstone stays. It returns the errors of
// MayRemoveFile and of attachment.Remove, and errs.NotFound for another case's file.
func RemoveFile(ctx context.Context, tx *tenant.Tx, by auth.Actor, number string, key uuid.UUID, reason string) error {
	c, err := lock(ctx, tx, number)
	if err != nil {
		return err
	}
	if err := c.SeenBy(by); err != nil {
		return err
	}
	f, err := attachment.Lock(ctx, tx, key)
	if err != nil {
		return err
	}
	if f.Owner() != attachment.Case(c.ID) {
		return fmt.Errorf("file %s of case %s: %w", key, number, errs.NotFound)
	}
	if err := c.MayRemoveFile(by, f.AddedBy); err != nil {
		return err
	}
	if err := attachment.Remove(ctx, tx, by, f, reason); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "file.remove", "case "+number, map[string]any{"file": key})
}

// File is a file with its case, where it is a case's.
type File struct {
	File    *attachment.Attachment
	of      **Case
	visitor **visitorName
}

type visitorName struct{ Name *string }

// FileOf reads a file by the key in its address, and the case that decides who may see
// it. Another county's file is errs.NotFound.
func FileOf(v *tenant.View, key uuid.UUID) File {
	return File{
		File: attachment.Find(v, key),
		of: tenant.Maybe[Case](v, `select `+caseColumns+` from attachments a
			join cases c on c.county_id = @county and c.id = a.case_id
			where a.county_id = @county and a.key = @key`, pgx.NamedArgs{"key": key, "today": calendar.DateOf(v.Now())}),
		visitor: tenant.Maybe[visitorName](v, `select p.name from attachments a
			join cases c on c.county_id = @county and c.id = a.case_id
			join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
			where a.county_id = @county and a.key = @key`, pgx.NamedArgs{"key": key}),
	}
}

// SeenBy says whether by may see the file: nil, the error of its case, or errs.NotFound
// for one that was removed, or that is no case's.
func (f File) SeenBy(by auth.Actor) error {
	if *f.of == nil {
		return errs.NotFound
	}
	if err := (*f.of).SeenBy(by); err != nil {
		return err
	}
	return f.File.There()
}

// NameFor is the file's name as by may read it: for a unit the visitor's name in it is
// masked.
func (f File) NameFor(by auth.Actor) string { return fileNameFor(*f.File.Name, (*f.visitor).Name, by) }

func fileNameFor(name string, visitor *string, by auth.Actor) string {
	if by.Role != auth.Unit || visitor == nil {
		return name
	}
	return strings.ReplaceAll(name, *visitor, private.MaskName(*visitor))
}

// Opened records that by looked at a file in full: it may show anybody and anything.
func (f File) Opened(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
	return audit.Record(ctx, tx, by.Audit(), "file.open", "case "+(*f.of).Number, map[string]any{"file": f.File.Key})
}
