package network_test

import (
	"os"
	"testing"

	"lianluo/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
