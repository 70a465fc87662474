package imports

import (
	"bytes"
	"context"

	"lianluo/internal/auth"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Judge is what a preview does in its transaction.
func Judge(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, kind Kind, data []byte) ([]Line, error) {
	return judge(ctx, tx, keys, by, kind, source{bytes.NewReader(data), int64(len(data))}, false, nil)
}
