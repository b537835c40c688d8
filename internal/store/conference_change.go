package store

import (
	"context"
	"database/sql"
)

// ConferenceChange is one change of what is kept of a conference: what is not nil or
// not zero of it happens, in the order of the fields. A change of a conference that
// is there no more does nothing.
type ConferenceChange struct {
	Conference int64
	Event      uint64 // the conference's last numbers from now on
	Member     uint32

	Line         *ConferenceLine
	LinesThrough uint64 // lines of events up to this one go
	Object       *ConferenceObject
	ObjectGone   uint64
	File         *ConferenceFile
	FileGone     uint64
	Passwords    *Passwords
	Permanent    bool // it is from now on
	Gone         bool // the conference itself, with all that it has
}

// Passwords are those of a conference, by a slow hash.
type Passwords struct{ Join, Moderator []byte }

// ChangeConferences makes changes in their order, all or none.
func (s *Store) ChangeConferences(ctx context.Context, list []ConferenceChange) error {
	return s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for i := range list {
			if err := list[i].apply(ctx, tx); err != nil {
				return wrap(err)
			}
		}
		return nil
	})
}

func (c *ConferenceChange) apply(ctx context.Context, tx *sql.Tx) error {
	var err error
	do := func(query string, args ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, query, args...)
		}
	}
	// Rows hang on the conference: a late one of a conference that is gone finds none.
	const of = " SELECT id, ?, ?, ?, ?, ? FROM conferences WHERE id = ?"
	if l := c.Line; l != nil {
		do("INSERT INTO conference_lines (conference, event, at, member, name, text)"+of,
			l.Event, l.At.UnixMilli(), l.Member, l.Name, l.Text, c.Conference)
	}
	if c.LinesThrough != 0 {
		do("DELETE FROM conference_lines WHERE conference = ? AND event <= ?", c.Conference, c.LinesThrough)
	}
	if o := c.Object; o != nil {
		do(`INSERT INTO conference_objects (conference, id, data) SELECT id, ?, ? FROM conferences WHERE id = ?
			ON CONFLICT (conference, id) DO UPDATE SET data = excluded.data`, o.ID, o.Data, c.Conference)
	}
	if c.ObjectGone != 0 {
		do("DELETE FROM conference_objects WHERE conference = ? AND id = ?", c.Conference, c.ObjectGone)
	}
	if f := c.File; f != nil {
		do(`INSERT INTO conference_files (conference, id, at, member, author, name, size, sha256)
			SELECT id, ?, ?, ?, ?, ?, ?, ? FROM conferences WHERE id = ?`,
			f.ID, f.At.UnixMilli(), f.Member, f.Author, f.Name, f.Size, f.SHA256, c.Conference)
	}
	if c.FileGone != 0 {
		do("DELETE FROM conference_files WHERE conference = ? AND id = ?", c.Conference, c.FileGone)
	}
	if p := c.Passwords; p != nil {
		do("UPDATE conferences SET password = ?, moderator = ? WHERE id = ?", some(p.Join), some(p.Moderator), c.Conference)
	}
	if c.Permanent {
		do("UPDATE conferences SET permanent = 1 WHERE id = ?", c.Conference)
	}
	if c.Event != 0 || c.Member != 0 {
		do("UPDATE conferences SET event = max(event, ?), member = max(member, ?) WHERE id = ?", c.Event, c.Member, c.Conference)
	}
	if c.Gone {
		do("DELETE FROM conferences WHERE id = ?", c.Conference)
	}
	return err
}
