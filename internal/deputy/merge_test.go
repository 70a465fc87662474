package deputy_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func (o office) pairs() []deputy.Pair {
	o.t.Helper()
	var all *[]deputy.Pair
	o.View(func(v *tenant.View) { all = deputy.Duplicates(v) })
	return *all
}

func (o office) merging(m deputy.Merging) func(ctx context.Context, tx *tenant.Tx) error {
	m.KeptVersion, m.GoneVersion = o.find(m.Kept).Version, o.find(m.Gone).Version
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.Merge(ctx, tx, o.Keys, o.Admin, m)
		return err
	}
}

func (o office) unmerging(kept, gone int32) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.Unmerge(ctx, tx, o.Keys, o.Admin, kept, gone)
		return err
	}
}

// whose is everything that hangs on deputies, row by row, with the record that it hangs on.
const whose = `select string_agg(line, e'\n' order by line) from (
	select 'mandate ' || id || ' of ' || deputy_id || ' to ' || coalesce(to_date::text, '-') as line from mandates where county_id = @county
	union all select 'group ' || id || ' of ' || deputy_id || ' to ' || coalesce(to_date::text, '-') from station_deputies where county_id = @county
	union all select 'day ' || reception_id || ' of ' || deputy_id || ' ' || substitute || coalesce(' came ' || came, '') from reception_deputies where county_id = @county
	union all select 'visit ' || visit_id || ' of ' || deputy_id from visit_deputies where county_id = @county
	union all select 'feedback ' || id || ' of ' || coalesce(deputy_id, 0) from case_feedbacks where county_id = @county
	union all select 'account ' || id || ' of ' || coalesce(deputy_id, 0) from user_roles where county_id = @county
	union all select 'deputy ' || concat_ws(' ', id, name, initials, gender, birth_year, certificate_no, duties, merged_into, leads) from deputies where county_id = @county
	union all select 'private ' || concat_ws(' ', deputy_id, phone_masked, phone_blind, ethnicity, party) from deputy_private
		where county_id = @county and num_nonnulls(phone_masked, ethnicity, education, party) > 0) lines`

func (o office) whose() (lines string) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		lines, err = postgres.Value[string](ctx, tx, whose)
		return err
	})
	return lines
}

// twin is a second record of 郭建国, who has a case heard back, with another group, another
// mandate, and a part in the visit of the first.
func (o office) twin() (number int32) {
	o.t.Helper()
	id, number := o.create(deputy.Facts{Name: "郭建国", Gender: "male", BirthYear: 1970, CertificateNo: "襄代第 0017 号", Duties: "王桥镇卫生院院长",
		Phone: "13903550001", Ethnicity: "汉族", Approve: true})
	o.must(o.adding(id, deputy.Mandate{Level: "prefecture", Term: "第十五届", ElectoralUnit: "襄垣县", From: date("2021-09-06")}))
	o.must(o.adding(id, deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "王桥选区", From: date("2021-07-02")}))
	o.must(o.joining(id, deputy.Membership{StationID: o.Station, Role: "convener", From: date("2021-10-01")}))
	o.must(o.joining(id, deputy.Membership{StationID: o.OtherStation, From: date("2021-10-01")}))
	visit := o.Visit("村口的路灯不亮。")
	visit.Deputies = []int64{o.Deputies[0], id}
	if _, err := o.RegisterVisit(o.Clerk, visit); err != nil {
		o.t.Fatal(err)
	}
	visit = o.Visit("桥栏杆断了。")
	visit.Deputies = []int64{id}
	receipts, err := o.RegisterVisit(o.Clerk, visit)
	if err != nil {
		o.t.Fatal(err)
	}
	o.Drive(receipts.Matters[0].Number, casefile.Approved)
	fed := o.FeedingBack()
	fed.Deputies = []casefile.Told{{DeputyID: id, Way: "phone", On: o.Today(), By: "张敏"}}
	o.MustTake(o.Clerk, receipts.Matters[0].Number, fed)
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := postgres.Exec(ctx, tx, `insert into reception_deputies (county_id, reception_id, deputy_id, substitute)
			select county_id, id, @id, true from receptions where county_id = @county`, pgx.NamedArgs{"id": id}); err != nil {
			return err
		}
		// The day was told: the first record did not come, the second did; and it leads.
		if _, err := postgres.Exec(ctx, tx, `update reception_deputies set came = deputy_id = @id where county_id = @county`, pgx.NamedArgs{"id": id}); err != nil {
			return err
		}
		if _, err := postgres.Exec(ctx, tx, `update deputies set leads = true where county_id = @county and id = @id`, pgx.NamedArgs{"id": id}); err != nil {
			return err
		}
		user, err := auth.CreateUser(ctx, tx, auth.NewUser{LoginName: "guo2", Name: "郭建国", Password: casetest.Password})
		if err != nil {
			return err
		}
		return auth.GrantRole(ctx, tx, user, auth.RoleGrant{Role: auth.Deputy, DeputyID: id})
	})
	return number
}

// TestAMergerApprovesNothing: what the kept record takes from one that nobody has approved
// shows to citizens once somebody has; so does what comes back.
func TestAMergerApprovesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	approved := func(number int32, want bool) {
		t.Helper()
		if d := o.find(number); (d.ApprovedAt != nil) != want || (d.ApprovedName != nil) != want {
			t.Errorf("档案号 %d: approved %v, want %v", number, !want, want)
		}
	}
	pair := func(kept, gone bool) (a, b int32) {
		_, a = o.create(deputy.Facts{Name: "王丽", Duties: "教师", Party: "群众", Approve: kept})
		_, b = o.create(deputy.Facts{Name: "王莉", Duties: "校长", Party: "中共党员", Approve: gone})
		return a, b
	}
	for field, public := range map[string]bool{"name": true, "duties": true, "photo": true, "party": false} {
		a, b := pair(true, false)
		o.must(o.merging(deputy.Merging{Kept: a, Gone: b, Take: []string{field}}))
		approved(a, !public)
		o.must(o.unmerging(a, b))
		approved(b, false)
	}
	a, b := pair(true, true)
	o.must(o.merging(deputy.Merging{Kept: a, Gone: b, Take: []string{"name", "duties"}}))
	approved(a, true)
	a, b = pair(false, true)
	o.must(o.merging(deputy.Merging{Kept: a, Gone: b, Take: []string{"name"}}))
	approved(a, false)
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.Approve(ctx, tx, o.Admin, []int64{o.find(a).ID})
		return err
	})
	o.must(o.unmerging(a, b)) // 王丽, whom nobody looked at, has her own name again
	approved(a, false)
}

// TestMergeAndBack: two records become one, everything is there once, and the way back
// leaves every row as it was.
func TestMergeAndBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	second := o.twin()
	if pairs := o.pairs(); len(pairs) != 1 || pairs[0].Low != 1 || pairs[0].High != second || !slices.Equal(pairs[0].Why, []string{"name"}) {
		t.Errorf("pairs %+v", pairs)
	}
	before := o.whose()
	id := o.find(second).ID

	m := deputy.Merging{Kept: 1, Gone: second, Take: []string{"gender", "birth_year", "certificate_no", "duties", "phone", "ethnicity"}}
	stale := o.merging(m)
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		return deputy.Change(ctx, tx, o.Keys, o.Admin, id, 1, deputy.Facts{Name: "郭建国", Gender: "male", BirthYear: 1971, CertificateNo: "襄代第0017号",
			Duties: "王桥镇卫生院院长", Phone: "13903550001", Ethnicity: "汉族", Approve: true})
	})
	o.refused(errs.Conflict, stale)
	before = strings.Replace(before, "1970", "1971", 1)
	o.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.Merge(ctx, tx, o.Keys, o.Head, m)
		return err
	})
	o.refused(errs.Conflict, o.merging(deputy.Merging{Kept: 1, Gone: 1}))
	if after := o.whose(); after != before {
		t.Errorf("a refusal changed\n%s\nto\n%s", before, after)
	}

	o.must(o.merging(m))
	kept, gone := o.find(1), o.find(second)
	if gone.MergedInto == nil || *gone.MergedInto != 1 || kept.BirthYear == nil || *kept.BirthYear != 1971 || *kept.CertificateNo != "襄代第0017号" ||
		*kept.PhoneMasked != "139****0001" || gone.PhoneMasked != nil || *kept.Ethnicity != "汉族" {
		t.Errorf("kept %+v, gone %+v", kept, gone)
	}
	if held, in := o.mandates(1), o.groups(1); len(held) != 2 || held[0].Level != "prefecture" || len(in) != 2 || in[1].Role != "member" {
		t.Errorf("mandates %+v, groups %+v", held, in)
	}
	if lines := o.whose(); strings.Count(lines, fmt.Sprintf(" of %d", id)) != 2 || strings.Count(lines, "day ") != 2 {
		t.Errorf("with the gone record there is more than the mandate and the group that both had:\n%s", lines)
	}
	if lines := o.whose(); !strings.Contains(lines, fmt.Sprintf(" of %d false came true", kept.ID)) || !strings.Contains(lines, fmt.Sprintf("deputy %d 郭建国", kept.ID)) ||
		!regexp.MustCompile(fmt.Sprintf(`(?m)^deputy %d .* t$`, kept.ID)).MatchString(lines) {
		t.Errorf("who came under the gone record, and who led, is lost:\n%s", lines)
	}
	var merged *[]deputy.Merged
	o.View(func(v *tenant.View) { merged = deputy.MergedInto(v, kept.ID) })
	if len(*merged) != 1 || (*merged)[0].Number != second || len(o.pairs()) != 0 || o.recorded("deputy.merge") != 1 {
		t.Errorf("merged %+v, pairs %+v", *merged, o.pairs())
	}
	o.refused(errs.Conflict, o.merging(m)) // pressed twice

	o.must(o.unmerging(1, second))
	if after := o.whose(); after != before {
		t.Errorf("the way back: was\n%s\nis\n%s", before, after)
	}
	o.refused(errs.Conflict, o.unmerging(1, second))
	o.must(o.merging(m)) // and once more
	o.must(o.unmerging(1, second))
	if after := o.whose(); after != before || o.recorded("deputy.unmerge") != 2 {
		t.Errorf("the second way back: was\n%s\nis\n%s", before, after)
	}
}

// TestWhereNoWayLeadsBack: what was changed or merged on since is not torn apart, and the
// reader learns why.
func TestWhereNoWayLeadsBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	second := o.twin()
	o.must(o.merging(deputy.Merging{Kept: 1, Gone: second, Take: []string{"duties", "phone"}}))
	kept := o.find(1)
	o.must(o.changing(kept.ID, kept.Version, deputy.Facts{Name: kept.Name, Duties: "已退休", Phone: "139****0001"}))
	err := o.Update(o.unmerging(1, second))
	if !errors.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err, ""), "职务") {
		t.Errorf("taken back: %v", err)
	}
	kept = o.find(1)
	o.must(o.changing(kept.ID, kept.Version, deputy.Facts{Name: kept.Name, Duties: "王桥镇卫生院院长", Phone: "139****0001"}))
	o.must(o.merging(deputy.Merging{Kept: 2, Gone: 1}))
	err = o.Update(o.unmerging(1, second))
	if !errors.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err, ""), "后一次合并") {
		t.Errorf("taken back from the middle: %v", err)
	}
	o.refused(errs.Conflict, o.unmerging(2, second)) // it went into another
	o.must(o.unmerging(2, 1))
	o.must(o.unmerging(1, second))
	o.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.Unmerge(ctx, tx, o.Keys, o.Clerk, 1, second)
		return err
	})
	if err := o.Update(o.unmerging(1, 99)); !errors.Is(err, errs.NotFound) {
		t.Errorf("nobody's: %v", err)
	}
}

// TestTheWayBackToAClosedStation: a place in a group that a merger ended stays ended where
// its station has closed since, and the office is told.
func TestTheWayBackToAClosedStation(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	second := o.twin() // both are in the group of 王桥镇
	o.must(o.merging(deputy.Merging{Kept: 1, Gone: second}))
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := deputy.Leave(ctx, tx, o.Admin, o.Deputies[0], o.Station, o.Today()); err != nil {
			return err
		}
		_, err := postgres.Exec(ctx, tx, `update stations set state = 'closed' where county_id = @county and id = @id`, pgx.NamedArgs{"id": o.Station})
		return err
	})
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		done, err := deputy.Unmerge(ctx, tx, o.Keys, o.Admin, 1, second)
		if err == nil && (!slices.Equal(done.Closed, []string{"王桥镇"}) || len(done.Users) != 1) {
			t.Errorf("told %+v", done)
		}
		return err
	})
	for _, number := range []int32{1, second} {
		for _, g := range o.groups(number) {
			if g.StationID == o.Station && g.ToDate == nil {
				t.Errorf("%d is in the group of a station that is closed", number)
			}
		}
	}
	if n := o.count(`select count(*) from deputies where county_id = @county and merged_into is not null`, nil); n != 0 {
		t.Error("nothing was taken back")
	}
}

// TestWhoMayBeOnePerson: by phone, by a number that is only written otherwise, by name and
// year; and two people stay two once it was said.
func TestWhoMayBeOnePerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, a := o.create(deputy.Facts{Name: "王 芳", BirthYear: 1980, CertificateNo: "襄代第007号", Phone: "13903550002"})
	_, b := o.create(deputy.Facts{Name: "王芳", BirthYear: 1980})
	_, c := o.create(deputy.Facts{Name: "王芳", BirthYear: 1991})
	_, d := o.create(deputy.Facts{Name: "李明", CertificateNo: "襄代－７"})
	_, e := o.create(deputy.Facts{Name: "王小芳", Phone: "139 0355 0002"})
	o.create(deputy.Facts{Name: "赵新", CertificateNo: "襄代70"})
	var got []string
	for _, p := range o.pairs() {
		got = append(got, fmt.Sprint(p.Low, p.High, p.Why))
	}
	want := []string{fmt.Sprint(a, b, []string{"birth"}), fmt.Sprint(a, d, []string{"certificate"}), fmt.Sprint(a, e, []string{"phone"})}
	if !slices.Equal(got, want) {
		t.Errorf("pairs %q, want %q (and never %d)", got, want, c)
	}
	distinct := func(by auth.Actor) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error { return deputy.SayDistinct(ctx, tx, o.Keys, by, d, a) }
	}
	o.refused(errs.Forbidden, distinct(o.Clerk))
	o.must(distinct(o.Handler))
	o.must(distinct(o.Admin))
	if len(o.pairs()) != 2 || o.recorded("deputy.distinct") != 1 {
		t.Errorf("pairs %+v", o.pairs())
	}
}
