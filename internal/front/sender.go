package front

import (
	"errors"
	"time"

	"caracal/internal/pace"
)

// Why a connection was lost, for the events.
const (
	ReasonGone    = "connection lost"
	ReasonStalled = "the player did not read"
)

// Sender is the half of a connection that its shard owns: the ordered
// out-queue, and the task that asks the protocol for more.
type Sender struct {
	Mem *pace.Scratch // for one run

	conn    *Conn
	task    *pace.Task
	out     *pace.Out
	closing bool // nothing more is accepted
	closed  bool
	parked  time.Time // when the connection became full; zero: it is not
}

func newSender(c *Conn) *Sender {
	s := &Sender{conn: c, Mem: &c.Shard.Scratch}
	s.task = c.Shard.NewTask(s.run)
	s.out = pace.NewOut(c.acceptor.opt.Writer(c.Shard, c.Net), s.task.Kick)
	return s
}

// run is the shard's turn: it writes what waits, then what is due.
func (s *Sender) run(now time.Time) time.Time {
	if s.closed {
		return time.Time{}
	}
	before := s.out.Sent
	if err := s.out.Resume(); err != nil {
		s.Fail(ReasonGone)
		return time.Time{}
	}
	if s.out.Sent > before {
		s.parked = time.Time{} // it takes something
	}
	if s.out.Parked() {
		return s.stall(now)
	}
	s.parked = time.Time{}
	if s.closing {
		s.hangUp()
		return time.Time{}
	}
	next := s.conn.proto.Drain(now)
	if s.out.Parked() {
		return s.stall(now)
	}
	return next
}

// stall says how long a full connection may stay so.
func (s *Sender) stall(now time.Time) time.Time {
	if s.parked.IsZero() {
		s.parked = now
	}
	limit := s.parked.Add(s.conn.acceptor.opt.WriteTimeout)
	if now.Before(limit) {
		return limit
	}
	s.Fail(ReasonStalled)
	return time.Time{}
}

// Wake has Drain called soon.
func (s *Sender) Wake() { s.task.Wake() }

// Kick is Wake for other goroutines.
func (s *Sender) Kick() { s.task.Kick() }

// The bounds of Batch.
const (
	minGrain = 5 * time.Millisecond
	maxGrain = 50 * time.Millisecond
)

// Batch says that media follows, and for how long it is gathered: the times of Drain
// are rounded up to a part of that, so that players come up together.
func (s *Sender) Batch(d time.Duration) {
	s.task.Grain = min(max(d/pace.Grains, minGrain), maxGrain)
	if w, ok := s.out.Writer().(interface{ BoundUnsent() }); ok {
		w.BoundUnsent()
	}
}

// Idle says that nothing waits to be sent.
func (s *Sender) Idle() bool { return !s.out.Parked() }

// Ending says that no further command is to be obeyed.
func (s *Sender) Ending() bool { return s.closing || s.closed }

// Closed says that nothing more can be sent.
func (s *Sender) Closed() bool { return s.closed }

// Send writes bytes after all that came before; it keeps none of them.
func (s *Sender) Send(b []byte) {
	if s.closed {
		return
	}
	if err := s.out.Send(b); err != nil {
		s.Fail(reason(err))
		return
	}
	if s.out.Parked() {
		s.task.Wake() // run keeps the time
	}
}

// SendVector is Send for media, from Drain.
func (s *Sender) SendVector(vec [][]byte) {
	if s.closed {
		return
	}
	if err := s.out.SendVector(vec); err != nil {
		s.Fail(reason(err))
	}
}

func reason(err error) string {
	if errors.Is(err, pace.ErrQueueFull) {
		return ReasonStalled
	}
	return ReasonGone
}

// Close ends the connection when all that waits is out.
func (s *Sender) Close() {
	s.closing = true
	s.task.Wake()
}

// hangUp closes our direction; the connection's goroutine reads until the
// peer has closed too, so that nothing sent is lost to a reset. Who was sent
// nothing is not waited for.
func (s *Sender) hangUp() {
	if s.out.Sent == 0 {
		s.Fail(ReasonGone)
		return
	}
	s.end(ReasonGone)
	s.out.Writer().CloseWrite()
	s.conn.linger()
}

// Fail ends the connection at once.
func (s *Sender) Fail(why string) {
	if s.closed {
		return
	}
	s.end(why)
	s.out.Drop()
	s.out.Writer().Close()
	s.conn.unpark()
}

func (s *Sender) end(why string) {
	s.closed = true
	s.task.Stop()
	s.conn.proto.Lost(why)
}
