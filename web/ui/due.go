package ui

// DueIn is a deadline that is days away: behind us where days is negative.
func DueIn(date string, days int, provisional bool) DueProps {
	due := DueProps{Date: date, Provisional: provisional}
	switch {
	case days < 0:
		due.Late = -days
	case days == 0:
		due.Today = true
	default:
		due.Left = days
	}
	return due
}
