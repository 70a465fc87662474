package county

import (
	"time"

	"lianluo/internal/tenant"
)

// Overview is how each matter of the settings stands.
type Overview struct {
	Categories    int64 // of the first level
	Subcategories int64
	Unused        int64 // retired, of both levels
	Classes       string
	Reasons       int64
	Checklists    string // the names
	Functions     int64
	Notice        string // the version
	PublishedAt   time.Time
	OwnTexts      int64
}

// OverviewOf queues the county's overview.
func OverviewOf(v *tenant.View) *Overview {
	return tenant.One[Overview](v, `select
		(select count(*) from categories c where c.county_id = @county and c.parent_id is null and not c.retired) as categories,
		(select count(*) from categories c where c.county_id = @county and c.parent_id is not null and not c.retired) as subcategories,
		(select count(*) from categories c where c.county_id = @county and c.retired) as unused,
		(select coalesce(string_agg(r.code || ' ' || r.name, '、' order by r.position, r.id), '') from result_classes r
			where r.county_id = @county and not r.retired) as classes,
		(select count(*) from refusal_reasons r where r.county_id = @county and not r.retired) as reasons,
		(select coalesce(string_agg(l.name, '、' order by l.position, l.id), '') from checklists l
			where l.county_id = @county and not l.retired) as checklists,
		(select count(*) from functions f where f.county_id = @county and not f.retired) as functions,
		n.version as notice, n.published_at,
		(select count(*) from text_templates t where t.county_id = @county and t.body is not null) as own_texts
		from county_settings s join notices n on n.county_id = @county and n.version = s.notice_version where s.county_id = @county`)
}
