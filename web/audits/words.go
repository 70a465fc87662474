package audits

import (
	"encoding/json"
	"net/url"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// found is what a walk through the record found: where it breaks, or that it is whole.
func found(entries int64, broken *int64) string {
	switch {
	case broken == nil:
		return ui.Number(int(entries)) + " 条记录都在，没有被改过"
	case *broken == 0:
		return "记录的结尾不见了"
	}
	return "第 " + ui.Number(int(*broken)) + " 条和当时写下的不一样，或者不见了；它前面的 " + ui.Number(int(entries)) + " 条没有问题"
}

// verified says when the record was walked last, by whom, and what was found, and whether
// that was whole.
func (rec *record) verified() (words string, broken bool) {
	var detail struct {
		Entries int64  `json:"entries"`
		Broken  *int64 `json:"broken"`
	}
	if len(rec.last) == 0 || rec.last[0].Detail == nil || json.Unmarshal([]byte(*rec.last[0].Detail), &detail) != nil {
		return "还没有核对过。", false
	}
	last := rec.last[0]
	return "上次核对：" + page.FullDateTime(last.At) + "，" + last.ActorName + "：" + found(detail.Entries, detail.Broken) + "。", detail.Broken != nil
}

// said are the nouns' words for what they record.
var said = []audit.Said{auth.Said, casefile.Said}

// address is where what was acted on can be looked at, or "".
func (rec *record) address(line audit.Line) string {
	if kind, _, name := audit.SubjectOf(line.Subject); kind == "case" && rec.by.May(auth.SeeCases) {
		return "/cases/" + url.PathEscape(name)
	}
	return ""
}
