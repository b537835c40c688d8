package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MaxList is how many accounts one list has at most.
const MaxList = 1000

// fold makes names the same that differ in upper and lower case only.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// place is where an account's secrets belong.
func place(name string) string { return "account " + fold(name) }

// columns are those that scan reads; the groups have a line break between, which no
// name has.
const columns = `a.name, a.created, a.changed, a.version, a.secrets,
	coalesce((SELECT group_concat(name, char(10)) FROM memberships WHERE account = a.id), '')`

func (s *Store) scan(row interface{ Scan(...any) error }, withSecrets bool) (Account, error) {
	var a Account
	var created, changed int64
	var sealed []byte
	var groups string
	if err := row.Scan(&a.Name, &created, &changed, &a.Version, &sealed, &groups); err != nil {
		return a, err
	}
	a.Created, a.Changed = time.Unix(created, 0), time.Unix(changed, 0)
	if groups != "" {
		a.Groups = strings.Split(groups, "\n")
		slices.Sort(a.Groups)
	}
	if !withSecrets {
		return a, nil
	}
	b, err := s.seal.open(place(a.Name), sealed)
	if err != nil {
		return a, err
	}
	if json.Unmarshal(b, &a.Secrets) != nil {
		return a, errors.New("store: the account's secrets cannot be read") // no detail: it would show them
	}
	return a, nil
}

// Account returns one, by its name in whatever case; ErrNoAccount.
func (s *Store) Account(ctx context.Context, name string) (Account, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	row := s.read.QueryRowContext(ctx, "SELECT "+columns+" FROM accounts a WHERE a.folded = ?", fold(name))
	a, err := s.scan(row, true)
	if errors.Is(err, sql.ErrNoRows) {
		return a, ErrNoAccount
	}
	if err != nil {
		return a, wrap(err)
	}
	return a, nil
}

// Accounts lists accounts by name, those after one of that name, MaxList at most.
func (s *Store) Accounts(ctx context.Context, after string, limit int) ([]Account, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	rows, err := s.read.QueryContext(ctx,
		"SELECT "+columns+" FROM accounts a WHERE a.folded > ? ORDER BY a.folded LIMIT ?", fold(after), max(min(limit, MaxList), 0))
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var list []Account
	for rows.Next() {
		a, err := s.scan(rows, false)
		if err != nil {
			return nil, wrap(err)
		}
		list = append(list, a)
	}
	return list, wrap(rows.Err())
}

// Groups are the names of all groups that have members.
func (s *Store) Groups(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT name FROM memberships ORDER BY name LIMIT ?", MaxList)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, wrap(err)
		}
		list = append(list, name)
	}
	return list, wrap(rows.Err())
}

// AddAccount adds an account with its groups and secrets; ErrExists.
func (s *Store) AddAccount(ctx context.Context, a Account) error {
	sealed, err := s.sealed(a.Name, a.Secrets)
	if err != nil {
		return err
	}
	now := time.Now().Unix()
	return s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO accounts (name, folded, created, changed, version, secrets)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (folded) DO NOTHING`, a.Name, fold(a.Name), now, now, newVersion(), sealed)
		if err != nil {
			return wrap(err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrExists, err)
		}
		return setGroups(ctx, tx, a.Name, a.Groups)
	})
}

// SetSecrets replaces an account's secrets; ErrNoAccount.
func (s *Store) SetSecrets(ctx context.Context, name string, secrets Secrets) error {
	sealed, err := s.sealed(name, secrets)
	if err != nil {
		return err
	}
	return s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return one(tx.ExecContext(ctx, "UPDATE accounts SET secrets = ?, changed = ?, version = ? WHERE folded = ?",
			sealed, time.Now().Unix(), newVersion(), fold(name)))
	})
}

// SetGroups replaces an account's groups; ErrNoAccount.
func (s *Store) SetGroups(ctx context.Context, name string, groups []string) error {
	return s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := one(tx.ExecContext(ctx, "UPDATE accounts SET changed = ?, version = ? WHERE folded = ?",
			time.Now().Unix(), newVersion(), fold(name)))
		if err != nil {
			return err
		}
		return setGroups(ctx, tx, name, groups)
	})
}

func setGroups(ctx context.Context, tx *sql.Tx, name string, groups []string) error {
	const id = "(SELECT id FROM accounts WHERE folded = ?)"
	if _, err := tx.ExecContext(ctx, "DELETE FROM memberships WHERE account = "+id, fold(name)); err != nil {
		return wrap(err)
	}
	for _, g := range groups {
		if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO memberships (account, name) VALUES ("+id+", ?)", fold(name), g); err != nil {
			return wrap(err)
		}
	}
	return nil
}

// RemoveAccount ends an account; ErrNoAccount.
func (s *Store) RemoveAccount(ctx context.Context, name string) error {
	return s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return one(tx.ExecContext(ctx, "DELETE FROM accounts WHERE folded = ?", fold(name)))
	})
}

// one says that a change was of one account.
func one(done sql.Result, err error) error {
	if err != nil {
		return wrap(err)
	}
	n, err := done.RowsAffected()
	if err != nil {
		return wrap(err)
	}
	if n == 0 {
		return ErrNoAccount
	}
	return nil
}

func (s *Store) sealed(name string, secrets Secrets) ([]byte, error) {
	b, err := json.Marshal(secrets)
	if err != nil {
		return nil, errors.New("store: the account's secrets cannot be written")
	}
	return s.seal.close(place(name), b), nil
}

// newVersion is a number that an account of before, removed since, had not either.
func newVersion() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// wrap says of whom an error is; nil stays nil, and the store's own stay as they are.
func wrap(err error) error {
	if err == nil || strings.HasPrefix(err.Error(), "store: ") {
		return err
	}
	return fmt.Errorf("store: %w", err)
}
