package server

import (
	"sync"
	"time"

	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
)

// plainLive is a broadcast on its way to a program that knows no streaming: the
// connection of a request that is answered for as long as the broadcast lasts.
type plainLive struct {
	entry point.Entry
	start point.Start
	head  []byte // of the answer
	ses   *session.Session
	begun bool // on the connection's goroutine

	mu   sync.Mutex
	conn *front.Conn // nil before it has been taken
	why  error       // the session was ended

	// On the shard.
	play  *point.Play
	batch time.Duration
	tally point.Tally
	over  bool
}

// attach gives it its connection.
func (o *plainLive) attach(c *front.Conn, batch time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.conn, o.batch, o.play = c, batch, point.NewPlay(o.entry, batch, c.Tx.Kick)
}

// end ends the session. Any goroutine may call it.
func (o *plainLive) end(why error) {
	o.mu.Lock()
	o.why = why
	c := o.conn
	o.mu.Unlock()
	if c != nil {
		c.Post(o.ended)
	}
}

// ended closes the connection of a session that was ended; at once if the program does
// not read, which nothing has to wait for.
func (o *plainLive) ended() {
	o.mu.Lock()
	why := o.why
	o.mu.Unlock()
	switch {
	case why == nil:
	case o.conn.Tx.Idle():
		o.finish(why.Error())
		o.conn.Tx.Close()
	default:
		o.conn.Tx.Fail(why.Error())
	}
}

// Next begins the stream. What the program says later is not looked at, but that
// it goes.
func (o *plainLive) Next() bool {
	if !o.begun {
		o.begun = true
		o.conn.Streams(+1)
		o.conn.Post(o.begin)
		return true
	}
	if !o.conn.Await() || o.conn.In.Fill() != nil {
		return false
	}
	o.conn.In.Use(len(o.conn.In.Buffered()))
	o.conn.Expect()
	return true
}

func (o *plainLive) begin() {
	defer o.ended() // if that was before the connection was known
	if o.over || o.conn.Tx.Ending() {
		o.conn.Streams(-1)
		return
	}
	o.ses.SetState(session.Streaming)
	o.tally.Began = time.Now()
	o.conn.Tx.Batch(o.batch)
	o.play.Begin(o.start, o.tally.Began)
	o.conn.Tx.Send(o.head)
	o.head = nil
	o.conn.Tx.Wake()
}

// Drain sends the packets that are due as they are.
func (o *plainLive) Drain(now time.Time) time.Time {
	if o.over || o.tally.Began.IsZero() {
		return time.Time{}
	}
	tx := o.conn.Tx
	size, last := o.play.Run(now, tx.Mem, point.MaxRunBytes, o.carry)
	if size > 0 {
		o.tally.Count(o.play, o.ses, size)
		tx.SendVector(tx.Mem.Vector)
	}
	if last.Kind == point.End && !tx.Closed() {
		o.finish(last.Reason.String())
		tx.Close()
	}
	return last.At
}

func (o *plainLive) carry(it *point.Step) int {
	mem := o.conn.Tx.Mem
	mem.Vector = append(mem.Vector, it.Data)
	o.tally.Packets++
	return len(it.Data)
}

// Lost lets go of the broadcast: the connection is gone.
func (o *plainLive) Lost(why string) { o.finish(why) }

// finish forgets the broadcast and ends the session, once.
func (o *plainLive) finish(why string) {
	if o.over {
		return
	}
	o.over = true
	o.entry.Close()
	o.ses.Close(why)
	if !o.tally.Began.IsZero() {
		o.play.Stop()
		o.conn.Streams(-1)
	}
}
