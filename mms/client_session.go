package mms

import (
	"context"
	"net"
	"sync"
	"time"

	"caracal/internal/credential"
	"caracal/internal/pull"
)

// clientSession is a connection and what was opened on it. The goroutine of
// read takes in all that comes on the connection, that of receive what comes
// over UDP; that of write sends, so that neither a full connection nor a caller
// ever holds them up, [MS-MMSP] 3.1. mu guards what they share.
type clientSession struct {
	c       *Client
	u       clientURL
	guid    string
	conn    net.Conn
	dead    chan struct{} // closed by shut
	wg      sync.WaitGroup
	turn    chan struct{} // who holds it asks: answers have no numbers
	wake    chan struct{} // says that there is something to write
	began   time.Time
	udp     bool         // UDP-Selected
	socket  clientSocket // its conn is nil without UDP
	version serverVersion
	login   *credential.Conn // of who asks

	readAt time.Time // when the last bytes came; the reader's
	heard  bool      // a message of MMS; the reader's

	mu      sync.Mutex
	err     error    // why it was shut
	out     [][]byte // not written yet
	seq     uint16   // of the next TcpMessageHeader
	asking  *clientQuestion
	heardAt time.Time // when something came over UDP

	clientID    uint32 // Client-ID, counts if hasClientID
	hasClientID bool
	file        ReportOpenFile
	packets     uint64 // in the entry; 0: not known
	allSelected bool   // the last StreamSwitch had all streams whole
	pair        pairWatch

	header clientHeader
	play   clientPlay
	gaps   clientGaps
	queue  *pull.Queue[StreamEvent] // wakes for a question and for shut too
	stats  ClientStats
}

// open connects and begins to read.
func (c *Client) open(ctx context.Context, u clientURL, guid, proxy string) (*clientSession, error) {
	address := u.Address
	if proxy != "" {
		address = proxy
	}
	conn, err := pull.Dial(ctx, c.Dial, address)
	if err != nil {
		return nil, err
	}
	s := &clientSession{
		c: c, u: u, guid: guid, conn: conn, began: time.Now(),
		dead: make(chan struct{}), wake: make(chan struct{}, 1), turn: make(chan struct{}, 1),
	}
	s.login = c.peerAt(u, address).Conn()
	s.udp = u.udp || c.UDP && !u.tcp
	s.queue = pull.NewQueue(&s.mu, gapEvent)
	s.wg.Go(func() { s.shut(s.judge(s.read())) })
	s.wg.Go(s.write)
	return s, nil
}

// shut ends everything; the first reason counts. Whoever waits gets it.
func (s *clientSession) shut(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shutLocked(reason)
}

func (s *clientSession) shutLocked(reason error) {
	if s.err != nil {
		return
	}
	if s.play.ending { // the server waits no longer: nothing more is sent again
		s.finishNow()
	}
	s.err = reason
	close(s.dead)
	s.conn.Close()
	if s.socket.conn != nil {
		s.socket.conn.Close()
	}
	for _, timer := range [...]*time.Timer{s.gaps.timer, s.header.timer} {
		if timer != nil {
			timer.Stop()
		}
	}
	s.queue.Wake()
}

// close shuts and waits for the goroutines.
func (s *clientSession) close() {
	s.shut(errClosed)
	s.wg.Wait()
}

// reason is why it was shut.
func (s *clientSession) reason() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// push takes an event for Next. The caller holds mu.
func (s *clientSession) push(event StreamEvent) {
	if !s.queue.Push(event, event.Kind == GotPacket) {
		s.stats.Overflow++
	}
}
