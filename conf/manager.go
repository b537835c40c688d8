package conf

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/store"
)

// Options are what a Manager works with.
type Options struct {
	Limits       Limits
	Permanent    []Config
	GuestsCreate bool // who has no account may make conferences

	Accounts Accounts     // nil: nobody has one, and there are no passwords
	Store    *store.Store // nil: nothing is kept, and there are no files
	Folder   string       // of the files; the manager's alone
	Bus      *event.Bus   // nil: nobody is told
	Log      *slog.Logger // nil: nothing is logged
}

// Config is a permanent conference.
type Config struct {
	Name, Number, Title string // Number "" is any
	Password            []byte // Accounts.HashPassword's; empty for none
	Moderator           []byte // the same, of the password that gives rights
	Accounts            bool   // only accounts may join
	Grants              []Grant
}

// Plan is a conference to be made on demand.
type Plan struct {
	Name, Number, Title string // Number "" is any
	Password            auth.Password
	Moderator           auth.Password // gives rights
	Accounts            bool          // only accounts may join
}

// Manager has all conferences.
type Manager struct {
	opt     Options
	limits  Limits
	keeper  *keeper
	joins   sources
	guesses sources
	doors   doors

	making sync.Mutex // held while one is made

	mu       sync.Mutex
	byName   map[string]*Conference // folded
	byNumber map[string]*Conference
	dormant  map[string]bool // folded names that the store has, of none that can be found
	closed   bool
}

// Open returns a manager with the permanent conferences, and those that the store has.
// It is to be closed, before the store.
func Open(ctx context.Context, opt Options) (*Manager, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	m := &Manager{
		opt: opt, limits: opt.Limits.withDefaults(),
		byName: map[string]*Conference{}, byNumber: map[string]*Conference{}, dormant: map[string]bool{},
	}
	m.keeper = newKeeper(opt.Store, opt.Log)
	if err := m.load(ctx); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// Close sends all members away (ErrClosed) and waits until everything is kept.
func (m *Manager) Close() {
	m.making.Lock()
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.making.Unlock()
	for _, c := range m.Conferences() {
		c.mu.Lock()
		if !c.over {
			c.over = true
			c.endAll(0, "the server is shutting down", ErrClosed)
			if c.idle != nil {
				c.idle.Stop()
			}
		}
		c.mu.Unlock()
	}
	m.keeper.close()
}

// Find returns a conference by its name or its number.
func (m *Manager) Find(name string) (*Conference, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.byNumber[name]; c != nil {
		return c, nil
	}
	if c := m.byName[fold(name)]; c != nil {
		return c, nil
	}
	return nil, ErrNoConference
}

// Conferences are all, by name.
func (m *Manager) Conferences() []*Conference {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.byName), func(a, b *Conference) int {
		if fold(a.facts.Name) < fold(b.facts.Name) {
			return -1
		}
		return 1
	})
}

// Unkept counts changes that the store did not take.
func (m *Manager) Unkept() uint64 { return m.keeper.lost.Load() }

// Create makes a conference, of which an account that makes it has all rights. The
// errors are ErrNotAllowed, ErrName, ErrExists, ErrConferences, ErrRate, ErrClosed.
func (m *Manager) Create(ctx context.Context, w Who, p Plan) (*Conference, error) {
	switch {
	case w.Identity.Account == "" && !m.opt.GuestsCreate:
		return nil, ErrNotAllowed
	case !m.joins.take(m.limits.JoinRate, w.Address.Addr(), 1):
		return nil, ErrRate
	}
	c := m.newConference(Facts{Name: p.Name, Number: p.Number, Title: p.Title, Accounts: p.Accounts, Created: time.Now()})
	c.owner = w.Identity.Account
	var err error
	if c.password, err = m.hash(ctx, p.Password); err != nil {
		return nil, err
	}
	if c.moderator, err = m.hash(ctx, p.Moderator); err != nil {
		return nil, err
	}
	c.mu.Lock() // the timer may come while it is being made
	c.empty()
	c.mu.Unlock()
	if err := m.add(ctx, c); err != nil {
		c.idle.Stop()
		return nil, err
	}
	m.opt.Bus.Publish(event.ConferenceBegan{Conference: c.facts.Name})
	return c, nil
}

func (m *Manager) hash(ctx context.Context, p auth.Password) ([]byte, error) {
	if p == "" {
		return nil, nil
	}
	if m.opt.Accounts == nil {
		return nil, ErrNotAllowed
	}
	return m.opt.Accounts.HashPassword(ctx, p)
}

func (m *Manager) newConference(f Facts) *Conference {
	f.Title = claim(f.Title)
	return &Conference{manager: m, limits: &m.limits, facts: f, log: newLog(0)}
}

// add puts a new conference in, and into the store.
func (m *Manager) add(ctx context.Context, c *Conference) error {
	m.making.Lock()
	defer m.making.Unlock()
	if err := m.place(c); err != nil {
		return err
	}
	if m.opt.Store != nil {
		f, password := &c.facts, c.password
		if c.fixed {
			password = nil // the configuration's is not to come back when it is gone from there
		}
		id, err := m.opt.Store.AddConference(ctx, store.Conference{
			Name: f.Name, Number: f.Number, Title: f.Title, Owner: c.owner, Accounts: f.Accounts, Permanent: f.Permanent,
			Created: f.Created, Password: password, Moderator: c.moderator,
		})
		if err != nil {
			return err
		}
		c.id = id
	}
	return m.enter(c)
}

// place says whether a conference may be, and gives it a number if it has none.
func (m *Manager) place(c *Conference) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := &c.facts
	for n := firstNumber; f.Number == ""; n++ {
		if s := strconv.Itoa(n); m.byNumber[s] == nil {
			f.Number = s
		}
	}
	switch {
	case m.closed:
		return ErrClosed
	case CheckName(f.Name) != nil || CheckNumber(f.Number) != nil:
		return ErrName
	case m.byName[fold(f.Name)] != nil || m.byNumber[f.Number] != nil || m.dormant[fold(f.Name)]:
		return ErrExists
	case len(m.byName) >= m.limits.Conferences:
		return ErrConferences
	}
	return nil
}

// enter has a conference be found. The making of others waits.
func (m *Manager) enter(c *Conference) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byName[fold(c.facts.Name)] != nil || m.byNumber[c.facts.Number] != nil {
		return fmt.Errorf("%w: %s, %s", ErrExists, c.facts.Name, c.facts.Number)
	}
	m.byName[fold(c.facts.Name)], m.byNumber[c.facts.Number] = c, c
	return nil
}

// forget has a conference be found no longer.
func (m *Manager) forget(c *Conference) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name := fold(c.facts.Name); m.byName[name] == c {
		delete(m.byName, name)
		delete(m.byNumber, c.facts.Number)
	}
}
