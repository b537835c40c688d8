package proxy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"caracal/internal/point"
	"caracal/internal/source"
)

// The bounds of the cache's folder.
const (
	maxKept   = 100_000 // files
	maxListed = 1 << 20 // names in the folder that are looked at
	maxTries  = 100     // names that are taken
	// touchEvery is how exactly the disk knows when a file was used last.
	touchEvery = time.Minute
)

// keptName is the name of a file in the cache: a hash of the URL, a number that
// tells versions apart, and what it is. Nothing that a peer says is in it.
var keptName = regexp.MustCompile(`^([0-9a-f]{40})-[0-9a-f]{8}\.(asf|json)$`)

const partSuffix = ".part"

func keyOf(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:20])
}

// kept is one complete file in the cache.
type kept struct {
	base   string // of its names
	record *record

	// guarded by the shelf
	bytes  int64
	users  int
	used   time.Time
	marked time.Time // when the disk was told last that it is used
	gone   bool      // it is out of the cache, and removed when nobody plays it
}

// shelf is the folder of complete files, and the room that there is in it.
type shelf struct {
	root   *os.Root
	folder *source.Folder
	size   int64 // bytes of all files
	meter  *meter

	mu       sync.Mutex
	byKey    map[string]*kept // of the URL
	used     int64
	reserved int64 // for what is being fetched
	serial   uint32
}

// openShelf opens the folder, takes what is complete in it, and removes the rest.
func openShelf(dir string, size int64, cache *source.Cache, m *meter) (*shelf, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	folder, err := source.NewFolder(dir, cache)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	s := &shelf{root: root, folder: folder, size: size, meter: m, byKey: map[string]*kept{}, serial: uint32(time.Now().Unix())}
	if err := s.scan(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.make(0)
	return s, nil
}

func (s *shelf) close() error { return errors.Join(s.folder.Close(), s.root.Close()) }

// scan reads the folder. Files that are not the cache's own stay as they are.
func (s *shelf) scan() error {
	dir, err := s.root.Open(".")
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(maxListed)
	dir.Close()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for _, name := range names {
		part, isPart := strings.CutSuffix(strings.TrimPrefix(name, "."), partSuffix)
		m := keptName.FindStringSubmatch(part)
		switch {
		case m == nil:
		case isPart:
			_ = s.root.Remove(name)
		case m[2] == "json":
			s.take(strings.TrimSuffix(name, ".json"))
		}
	}
	for _, name := range names {
		m := keptName.FindStringSubmatch(name)
		if base := strings.TrimSuffix(name, ".asf"); m != nil && m[2] == "asf" && (s.byKey[m[1]] == nil || s.byKey[m[1]].base != base) {
			_ = s.root.Remove(name)
		}
	}
	return nil
}

// take takes a file that a record says to be complete.
func (s *shelf) take(base string) {
	k, err := s.read(base)
	if err != nil {
		s.remove(base)
		return
	}
	key := keyOf(k.record.URL)
	old := s.byKey[key]
	if !strings.HasPrefix(base, key) || len(s.byKey) >= maxKept || old != nil && old.record.Stored.After(k.record.Stored) {
		s.remove(base)
		return
	}
	if old != nil {
		s.remove(old.base)
		s.used -= old.bytes
	}
	s.byKey[key] = k
	s.used += k.bytes
}

func (s *shelf) read(base string) (*kept, error) {
	f, err := s.root.Open(base + ".json")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxRecord+1))
	if err != nil {
		return nil, err
	}
	r, err := parseRecord(b)
	if err != nil {
		return nil, err
	}
	info, err := s.root.Lstat(base + ".asf")
	if err != nil || !info.Mode().IsRegular() || info.Size() != r.Bytes {
		return nil, errors.Join(errRecord, err)
	}
	k := &kept{base: base, record: r, bytes: r.Bytes}
	if about, err := f.Stat(); err == nil {
		k.used = about.ModTime()
	}
	return k, nil
}

func (s *shelf) remove(base string) {
	s.folder.Forget(base + ".asf")
	_ = s.root.Remove(base + ".json") // first: without it the file is none
	_ = s.root.Remove(base + ".asf")
}

// find returns what is kept of a URL.
func (s *shelf) find(url string) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byKey[keyOf(url)]
}

// recordOf is what is known of a kept file now.
func (s *shelf) recordOf(k *kept) *record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return k.record
}

// open opens a kept file for a player, who releases it. The origin's figures stand
// for those of the file.
func (s *shelf) open(ctx context.Context, k *kept) (*copied, error) {
	now := time.Now()
	s.mu.Lock()
	if k.gone {
		s.mu.Unlock()
		return nil, point.ErrNotFound
	}
	k.users++
	k.used = now
	mark := now.Sub(k.marked) > touchEvery
	if mark {
		k.marked = now
	}
	r := *k.record
	s.mu.Unlock()
	if mark {
		_ = s.root.Chtimes(k.base+".json", now, now)
	}
	e, err := s.folder.Open(ctx, k.base+".asf")
	if err != nil {
		s.release(k)
		s.drop(k)
		return nil, err
	}
	info, f := *e.Info(), r.facts()
	info.Tag, info.Cache = f.Tag, &f.Control
	if !f.Modified.IsZero() {
		info.Modified = f.Modified
	}
	if n := f.Control.ContentSize; n != 0 {
		info.Size = int64(n)
	}
	return &copied{Entry: e, info: &info, free: func() { s.release(k) }}, nil
}

func (s *shelf) release(k *kept) {
	s.mu.Lock()
	k.users--
	last := k.gone && k.users == 0
	s.mu.Unlock()
	if last {
		s.remove(k.base)
	}
}

// drop takes a file out of the cache. Who plays it goes on with it.
func (s *shelf) drop(k *kept) {
	s.mu.Lock()
	remove := s.discard(k)
	s.mu.Unlock()
	if remove {
		s.remove(k.base)
	}
}

// discard is drop with the mutex held; it says whether the files can go now.
func (s *shelf) discard(k *kept) bool {
	if k.gone {
		return false
	}
	k.gone = true
	s.used -= k.bytes
	if key := keyOf(k.record.URL); s.byKey[key] == k {
		delete(s.byKey, key)
	}
	return k.users == 0
}

// make makes room for so many bytes, and says whether there is: the files that
// were not used for the longest time go, but none that is played.
func (s *shelf) make(bytes int64) bool {
	var removed []string
	s.mu.Lock()
	for s.used+s.reserved+bytes > s.size || len(s.byKey) >= maxKept {
		var oldest *kept
		for _, k := range s.byKey {
			if k.users == 0 && (oldest == nil || k.used.Before(oldest.used)) {
				oldest = k
			}
		}
		if oldest == nil {
			break
		}
		s.discard(oldest)
		s.meter.evicted.Add(1)
		removed = append(removed, oldest.base)
	}
	ok := s.used+s.reserved+bytes <= s.size
	if ok {
		s.reserved += bytes
	}
	s.mu.Unlock()
	for _, base := range removed {
		s.remove(base)
	}
	return ok
}

// free gives back what make has reserved.
func (s *shelf) free(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reserved -= bytes
}

// create makes a file that is to be filled, without a name that counts yet.
func (s *shelf) create(url string) (base string, f *os.File, err error) {
	key := keyOf(url)
	for range maxTries {
		s.mu.Lock()
		s.serial++
		base = fmt.Sprintf("%s-%08x", key, s.serial)
		s.mu.Unlock()
		if _, err = s.root.Lstat(base + ".asf"); err == nil {
			continue
		}
		f, err = s.root.OpenFile("."+base+".asf"+partSuffix, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return base, f, err
		}
	}
	return "", nil, fs.ErrExist
}

// abandon removes a file that create has made.
func (s *shelf) abandon(base string) { _ = s.root.Remove("." + base + ".asf" + partSuffix) }

// keep gives a complete file its name, and takes it into the cache in the place
// of what was there of the same URL.
func (s *shelf) keep(base string, r *record) (*kept, error) {
	if err := s.root.Rename("."+base+".asf"+partSuffix, base+".asf"); err != nil {
		return nil, err
	}
	if err := s.write(base, r); err != nil {
		s.remove(base)
		return nil, err
	}
	k := &kept{base: base, record: r, bytes: r.Bytes, used: time.Now(), marked: time.Now()}
	key := keyOf(r.URL)
	s.mu.Lock()
	old, remove := s.byKey[key], false
	if old != nil {
		remove = s.discard(old)
	}
	s.byKey[key] = k
	s.used += k.bytes
	s.mu.Unlock()
	if remove {
		s.remove(old.base)
	}
	return k, nil
}

// write writes a record, all of it or nothing.
func (s *shelf) write(base string, r *record) error {
	part := "." + base + ".json" + partSuffix
	f, err := s.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(r.append())
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = s.root.Rename(part, base+".json")
	}
	if err != nil {
		_ = s.root.Remove(part)
	}
	return err
}

// validated notes that the origin has said a kept file to be the one that it has.
func (s *shelf) validated(k *kept, f facts, now time.Time) error {
	s.mu.Lock()
	r := *k.record
	r.believe(f, now)
	k.record = &r
	gone := k.gone
	s.mu.Unlock()
	if gone {
		return nil
	}
	return s.write(k.base, &r)
}

// list returns what is kept.
func (s *shelf) list() (items []point.Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.byKey {
		items = append(items, point.Item{Name: k.record.Name, Size: k.bytes})
	}
	return items
}

// kept is how many files there are, and their bytes.
func (s *shelf) count() (files int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byKey), s.used
}
