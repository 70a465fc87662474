package register

import (
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"

	"github.com/jackc/pgx/v5"
)

// cardFields are what 代表联系卡 can say of a deputy and of a station: what everybody may know.
var cardFields = []Field{
	{Key: "mandates", Name: "代表身份"}, {Key: "duties", Name: "职务"}, {Key: "station", Name: "联络站"}, {Key: "address", Name: "地址"},
	{Key: "days", Name: "接待日"}, {Key: "phone", Name: "联系电话"}, {Key: "photo", Name: "照片"}, {Key: "qr", Name: "二维码"},
}

// feedbackFields are what 意见建议处理反馈卡 can say of a matter. Those with Rest take the whole
// width, the others stand two in a row.
var feedbackFields = []Field{
	{Key: "visitor", Name: "来访人"}, {Key: "phone", Name: "联系电话"}, {Key: "village", Name: "住址"}, {Key: "way", Name: "接待方式"},
	{Key: "place", Name: "接待地点"}, {Key: "deputies", Name: "接待代表"}, {Key: "category", Name: "类别"}, {Key: "nature", Name: "性质"},
	{Key: "words", Name: "反映的问题和建议", Width: Rest}, {Key: "proposal", Name: "拟办意见", Width: Rest},
	{Key: "sorted", Name: "梳理人"}, {Key: "goes", Name: "去向"}, {Key: "handed", Name: "交办人"}, {Key: "due", Name: "办理期限"},
	{Key: "way_on", Name: "退回、延期、催办", Width: Rest}, {Key: "result", Name: "办理结果", Width: Rest},
	{Key: "approved", Name: "审核人"}, {Key: "closed", Name: "办结"},
	{Key: "told_deputies", Name: "反馈代表", Width: Rest}, {Key: "told", Name: "反馈群众", Width: Rest}, {Key: "verdict", Name: "群众评价", Width: Rest},
}

// Used queues whether the county uses the form: whether its page offers it.
func (s Source) Used(v *tenant.View) *bool {
	return tenant.Value[bool](v, `select not exists (select from register_forms where county_id = @county and source = @source and retired)`,
		pgx.NamedArgs{"source": s})
}

// Printed is the form as it may be printed; errs.NotFound for one that the county does not use.
func (f Form) Printed() (Form, error) {
	if f.Retired {
		return f, errs.Refuse(errs.NotFound, "本县不用“"+f.Name+"”。")
	}
	return f, nil
}

// Offered are the forms that by may open or print, without those that the county does not use.
func Offered(forms []Form, by auth.Actor) []Form {
	var offered []Form
	for _, f := range forms {
		if !f.Retired && (f.Source.SeenBy(by) || !f.Listed() && by.Scope(auth.SeeRegisters) >= auth.OwnStation) {
			offered = append(offered, f)
		}
	}
	return offered
}
