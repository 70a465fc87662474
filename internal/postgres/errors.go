package postgres

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"lianluo/internal/errs"
)

// Error turns a driver's error into one of package errs by its SQLSTATE (constraint
// names may be missing), and leaves every other error whole.
func Error(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return errs.NotFound
	}
	server, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	switch server.Code {
	case "23505", "23P01": // unique_violation, exclusion_violation
		return fmt.Errorf("%w: %w", errs.Conflict, err)
	case "22021", "22P05": // a NUL, or bytes that are no UTF-8: nobody types them
		return fmt.Errorf("%w: %w", errs.Invalid{"": "填写的内容里有看不见的特殊字符，请去掉再交。"}, err)
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return fmt.Errorf("%w: %w", errs.Conflict, err)
	}
	return err
}
