package msbd

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"caracal/internal/pull"
	"caracal/msb"
)

// Stream is what a Client gets. Receive belongs to one goroutine; Close may be
// called from any.
type Stream struct {
	conn    net.Conn
	in      *Reader
	socket  net.PacketConn // of the group; nil: over TCP
	release func() bool    // of the context
	wg      sync.WaitGroup
	info    Info // of the first stream

	mu       sync.Mutex // guards what follows
	err      error      // why it was shut
	queue    *pull.Queue[pull.Event]
	stream   msb.StreamID // of the present packets
	started  bool         // next counts
	next     uint32       // dwPacketId that is due
	decoder  *msb.Decoder // of a group; nil: over TCP
	heardUDP time.Time
	eos      bool // no packets until the next StreamInfo
	ended    bool // the last event is in the queue
	stats    Stats
}

// Stats counts what came.
type Stats struct {
	Packets uint64 // ASF packets that Receive got or will get
	Lost    uint64 // that never came
	Parity  uint64 // that were not needed, over TCP
	Strange uint64 // messages, datagrams and packets that belong to nothing
	Pings   uint64
}

func gapEvent(lost uint32) pull.Event { return pull.Event{Kind: pull.GotGap, Lost: lost} }

func newStream(conn net.Conn) *Stream {
	s := &Stream{conn: conn, eos: true} // what comes before the description belongs to none
	s.in = NewReader(clientReader{s})
	s.queue = pull.NewQueue(&s.mu, gapEvent)
	return s
}

// Info describes the first stream; Receive has the headers of those that follow.
func (s *Stream) Info() Info { return s.info }

// Stats returns the counts up to now.
func (s *Stream) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Receive waits for what comes next: packets, gaps, the header of another stream
// (GotChange, GotHeader), the end. After the end it returns io.EOF.
func (s *Stream) Receive() (pull.Event, error) {
	return s.queue.Next(func() error {
		if s.ended {
			return io.EOF
		}
		return s.err
	})
}

// Close ends the stream and waits until nothing of it runs.
func (s *Stream) Close() error {
	s.shut(ErrClosed)
	s.release()
	s.wg.Wait()
	return nil
}

// shut ends everything; the first reason counts.
func (s *Stream) shut(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.err = why
	s.conn.Close()
	if s.socket != nil {
		s.socket.Close()
	}
	s.queue.Wake()
}

// begin reads on, beside whoever plays.
func (s *Stream) begin() {
	s.wg.Go(func() { s.shut(s.read()) })
	if s.socket != nil {
		s.wg.Go(func() { s.shut(s.readGroup()) })
	}
}

// read takes messages from the connection until it ends. The error is never nil.
func (s *Stream) read() error {
	for {
		m, err := s.in.Next()
		if err == nil {
			err = s.take(m)
		}
		if err != nil {
			s.mu.Lock()
			if s.eos && errors.Is(err, io.EOF) { // nothing followed
				s.end()
			}
			s.mu.Unlock()
			return unexpected(err)
		}
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// clientReader gives each read its time, and starts it anew while packets come
// from the group.
type clientReader struct{ s *Stream }

func (r clientReader) Read(b []byte) (int, error) {
	for {
		began := time.Now()
		r.s.conn.SetReadDeadline(began.Add(clientSilence))
		n, err := r.s.conn.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		r.s.mu.Lock()
		alive := r.s.heardUDP.After(began)
		r.s.mu.Unlock()
		if !alive {
			return 0, ErrTimeout
		}
	}
}

// say sends a message. The reader calls it, and open before there is one.
func (s *Stream) say(b []byte) error {
	s.conn.SetWriteDeadline(time.Now().Add(clientWriteTimeout))
	if _, err := s.conn.Write(b); err != nil {
		return fmt.Errorf("msbd: %w", err)
	}
	return nil
}
