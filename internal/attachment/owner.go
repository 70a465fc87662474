package attachment

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/null"
)

// Owner is the record whose file it is.
type Owner struct {
	kind kind
	id   int64
	item int64 // of a check: the item that the file is evidence of
}

type kind string

const (
	ofCase   kind = "case_id"
	ofZone   kind = "zone_id"
	ofCheck  kind = "check_id"
	ofDeputy kind = "deputy_id"
)

// Case is a case, with what was sent for it.
func Case(id int64) Owner { return Owner{kind: ofCase, id: id} }

// Zone is a 功能区 of a station, with its photographs.
func Zone(id int64) Owner { return Owner{kind: ofZone, id: id} }

// CheckItem is one item of a station's check, with the evidence.
func CheckItem(check, item int64) Owner { return Owner{kind: ofCheck, id: check, item: item} }

// Deputy is a deputy, with one photograph at a time: see Replace.
func Deputy(id int64) Owner { return Owner{kind: ofDeputy, id: id} }

// Owner is whose file it is.
func (a Attachment) Owner() Owner {
	switch {
	case a.CaseID != nil:
		return Case(*a.CaseID)
	case a.ZoneID != nil:
		return Zone(*a.ZoneID)
	case a.CheckID != nil:
		return CheckItem(*a.CheckID, *a.CheckItemID)
	}
	return Deputy(*a.DeputyID)
}

// where finds the owner's rows among attachments a.
func (o Owner) where() string {
	switch o.kind {
	case ofZone:
		return `a.zone_id = @owner`
	case ofCheck:
		return `a.check_id = @owner and a.check_item_id = @item`
	case ofDeputy:
		return `a.deputy_id = @owner`
	}
	return `a.case_id = @owner`
}

// args adds what where asks for.
func (o Owner) args(args pgx.NamedArgs) pgx.NamedArgs {
	args["owner"] = o.id
	if o.kind == ofCheck {
		args["item"] = o.item
	}
	return args
}

// insert adds every owner's column.
func (o Owner) insert(args pgx.NamedArgs) pgx.NamedArgs {
	for _, k := range []kind{ofCase, ofZone, ofCheck, ofDeputy} {
		args[string(k)] = nil
	}
	args[string(o.kind)], args["check_item_id"] = o.id, null.Of(o.item)
	return args
}

// limit is what one owner may have.
type limit struct {
	whose       string // as messages begin
	files       int
	bytes       int64
	photographs bool // and nothing else
}

var limits = map[kind]limit{
	ofCase:   {whose: "一件事", files: 20, bytes: 100 << 20},
	ofZone:   {whose: "一个功能区", files: 10, bytes: 100 << 20, photographs: true},
	ofCheck:  {whose: "一个项目", files: 10, bytes: 100 << 20},
	ofDeputy: {whose: "一名代表", files: 1, bytes: blob.MaxSize, photographs: true},
}

// room says whether more files fit beside those that are there.
func (l limit) room(there []Attachment, more []blob.Kept) error {
	size, other := int64(0), ""
	for _, f := range there {
		size += f.Size
	}
	for _, f := range more {
		size += f.Size
		if f.Format != blob.JPEG {
			other = f.Name
		}
	}
	switch {
	case len(more) == 0:
		return errs.Invalid{Field: "请选择要上传的文件。"}
	case l.photographs && other != "":
		return errs.Invalid{Field: "“" + other + "”不是照片，这里只能放照片。请重新选择。"}
	case len(there)+len(more) > l.files:
		return errs.Invalid{Field: fmt.Sprintf("%s最多 %d 个附件，现在已有 %d 个。请少选几个，或者先移除不要的。", l.whose, l.files, len(there))}
	case size > l.bytes:
		return errs.Invalid{Field: fmt.Sprintf("%s的附件合计不能超过 %d MB。请少选几个，或者先移除不要的。", l.whose, l.bytes>>20)}
	}
	return nil
}
