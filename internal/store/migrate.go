package store

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations are the changes of the layout, in order: the database's user_version
// says how many of them it has seen. One that was released is never changed.
var migrations = []string{
	`CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
	 CREATE TABLE accounts (
	   id INTEGER PRIMARY KEY,
	   name TEXT NOT NULL,
	   folded TEXT NOT NULL UNIQUE,
	   created INTEGER NOT NULL, -- Unix time
	   changed INTEGER NOT NULL,
	   version INTEGER NOT NULL,
	   secrets BLOB NOT NULL     -- sealed
	 ) STRICT;
	 CREATE TABLE memberships (
	   account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	   name TEXT NOT NULL,
	   PRIMARY KEY (account, name)
	 ) STRICT, WITHOUT ROWID;
	 CREATE INDEX memberships_by_name ON memberships (name);`,
	`CREATE TABLE conferences (
	   id INTEGER PRIMARY KEY AUTOINCREMENT, -- never twice: files lie in a folder of that name
	   name TEXT NOT NULL UNIQUE,
	   number TEXT NOT NULL,
	   title TEXT NOT NULL,
	   owner TEXT NOT NULL,
	   accounts_only INTEGER NOT NULL,
	   permanent INTEGER NOT NULL,
	   created INTEGER NOT NULL, -- Unix time
	   password BLOB NOT NULL,
	   moderator BLOB NOT NULL,
	   event INTEGER NOT NULL,
	   member INTEGER NOT NULL
	 ) STRICT;
	 CREATE TABLE conference_lines (
	   conference INTEGER NOT NULL REFERENCES conferences (id) ON DELETE CASCADE,
	   event INTEGER NOT NULL,
	   at INTEGER NOT NULL, -- Unix time, ms
	   member INTEGER NOT NULL,
	   name TEXT NOT NULL,
	   text TEXT NOT NULL,
	   PRIMARY KEY (conference, event)
	 ) STRICT, WITHOUT ROWID;
	 CREATE TABLE conference_objects (
	   conference INTEGER NOT NULL REFERENCES conferences (id) ON DELETE CASCADE,
	   id INTEGER NOT NULL,
	   data BLOB NOT NULL,
	   PRIMARY KEY (conference, id)
	 ) STRICT;
	 CREATE TABLE conference_files (
	   conference INTEGER NOT NULL REFERENCES conferences (id) ON DELETE CASCADE,
	   id INTEGER NOT NULL,
	   at INTEGER NOT NULL,
	   member INTEGER NOT NULL,
	   author TEXT NOT NULL,
	   name TEXT NOT NULL,
	   size INTEGER NOT NULL,
	   sha256 BLOB NOT NULL,
	   PRIMARY KEY (conference, id)
	 ) STRICT, WITHOUT ROWID;`,
}

// migrate brings the layout up to date; of several processes one does.
func (s *Store) migrate(ctx context.Context) error {
	return s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var version int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		if version > len(migrations) {
			return fmt.Errorf("store: the database has layout %d, and this Caracal knows %d: it was used by a newer one", version, len(migrations))
		}
		for i := version; i < len(migrations); i++ {
			if _, err := tx.ExecContext(ctx, migrations[i]); err != nil {
				return fmt.Errorf("store: layout %d: %w", i+1, err)
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(migrations)))
		return err
	})
}
