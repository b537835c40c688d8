package proxy

import (
	"sync"
	"sync/atomic"

	"caracal/internal/point"
)

// copied is one user's hold on a file of the cache. It tells when it is played
// first, and when it is closed after that.
type copied struct {
	point.Entry
	info *point.Info
	once sync.Once
	free func()

	played      atomic.Bool
	open, close func() // nil: nobody wants to know
}

func (e *copied) Info() *point.Info { return e.info }

func (e *copied) Block(n int64, wake func()) (*point.Block, error) {
	if e.open != nil && !e.played.Load() && e.played.CompareAndSwap(false, true) {
		e.open()
	}
	return e.Entry.Block(n, wake)
}

func (e *copied) Close() (err error) {
	e.once.Do(func() {
		err = e.Entry.Close()
		e.free()
		if e.close != nil && e.played.Load() {
			e.close()
		}
	})
	return err
}
