package conf

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"caracal/internal/event"
	"caracal/internal/store"
)

// load brings the permanent conferences and those of the store. A permanent one that
// the configuration has no longer stays in the store.
func (m *Manager) load(ctx context.Context) error {
	var stored []store.Conference
	if m.opt.Store != nil {
		if err := os.MkdirAll(m.opt.Folder, 0o700); err != nil {
			return fmt.Errorf("conf: %w", err)
		}
		var err error
		if stored, err = m.opt.Store.Conferences(ctx); err != nil {
			return err
		}
		if err := m.sweepFolder(stored); err != nil {
			return err
		}
	}
	for _, p := range m.opt.Permanent {
		if err := m.addPermanent(ctx, p, stored); err != nil {
			return fmt.Errorf("%w (%s)", err, p.Name)
		}
	}
	for _, s := range stored {
		if _, err := m.Find(s.Name); err == nil {
			continue
		}
		if s.Permanent {
			m.dormant[fold(s.Name)] = true
			continue
		}
		if err := m.restore(ctx, s); err != nil {
			return fmt.Errorf("%w (%s)", err, s.Name)
		}
	}
	return nil
}

// addPermanent adds one, with what the store has of it.
func (m *Manager) addPermanent(ctx context.Context, p Config, stored []store.Conference) error {
	c := m.newConference(Facts{
		Name: p.Name, Number: p.Number, Title: p.Title, Accounts: p.Accounts, Permanent: true, Created: time.Now(),
	})
	c.password, c.moderator, c.grants, c.fixed = p.Password, p.Moderator, p.Grants, len(p.Password) > 0
	i := slices.IndexFunc(stored, func(s store.Conference) bool { return fold(s.Name) == fold(p.Name) })
	if i < 0 {
		return m.addKnown(ctx, c)
	}
	s := stored[i]
	if c.facts.Number == "" {
		c.facts.Number = s.Number
	}
	if !c.fixed {
		c.password = s.Password
	}
	if err := m.place(c); err != nil {
		return err
	}
	if err := m.fill(ctx, c, s); err != nil {
		return err
	}
	c.mustKeep(store.ConferenceChange{Permanent: true}, nil)
	return nil
}

func (m *Manager) addKnown(ctx context.Context, c *Conference) error {
	if err := m.add(ctx, c); err != nil {
		return err
	}
	m.opt.Bus.Publish(event.ConferenceBegan{Conference: c.facts.Name})
	return nil
}

// restore brings back one that was made on demand, which waits for somebody again.
func (m *Manager) restore(ctx context.Context, s store.Conference) error {
	c := m.newConference(Facts{Name: s.Name, Number: s.Number, Title: s.Title, Accounts: s.Accounts, Created: s.Created})
	c.owner, c.password, c.moderator = s.Owner, s.Password, s.Moderator
	if _, err := m.Find(s.Number); err == nil {
		c.facts.Number = "" // the configuration has it now
	}
	if err := m.place(c); err != nil {
		m.opt.Log.Error("a conference stays in the store", "conference", s.Name, "err", err)
		m.dormant[fold(s.Name)] = true
		return nil
	}
	if err := m.fill(ctx, c, s); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.empty()
	return nil
}

// fill puts what the store has into a conference, and has it be found.
func (m *Manager) fill(ctx context.Context, c *Conference, s store.Conference) error {
	c.id, c.facts.Created = s.ID, s.Created
	c.log, c.lastID = newLog(s.Event), MemberID(s.Member)
	if err := c.fillLines(ctx); err != nil {
		return err
	}
	if err := c.fillBoard(ctx); err != nil {
		return err
	}
	if err := c.fillFiles(ctx); err != nil {
		return err
	}
	m.opt.Bus.Publish(event.ConferenceBegan{Conference: c.facts.Name})
	return m.enter(c)
}

func (c *Conference) fillLines(ctx context.Context) error {
	lines, err := c.manager.opt.Store.ConferenceLines(ctx, c.id)
	for _, l := range lines {
		c.lines = append(c.lines, Line{Number: l.Event, Time: l.At, From: MemberID(l.Member), Name: l.Name, Text: l.Text})
		c.lineBytes += len(l.Text)
	}
	return err
}

func (c *Conference) fillBoard(ctx context.Context) error {
	objects, err := c.manager.opt.Store.ConferenceObjects(ctx, c.id)
	for _, b := range objects {
		o := &Object{}
		if err := json.Unmarshal(b.Data, o); err != nil || o.ID != b.ID {
			return fmt.Errorf("conf: object %d of the store cannot be read", b.ID)
		}
		c.board.set(o)
	}
	return err
}

// fillFiles takes the files that are whole, and has all else go.
func (c *Conference) fillFiles(ctx context.Context) error {
	rows, err := c.manager.opt.Store.ConferenceFiles(ctx, c.id)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, f := range rows {
		info, err := os.Stat(c.fileAt(f.ID))
		if err != nil || info.Size() != f.Size || len(f.SHA256) != 32 {
			c.manager.opt.Log.Error("a file of a conference is not as it was stored", "conference", c.facts.Name, "file", f.ID)
			c.mustKeep(store.ConferenceChange{FileGone: f.ID}, nil)
			continue
		}
		known[strconv.FormatUint(f.ID, 10)] = true
		c.files.bytes += f.Size
		c.files.list = append(c.files.list, File{
			ID: f.ID, Name: f.Name, Size: f.Size, SHA256: [32]byte(f.SHA256), Author: MemberID(f.Member), By: f.Author, Time: f.At, Stored: true,
		})
	}
	return sweep(c.folder(), func(name string) bool { return known[name] })
}

// sweep removes what we left in a folder of ours, but for what stays.
func sweep(folder string, stays func(name string) bool) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		if os.IsNotExist(err) {
			return nil
		}
		return fmt.Errorf("conf: %w", err)
	}
	for _, e := range entries {
		_, err := strconv.ParseUint(e.Name(), 10, 64)
		if (err == nil || strings.HasPrefix(e.Name(), partial)) && !stays(e.Name()) {
			if err := os.RemoveAll(filepath.Join(folder, e.Name())); err != nil {
				return fmt.Errorf("conf: %w", err)
			}
		}
	}
	return nil
}

// sweepFolder removes the folders of conferences that are no more.
func (m *Manager) sweepFolder(stored []store.Conference) error {
	return sweep(m.opt.Folder, func(name string) bool {
		return slices.ContainsFunc(stored, func(s store.Conference) bool { return strconv.FormatInt(s.ID, 10) == name })
	})
}

// erase removes all that is kept of a conference.
func (c *Conference) erase() {
	c.mustKeep(store.ConferenceChange{Gone: true}, func() { os.RemoveAll(c.folder()) })
}
