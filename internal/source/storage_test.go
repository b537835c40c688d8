package source

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"caracal/internal/sample"
)

// hanging is storage that stops answering.
type hanging struct {
	io.ReaderAt
	hang    bool
	reached chan struct{} // closed when a read hangs
	release chan struct{} // closed when reads may go on
	once    sync.Once
}

func (h *hanging) ReadAt(b []byte, off int64) (int, error) {
	if h.hang {
		h.once.Do(func() { close(h.reached) })
		<-h.release
	}
	return h.ReaderAt.ReadAt(b, off)
}

func openReader(t *testing.T, r io.ReaderAt, cache *Cache) *content {
	t.Helper()
	c, err := openContent(opened{r, io.NopCloser(nil), NewBytes("", sample.Welcome, cache)}, cache)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A file whose storage hangs holds up nobody who plays another one.
func TestHangingStorageHoldsUpOneFile(t *testing.T) {
	cache := NewCache(64 << 20)
	defer cache.Close()
	whole := io.NewSectionReader(readerOf(sample.Welcome), 0, int64(len(sample.Welcome)))
	slow := &hanging{ReaderAt: whole, reached: make(chan struct{}), release: make(chan struct{})}
	a, b := openReader(t, slow, cache), openReader(t, whole, cache)
	slow.hang = true
	var wg sync.WaitGroup
	wg.Go(func() { a.Payloads(0, 10*time.Second) })
	<-slow.reached
	wg.Go(func() { (&entry{content: a}).Block(0, func() {}) })
	got := make(chan struct{})
	go func() { (&entry{content: b}).Block(0, func() {}); close(got) }()
	select {
	case <-got:
	case <-time.After(30 * time.Second):
		t.Error("another file waits for storage that hangs")
	}
	close(slow.release)
	wg.Wait()
	<-got
}

type readerOf []byte

func (r readerOf) ReadAt(b []byte, off int64) (int, error) {
	n := copy(b, r[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// Players who come together share one copy of a file and its descriptor.
func TestOneCopyForAllWhoOpenAtOnce(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.wmv"), sample.Welcome, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := NewFolder(dir, NewCache(64<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		seen = map[*content]int{}
	)
	for range 200 {
		wg.Go(func() {
			e, err := f.Open(t.Context(), "a.wmv")
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seen[e.(*entry).content]++
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Errorf("%d copies of one file", len(seen))
	}
}
