package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// nonceLife is how long a challenge may be answered: Windows Media Encoder
	// does not understand that its nonce is stale.
	nonceLife = 10 * time.Minute
	// nonceSkew is how much of the future a nonce may be of, after the clock was set.
	nonceSkew = time.Minute
	// maxNonces is how many nonces are remembered that were answered rightly.
	maxNonces = 10000
	// countWindow is how far behind the highest nc another may come: requests on
	// several connections overtake each other.
	countWindow = 64
)

// digest makes nonces and knows them again. Nothing is kept of a challenge, but what
// was answered rightly is, so that nobody answers it again.
type digest struct {
	secret []byte

	mu    sync.Mutex
	used  map[string]*nonceUse
	queue []string // of used, the oldest use first
	floor int64    // Unix time: nonces made before are stale, unless they are in used
}

// nonceUse is who has answered a nonce, and with which counts: bit i of seen is top-i.
type nonceUse struct {
	user  string
	top   uint32
	seen  uint64
	wrong int // answers since the last right one
}

// maxWrong is how many wrong answers to a nonce that was answered rightly are looked
// at out of turn.
const maxWrong = 2

// answered says that who asks has answered this nonce rightly before, and so need
// not wait for others at his address.
func (d *digest) answered(nonce, user string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := d.used[nonce]
	if u == nil || u.user != user || u.wrong >= maxWrong {
		return false
	}
	u.wrong++
	return true
}

// nonce makes one for an address.
func (d *digest) nonce(from netip.Addr) string {
	var salt [8]byte // two who ask in one second have two
	rand.Read(salt[:])
	return d.nonceOf(time.Now().Unix(), hex.EncodeToString(salt[:]), from)
}

// nonceOf says when it was made, and proves that it was made here and for whom:
// nobody answers it from another address, not even with what was overheard.
func (d *digest) nonceOf(at int64, salt string, from netip.Addr) string {
	head := strconv.FormatInt(at, 16) + "-" + salt + "-"
	m := hmac.New(sha256.New, d.secret)
	m.Write([]byte(head + from.Unmap().String()))
	return head + hex.EncodeToString(m.Sum(nil)[:16])
}

// made says when a nonce was, and whether that was here, for this address, and
// not too long ago.
func (d *digest) made(nonce string, from netip.Addr) (at int64, ok bool) {
	stamp, rest, _ := strings.Cut(nonce, "-")
	salt, _, _ := strings.Cut(rest, "-")
	at, err := strconv.ParseInt(stamp, 16, 64)
	if err != nil || !same(nonce, d.nonceOf(at, salt, from)) {
		return 0, false
	}
	age := time.Since(time.Unix(at, 0))
	return at, age > -nonceSkew && age < nonceLife
}

// use takes the count of a response that is right, and returns the nonce to go on
// with if this one is getting old. Responses after RFC 2069 have no count, and may
// come again while the nonce lives.
func (d *digest) use(r digestResponse, from netip.Addr) (next string, err error) {
	at, ok := d.made(r.nonce, from)
	if !ok {
		return "", errStale
	}
	if time.Since(time.Unix(at, 0)) > nonceLife/2 {
		next = d.nonce(from)
	}
	if r.qop == "" {
		return next, nil
	}
	n, ok := r.count()
	if !ok {
		return "", ErrMalformed
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	u := d.used[r.nonce]
	if u == nil {
		if at < d.floor {
			return "", errStale
		}
		u = d.remember(r.nonce, r.username)
	}
	if !u.take(n) {
		return "", errStale
	}
	u.wrong = 0
	return next, nil
}

// remember makes room for a nonce. Whatever is as old as one that is forgotten
// could have been used before.
func (d *digest) remember(nonce, user string) *nonceUse {
	if d.used == nil {
		d.used = map[string]*nonceUse{}
	}
	for len(d.queue) >= maxNonces {
		stamp, _, _ := strings.Cut(d.queue[0], "-")
		if at, err := strconv.ParseInt(stamp, 16, 64); err == nil {
			d.floor = max(d.floor, at+1)
		}
		delete(d.used, d.queue[0])
		d.queue = d.queue[1:]
	}
	u := &nonceUse{user: user}
	d.used[nonce] = u
	d.queue = append(d.queue, nonce)
	return u
}

// take says whether a count is new.
func (u *nonceUse) take(n uint32) bool {
	if n > u.top {
		if by := n - u.top; by < countWindow {
			u.seen <<= by
		} else {
			u.seen = 0
		}
		u.top = n
		u.seen |= 1
		return true
	}
	back := u.top - n
	if back >= countWindow || u.seen&(1<<back) != 0 {
		return false
	}
	u.seen |= 1 << back
	return true
}
