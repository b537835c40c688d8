package server

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"caracal/internal/config"
)

// ReloadSource says where the configuration comes from.
type ReloadSource struct {
	File string // "" for none
	// Read reads it: what is in the file now, or a text as if that were.
	Read func(text []byte) (*config.Config, error)
}

// Why nothing is read anew.
var (
	errNoSource  = errors.New("server: this server was started without a way to read its configuration anew")
	errReloadEnd = errors.New("server: the server is shutting down")
)

// reloads reads the configuration anew, one time after the other.
type reloads struct {
	server *Server
	source ReloadSource

	latest atomic.Pointer[fileHash] // what the file was at the latest reload

	mu     sync.Mutex
	also   []func()    // called at each reload
	next   *reloadTurn // that has not begun; nil: nobody has asked for one
	busy   bool        // a goroutine works
	closed bool
	stop   context.CancelFunc // of the watch; nil: there is none
	all    sync.WaitGroup
}

// reloadTurn is one reload, for all who have asked for it before it began.
type reloadTurn struct {
	done    chan struct{}
	changes []config.Difference
	err     error
}

// ReloadFrom says what Reload reads, and begins to look for changes of the file. It is
// called once, after Start.
func (s *Server) ReloadFrom(src ReloadSource) {
	r := &s.reloads
	r.mu.Lock()
	defer r.mu.Unlock()
	r.source = src
	if src.File == "" || r.closed {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	w := newWatch(src.File)
	r.all.Go(func() { s.watch(ctx, w) })
}

// alsoReload has a reload begin with f, whatever is in the configuration: what is read from
// files of its own is read anew then.
func (s *Server) alsoReload(f func()) {
	s.reloads.mu.Lock()
	defer s.reloads.mu.Unlock()
	s.reloads.also = append(s.reloads.also, f)
}

// Reload reads the configuration anew and has what has changed take effect. A wrong one
// changes nothing. Who asks while a reload goes on gets what the next one does.
func (s *Server) Reload(ctx context.Context) ([]config.Difference, error) {
	t, err := s.reloads.join()
	if err != nil {
		return nil, err
	}
	select {
	case <-t.done:
		return t.changes, t.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *reloads) join() (*reloadTurn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return nil, errReloadEnd
	case r.source.Read == nil:
		return nil, errNoSource
	}
	if r.next == nil {
		r.next = &reloadTurn{done: make(chan struct{})}
	}
	if !r.busy {
		r.busy = true
		r.all.Go(r.run)
	}
	return r.next, nil
}

// run does what there is to do, and ends.
func (r *reloads) run() {
	for {
		r.mu.Lock()
		t := r.next
		r.next = nil
		r.busy = t != nil
		r.mu.Unlock()
		if t == nil {
			return
		}
		t.changes, t.err = r.server.reload()
		close(t.done)
	}
}

// close lets nobody begin a reload, and waits for those that have.
func (r *reloads) close() {
	r.mu.Lock()
	r.closed = true
	if r.stop != nil {
		r.stop()
	}
	r.mu.Unlock()
	r.all.Wait()
}

// reload is one reload, with what the operator's log says of it.
func (s *Server) reload() ([]config.Difference, error) {
	r := &s.reloads
	r.mu.Lock()
	also, source := slices.Clone(r.also), r.source
	r.mu.Unlock()
	for _, f := range also {
		f()
	}
	if h, err := hashOf(source.File); err == nil {
		r.latest.Store(&h)
	}
	file, err := source.Read(nil)
	var changes []config.Difference
	if err == nil {
		changes, err = s.published.take(file)
	}
	s.logReload(file, changes, err)
	return changes, err
}
