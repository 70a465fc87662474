package county

import (
	"context"
	"fmt"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Settings are a county's periods in working days, and its privacy notice.
type Settings struct {
	SortDays       int // to put a registered matter in order
	HandOutDays    int // from registering to handing out, within the township
	CountyDays     int // for the county's office to hand out
	SignDays       int // for a unit to sign or ask to return
	TownshipDays   int // for a township's unit to handle
	DepartmentDays int // for a department of the county to handle
	CheckDays      int // for the second person to check a refusal
	ApprovalDays   int // to approve a result
	FeedbackDays   int // to tell the citizen
	RatingDays     int // for the citizen to rate
	ReviewDays     int // to decide on a dissatisfied citizen
	RehandleDays   int // to handle again
	StudyDays      int // to study what was handled twice
	NearDueDays    int // before the end of a period: it is near
	UndoMinutes    int // that a message waits, so that its step can be taken back
	NoticeVersion  string
	Version        int32 // of the periods, for the form that changes them
}

const selectSettings = `select sort_days, hand_out_days, county_days, sign_days, township_days, department_days, check_days,
	approval_days, feedback_days, rating_days, review_days, rehandle_days, study_days, near_due_days, undo_minutes, notice_version, version
	from county_settings where county_id = @county`

// SettingsOf queues a county's settings.
func SettingsOf(v *tenant.View) *Settings { return tenant.One[Settings](v, selectSettings) }

// SettingsTx reads a county's settings within its transaction.
func SettingsTx(ctx context.Context, tx *tenant.Tx) (Settings, error) {
	settings, err := postgres.One[Settings](ctx, tx, selectSettings)
	if err != nil {
		return Settings{}, fmt.Errorf("settings: %w", err)
	}
	return settings, nil
}

// DefaultSettings are what a new county begins with: the defaults of county_settings. The
// notice is the county's own.
func DefaultSettings() Settings {
	return Settings{SortDays: 2, HandOutDays: 5, CountyDays: 5, SignDays: 5, TownshipDays: 15, DepartmentDays: 30, CheckDays: 3,
		ApprovalDays: 3, FeedbackDays: 3, RatingDays: 15, ReviewDays: 3, RehandleDays: 15, StudyDays: 10, NearDueDays: 3,
		UndoMinutes: 10, Version: 1}
}
