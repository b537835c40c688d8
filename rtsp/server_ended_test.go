package rtsp_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
)

// A session may be ended by others as soon as it is admitted, before its player
// is all there. Nothing of it stays.
func TestEndedWhenAdmitted(t *testing.T) {
	s := startServer(t)
	stop := make(chan struct{})
	endAll := func() {
		for _, session := range s.sessions.All() {
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
	s.waitFor("the connections end", func() bool { return s.Connections() == 0 })
	endAll()
	s.waitFor("the sessions end", s.noSession)
	if players, ssrcs := s.Registered(); players+ssrcs != 0 {
		t.Errorf("%d players and %d SSRCs are left", players, ssrcs)
	}
}
