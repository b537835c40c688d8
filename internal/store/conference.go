package store

import (
	"context"
	"database/sql"
	"time"
)

// Conference is one as it is kept.
type Conference struct {
	ID        int64
	Name      string
	Number    string
	Title     string
	Owner     string // an account; "" for none
	Accounts  bool   // only accounts may join
	Permanent bool
	Created   time.Time
	Password  []byte // by a slow hash; empty for none
	Moderator []byte // the moderators' password, the same
	Event     uint64 // the number of the last event that is kept
	Member    uint32 // the last member's id
}

// ConferenceLine is a line of chat that everybody may read.
type ConferenceLine struct {
	Event  uint64
	At     time.Time
	Member uint32
	Name   string
	Text   string
}

// ConferenceFile is a file; its content lies beside the database.
type ConferenceFile struct {
	ID     uint64
	At     time.Time
	Member uint32
	Author string
	Name   string
	Size   int64
	SHA256 []byte
}

// ConferenceObject is an object of the whiteboard, in the conference's own coding.
type ConferenceObject struct {
	ID   uint64
	Data []byte
}

const conferenceColumns = "id, name, number, title, owner, accounts_only, permanent, created, password, moderator, event, member"

// Conferences lists all, the oldest first.
func (s *Store) Conferences(ctx context.Context) ([]Conference, error) {
	return rowsOf(ctx, s, func(rows *sql.Rows) (c Conference, err error) {
		var created int64
		err = rows.Scan(&c.ID, &c.Name, &c.Number, &c.Title, &c.Owner, &c.Accounts, &c.Permanent, &created, &c.Password, &c.Moderator, &c.Event, &c.Member)
		c.Created = time.Unix(created, 0)
		return c, err
	}, "SELECT "+conferenceColumns+" FROM conferences ORDER BY id")
}

// AddConference adds one and returns its id, which no other had before.
func (s *Store) AddConference(ctx context.Context, c Conference) (id int64, err error) {
	err = s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO conferences
			(name, number, title, owner, accounts_only, permanent, created, password, moderator, event, member) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			c.Name, c.Number, c.Title, c.Owner, c.Accounts, c.Permanent, c.Created.Unix(), some(c.Password), some(c.Moderator), c.Event, c.Member)
		if err != nil {
			return wrap(err)
		}
		id, err = done.LastInsertId()
		return wrap(err)
	})
	return id, err
}

// ConferenceLines are the lines of a conference in their order.
func (s *Store) ConferenceLines(ctx context.Context, id int64) ([]ConferenceLine, error) {
	return rowsOf(ctx, s, func(rows *sql.Rows) (l ConferenceLine, err error) {
		var at int64
		err = rows.Scan(&l.Event, &at, &l.Member, &l.Name, &l.Text)
		l.At = time.UnixMilli(at)
		return l, err
	}, "SELECT event, at, member, name, text FROM conference_lines WHERE conference = ? ORDER BY event", id)
}

// ConferenceFiles are the files of a conference, the oldest first.
func (s *Store) ConferenceFiles(ctx context.Context, id int64) ([]ConferenceFile, error) {
	return rowsOf(ctx, s, func(rows *sql.Rows) (f ConferenceFile, err error) {
		var at int64
		err = rows.Scan(&f.ID, &at, &f.Member, &f.Author, &f.Name, &f.Size, &f.SHA256)
		f.At = time.UnixMilli(at)
		return f, err
	}, "SELECT id, at, member, author, name, size, sha256 FROM conference_files WHERE conference = ? ORDER BY id", id)
}

// ConferenceObjects are the objects of a conference, the oldest first.
func (s *Store) ConferenceObjects(ctx context.Context, id int64) ([]ConferenceObject, error) {
	return rowsOf(ctx, s, func(rows *sql.Rows) (o ConferenceObject, err error) {
		return o, rows.Scan(&o.ID, &o.Data)
	}, "SELECT id, data FROM conference_objects WHERE conference = ? ORDER BY id", id)
}

// rowsOf reads a whole list; what bounds it is what was put in.
func rowsOf[T any](ctx context.Context, s *Store, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, wrap(err)
		}
		list = append(list, v)
	}
	return list, wrap(rows.Err())
}

// some is never NULL.
func some(b []byte) []byte { return append([]byte{}, b...) }
