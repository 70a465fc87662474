package deputy

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// Photo is whether somebody may see the photograph of a deputy.
type Photo struct{ seen **struct{ ID int64 } }

// PhotoFor reads whose photograph the file with that key is, for by: as far as by sees
// deputies, photographs are seen.
func PhotoFor(v *tenant.View, by auth.Actor, key uuid.UUID) Photo {
	w := where(by, tenant.Ask{})
	w.Args["key"] = key
	return Photo{tenant.Maybe[struct{ ID int64 }](v, `select d.id from attachments a join deputies d on d.county_id = @county and d.id = a.deputy_id
		where a.county_id = @county and a.key = @key and `+strings.Join(w.SQL, ` and `), w.Args)}
}

// Seen is nil, or errs.Forbidden.
func (p Photo) Seen() error {
	if *p.seen == nil {
		return fmt.Errorf("photograph of a deputy: %w", errs.Forbidden)
	}
	return nil
}
