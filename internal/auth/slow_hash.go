package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"
)

// What a password costs, by argon2id, RFC 9106: about 20 ms and 19 MiB.
const (
	slowTime    = 2
	slowMemory  = 19 << 10 // KiB
	slowThreads = 1
	slowSize    = 32 // bytes
	slowSalt    = 16

	// slowAtOnce is how many are computed at a time: each needs its memory.
	slowAtOnce = 4
	// rightFor is how long a password that was right need not be computed again:
	// Basic sends it with every request.
	rightFor = 5 * time.Minute
	maxRight = 4096
)

// slowHash computes and compares slow hashes.
type slowHash struct {
	turns chan struct{}
	key   []byte // of right, of this process alone

	mu    sync.Mutex
	right map[[32]byte]time.Time // what was right until when
}

func newSlowHash() *slowHash {
	h := &slowHash{turns: make(chan struct{}, slowAtOnce), key: make([]byte, 32), right: map[[32]byte]time.Time{}}
	rand.Read(h.key) // never fails
	return h
}

// hash is the hash in the text form that is usual for it.
func (h *slowHash) hash(p Password) []byte {
	salt := make([]byte, slowSalt)
	rand.Read(salt)
	sum := argon2.IDKey([]byte(p), salt, slowTime, slowMemory, slowThreads, slowSize)
	e := base64.RawStdEncoding
	return fmt.Appendf(nil, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, slowMemory, slowTime, slowThreads, e.EncodeToString(salt), e.EncodeToString(sum))
}

// verify compares a password with a hash of an account's version; without a hash it
// takes as long and is false.
func (h *slowHash) verify(ctx context.Context, of []byte, name string, version int64, p Password) bool {
	known := h.digest(name, version, p)
	if len(of) > 0 && h.wasRight(known) {
		return true
	}
	if h.turn(ctx) != nil {
		return false
	}
	defer h.over()
	if !compute(of, p) {
		return false
	}
	h.keep(known)
	return true
}

// turn waits until one more may be computed; over ends that.
func (h *slowHash) turn(ctx context.Context) error {
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *slowHash) over() { <-h.turns }

// compute is the slow part.
func compute(of []byte, p Password) bool {
	var v, memory, passes, threads int
	var text string
	n, err := fmt.Sscanf(string(of), "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &v, &memory, &passes, &threads, &text)
	salt, sum, ok := cutSum(text)
	if err != nil || n != 5 || !ok || v != argon2.Version || memory > 1<<20 || passes < 1 || passes > 64 || threads < 1 || threads > 64 {
		argon2.IDKey([]byte(p), make([]byte, slowSalt), slowTime, slowMemory, slowThreads, slowSize)
		return false
	}
	got := argon2.IDKey([]byte(p), salt, uint32(passes), uint32(memory), uint8(threads), uint32(len(sum)))
	return subtle.ConstantTimeCompare(got, sum) == 1
}

func cutSum(text string) (salt, sum []byte, ok bool) {
	a, b, _ := strings.Cut(text, "$")
	salt, err1 := base64.RawStdEncoding.DecodeString(a)
	sum, err2 := base64.RawStdEncoding.DecodeString(b)
	return salt, sum, err1 == nil && err2 == nil && len(salt) >= 8 && len(sum) >= 16 && len(sum) <= 64
}

// digest is what a right password is known again by: it says nothing without the
// key, and nothing after the account has changed.
func (h *slowHash) digest(name string, version int64, p Password) [32]byte {
	m := hmac.New(sha256.New, h.key)
	fmt.Fprintf(m, "%q %d ", name, version)
	m.Write([]byte(p))
	return [32]byte(m.Sum(nil))
}

func (h *slowHash) wasRight(known [32]byte) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Before(h.right[known])
}

func (h *slowHash) keep(known [32]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); len(h.right) >= maxRight {
		for k, until := range h.right {
			if !now.Before(until) {
				delete(h.right, k)
			}
		}
	}
	if len(h.right) >= maxRight {
		clear(h.right)
	}
	h.right[known] = time.Now().Add(rightFor)
}
