package conf

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"

	"caracal/internal/store"
)

// What may wait for the store before orders are refused, and how much goes into one
// transaction.
const (
	maxKept      = 8192
	maxKeptBytes = 64 << 20
	maxBatch     = 512
)

// kept is something to be done by the keeper.
type kept struct {
	change store.ConferenceChange
	object *Object      // whose coding is to be the change's Object
	after  func()       // what follows on the disk, kept or not
	done   chan<- error // is told of the outcome; it has room for that
}

func (k *kept) size() int {
	if k.object != nil {
		return k.object.size()
	}
	if k.change.Line != nil {
		return len(k.change.Line.Text)
	}
	return 0
}

// keeper writes to the store what happened, in its order, many changes at a time, so
// that nobody waits for the disk who talks.
type keeper struct {
	store *store.Store
	log   *slog.Logger
	lost  atomic.Uint64 // changes that the store did not take

	mu      sync.Mutex
	queue   []kept
	bytes   int
	closing bool
	wake    chan struct{}
	stopped chan struct{}
}

func newKeeper(s *store.Store, log *slog.Logger) *keeper {
	k := &keeper{store: s, log: log, wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	go k.run()
	return k
}

// put queues something. It is false if too much waits already, unless it must be.
func (k *keeper) put(j kept, must bool) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !must && (k.closing || len(k.queue) >= maxKept || k.bytes+j.size() > maxKeptBytes) {
		return false
	}
	k.queue = append(k.queue, j)
	k.bytes += j.size()
	k.signal()
	return true
}

func (k *keeper) signal() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// close waits until all that was queued is done.
func (k *keeper) close() {
	k.mu.Lock()
	k.closing = true
	k.signal()
	k.mu.Unlock()
	<-k.stopped
}

func (k *keeper) run() {
	defer close(k.stopped)
	for range k.wake {
		for {
			batch, closing := k.take()
			if len(batch) == 0 {
				if closing {
					return
				}
				break
			}
			k.write(batch)
		}
	}
}

// take takes what waits from the queue, a batch at most.
func (k *keeper) take() (batch []kept, closing bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := min(len(k.queue), maxBatch)
	batch, k.queue = k.queue[:n:n], k.queue[n:]
	for i := range batch {
		k.bytes -= batch[i].size()
	}
	return batch, k.closing
}

// write makes the changes of a batch; if they cannot be made together, each by itself.
func (k *keeper) write(batch []kept) {
	list := make([]store.ConferenceChange, len(batch))
	for i := range batch {
		list[i] = batch[i].coded()
	}
	err := k.store.ChangeConferences(context.Background(), list)
	for i := range batch {
		one := err
		if err != nil && len(batch) > 1 {
			one = k.store.ChangeConferences(context.Background(), list[i:i+1])
		}
		if one != nil {
			k.lost.Add(1)
			k.log.Error("a change of a conference is not kept", "conference", list[i].Conference, "err", one)
		}
		if f := batch[i].after; f != nil {
			f()
		}
		if d := batch[i].done; d != nil {
			d <- one
		}
	}
}

func (k *kept) coded() store.ConferenceChange {
	if k.object != nil {
		k.change.Object.Data, _ = json.Marshal(k.object) // no field of it can fail
	}
	return k.change
}
