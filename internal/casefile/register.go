package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// Visit is one arrival (来访) with its matters, as a clerk registers it.
type Visit struct {
	Key          uuid.UUID // of the form: a second press finds the first
	StationID    int64
	PlaceID      int64 // the station, or a point or post of it
	ReceivedAt   time.Time
	Way          string // visit, call, household, letter, on_behalf
	Persons      int
	Name         string // "" is 匿名
	Gender       string
	Village      string
	Phone        string // as typed
	Confidential bool
	MayPublish   bool
	ReplyBy      string // phone, message, person, letter, none
	NoticeGiven  string // shown, read_out, paper
	Notice       string // the version of the 告知书 that was shown; "" is the current one
	Deputies     []int64
	Reception    int64  // the reception day that the clerk chose, or reception.None; 0: reception.ForArrival decides
	Late         bool   // 补录: entered from a filled paper form
	Old          bool   // that it is from before the last year was looked at twice
	Purpose      string // of a visit without a matter: ask, thanks, other
	Note         string // what it was about
	Appointment  int64  // the request for an appointment that it came of (package reception); 0: none
	Matters      []Matter
	Photos       []uuid.UUID // of its draft, that go with its cases; where the draft has others: MorePhotos
	Typed        string      // the form as it was typed: the same Key with another is ChangedSince; "" is not compared
	Chosen       []uuid.UUID // the photographs that the form named
}

// Matter is one thing that was said during a visit: a new one, or about an earlier case.
type Matter struct {
	ReturnTo   string // the number of the same person's open case; then of the rest only Words count
	SameAs     string // of a new one: the number of the case that says the same, another's or one that is closed
	Words      string // verbatim
	CategoryID int64
	Nature     string
	AnswerNow  bool
	Answer     string
}

// Receipt is what the clerk tells the visitor about one matter.
type Receipt struct {
	Number string
	Title  string
	State  State
	SameAs *string // the number of the case that it says the same as
	Code   string  // the 查询码
}

// Receipts are what a registered visit came to.
type Receipts struct {
	VisitID    int64
	ReceivedAt time.Time
	Name       *string // nil: 匿名
	Matters    []Receipt
	New        bool // registered by this very call, not by a press before it
}

// RegisterVisit registers a visit and its matters in the caller's transaction, and
// answers on the spot what was answered. Registered twice with the same key it returns
// what it did the first time, or ChangedSince. It returns errs.Invalid for bad input, by form field
// (words-1, category-1 … for the matters), and errs.Forbidden for somebody who may not
// register at that station.
func RegisterVisit(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, visit Visit) (Receipts, error) {
	if !by.MayOn(auth.RegisterVisit, auth.Subject{StationID: visit.StationID}) {
		return Receipts{}, errs.Refuse(errs.Forbidden, "您不能在这个联络站登记来访。")
	}
	if done, err := visit.resent(ctx, tx, keys); err == nil || !errors.Is(err, errs.NotFound) {
		return done, err
	}
	phone, err := visit.check(ctx, tx, keys, by)
	if err != nil {
		return Receipts{}, err
	}
	settings, err := county.SettingsTx(ctx, tx)
	if err != nil {
		return Receipts{}, err
	}
	if visit.Notice == "" {
		visit.Notice = settings.NoticeVersion
	}
	r := registering{tx: tx, keys: keys, by: by, visit: visit, phone: phone, settings: settings}
	var receipts Receipts
	err = audit.Collect(ctx, tx, func(ctx context.Context) (err error) { // the record is held last, after the earlier cases
		r.ctx = ctx
		receipts, err = r.run()
		return err
	})
	return receipts, err
}

// registering is a registration while it is made.
type registering struct {
	ctx      context.Context
	tx       *tenant.Tx
	keys     private.Keys
	by       auth.Actor
	visit    Visit
	phone    string // normal form, "" without one
	settings county.Settings
	calendar *calendar.Calendar
	visitID  int64
}

func (r registering) run() (Receipts, error) {
	var err error
	r.visitID, err = r.insertVisit()
	if errors.Is(err, errs.NotFound) { // the same form, a moment earlier
		return r.visit.resent(r.ctx, r.tx, r.keys)
	}
	if err != nil {
		return Receipts{}, err
	}
	if r.visit.Appointment != 0 {
		if err := reception.Arrived(r.ctx, r.tx, r.by, r.visit.Appointment, r.visit.StationID, r.visitID); err != nil {
			return Receipts{}, err
		}
	}
	brought := r.visit.brought()
	if len(brought) == 0 {
		return r.done()
	}
	numbers, err := takeNumbers(r.ctx, r.tx, calendar.DateOf(r.tx.Now()).Year(), len(brought))
	if err != nil {
		return Receipts{}, err
	}
	if r.calendar, err = calendar.OfTx(r.ctx, r.tx); err != nil { // after the counter's lock: see ChangeCalendar
		return Receipts{}, err
	}
	for i, matter := range brought {
		if err := r.matter(i, matter, numbers[i]); err != nil {
			return Receipts{}, fmt.Errorf("matter %d: %w", i+1, err)
		}
	}
	return r.done()
}

// done links the visit to the earlier cases that it came about, and reads what it came to.
func (r registering) done() (Receipts, error) {
	if err := r.comeBack(); err != nil {
		return Receipts{}, err
	}
	if r.visit.Purpose != "" {
		if err := audit.Record(r.ctx, r.tx, r.by.Audit(), "visit.register", "visit "+r.visit.Key.String(), nil); err != nil {
			return Receipts{}, err
		}
	}
	if err := endDraft(r.ctx, r.tx, r.visit.Key, r.visit.Photos); err != nil {
		return Receipts{}, err
	}
	receipts, err := RegisteredBefore(r.ctx, r.tx, r.keys, r.visit.Key)
	receipts.New = err == nil
	return receipts, err
}

func (r registering) insertVisit() (int64, error) {
	v := r.visit
	day, err := reception.ForArrival(r.ctx, r.tx, reception.Visit{StationID: v.StationID, PlaceID: v.PlaceID, Way: v.Way, At: v.ReceivedAt, Chosen: v.Reception, Appointment: v.Appointment})
	if err != nil {
		return 0, err
	}
	number, err := takeVisitNumber(r.ctx, r.tx, v.StationID, calendar.DateOf(v.ReceivedAt))
	if err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](r.ctx, r.tx, `insert into visits (county_id, submission_key, station_id, place_id, reception_id,
			received_at, way, persons, confidential, may_publish, reply_by, notice_version, notice_given, purpose, note, entered_late,
			recorded_by, recorded_name, created_at, in_year, in_month, typed, typed_photos)
		values (@county, @key, @station_id, @place_id, @day,
			@received_at, @way, @persons, @confidential, @may_publish, @reply_by, @notice_version, @notice_given, @purpose, @note, @late, @by, @by_name, @now, @in_year, @in_month, @typed, @typed_photos)
		on conflict (county_id, submission_key) do nothing returning id`,
		pgx.NamedArgs{"key": v.Key, "station_id": v.StationID, "place_id": v.PlaceID, "day": day,
			"received_at": v.ReceivedAt, "way": v.Way, "persons": v.Persons, "confidential": v.Confidential,
			"may_publish": v.MayPublish, "reply_by": v.ReplyBy, "notice_version": v.Notice,
			"notice_given": v.NoticeGiven, "purpose": null.Of(v.Purpose), "note": null.Of(v.Note), "late": v.Late, "by": r.by.UserID, "by_name": r.by.Signature(), "now": r.tx.Now(), "in_year": number.InYear, "in_month": number.InMonth,
			"typed": v.typed(r.keys, r.tx.County()), "typed_photos": append(append([]uuid.UUID{}, v.Chosen...), v.Photos...)})
	if errors.Is(err, errs.NotFound) { // registered a moment earlier: the number is not used
		came := calendar.DateOf(v.ReceivedAt)
		return 0, errors.Join(err, giveVisitNumberBack(r.ctx, r.tx, v.StationID, came.Year(), 0, came.Month()))
	}
	if err != nil {
		return 0, fmt.Errorf("visit: %w", err)
	}
	var sealed, blind []byte
	var masked *string
	if r.phone != "" {
		sealed = r.keys.Seal(r.phone, PhoneBind(r.tx.County(), id))
		blind = r.keys.Blind(int32(r.tx.County()), "phone", r.phone)
		masked = null.Of(private.MaskPhone(r.phone))
	}
	statements := []tenant.Statement{{SQL: `insert into visit_contacts (county_id, visit_id, name, initials, gender, village, phone_sealed, phone_blind, phone_masked)
		values (@county, @visit_id, @name, @initials, @gender, @village, @sealed, @blind, @masked)`,
		Args: pgx.NamedArgs{"visit_id": id, "name": null.Of(v.Name), "initials": null.Of(pinyin.Initials(v.Name)), "gender": null.Of(v.Gender), "village": null.Of(v.Village),
			"sealed": sealed, "blind": blind, "masked": masked}}}
	for _, deputy := range v.Deputies {
		statements = append(statements, tenant.Statement{
			SQL:  `insert into visit_deputies (county_id, visit_id, deputy_id) values (@county, @visit_id, @deputy_id)`,
			Args: pgx.NamedArgs{"visit_id": id, "deputy_id": deputy}})
	}
	return id, r.tx.Batch(r.ctx, statements)
}

// matter registers one case, and answers it where it was answered.
func (r registering) matter(i int, m Matter, number string) error {
	code := token.Code(r.keys, r.tx.County(), number)
	today := calendar.DateOf(r.tx.Now())
	due := r.calendar.AddWorkdays(today, r.settings.SortDays)
	provisional := r.calendar.DueProvisional(today, due)
	same, err := r.sameAs(m)
	if err != nil {
		return err
	}
	id, err := postgres.Value[int64](r.ctx, r.tx, `insert into cases (county_id, number, visit_id, position, station_id, place_id, words, title,
			nature, category_id, state, clock, due_on, due_provisional, restricted, has_contact, lookup_hash, same_as, registered_by, registered_at, updated_at)
		values (@county, @number, @visit_id, @position, @station_id, @place_id, @words, @title, @nature, @category_id, 'registered',
			'sort', @due_on, @provisional, @restricted, @has_contact, @lookup_hash, @same, @by, @now, @now) returning id`,
		pgx.NamedArgs{"same": same, "number": number, "visit_id": r.visitID, "position": i + 1, "station_id": r.visit.StationID,
			"place_id": r.visit.PlaceID, "words": m.Words, "title": TitleOf(m.Words), "nature": m.Nature, "category_id": m.CategoryID,
			"due_on": due, "provisional": provisional, "restricted": r.visit.Confidential,
			"has_contact": r.visit.reachable(), "lookup_hash": token.CodeHash(code), "by": r.by.UserID, "now": r.tx.Now()})
	if err != nil {
		return err
	}
	timers := timers{today: today, calendar: r.calendar}
	timers.move(start(ClockSort), 1, func(Clock) (calendar.Date, bool) { return due, false }, 0)
	if err := timers.save(r.ctx, r.tx, id); err != nil {
		return err
	}
	if err := r.begin(id, number); err != nil {
		return err
	}
	if !m.AnswerNow {
		return nil
	}
	_, err = Take(r.ctx, r.tx, r.by, number, Input{Step: AnswerNow, Text: m.Answer})
	return err
}

// begin writes the first event and its audit entry, and tells the citizen the code.
func (r registering) begin(id int64, number string) error {
	err := appendEvent(r.ctx, r.tx, id, uuid.Nil, Event{Step: Register, ToState: Registered, Round: 1, ActorID: &r.by.UserID,
		ActorName: r.by.Signature(), ActorRole: string(r.by.Role), At: r.tx.Now()})
	if err != nil {
		return err
	}
	if r.phone != "" && r.visit.ReplyBy == "message" || r.visit.ReplyBy == "letter" && r.visit.reachable() {
		if err := message.Queue(r.ctx, r.tx, message.Registered, id, 1, 0); err != nil {
			return err
		}
	}
	return audit.Record(r.ctx, r.tx, r.by.Audit(), "case.register", "case "+number, nil)
}

// RegisteredBefore finds the visit with that submission key; errs.NotFound where there is none.
func RegisteredBefore(ctx context.Context, tx *tenant.Tx, keys private.Keys, key uuid.UUID) (Receipts, error) {
	type visit struct {
		ID         int64
		ReceivedAt time.Time
		Name       *string
	}
	found, err := postgres.One[visit](ctx, tx, `select v.id, v.received_at, p.name from visits v
		join visit_contacts p on p.county_id = @county and p.visit_id = v.id
		where v.county_id = @county and v.submission_key = @key`, pgx.NamedArgs{"key": key})
	if err != nil {
		return Receipts{}, err
	}
	rows, err := postgres.All[Receipt](ctx, tx, `select c.number, c.title, c.state, o.number as same_as, '' as code from cases c
		left join cases o on o.county_id = @county and o.id = c.same_as
		where c.county_id = @county and c.visit_id = @visit_id order by c.position`, pgx.NamedArgs{"visit_id": found.ID})
	if err != nil {
		return Receipts{}, err
	}
	for i := range rows {
		rows[i].Code = token.Code(keys, tx.County(), rows[i].Number)
	}
	return Receipts{VisitID: found.ID, ReceivedAt: found.ReceivedAt, Name: found.Name, Matters: rows}, nil
}
