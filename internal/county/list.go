package county

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// List is one of the dictionaries that a county keeps for itself. Its entries stand in an
// order and are retired, never deleted: what carries one keeps it.
type List struct {
	Key     string  // in addresses: categories
	Subject Subject // in the record: category 12
	table   string

	above  *List  // in whose entries its own stand; nil for a list of the first level
	parent string // the column that names the entry above

	named       string // what an entry's name is called: 大类名称
	text        string // the column of an entry's longer text, "" for none
	textMissing string // what to say where it is left out; "" where it may be
	longestName int
	longestText int
	lasting     bool // what is found by an entry may lapse after some months
	coded       bool // entries have a code of one letter, and promise or not

	last     string // why the last entry in use stays; "" where it need not
	children *List  // what stands in its entries
	along    bool   // and is retired along with them
	uses     string // SQL: how many cases, or stations, carry an entry e
}

// Subject is what the record calls an entry of a list.
type Subject string

// The subjects.
const (
	ofCategory  Subject = "category"
	ofClass     Subject = "result_class"
	ofReason    Subject = "refusal_reason"
	ofChecklist Subject = "checklist"
	ofItem      Subject = "checklist_item"
	ofFunction  Subject = "function"
)

// The lists.
var (
	CategoryList = &List{Key: "categories", Subject: ofCategory, table: "categories", named: "大类名称", longestName: 20,
		last: "至少要有一个类别在用，不然来访登记不了。", along: true,
		uses: `(select count(*) from categories k join cases c on c.county_id = @county and c.category_id = k.id
			where k.county_id = @county and (k.id = e.id or k.parent_id = e.id))`}
	SubcategoryList = &List{Key: "subcategories", Subject: ofCategory, table: "categories", above: CategoryList, parent: "parent_id", named: "小类名称", longestName: 20,
		uses: `(select count(*) from cases c where c.county_id = @county and c.category_id = e.id)`}
	ClassList = &List{Key: "classes", Subject: ofClass, table: "result_classes", named: "分类名称", longestName: 20, coded: true,
		last: "至少要有一个结果分类在用，不然承办单位提交不了结果。",
		uses: `(select count(distinct a.case_id) from case_answers a where a.county_id = @county and a.class = e.code)`}
	ReasonList = &List{Key: "reasons", Subject: ofReason, table: "refusal_reasons", named: "理由", longestName: 40,
		text: "guidance", textMissing: "请写明怎样引导群众，到哪里去办。", longestText: 300,
		last: "至少要有一条理由在用，不然拟不受理时没有理由可选。",
		uses: `(select count(*) from cases c where c.county_id = @county and c.refusal_reason_id = e.id)`}
	ChecklistList = &List{Key: "checklists", Subject: ofChecklist, table: "checklists", named: "清单名称", longestName: 30, text: "note", longestText: 300, lasting: true}
	ItemList      = &List{Key: "items", Subject: ofItem, table: "checklist_items", above: ChecklistList, parent: "checklist_id",
		named: "项目名称", longestName: 60, text: "hint", longestText: 300}

	FunctionList = &List{Key: "functions", Subject: ofFunction, table: "functions", named: "功能名称", longestName: 20, text: "note", longestText: 60,
		uses: `(select count(*) from station_functions s where s.county_id = @county and s.function_id = e.id)`}

	// Lists are all of them.
	Lists = []*List{CategoryList, SubcategoryList, ClassList, ReasonList, ChecklistList, ItemList, FunctionList}
)

func init() { CategoryList.children, ChecklistList.children = SubcategoryList, ItemList }

// Above is the list in whose entries this one's stand, or nil.
func (l *List) Above() *List { return l.above }

// Children is the list that stands in this one's entries, or nil.
func (l *List) Children() *List { return l.children }

// Named is what an entry's name is called.
func (l *List) Named() string { return l.named }

// Coded reports whether entries have a code, and promise or not.
func (l *List) Coded() bool { return l.coded }

// Lasting reports whether what is found by an entry may lapse after some months.
func (l *List) Lasting() bool { return l.lasting }

// NeedsText reports whether an entry cannot be without its longer text.
func (l *List) NeedsText() bool { return l.textMissing != "" }

// Along reports whether what stands in an entry is retired along with it.
func (l *List) Along() bool { return l.along }

// Entry is one line of a List. What its list does not have is nil, false or 0.
type Entry struct {
	ID       int64
	ParentID *int64
	Code     *string
	Name     string
	Text     *string // guidance, note, hint
	Promise  bool
	Months   *int32 // after which what was found lapses; nil: never
	Position int32
	Retired  bool
	Version  int32
	Used     int64   // how many cases, or stations, carry it
	Contents *string // the names that stand in it and are in use
}

// Living are the entries in use, in their order.
func Living(entries []Entry) []Entry { return sorted(entries, false) }

// Retired are the entries that are offered no more.
func Retired(entries []Entry) []Entry { return sorted(entries, true) }

func sorted(entries []Entry, retired bool) []Entry {
	var some []Entry
	for _, e := range entries {
		if e.Retired == retired {
			some = append(some, e)
		}
	}
	return some
}

// Entries queues what stands in a list, in its order: of a list below another, what
// stands in the entry above with that id.
func (l *List) Entries(v *tenant.View, above int64) *[]Entry {
	return tenant.All[Entry](v, l.selects(true)+l.within()+` order by e.position, e.id`, l.args(pgx.NamedArgs{}, above))
}

// All reads all of a list's entries, retired ones too, in their order; of a list below
// another those of every entry above.
func (l *List) All(ctx context.Context, tx *tenant.Tx) ([]Entry, error) {
	return postgres.All[Entry](ctx, tx, l.selects(false)+l.level()+` order by e.position, e.id`)
}

// Entry queues one entry of the list; there may be none.
func (l *List) Entry(v *tenant.View, id int64) **Entry {
	return tenant.Maybe[Entry](v, l.selects(true)+l.level()+` and e.id = @id`, pgx.NamedArgs{"id": id})
}

// ParentOf queues the entry in which the entry with that id stands.
func (l *List) ParentOf(v *tenant.View, id int64) **Entry {
	return tenant.Maybe[Entry](v, l.above.selects(false)+` and e.id = (select k.`+l.parent+` from `+l.table+` k where k.county_id = @county and k.id = @id)`,
		pgx.NamedArgs{"id": id})
}

// selects begins a statement that reads entries.
func (l *List) selects(counted bool) string {
	column := func(on bool, name, otherwise string) string {
		if !on {
			return otherwise + " as "
		}
		return name + " as "
	}
	contents := `null::text`
	if l.children != nil {
		contents = `(select string_agg(k.name, '、' order by k.position, k.id) from ` + l.children.table + ` k
			where k.county_id = @county and k.` + l.children.parent + ` = e.id and not k.retired)`
	}
	return strings.Join([]string{`select e.id`, column(l.parent != "", `e.`+l.parent, `null::bigint`) + `parent_id`,
		column(l.coded, `e.code`, `null::text`) + `code`, `e.name`, column(l.text != "", `e.`+l.text, `null::text`) + `text`,
		column(l.coded, `e.promise`, `false`) + `promise`,
		column(l.lasting, `e.valid_months`, `null::int`) + `months`, `e.position`, `e.retired`, `e.version`,
		column(counted && l.uses != "", l.uses, `0::bigint`) + `used`, column(counted, contents, `null::text`) + `contents`,
	}, ", ") + ` from ` + l.table + ` e where e.county_id = @county`
}

// level keeps the two levels of one table apart.
func (l *List) level() string {
	switch {
	case l.table != "categories":
		return ""
	case l.above == nil:
		return ` and e.parent_id is null`
	}
	return ` and e.parent_id is not null`
}

// within is which entries stand together: in one order, with names of their own.
func (l *List) within() string {
	if l.above == nil {
		return l.level()
	}
	return ` and e.` + l.parent + ` = @above`
}

func (l *List) args(args pgx.NamedArgs, above int64) pgx.NamedArgs {
	if l.above != nil {
		args["above"] = above
	}
	return args
}
