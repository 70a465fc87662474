package casefile

import (
	"strconv"

	"lianluo/internal/tenant"
)

func itoa(n int) string { return strconv.Itoa(n) }

// PhoneBind is what a visit's sealed phone number is bound to, so that it opens nowhere else.
func PhoneBind(county tenant.County, visitID int64) string {
	return "county " + itoa(int(county)) + " visit " + strconv.FormatInt(visitID, 10) + " phone"
}
