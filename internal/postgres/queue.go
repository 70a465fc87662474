package postgres

import (
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// QueueSchema is where the job queue's tables live.
const QueueSchema = "river"

// LongQueue is the queue of jobs that may take half an hour; all others share the default one.
const LongQueue = "long"

// QueueAttempts is how often a job is tried before it is given up.
const QueueAttempts = 8

// QueueDriver is the queue's way to the database. It says that there is no LISTEN and
// NOTIFY, so the queue works by polling alone and no transaction that inserts a job
// notifies: a NOTIFY makes commits wait for each other.
type QueueDriver struct{ *riverpgxv5.Driver }

// NewQueueDriver returns a driver on pool, or one that only inserts where pool is nil.
func NewQueueDriver(pool *pgxpool.Pool) QueueDriver { return QueueDriver{riverpgxv5.New(pool)} }

// SupportsListenNotify says no.
func (QueueDriver) SupportsListenNotify() bool { return false }
