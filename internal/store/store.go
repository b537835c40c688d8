package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
)

// The errors of the store.
var (
	ErrNoAccount = errors.New("store: no such account")
	ErrExists    = errors.New("store: there is an account of this name already")
	// ErrKey says that the key beside the database is not the one that its secrets
	// were sealed with.
	ErrKey = errors.New("store: the key does not fit the database")
)

// The files in the folder.
const (
	databaseFile = "caracal.db"
	keyFile      = "caracal.key"
)

const (
	// busyTimeout is how long one process waits for another's change.
	busyTimeout = 5 * time.Second
	// queryTimeout bounds each query.
	queryTimeout = 10 * time.Second
	readers      = 4

	sqliteBusy = 5 // SQLITE_BUSY, in the lowest octet of a code
	busyPause  = 10 * time.Millisecond
)

// Store is an open database. Its methods may be called from any goroutine.
type Store struct {
	write *sql.DB // one connection: changes queue here
	read  *sql.DB
	seal  *seal
}

// Open opens the database in a folder, and makes both if they are not there.
func Open(ctx context.Context, folder string) (*Store, error) {
	if err := makeFolder(folder); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	key, err := openKey(filepath.Join(folder, keyFile))
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder, databaseFile)
	// SQLite would make it as readable as the umask leaves it.
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	f.Close()
	s := &Store{seal: key}
	if s.write, err = open(file, "immediate", 1); err != nil {
		return nil, err
	}
	if s.read, err = open(file, "deferred", readers); err == nil {
		err = patiently(ctx, func() error { return s.migrate(ctx) })
	}
	if err == nil {
		err = s.checkKey(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// patiently does something as long as another process has the database to itself. SQLite
// waits for changes, but not for who makes it one with a write-ahead log, or repairs it.
func patiently(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, busyTimeout)
	defer cancel()
	for {
		err, busy := do(), (*sqlite.Error)(nil)
		if !errors.As(err, &busy) || busy.Code()&0xFF != sqliteBusy {
			return err
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return err
		}
	}
}

func open(file, lock string, connections int) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	u := url.URL{Scheme: "file", Path: abs}
	q := url.Values{"_txlock": {lock}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"journal_mode(wal)", "synchronous(full)", "foreign_keys(on)", "trusted_schema(off)",
	}}
	if lock == "deferred" {
		q["_pragma"] = append(q["_pragma"], "query_only(on)")
	}
	u.RawQuery = q.Encode()
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// makeFolder makes the folder for its owner alone. One that is there stays as it
// is if it is nobody else's business, and is an error if others may write in it.
func makeFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s may be written by others: chmod 700 %s", folder, folder)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return os.Chmod(folder, 0o700)
	}
	return nil
}

// Close ends the use of the database.
func (s *Store) Close() error {
	var err error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// change runs f as one change of the database.
func (s *Store) change(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := f(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// Backup writes a copy of the database and its key into a folder, which it makes,
// while the database is in use.
func (s *Store) Backup(ctx context.Context, folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	file := filepath.Join(folder, databaseFile)
	if _, err := s.write.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return s.seal.write(filepath.Join(folder, keyFile))
}
