package rtsp

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"caracal/internal/head"
	"caracal/internal/pull"
)

// clientSession is a connection and the session that was set up on it. The
// goroutine of read takes in all that comes on the connection, one of receive
// all that comes on a UDP port; that of writeAnswers answers the server,
// requests are written by whoever calls. mu guards what they share.
type clientSession struct {
	c       *Client
	u       pull.URL
	address string // that it was dialed at
	guid    string
	ssrc    uint32 // the client's own
	conn    net.Conn
	dead    chan struct{} // closed by shut
	wg      sync.WaitGroup

	readAt time.Time // when the last bytes came; the reader's
	heard  bool      // a message of RTSP; the reader's

	answer chan struct{} // says that there are answers

	writing sync.Mutex // is taken before mu

	mu        sync.Mutex
	err       error // why it was shut
	cseq      int64
	pending   map[int64]*clientCall
	session   Session
	genID     uint32
	features  head.Features // of the server
	logins    clientLogin
	keepAlive *time.Timer

	answers  [][]byte                 // to requests of the server, not written yet
	queue    *pull.Queue[StreamEvent] // wakes for calls and for shut too
	starting bool                     // Play was asked for, and no Pause since
	asking   bool                     // and not answered
	playing  bool                     // Play was answered, and no Pause since
	paused   bool                     // while it played, and not played since
	over     bool                     // the stream's end is in the queue or was taken from it
	ending   bool                     // the end waits for packets of receivers
	reason   EndReason
	stats    ClientStats

	sdp           *SDP // of the entry that was announced last
	packetSize    int  // of that entry, bytes
	connectLogged bool
	reports       bool         // the server wants rendering logs
	fast          bool         // the last Play asked for Speed
	changeNotice  bool         // the server will end this entry at once
	behind        []clientStep // what was told before the last packets of this entry came
	pair          *pairWatch   // under way

	channels  map[uint8]bool             // interleaved ones; true for RTCP
	tracks    []*clientTrack             // in the order of their SETUP
	receivers map[uint32]*clientReceiver // by SSRC
	using     rtpOrigin                  // of what is being used
	media     *clientSocket              // nil without UDP
	rtx       *clientRTX                 // nil without retransmission
	gaps      *time.Timer                // runs while a receiver waits for a packet: watching
	watching  bool
	gapsDue   time.Time // when it is to run
	byes      map[uint32]bool
}

// open connects and begins to read.
func (c *Client) open(ctx context.Context, u pull.URL, address string) (*clientSession, error) {
	conn, err := pull.DialURL(ctx, c.Dial, u, address, c.TLS)
	if err != nil {
		return nil, err
	}
	s := &clientSession{
		c: c, u: u, address: address, guid: cmp.Or(c.GUID, pull.NewGUID()), conn: conn, ssrc: rand.Uint32(),
		dead:      make(chan struct{}),
		answer:    make(chan struct{}, 1),
		pending:   map[int64]*clientCall{},
		channels:  map[uint8]bool{},
		receivers: map[uint32]*clientReceiver{},
		byes:      map[uint32]bool{},
		logins:    c.loginAt(u, address),
	}
	s.queue = pull.NewQueue(&s.mu, gapEvent)
	s.wg.Go(func() { s.shut(s.judge(s.read())) })
	s.wg.Go(s.writeAnswers)
	return s, nil
}

// shut ends everything; the first reason counts. Whoever waits gets it.
func (s *clientSession) shut(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.err = reason
	close(s.dead)
	s.conn.Close()
	if s.media != nil {
		s.media.conn.Close()
	}
	if s.rtx != nil {
		s.rtx.close()
	}
	for _, timer := range [...]*time.Timer{s.keepAlive, s.gaps} {
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

// rearm begins the time anew after which a KeepAlive is due, [MS-RTSP] 3.1.5.1.
// The caller holds mu.
func (s *clientSession) rearm() {
	if s.c.Silent || s.session.ID == "" || s.err != nil {
		return
	}
	if s.playing && !slices.ContainsFunc(s.tracks, func(t *clientTrack) bool { return t.lower == LowerUDP }) {
		if s.keepAlive != nil {
			s.keepAlive.Stop() // 3.1.5.10: the connection says enough
		}
		return
	}
	timeout := s.session.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	period := max(time.Duration(min(timeout, maxTimeout))*time.Second/2, minKeepAlive)
	if s.keepAlive == nil {
		s.keepAlive = time.AfterFunc(period, func() { s.start(ClientRequest{Method: MethodGetParameter}, nil) })
		return
	}
	s.keepAlive.Reset(period)
}

// learn takes what any response or request of the server says, [MS-RTSP]
// 3.1.5.2. The caller holds mu.
func (s *clientSession) learn(h head.Fields) {
	if h.Has("Supported") {
		s.features = head.ParseFeatures(h.Values("Supported")...)
	}
	if id, ok := ParseNumber(h.Get("X-Playlist-Gen-Id")); ok {
		s.genID = id
	}
	if session := ParseSession(h.Get("Session")); session.ID != "" {
		first := s.session.ID == ""
		s.session = session
		if first {
			s.rearm()
		}
	}
}
