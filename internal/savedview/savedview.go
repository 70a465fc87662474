// Package savedview keeps 常用视图: a list's filter that somebody gave a name. Each is its
// maker's own.
package savedview

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// most is how many views a person keeps of one list.
const most = 20

// View is a list's filter with a name.
type View struct {
	Name  string
	Query string // as in the list's address, without the place in it
}

// Of queues what by has saved of a list, by name.
func Of(v *tenant.View, by auth.Actor, list string) *[]View {
	return tenant.All[View](v, `select name, query from saved_views
		where county_id = @county and user_id = @user_id and list = @list order by name`,
		pgx.NamedArgs{"user_id": by.UserID, "list": list})
}

// Save keeps a view under its name; the same name again keeps the newer filter. It returns
// errs.Invalid at name.
func Save(ctx context.Context, tx *tenant.Tx, by auth.Actor, list string, view View) error {
	view.Name = strings.Join(strings.Fields(view.Name), " ")
	switch n := utf8.RuneCountInString(view.Name); {
	case n == 0:
		return errs.Invalid{"name": "请给这个视图起个名字，例如“王桥镇饮水”。"}
	case n > 20 || !utf8.ValidString(view.Name):
		return errs.Invalid{"name": "名字最多 20 个字。"}
	case view.Query == "":
		return errs.Invalid{"name": "还没有筛选条件，先筛选，再保存。"}
	case len(view.Query) > 2000:
		return errs.Invalid{"name": "筛选条件太长，保存不了。"}
	}
	kept, err := postgres.All[struct{ Name string }](ctx, tx, `select name from saved_views
		where county_id = @county and user_id = @user_id and list = @list and name <> @name`,
		pgx.NamedArgs{"user_id": by.UserID, "list": list, "name": view.Name})
	if err != nil {
		return fmt.Errorf("saved views: %w", err)
	}
	if len(kept) >= most {
		return errs.Invalid{"name": "已经存了 20 个视图，请先删去不用的。"}
	}
	_, err = postgres.Exec(ctx, tx, `insert into saved_views (county_id, user_id, list, name, query, created_at)
		values (@county, @user_id, @list, @name, @query, @now)
		on conflict (county_id, user_id, list, name) do update set query = excluded.query, created_at = excluded.created_at`,
		pgx.NamedArgs{"user_id": by.UserID, "list": list, "name": view.Name, "query": view.Query, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("save a view: %w", err)
	}
	return nil
}

// Delete forgets a view; one that is gone already is nobody's error.
func Delete(ctx context.Context, tx *tenant.Tx, by auth.Actor, list, name string) error {
	_, err := postgres.Exec(ctx, tx, `delete from saved_views
		where county_id = @county and user_id = @user_id and list = @list and name = @name`,
		pgx.NamedArgs{"user_id": by.UserID, "list": list, "name": name})
	if errors.Is(err, errs.NotFound) {
		return nil
	}
	return err
}
