package station

import "lianluo/internal/tenant"

// Township is a township with what is in it and in use. Places that serve the whole county
// stand under the county's own name.
type Township struct {
	Code     string
	Name     string
	Stations int64
	Points   int64
	Posts    int64
	Deputies int64 // in the groups of its stations, each once
}

// Townships queues the county's townships, those without a station too.
func Townships(v *tenant.View) *[]Township {
	return tenant.All[Township](v, selectTownships+` order by d.code`)
}

// CountTownships queues how many Townships there are.
func CountTownships(v *tenant.View) *int64 {
	return tenant.Value[int64](v, `select count(*) from (`+selectTownships+`) t`)
}

const selectTownships = `with places as (
			select s.id, s.kind, s.state, left(r.division_code, 9) as township from stations s
			join stations r on r.county_id = @county and r.id = s.root_id where s.county_id = @county),
		counted as (
			select township, count(*) filter (where kind = 'station' and state in ('open', 'suspended')) as stations,
				count(*) filter (where kind = 'point' and state in ('open', 'suspended')) as points,
				count(*) filter (where kind = 'post' and state in ('open', 'suspended')) as posts
			from places group by township),
		groups as ( -- who left today is in the group no more, as in the list of deputies
			select p.township, count(distinct g.deputy_id) as deputies from station_deputies g join places p on p.id = g.station_id
			where g.county_id = @county and g.to_date is null group by p.township)
		select d.code, d.name, coalesce(n.stations, 0) as stations, coalesce(n.points, 0) as points, coalesce(n.posts, 0) as posts,
			coalesce(g.deputies, 0) as deputies
		from divisions d left join counted n on n.township = d.code left join groups g on g.township = d.code
		where n.township is not null or d.level = 'township' and d.parent_code = (select k.division_code from counties k where k.id = (@county))`

// Node is a place in the tree of the county.
type Node struct {
	Code         string
	Kind         string
	Name         string
	State        string
	TownshipCode string
	Township     string
	Below        []*Node
}

// KindName is what the place is, as pages say it.
func (n *Node) KindName() string { return kindName(n.Kind) }

// StateName is how the place stands, as pages say it.
func (n *Node) StateName() string { return stateName(n.State) }

// Tree queues every place of the county and returns how to hang them: the stations,
// township by township, each with what is below it. It is to be called once the view is read.
func Tree(v *tenant.View) func() []*Node {
	type row struct {
		ID           int64
		ParentID     *int64
		Code         string
		Kind         string
		Name         string
		State        string
		TownshipCode string
		Township     string
	}
	rows := tenant.All[row](v, `select s.id, s.parent_id, s.code, s.kind, s.name, s.state, t.code as township_code, t.name as township
		from stations s join stations r on r.county_id = @county and r.id = s.root_id
		join divisions t on t.code = left(r.division_code, 9)
		where s.county_id = @county order by t.code, case s.kind when 'station' then 0 when 'point' then 1 else 2 end, s.code`)
	return func() []*Node {
		byID := make(map[int64]*Node, len(*rows))
		var roots []*Node
		for _, r := range *rows { // a station comes before its points, these before their posts
			node := &Node{Code: r.Code, Kind: r.Kind, Name: r.Name, State: r.State, TownshipCode: r.TownshipCode, Township: r.Township}
			byID[r.ID] = node
			if r.ParentID == nil {
				roots = append(roots, node)
			} else if above := byID[*r.ParentID]; above != nil {
				above.Below = append(above.Below, node)
			}
		}
		return roots
	}
}
