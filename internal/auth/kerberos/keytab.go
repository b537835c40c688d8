package kerberos

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
)

// Keytab is a file with the keys of the services that this server is. It is read
// again when it has changed; while it cannot be read the keys from before stay.
// Any number of goroutines may use it.
type Keytab struct {
	file string

	mu      sync.Mutex
	seen    fs.FileInfo
	entries []Entry
	trouble error
}

// OpenKeytab reads a file, and fails if that holds no key that is of use.
func OpenKeytab(file string) (*Keytab, error) {
	k := &Keytab{file: file}
	if err := k.Reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// Reload reads the file if it has changed since. The error is that of the last
// try, nil if the keys are those of the file.
func (k *Keytab) Reload() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	now, err := os.Stat(k.file)
	if err != nil {
		k.seen = nil
		k.trouble = fmt.Errorf("kerberos: keytab: %w", err)
		return k.trouble
	}
	if k.seen != nil && os.SameFile(k.seen, now) && k.seen.ModTime().Equal(now.ModTime()) && k.seen.Size() == now.Size() {
		return k.trouble
	}
	entries, err := readKeytab(k.file)
	if k.trouble = err; err == nil {
		k.entries = entries
	}
	k.seen = now
	return k.trouble
}

func readKeytab(file string) ([]Entry, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("kerberos: keytab: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxKeytab+1))
	if err != nil {
		return nil, fmt.Errorf("kerberos: keytab: %w", err)
	}
	entries, err := ParseKeytab(b)
	if err == nil && len(entries) == 0 {
		err = errors.New("kerberos: no key of a type that is taken")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return entries, nil
}

// Entries are the keys, for who shows them to an operator.
func (k *Keytab) Entries() []Entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.entries)
}

// String shows the file only.
func (k *Keytab) String() string { return "kerberos.Keytab(" + k.file + ")" }

// Format is String for every verb.
func (k *Keytab) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// keysFor are the keys to try for a ticket, those that fit best first. The name
// and version in a ticket are not signed, and one key often has many names of a
// service, so that every key of the type may be the one; only who can open the
// ticket tells. Only says whose keys count, all without a name.
func (k *Keytab) keysFor(only []string, service Principal, version uint32, t EncType) []Key {
	var fit [4][]Key
	for _, e := range k.Entries() {
		if e.Key.Type != t || !among(only, e.Principal) {
			continue
		}
		rank := 3
		switch {
		case e.Principal.equal(service) && (version == 0 || e.Version == version):
			rank = 0
		case e.Principal.fold(service):
			rank = 1
		case e.Version == version:
			rank = 2
		}
		fit[rank] = append(fit[rank], e.Key)
	}
	slices.Reverse(fit[0]) // the newest is the last
	slices.Reverse(fit[1])
	all := slices.Concat(fit[:]...)
	return all[:min(len(all), MaxTries)]
}

// among says whether a principal's name is on a list, or there is none.
func among(names []string, p Principal) bool {
	return len(names) == 0 || slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, p.Name()) })
}
