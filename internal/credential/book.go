package credential

import (
	"crypto/sha256"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

// HoldOff is how long a Book keeps a password back that a server has refused.
const HoldOff = 30 * time.Minute

// maxHeld bounds what a Book remembers.
const maxHeld = 4096

// Entry is a login for the servers that an origin means: "host", "host:port", or with
// the scheme that it is for, "https://host". An IPv6 address stands in brackets.
type Entry struct {
	Origin string
	Login  Login
}

// Book says who logs in where. Its zero value and nil know nobody, and answer with what
// URLs say. It is safe for use from several goroutines.
type Book struct {
	mu       sync.Mutex
	entries  []entry
	held     map[heldKey]time.Time // refused: since when
	believed map[heldKey]bool      // accepted at least once, for any URL
}

type entry struct {
	scheme, host, port string // "" is any
	login              Login
}

// heldKey is a login at a server, and one URL of it or all of them.
type heldKey struct {
	address, uri string
	login        [sha256.Size]byte
}

// Target is a server that a Client asks.
type Target struct {
	Scheme  string // of its URL: "http", "rtsp", "mms", or "https", "rtsps"
	Address string // host:port
	// Exposed says that a redirect has led from an encrypted connection to one that
	// is not: nobody logs in there.
	Exposed bool
}

// NewBook returns a Book of entries, of which the first that fits counts. The error is
// ErrOrigin.
func NewBook(list []Entry) (*Book, error) {
	b := &Book{}
	return b, b.Set(list)
}

// Set makes the entries others, all or none. What was kept back is no longer.
func (b *Book) Set(list []Entry) error {
	var entries []entry
	for _, e := range list {
		scheme, host, port, err := ParseOrigin(e.Origin)
		if err != nil {
			return err
		}
		entries = append(entries, entry{scheme, host, port, e.Login})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries, b.held, b.believed = entries, nil, nil
	return nil
}

// ParseOrigin takes the origin of an Entry apart; what it does not say is "".
func ParseOrigin(s string) (scheme, host, port string, err error) {
	text := s
	if !strings.Contains(text, "://") {
		text = "//" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.Port() == "" && strings.HasSuffix(u.Host, ":") {
		return "", "", "", ErrOrigin
	}
	return family(u.Scheme), strings.ToLower(u.Hostname()), u.Port(), nil
}

// family is the protocol of a URL's scheme: what is encrypted is one of its own.
func family(scheme string) string {
	switch scheme = strings.ToLower(scheme); scheme {
	case "mmsh":
		return "http"
	case "mmst", "mmsu":
		return "mms"
	case "rtspt", "rtspu":
		return "rtsp"
	}
	return scheme
}

// Peer is the server that a Client asks, with the login of its URL if that has one, or
// else of the entry for it. A user without a password in the URL chooses among entries.
func (b *Book) Peer(t Target, own *url.Userinfo) *Peer {
	p := &Peer{book: b, address: t.Address, service: service(t.Scheme)}
	if t.Exposed {
		return p
	}
	if own != nil {
		if password, has := own.Password(); has {
			p.login = &Login{own.Username(), Password(password)}
			return p
		}
	}
	p.login = b.find(t, own)
	if p.login == nil && own != nil {
		p.login = &Login{User: own.Username()}
	}
	return p
}

func (b *Book) find(t Target, own *url.Userinfo) *Login {
	if b == nil {
		return nil
	}
	host, port, err := net.SplitHostPort(t.Address)
	if err != nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.entries { // which are never written: Set takes others
		e := &b.entries[i]
		if e.host != strings.ToLower(host) || e.port != "" && e.port != port || e.scheme != "" && e.scheme != family(t.Scheme) {
			continue
		}
		if own == nil || strings.EqualFold(own.Username(), e.login.User) {
			return &e.login
		}
	}
	return nil
}

// service is the first part of a service's name.
func service(scheme string) string {
	switch scheme = family(scheme); scheme {
	case "https", "rtsps":
		scheme = strings.TrimSuffix(scheme, "s")
	}
	return strings.ToUpper(scheme)
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// hold keeps a login back from a server that has refused it: from the URL for which it
// did if it has believed the password before, else from all of them.
func (b *Book) hold(p *Peer, uri string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	key := heldKey{address: p.address, login: p.login.digest()}
	if b.believed[key] {
		key.uri = uri
	}
	if b.held == nil {
		b.held = map[heldKey]time.Time{}
	}
	if len(b.held) >= maxHeld {
		b.forget()
	}
	b.held[key] = time.Now()
}

// holds says whether a login is kept back.
func (b *Book) holds(p *Peer, uri string) bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	key := heldKey{address: p.address, login: p.login.digest()}
	for _, uri := range [...]string{"", uri} {
		key.uri = uri
		if since, held := b.held[key]; held && time.Since(since) < HoldOff {
			return true
		}
	}
	return false
}

// believe notes that a server has accepted a login.
func (b *Book) believe(p *Peer) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	key := heldKey{address: p.address, login: p.login.digest()}
	if b.believed == nil || len(b.believed) >= maxHeld {
		b.believed = map[heldKey]bool{}
	}
	b.believed[key] = true
}

// forget makes room. The caller holds mu.
func (b *Book) forget() {
	var oldest heldKey
	var at time.Time
	for k, since := range b.held {
		if at.IsZero() || since.Before(at) {
			oldest, at = k, since
		}
	}
	delete(b.held, oldest)
}
