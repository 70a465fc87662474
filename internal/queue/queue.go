// Package queue is the background work as people see it: for a county's staff what was
// given up, in words and with a way to try again; for the platform's operator the state of
// the queue, without any county's content. Package job does the work.
package queue

import (
	"encoding/json"
	"time"
)

// Kind is a kind of job.
type Kind struct {
	ID     string        // as the queue has it
	Name   string        // as pages say it
	Said   string        // what did not happen when one is given up, and what one can do
	Every  time.Duration // of a periodic job
	Long   bool          // see tenant.JobOptions
	Itself bool          // the county sees it elsewhere: a message in the outbox, an export on its page
}

// Kinds are the kinds of job. What the table does not have is shown by its id.
var Kinds = []Kind{
	{ID: "message.send", Name: "发送消息", Itself: true},
	{ID: "task.run", Name: "导出等长时间的工作", Long: true, Itself: true},
	{ID: "case.follow_lead", Name: "并案的事项随主件办理",
		Said: "主件已经审核通过，并在里面的这一件没有跟着往下走。请再试一次；还不行，请把它取出来单独办。"},
	{ID: "deputy.left", Name: "代表出组以后，从接待日里去掉",
		Said: "有代表已经出组，或者两份档案合成了一份，他们的接待日没有跟着改。请再试一次；还不行，请在“接待日程—差什么”里看看，自己换人。"},
	{ID: "case.lapse", Name: "到期后由系统办的一步", Every: 10 * time.Minute,
		Said: "有的事项到期后该由系统办的一步没有办成，例如未评价办结、暂缓到期恢复、归档。事项都在，没有丢。请再试一次；还不行，请联系平台管理员。"},
	{ID: "case.remind", Name: "期限提醒", Every: 10 * time.Minute,
		Said: "今天的期限提醒可能不全，请在“事项”里按期限看一遍。也可以再试一次；还不行，请联系平台管理员。"},
	{ID: "message.find", Name: "找回漏发的消息", Every: time.Hour,
		Said: "检查有没有漏发的消息这件事没有做成。请在“消息”里看看“等待发出”的；也可以再试一次。"},
	{ID: "reception.publish", Name: "发布接待日公告", Every: time.Hour,
		Said: "到了时间的接待日公告没有发布。请在“接待日程”里看看近几天的，自己发布；也可以再试一次。"},
	{ID: "file.purge", Name: "删除移除了的附件", Said: "有一个移除了的附件，文件还没有从存储里删掉。请再试一次。"},
	{ID: "file.expire", Name: "删除到期的附件", Every: 24 * time.Hour, Said: "到了保存期限的附件没有删掉。请再试一次；还不行，请联系平台管理员。"},
	{ID: "file.sweep", Name: "清理没有记录的文件", Every: 24 * time.Hour, Said: "没有记录的文件没有清理掉，不影响使用。可以再试一次；还不行，请联系平台管理员。"},
	{ID: "task.expire", Name: "删除过期的导出文件", Every: time.Hour, Said: "过期的导出文件没有删掉。请再试一次；还不行，请联系平台管理员。"},
	{ID: "auth.forget_failures", Name: "清理登录失败的记录", Every: 24 * time.Hour},
}

// KindOf is what is known of a kind.
func KindOf(id string) Kind {
	for _, k := range Kinds {
		if k.ID == id {
			return k
		}
	}
	return Kind{ID: id, Name: id, Said: "有一项后台工作没有办成。请再试一次；还不行，请联系平台管理员。"}
}

// raw is a job as it was stored, to be added once more.
type raw struct {
	kind string
	args json.RawMessage
}

func (r raw) Kind() string                 { return r.kind }
func (r raw) MarshalJSON() ([]byte, error) { return r.args, nil }
