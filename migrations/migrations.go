// Package migrations embeds the schema. A file is 0000N_<noun>.sql: its tables, their
// policy and exactly the grants that the feature needs. The rules that every table
// keeps are tested by package tenant.
package migrations

import (
	"embed"
)

// Files are the migrations in goose's format.
//
//go:embed *.sql
var Files embed.FS

// Roles makes the four database roles. Roles belong to a whole cluster, so they are
// made outside the migrations: by localpg, or by an administrator as the README says.
//
//go:embed roles/roles.sql
var Roles string
