package pace

import "errors"

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
	rest []byte
}

// NewOut returns an empty queue. wake is called from another goroutine when a
// parked connection takes more; Resume has to follow, on the shard.
func NewOut(w Writer, wake func()) *Out { return &Out{w: w, wake: wake} }

// Parked says that the connection is full and something waits for it.
func (o *Out) Parked() bool { return len(o.rest) > 0 }

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
	if len(o.rest) > MaxQueued {
		return ErrQueueFull
	}
	for _, b := range bufs {
		k := min(n, len(b))
		n -= k
		o.rest = append(o.rest, b[k:]...)
	}
	return nil
}

// Resume writes what waits, as far as it fits.
func (o *Out) Resume() error {
	if !o.Parked() {
		return nil
	}
	n, err := o.w.Writev([][]byte{o.rest})
	o.Sent += uint64(n)
	if err != nil {
		return err
	}
	o.rest = o.rest[n:]
	if o.Parked() {
		o.w.Notify(o.wake)
		return nil
	}
	o.rest = nil
	return nil
}

// Drop forgets what waits; the connection is lost.
func (o *Out) Drop() { o.rest = nil }

// Writer returns the connection's writing half.
func (o *Out) Writer() Writer { return o.w }
