package api

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"
)

const (
	cookieName = "caracal_session"
	loginLasts = 12 * time.Hour
	loginIdle  = 2 * time.Hour
	maxLogins  = 1000 // at a time; the one that was idle for the longest time goes
)

// login is one session of somebody in a browser.
type login struct {
	key     [sha256.Size]byte // of the cookie, which is not kept
	account string
	csrf    string
	expires time.Time
	used    time.Time // guarded by the mutex of logins
}

// logins are the sessions that there are.
type logins struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]*login
}

func newLogins() *logins { return &logins{all: map[[sha256.Size]byte]*login{}} }

// begin makes a session, and the token that is its cookie.
func (l *logins) begin(account string) (*login, string) {
	token, now := rand.Text(), time.Now()
	s := &login{key: sha256.Sum256([]byte(token)), account: account, csrf: rand.Text(), expires: now.Add(loginLasts), used: now}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tidy(now)
	l.all[s.key] = s
	return s, token
}

// tidy makes room for one more. The mutex is held.
func (l *logins) tidy(now time.Time) {
	var oldest *login
	for key, s := range l.all {
		if s.over(now) {
			delete(l.all, key)
		} else if oldest == nil || s.used.Before(oldest.used) {
			oldest = s
		}
	}
	if len(l.all) >= maxLogins {
		delete(l.all, oldest.key)
	}
}

func (s *login) over(now time.Time) bool {
	return now.After(s.expires) || now.After(s.used.Add(loginIdle))
}

// of is the session whose cookie a request has; nil if it has none that is good.
func (l *logins) of(r *http.Request) *login {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s, now := l.all[sha256.Sum256([]byte(c.Value))], time.Now()
	if s == nil || s.over(now) {
		return nil
	}
	s.used = now
	return s
}

func (l *logins) end(s *login) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, s.key)
}

// endAll ends the sessions of an account but one.
func (l *logins) endAll(account string, but *login) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, s := range l.all {
		if s != but && s.account == account {
			delete(l.all, key)
		}
	}
}
