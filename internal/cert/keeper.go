package cert

import (
	"crypto/tls"
	"sync"
	"sync/atomic"
)

// Keeper has the pair that its files held when they were last whole. Any goroutine
// may call its methods.
type Keeper struct {
	Files Files

	pair atomic.Pointer[tls.Certificate]

	mu      sync.Mutex
	current text  // of pair
	bad     text  // what could not be used, when it was looked at last
	err     error // why
	told    bool  // that it could not be used has been said
}

// Open reads a pair.
func Open(f Files) (*Keeper, error) {
	k := &Keeper{Files: f}
	var err error
	if k.current, err = f.read(); err != nil {
		return nil, err
	}
	pair, err := f.parse(&k.current)
	if err != nil {
		return nil, err
	}
	k.pair.Store(pair)
	return k, nil
}

// Pair is what is used now.
func (k *Keeper) Pair() *tls.Certificate { return k.pair.Load() }

// Certificate is the GetCertificate of a tls.Config.
func (k *Keeper) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return k.Pair(), nil }

// Look takes what the files hold now, if that is another pair, and says so. One that
// cannot be used leaves all as it is; its error is returned once, and not before the
// files have been found so twice, as they may be written just now.
func (k *Keeper) Look() (changed bool, err error) { return k.look(false) }

// Reload is Look for who has written the files: it says at once, and each time, what
// is wrong with them.
func (k *Keeper) Reload() (changed bool, err error) { return k.look(true) }

func (k *Keeper) look(now bool) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t, err := k.Files.read()
	if err == nil && t.same(&k.current) {
		k.err, k.told = nil, false
		return false, nil
	}
	var pair *tls.Certificate
	if err == nil {
		pair, err = k.Files.parse(&t)
	}
	if err == nil {
		k.pair.Store(pair)
		k.current, k.bad, k.err, k.told = t, text{}, nil, false
		return true, nil
	}
	again := k.err != nil && k.err.Error() == err.Error() && t.same(&k.bad)
	if !again {
		k.told = false
	}
	k.bad, k.err = t, err
	if now || again && !k.told {
		k.told = true
		return false, err
	}
	return false, nil
}
