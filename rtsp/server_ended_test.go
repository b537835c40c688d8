package rtsp_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"caracal/rtsp"
)

// A session may be ended by others as soon as it is admitted, before its player
// is all there. Nothing of it stays.
func TestEndedWhenAdmitted(t *testing.T) {
	s := startServer(t)
	stop := make(chan struct{})
	endAll := func() {
		for _, session := range s.Sessions.All() {
			session.End(errors.New("test"))
		}
	}
	var ending sync.WaitGroup
	ending.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				endAll()
			}
		}
	})
	for range 100 {
		c := s.connect()
		c.write(fmt.Sprintf("SETUP %s/stream=1 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP\r\n\r\n", s.url("long.wmv")))
		c.next() // it may be answered or not
		c.Close()
	}
	close(stop)
	ending.Wait()
	s.WaitFor("the connections end", func() bool { return s.Connections() == 0 })
	endAll()
	s.WaitFor("the sessions end", s.NoSession)
	if players, ssrcs := s.Registered(); players+ssrcs != 0 {
		t.Errorf("%d players and %d SSRCs are left", players, ssrcs)
	}
}

// A session keeps of the request that made it what it needs, and not all of its
// head.
func TestSessionsKeepNoHeads(t *testing.T) {
	s := startServer(t)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	c, padding := s.connect(), "X: "+strings.Repeat("x", rtsp.MaxHead/2)
	c.must("OPTIONS", "*", padding)
	const sessions = 200
	before := heap()
	for range sessions {
		c.session = ""
		c.must("SETUP", s.url("long.wmv/video"), overTCP, "User-Agent: someone/1", padding)
	}
	if each := (int64(heap()) - int64(before)) / sessions; each > rtsp.MaxHead/4 {
		t.Errorf("a session keeps %d bytes", each)
	}
}
