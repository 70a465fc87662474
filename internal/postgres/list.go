package postgres

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// List is what a noun declares of a list once: where its rows come from, by what they can be
// narrowed, in which orders they can be read, what the search box looks in. An Ask, read
// from an address, makes of it a page, a count, or everything.
type List struct {
	Columns string   // what is read of a row; its struct embeds Row
	From    string   // the tables that filters and orders need
	Joins   string   // the further tables that columns and Text need
	ID      string   // tells rows with equal keys apart: c.id
	Orders  []Order  // the first unless another is asked for
	Filters []Filter // what an address may narrow by
	Text    []string // the SQL expressions that a search looks in; none: the list has no search box
}

// Order is one way to read a list.
type Order struct {
	Name     string // in the address: sort=due; -due is the other way round
	By       string // the SQL expression
	Type     string // its SQL type, by which a key is read back: date, timestamptz, text, bigint
	Desc     bool   // how it goes unless it is turned round
	Nullable bool   // rows without a value come last, either way
}

// Filter is one thing to narrow by. Its Where takes the value as @ and the filter's name.
type Filter struct {
	Name  string
	Kind  FilterKind
	Of    []string // of a Choice: the values there are
	Where string   // "" where the noun itself makes the condition from Ask.Value
}

// FilterKind is what a filter's value may be; another value filters nothing.
type FilterKind uint8

// The kinds.
const (
	ID     FilterKind = iota // a number above 0, bound as a bigint
	Choice                   // one of Of
	Day                      // 2006-01-02, bound as text: its Where casts
	Word                     // any text of up to 100 characters
)

// Row is what the struct of a list's row embeds: the place of the row in its list.
type Row struct {
	PageBy *string // the value that it is sorted by
	PageID int64
}

// Key is the place of the row in its list: an Ask's After or Before.
func (r Row) Key() string { return key{r.PageBy, r.PageID}.encode() }

// Query is a statement with its arguments.
type Query struct {
	SQL  string
	Args pgx.NamedArgs
}

// Where is a condition that the noun adds, with its arguments: who may see what. An
// argument that no condition names is left out.
type Where struct {
	SQL  []string
	Args pgx.NamedArgs
}

// Page is the statement for one page: one row more than the limit, which tells whether
// more follow. A page asked for by Before comes backwards.
func (l *List) Page(ask Ask, where Where) Query {
	order, down := l.order(ask)
	if ask.Backward() {
		down = !down
	}
	conditions, args := l.conditions(ask, where)
	if after := l.behind(order, down, ask, args); after != "" {
		conditions = append(conditions, after)
	}
	args["limit"] = ask.Limit + 1
	return query(`select `+l.Columns+`, `+l.place(order)+` from `+l.From+` `+l.Joins+
		` where `+strings.Join(conditions, " and ")+` order by `+l.orderBy(order, down, ask.Backward())+` limit @limit`, args)
}

// Whole is the statement for every row that the ask shows, in its order, for an export.
func (l *List) Whole(ask Ask, where Where) Query {
	order, down := l.order(ask)
	conditions, args := l.conditions(ask, where)
	return query(`select `+l.Columns+`, `+l.place(order)+` from `+l.From+` `+l.Joins+
		` where `+strings.Join(conditions, " and ")+` order by `+l.orderBy(order, down, false), args)
}

// Count is the statement that counts what the ask shows, up to most.
func (l *List) Count(ask Ask, where Where, most int) Query {
	conditions, args := l.conditions(ask, where)
	joins := ""
	if ask.Plain() {
		joins = l.Joins
	}
	args["most"] = most
	return query(`select count(*) from (select from `+l.From+` `+joins+` where `+strings.Join(conditions, " and ")+` limit @most) counted`, args)
}

// Sum is the statement that adds up what the ask shows, of at most most rows: of is what is read of a
// row, sums what is made of them.
func (l *List) Sum(ask Ask, where Where, of, sums string, most int) Query {
	conditions, args := l.conditions(ask, where)
	args["most"] = most
	return query(`select `+sums+` from (select `+of+` from `+l.From+` `+l.Joins+` where `+strings.Join(conditions, " and ")+` limit @most) summed`, args)
}

// conditions are the noun's, the filters' and the search's.
func (l *List) conditions(ask Ask, where Where) ([]string, pgx.NamedArgs) {
	conditions, args := slices.Clone(where.SQL), pgx.NamedArgs{}
	for name, value := range where.Args {
		args[name] = value
	}
	for _, f := range l.Filters {
		if value, set := ask.values[f.Name]; set && f.Where != "" {
			conditions = append(conditions, f.Where)
			args[f.Name] = value
		}
	}
	switch {
	case ask.found != nil:
		conditions = append(conditions, l.ID+` = any(@found)`)
		args["found"] = ask.found
	case ask.Plain():
		conditions = append(conditions, l.textContains())
		args["terms"] = ask.Terms
	}
	return conditions, args
}

// textContains is true where each term stands in one of the texts.
func (l *List) textContains() string {
	var in []string
	for _, text := range l.Text {
		in = append(in, `strpos(search_form(`+text+`), search_form(t)) > 0`)
	}
	return `(select bool_and(` + strings.Join(in, " or ") + `) from unnest(@terms::text[]) t)`
}

// order is what is asked for, or the first, and whether it goes down.
func (l *List) order(ask Ask) (Order, bool) {
	name, turned := strings.CutPrefix(ask.Sort, "-")
	at := max(0, slices.IndexFunc(l.Orders, func(o Order) bool { return o.Name == name }))
	order := l.Orders[at]
	return order, order.Desc != (turned && order.Name == name)
}

// place is the SQL of a row's place. It is cheap: where PostgreSQL sorts, it makes it for
// every row before it knows which are on the page.
func (l *List) place(o Order) string {
	return `(` + o.By + `)::text as page_by, ` + l.ID + ` as page_id`
}

func (l *List) orderBy(o Order, down, backward bool) string {
	by := o.By
	switch {
	case o.Nullable && backward:
		by += direction(down) + ` nulls first`
	case o.Nullable:
		by += direction(down) + ` nulls last`
	default:
		by += direction(down)
	}
	return by + `, ` + l.ID + direction(down)
}

func direction(down bool) string {
	if down {
		return " desc"
	}
	return ""
}

// comparison is the sign of what comes behind.
func comparison(down bool) string {
	if down {
		return "<"
	}
	return ">"
}

// behind is the condition that the page begins behind its key.
func (l *List) behind(o Order, down bool, ask Ask, args pgx.NamedArgs) string {
	key, ok := decodeKey(cmp.Or(ask.After, ask.Before), o.Type)
	if !ok {
		return ""
	}
	args["after_id"] = key.id
	sign := comparison(down)
	if key.value == nil {
		if ask.Backward() {
			return `(` + o.By + ` is not null or ` + l.ID + ` ` + sign + ` @after_id)`
		}
		return `(` + o.By + ` is null and ` + l.ID + ` ` + sign + ` @after_id)`
	}
	args["after_key"] = *key.value
	beyond := `(` + o.By + `, ` + l.ID + `) ` + sign + ` (@after_key::text::` + o.Type + `, @after_id)`
	if o.Nullable && !ask.Backward() {
		return `(` + beyond + ` or ` + o.By + ` is null)`
	}
	return beyond
}

// query drops the arguments that the statement does not name: they are strict.
func query(sql string, args pgx.NamedArgs) Query {
	for name := range args {
		if !names(sql, name) {
			delete(args, name)
		}
	}
	return Query{sql, args}
}

// names reports whether the statement has the argument, and not only a longer one.
func names(sql, arg string) bool {
	for rest := sql; ; {
		_, after, found := strings.Cut(rest, "@"+arg)
		if !found {
			return false
		}
		if after == "" || !isWord(after[0]) {
			return true
		}
		rest = after
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
