package pace

import (
	"errors"
	"os"
)

// MaxQueued is what an Out keeps for a connection that does not take it.
const MaxQueued = 1 << 20

// ErrQueueFull says that a peer asks for more and more and reads nothing.
var ErrQueueFull = errors.New("pace: too much queued for a peer that does not read")

// Out is a connection's ordered out-queue for control and media. It belongs
// to the connection's shard. What the connection does not take at once is
// kept, in order, and the connection is parked until it takes more.
type Out struct {
	Sent uint64 // bytes that the connection has taken

	w    Writer
	wake func()

	file    *os.File // what is left of a file comes first
	fileOff int64
	fileLen int
	rest    []byte
}

// NewOut returns an empty queue. wake is called from another goroutine when a
// parked connection takes more; Resume has to follow, on the shard.
func NewOut(w Writer, wake func()) *Out { return &Out{w: w, wake: wake} }

// Parked says that the connection is full and something waits for it.
func (o *Out) Parked() bool { return o.fileLen > 0 || len(o.rest) > 0 }

// Send writes bufs after all that came before. It keeps nothing of bufs.
func (o *Out) Send(bufs ...[]byte) error { return o.SendVector(bufs) }

// SendVector is Send without the copy of its arguments.
func (o *Out) SendVector(bufs [][]byte) error {
	if o.Parked() {
		return o.keep(bufs, 0)
	}
	n, err := o.w.Writev(bufs)
	o.Sent += uint64(n)
	if err != nil {
		return err
	}
	if err := o.keep(bufs, n); err != nil {
		return err
	}
	if o.Parked() {
		o.w.Notify(o.wake)
	}
	return nil
}

// keep copies bufs, but for their first n bytes, to the end of the queue.
func (o *Out) keep(bufs [][]byte, n int) error {
	for _, b := range bufs {
		k := min(n, len(b))
		n -= k
		if len(o.rest)+len(b)-k > MaxQueued {
			return ErrQueueFull
		}
		o.rest = append(o.rest, b[k:]...)
	}
	return nil
}

// SendFile writes n bytes of f from offset off; the queue must not be parked.
// f has to stay as it is until they are gone.
func (o *Out) SendFile(f *os.File, off int64, n int) error {
	o.file, o.fileOff, o.fileLen = f, off, n
	if err := o.drainFile(); err != nil {
		return err
	}
	if o.Parked() {
		o.w.Notify(o.wake)
	}
	return nil
}

func (o *Out) drainFile() error {
	for o.fileLen > 0 {
		n, err := o.w.SendFile(o.file, o.fileOff, o.fileLen)
		o.Sent += uint64(n)
		o.fileOff += int64(n)
		o.fileLen -= n
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
	o.file = nil
	return nil
}

// Resume writes what waits, as far as it fits.
func (o *Out) Resume() error {
	if !o.Parked() {
		return nil
	}
	if err := o.drainFile(); err != nil {
		return err
	}
	if o.fileLen == 0 && len(o.rest) > 0 {
		n, err := o.w.Writev([][]byte{o.rest})
		o.Sent += uint64(n)
		if err != nil {
			return err
		}
		o.rest = o.rest[n:]
	}
	if o.Parked() {
		o.w.Notify(o.wake)
		return nil
	}
	o.rest = nil
	return nil
}

// Drop forgets what waits; the connection is lost.
func (o *Out) Drop() { o.rest, o.file, o.fileLen = nil, nil, 0 }

// Writer returns the connection's writing half.
func (o *Out) Writer() Writer { return o.w }
