package pace

import (
	"os"
	"sync"
	"syscall"
)

// poller tells parked players that their connections take more, or that
// there is something to read. It is an epoll set of its own, which the
// runtime's poller watches as one descriptor: one goroutine for any number of
// parked players, and none that blocks a thread.
type poller struct {
	file *os.File
	rc   syscall.RawConn
	fd   int

	mu      sync.Mutex
	waiting map[int32]func()
	last    int32
}

// The pollers are made when the first player parks and live with the process.
// A set holds a descriptor once, hence one for each direction.
var (
	writePoller = sync.OnceValue(newPoller)
	readPoller  = sync.OnceValue(newPoller)
)

func newPoller() *poller {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return nil
	}
	p := &poller{fd: fd, file: os.NewFile(uintptr(fd), "epoll"), waiting: map[int32]func(){}}
	if p.rc, err = p.file.SyscallConn(); err != nil {
		p.file.Close()
		return nil
	}
	go p.run()
	return p
}

func (p *poller) run() {
	var events [128]syscall.EpollEvent
	var ready []func()
	for {
		err := p.rc.Read(func(fd uintptr) bool {
			n, err := syscall.EpollWait(int(fd), events[:], 0)
			if n <= 0 && (err == nil || err == syscall.EINTR) {
				return false
			}
			p.mu.Lock()
			for _, e := range events[:max(n, 0)] {
				if f := p.waiting[e.Fd]; f != nil {
					delete(p.waiting, e.Fd)
					ready = append(ready, f)
				}
			}
			p.mu.Unlock()
			return true
		})
		if err != nil {
			return
		}
		for i, f := range ready {
			f()
			ready[i] = nil
		}
		ready = ready[:0]
	}
}

// watch is one connection's place in a poller.
type watch struct {
	poller func() *poller
	events uint32

	mu    sync.Mutex
	id    int32 // 0: not armed
	added bool
}

// arm calls f once when the descriptor is ready or has failed. It returns
// false when it cannot be watched.
func (w *watch) arm(rc syscall.RawConn, f func()) bool {
	p := w.poller()
	if p == nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	p.mu.Lock()
	delete(p.waiting, w.id)
	for taken := true; taken; _, taken = p.waiting[p.last] {
		p.last = max(p.last+1, 1) // it wraps
	}
	w.id = p.last
	p.waiting[w.id] = f
	p.mu.Unlock()

	op := syscall.EPOLL_CTL_ADD
	if w.added {
		op = syscall.EPOLL_CTL_MOD
	}
	ev := syscall.EpollEvent{Events: w.events | syscall.EPOLLRDHUP | epollOneShot, Fd: w.id}
	var err error
	if cerr := rc.Control(func(fd uintptr) { err = syscall.EpollCtl(p.fd, op, int(fd), &ev) }); cerr != nil {
		err = cerr
	}
	if err != nil {
		p.drop(w.id)
		return false
	}
	w.added = true
	return true
}

const epollOneShot = 1 << 30

func (p *poller) drop(id int32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, id)
}

// cancel forgets what was armed; the kernel forgets the descriptor when it is
// closed.
func (w *watch) cancel() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.id != 0 {
		w.poller().drop(w.id)
	}
}
