package deputy_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// A person is entered as a clerk types, found again by number, changed, and nothing private
// lies open in the database or in the record of who did what.
func TestAPersonIsEnteredAndChanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	facts := deputy.Facts{Name: " 王　丽 ", Gender: "female", BirthYear: 1980, CertificateNo: "ｘｙ 001", Duties: "王桥镇中心小学教师",
		Phone: "138 0000 0099", Ethnicity: "汉族", Party: "群众", Approve: true}
	id, number := o.create(facts)
	if number != 5 {
		t.Errorf("档案号 %d, want 5: four were there", number)
	}
	d := o.find(number)
	if d.Name != "王丽" || *d.CertificateNo != "XY001" || *d.PhoneMasked != "138****0099" || d.ApprovedAt == nil || *d.ApprovedName != o.Admin.Name || d.Version != 1 {
		t.Errorf("%+v", d)
	}
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		type sealed struct {
			PhoneSealed, PhoneBlind []byte
			Initials                string
		}
		s, err := postgres.One[sealed](ctx, tx, `select p.phone_sealed, p.phone_blind, d.initials from deputy_private p
			join deputies d on d.county_id = @county and d.id = p.deputy_id where p.county_id = @county and d.number = 5`)
		if err != nil {
			return err
		}
		phone, err := o.Keys.Open(s.PhoneSealed, deputy.PhoneBind(o.County, id))
		if phone != "13800000099" || string(s.PhoneBlind) != string(deputy.PhoneBlind(o.Keys, o.County, phone)) || s.Initials != "wl yl" {
			t.Errorf("%q, initials %q, %v", phone, s.Initials, err)
		}
		return nil
	})

	// The masked number, the number itself, and no number all leave it where it is.
	facts.Phone, facts.Approve = "138****0099", false
	for _, phone := range []string{"138****0099", "13800000099", ""} {
		facts.Phone = phone
		o.must(o.changing(id, 99, facts))
	}
	if d := o.find(number); d.Version != 1 || *d.PhoneMasked != "138****0099" || d.ApprovedAt == nil {
		t.Errorf("nothing changed, and yet %+v", d)
	}

	facts.Phone, facts.Education = "13800000088", "本科"
	o.must(o.changing(id, 1, facts))
	if d := o.find(number); d.Version != 2 || *d.PhoneMasked != "138****0088" || *d.Education != "本科" || d.ApprovedAt == nil {
		t.Errorf("private facts do not touch the approval: %+v", d)
	}
	facts.Phone, facts.NoPhone, facts.Duties = "", true, "王桥镇中心小学校长"
	o.must(o.changing(id, 2, facts))
	if d := o.find(number); d.Version != 3 || d.PhoneMasked != nil || *d.Education != "本科" || d.ApprovedAt != nil {
		t.Errorf("new duties wait for approval, the number is gone: %+v", d)
	}
	var record string
	o.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		record, err = postgres.Value[string](ctx, tx, `select string_agg(detail::text, '') from audit_entries where county_id = @county and subject = 'deputy 5'`)
		return err
	})
	for _, private := range []string{"汉族", "本科", "群众", "13800000", "****"} {
		if strings.Contains(record, private) {
			t.Errorf("%s stands in the record", private)
		}
	}
}

// What is private can be taken out of a record in which nothing else is private.
func TestTheLastPrivateFactIsTakenOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	rows := func(id int64) int64 {
		return o.count(`select count(*) from deputy_private where county_id = @county and deputy_id = @id`, pgx.NamedArgs{"id": id})
	}
	for what, private := range map[string]deputy.Facts{"phone": {Phone: "13800000099"}, "ethnicity": {Ethnicity: "汉族"}, "party": {Party: "群众"}} {
		private.Name = "王丽" + what
		id, number := o.create(private)
		o.must(o.changing(id, 1, deputy.Facts{Name: "王丽" + what, NoPhone: private.Phone != ""}))
		if d := o.find(number); d.PhoneMasked != nil || d.Ethnicity != nil || d.Party != nil || d.Version != 2 || rows(id) != 0 {
			t.Errorf("%s: still there: %+v", what, d)
		}
	}
	id, number := o.create(deputy.Facts{Name: "李四", Phone: "13800000098", Education: "本科"})
	o.must(o.changing(id, 1, deputy.Facts{Name: "李四"})) // the number stays, the last other fact goes
	o.must(o.changing(id, 2, deputy.Facts{Name: "李四", Duties: "教师"}))
	if d := o.find(number); *d.PhoneMasked != "138****0098" || d.Education != nil {
		t.Errorf("%+v", d)
	}
}

func TestBadFactsAreRefusedAtTheirFields(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.create(deputy.Facts{Name: "王丽", CertificateNo: "XY001"})
	o.wrong(o.creating(deputy.Facts{}), "name")
	o.wrong(o.creating(deputy.Facts{Name: "李\x00", Gender: "x", BirthYear: 2020, Phone: "138****0099", Duties: strings.Repeat("长", 61)}),
		"name", "gender", "birth_year", "phone", "duties")
	o.wrong(o.creating(deputy.Facts{Name: "李四", CertificateNo: " xy001"}), "certificate_no")
	if n := o.count(`select count(*) + (select last from deputy_numbers where county_id = @county) * 100 from deputies where county_id = @county`, nil); n != 505 {
		t.Errorf("%d: a refused one leaves nothing and takes no number", n)
	}
	id, _ := o.create(deputy.Facts{Name: "李四"})
	o.wrong(o.changing(id, 1, deputy.Facts{Name: "李四", CertificateNo: "XY001"}), "certificate_no")
}

// The same form twice, and twenty times at once, is one person.
func TestADoublePressMakesOnePerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	facts := deputy.Facts{Name: "王丽", Key: uuid.New()}
	numbers := make([]int32, 8)
	var wg sync.WaitGroup
	for i := range numbers {
		wg.Go(func() {
			err := o.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
				_, numbers[i], err = deputy.Create(ctx, tx, o.Keys, o.Admin, facts)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, n := range numbers {
		if n != 5 {
			t.Errorf("numbers %v", numbers)
		}
	}
	if o.recorded("deputy.create") != 1 {
		t.Error("recorded more than once")
	}
}

func TestTheSecondEditorIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, _ := o.create(deputy.Facts{Name: "王丽"})
	o.must(o.changing(id, 1, deputy.Facts{Name: "王丽", Duties: "教师"}))
	err := o.Update(o.changing(id, 1, deputy.Facts{Name: "王莉"}))
	stale, ok := errors.AsType[county.Stale](err)
	if !ok || !errors.Is(err, errs.Conflict) || stale.Version != 2 || len(stale.Since) != 1 || stale.Since[0].Changes["duties"][1] != "教师" {
		t.Errorf("%v", err)
	}
}

// Who may not change deputies changes nothing; another county's deputy is not there.
func TestOnlyTheOfficeChanges(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, by := range map[string]auth.Actor{"clerk": o.Clerk, "head": o.Head, "leader": o.Leader, "deputy": o.Deputy, "unit": o.Water} {
		for what, write := range map[string]func(ctx context.Context, tx *tenant.Tx) error{
			"create": func(ctx context.Context, tx *tenant.Tx) error {
				_, _, err := deputy.Create(ctx, tx, o.Keys, by, deputy.Facts{Name: "王丽"})
				return err
			},
			"change": func(ctx context.Context, tx *tenant.Tx) error {
				return deputy.Change(ctx, tx, o.Keys, by, o.Deputies[0], 1, deputy.Facts{Name: "王丽"})
			},
			"mandate": func(ctx context.Context, tx *tenant.Tx) error {
				_, err := deputy.AddMandate(ctx, tx, by, o.Deputies[0], deputy.Mandate{})
				return err
			},
			"join": func(ctx context.Context, tx *tenant.Tx) error {
				_, err := deputy.Join(ctx, tx, by, o.Deputies[0], deputy.Membership{StationID: o.OtherStation})
				return err
			},
			"leave": func(ctx context.Context, tx *tenant.Tx) error {
				return deputy.Leave(ctx, tx, by, o.Deputies[0], o.Station, o.Today())
			},
			"approve": func(ctx context.Context, tx *tenant.Tx) error {
				_, err := deputy.Approve(ctx, tx, by, o.Deputies)
				return err
			},
		} {
			if err := o.Update(write); !errors.Is(err, errs.Forbidden) {
				t.Errorf("%s may %s: %v", name, what, err)
			}
		}
	}
	err := o.DB.Update(t.Context(), o.Neighbour.County, func(tx *tenant.Tx) error {
		by := o.Admin
		by.County = o.Neighbour.County
		return deputy.Change(t.Context(), tx, o.Keys, by, o.Deputies[0], 1, deputy.Facts{Name: "王丽"})
	})
	if !errors.Is(err, errs.NotFound) {
		t.Errorf("another county's: %v", err)
	}
}

func TestApproval(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first, one := o.create(deputy.Facts{Name: "王丽"})
	second, two := o.create(deputy.Facts{Name: "李四"})
	if o.find(one).ApprovedAt != nil {
		t.Error("approved without anybody's saying so")
	}
	approving := func(want int, do func(ctx context.Context, tx *tenant.Tx, by auth.Actor, ids []int64) (int, error), ids ...int64) {
		t.Helper()
		o.must(func(ctx context.Context, tx *tenant.Tx) error {
			n, err := do(ctx, tx, o.Handler, ids)
			if n != want {
				t.Errorf("%d, want %d", n, want)
			}
			return err
		})
	}
	approving(2, deputy.Approve, first, second, 999)
	approving(0, deputy.Approve, first, second)
	if d := o.find(two); d.ApprovedAt == nil || *d.ApprovedName != o.Handler.Name || o.recorded("deputy.approve") != 2 {
		t.Errorf("%+v", d)
	}
	approving(1, deputy.Unapprove, second)
	if o.find(two).ApprovedAt != nil || o.find(one).ApprovedAt == nil {
		t.Error("one was taken back")
	}
	// A photograph changed by a clerk clears it; by the office it stays.
	o.must(func(ctx context.Context, tx *tenant.Tx) error { return deputy.ClearApproval(ctx, tx, o.Admin, first) })
	if o.find(one).ApprovedAt == nil {
		t.Error("the office's photograph took the approval away")
	}
	o.must(func(ctx context.Context, tx *tenant.Tx) error { return deputy.ClearApproval(ctx, tx, o.Head, first) })
	if o.find(one).ApprovedAt != nil {
		t.Error("a head's photograph shows without anybody's looking")
	}
	// The office's own change keeps it where it says so.
	o.must(o.changing(first, 1, deputy.Facts{Name: "王丽", Duties: "教师", Approve: true}))
	o.must(o.changing(first, 2, deputy.Facts{Name: "王丽", Duties: "校长", Approve: true}))
	if d := o.find(one); d.ApprovedAt == nil || *d.ApprovedName != o.Admin.Name {
		t.Errorf("%+v", d)
	}
}

// Two at once enter the same person: the second learns of the first.
func TestEnteredTwiceAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	n := deputy.Newcomer{Facts: deputy.Facts{Name: "申爱军"}, Mandate: deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "东关选区",
		From: calendar.NewDate(2021, 5, 20)}}
	enter := func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.Enter(ctx, tx, o.Keys, o.Admin, n)
		return err
	}
	second := make(chan error, 1)
	o.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := enter(ctx, tx); err != nil {
			return err
		}
		go func() { second <- o.Update(enter) }()
		return o.PG.Blocked(ctx, 1)
	})
	casetest.InvalidAt(t, <-second, "another")
}
