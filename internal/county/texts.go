package county

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// TextKind is something that is said to citizens in words that the county may choose.
type TextKind struct {
	Kind    string // of the message
	Name    string
	When    string
	Default string
	About   About
	Code    bool   // the sender appends the 查询码
	Link    string // and an address that begins so, or ends as long as a real one
}

// TextKinds are all of them: a row for each message.Kind, whether sent or printed.
var TextKinds = []TextKind{
	{Kind: string(message.Registered), About: AboutCase, Name: "登记通知", When: "登记以后，来访人要短信回复的", Code: true, Link: "/q",
		Default: "【{机关}】您反映的“{标题}”已登记，编号 {编号}，凭查询码可以看办到哪一步。"},
	{Kind: string(message.Feedback), About: AboutCase, Name: "结果和评价通知", When: "反馈以后，请群众评价", Link: "/r/1-abcdefghijkmnpqrstuvwxyz23",
		Default: "【{机关}】您反映的“{标题}”有结果了，请看一看，并说说您满不满意。"},
	{Kind: string(message.RatingReminder), About: AboutCase, Name: "评价提醒", When: "评价期限前 5 个工作日，还没有评价的", Link: "/r/1-abcdefghijkmnpqrstuvwxyz23",
		Default: "【{机关}】您反映的“{标题}”有结果了，还没有收到您的评价。请用这个新链接，说说您满不满意。"},
	{Kind: string(message.Extended), About: AboutCase, Name: "延期通知", When: "同意承办单位延期以后",
		Default: "【{机关}】您反映的“{标题}”还需要一些时间，办理期限已延长。"},
	{Kind: string(message.Rehandling), About: AboutCase, Name: "重办通知", When: "决定重新办理以后",
		Default: "【{机关}】您对“{标题}”的办理结果不满意，我们已要求重新办理，办好后再告诉您。"},
	{Kind: string(message.Upheld), About: AboutCase, Name: "维持通知", When: "研究以后维持原结果的",
		Default: "【{机关}】您反映的“{标题}”已重新研究，结果和说明请向联络站了解。"},
	{Kind: string(message.AppointmentAsked), About: AboutAppointment, Name: "约见收到", When: "群众申请约见代表以后，留了手机的", Code: true, Link: "/q",
		Default: "【{机关}】您约见人大代表的申请收到了，{期限}前给您答复。凭查询码可以看答复，也可以取消。"},
	{Kind: string(message.AppointmentConfirmed), About: AboutAppointment, Name: "约定通知", When: "定下约见的日子以后",
		Default: "【{机关}】约好了：{日子} {时间}，在{地点}和{代表}见面。来不了，请打电话 {联系电话} 告诉我们。"},
	{Kind: string(message.AppointmentMoved), About: AboutAppointment, Name: "改约通知", When: "改约，或者约好的接待日改期以后",
		Default: "【{机关}】您约见代表改到 {日子} {时间}，在{地点}和{代表}见面。原因：{原因}。来不了，请打电话 {联系电话}。"},
	{Kind: string(message.AppointmentDeclined), About: AboutAppointment, Name: "没有约成", When: "约不成的",
		Default: "【{机关}】您约见人大代表的申请没有约成。原因：{原因}。公布的接待日不用预约，可以直接来；有事请打电话 {联系电话}。"},
	{Kind: string(message.AppointmentCancelled), About: AboutAppointment, Name: "接待日有变", When: "约好的接待日取消，或者撤回公告以后",
		Default: "【{机关}】原来约在 {日子} 和代表见面，那天有变。原因：{原因}。{期限}前再和您约，请等通知。"},
	{Kind: string(message.AppointmentReseated), About: AboutAppointment, Name: "接待代表换了", When: "约好的那天，本人想见的代表换成了别人，或者不来了",
		Default: "【{机关}】约好的 {日子} {时间} 您想见的代表来不了，改由{代表}在{地点}接待您。想改日子、不来了，请打电话 {联系电话}。"},
	{Kind: string(message.AppointmentReminder), About: AboutAppointment, Name: "约见提醒", When: "约好的日子的前一天",
		Default: "【{机关}】提醒您：{日子} {时间}，请到{地点}和{代表}见面。来不了，请打电话 {联系电话} 告诉我们。"},
}

// KindOf finds a kind by its name in addresses.
func KindOf(kind string) (TextKind, bool) {
	i := slices.IndexFunc(TextKinds, func(k TextKind) bool { return k.Kind == kind })
	if i < 0 {
		return TextKind{}, false
	}
	return TextKinds[i], true
}

// Text is what a county says for a kind.
type Text struct {
	TextKind
	Body      string // the county's own, or the default
	Own       bool
	Version   int32 // 0: never changed
	UpdatedAt *time.Time
	UpdatedBy *string
}

type textRow struct {
	Kind      string
	Body      *string
	Version   int32
	UpdatedAt time.Time
	UpdatedBy *string
}

// Texts queues what the county says for every kind, in their order.
func Texts(v *tenant.View) func() []Text {
	rows := tenant.All[textRow](v, `select t.kind, t.body, t.version, t.updated_at, u.name as updated_by from text_templates t
		left join users u on u.county_id = @county and u.id = t.updated_by where t.county_id = @county`)
	return func() []Text {
		all := make([]Text, len(TextKinds))
		for i, k := range TextKinds {
			all[i] = Text{TextKind: k, Body: k.Default}
			for _, r := range *rows {
				if r.Kind == k.Kind {
					all[i].take(r)
				}
			}
		}
		return all
	}
}

func (t *Text) take(r textRow) {
	t.Version, t.UpdatedAt, t.UpdatedBy = r.Version, &r.UpdatedAt, r.UpdatedBy
	if r.Body != nil {
		t.Body, t.Own = *r.Body, true
	}
}

// ChangeText sets what the county says for a kind; the default's own words, or nothing at
// all, are the default again. It returns errs.Invalid at the field body, and Stale for a
// form that began from another version.
func ChangeText(ctx context.Context, tx *tenant.Tx, by audit.Actor, k TextKind, version int32, body string) error {
	if Trimmed(body) == "" {
		body = k.Default
	}
	body, err := CheckText(k, body)
	if err != nil {
		return err
	}
	if err := Lock(ctx, tx); err != nil {
		return err
	}
	was, err := textOf(ctx, tx, k)
	if err != nil {
		return err
	}
	switch {
	case was.Body == body:
		return nil // pressed twice, or nothing to do
	case was.Version != version:
		return Overtaken(ctx, tx, "text "+k.Kind, version, was.Version)
	}
	var own *string
	if body != k.Default {
		own = &body
	}
	var author *int64
	if by.ID != 0 {
		author = &by.ID
	}
	args := pgx.NamedArgs{"kind": k.Kind, "body": own, "version": was.Version + 1, "now": tx.Now(), "by": author}
	_, err = postgres.Exec(ctx, tx, `insert into text_templates (county_id, kind, body, version, updated_at, updated_by)
		values (@county, @kind, @body, @version, @now, @by)
		on conflict (county_id, kind) do update set body = excluded.body, version = excluded.version,
			updated_at = excluded.updated_at, updated_by = excluded.updated_by`, args)
	if err != nil {
		return fmt.Errorf("text %s: %w", k.Kind, err)
	}
	return record(ctx, tx, by, "text", "text "+k.Kind, was.Version+1, k.Name, Changes{"body": {was.Body, body}})
}

func textOf(ctx context.Context, tx *tenant.Tx, k TextKind) (Text, error) {
	t := Text{TextKind: k, Body: k.Default}
	row, err := postgres.One[textRow](ctx, tx, `select kind, body, version, updated_at, null::text as updated_by from text_templates
		where county_id = @county and kind = @kind`, pgx.NamedArgs{"kind": k.Kind})
	switch {
	case errors.Is(err, errs.NotFound):
		return t, nil
	case err != nil:
		return t, fmt.Errorf("text %s: %w", k.Kind, err)
	}
	t.take(row)
	return t, nil
}

// Compose is what the county says for a kind about the case or appointment with these values.
func Compose(ctx context.Context, tx *tenant.Tx, kind string, values TextValues) (string, error) {
	k, ok := KindOf(kind)
	if !ok {
		return "", fmt.Errorf("no text for messages of the kind %q: add it to county.TextKinds", kind)
	}
	t, err := textOf(ctx, tx, k)
	return RenderText(t.Body, values), err
}
