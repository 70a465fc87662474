package localpg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// prepareDatabase runs Options.Setup and makes the database where it is missing.
func (s *Server) prepareDatabase(ctx context.Context) error {
	err := s.asSuperuser(ctx, "postgres", func(conn *pgx.Conn) error {
		if _, err := conn.PgConn().Exec(ctx, s.opts.Setup).ReadAll(); err != nil {
			return fmt.Errorf("set up the roles: %w", err)
		}
		return s.createDatabase(ctx, conn)
	})
	if err != nil || s.opts.Database == "" {
		return err
	}
	// The owner of a database may create in its schema public as a member of
	// pg_database_owner only, which a role that is NOINHERIT does not profit from.
	return s.asSuperuser(ctx, s.opts.Database, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `alter schema public owner to `+pgx.Identifier{s.opts.Owner}.Sanitize())
		return err
	})
}

func (s *Server) createDatabase(ctx context.Context, conn *pgx.Conn) error {
	if s.opts.Database == "" {
		return nil
	}
	var exists bool
	err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, s.opts.Database).Scan(&exists)
	if err != nil || exists {
		return err
	}
	// template0 has the cluster's locale, and nothing that anyone has added.
	_, err = conn.Exec(ctx, fmt.Sprintf(`create database %s owner %s template template0 encoding 'UTF8'`,
		pgx.Identifier{s.opts.Database}.Sanitize(), pgx.Identifier{s.opts.Owner}.Sanitize()))
	if err != nil {
		return fmt.Errorf("make database %s: %w", s.opts.Database, err)
	}
	return nil
}

func (s *Server) asSuperuser(ctx context.Context, database string, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, s.URL(Superuser, database))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return do(conn)
}
