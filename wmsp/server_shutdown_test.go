package wmsp_test

import (
	"io"
	"strings"
	"sync"
	"testing"

	"caracal/internal/fronttest"
	"caracal/internal/session"
)

// Who is shaking hands when all players are told of the end is refused or told too:
// it would play on, hold up the end, or leave a session behind. It may come back on
// another connection for its Play.
func TestShutdownInHandshake(t *testing.T) {
	for _, moves := range []bool{false, true} {
		fronttest.ShutDownInHandshake(t, func(t *testing.T) fronttest.Handshake {
			s := startServer(t, true, nil)
			first, last := s.Connect(), s.Connect()
			if !moves {
				last = first
			}
			go io.Copy(io.Discard, first)
			go io.Copy(io.Discard, last)
			ask := func(c io.Writer, lines ...string) {
				lines = append([]string{"GET /clip.wmv HTTP/1.1", "Host: h", agent12, testGUID}, lines...)
				io.WriteString(c, strings.Join(lines, "\r\n")+"\r\n\r\n")
			}
			return fronttest.Handshake{Rig: s.Rig, Shutdown: s.ShutdownWith, Steps: []func(){
				func() { ask(first) },
				func() { ask(last, "Pragma: version11-enabled=1", "Pragma: xPlayStrm=1", allThree) },
			}}
		})
	}
}

// A session may be ended as soon as it is admitted, before its request is answered.
func TestEndedAsSoonAsAdmitted(t *testing.T) {
	s := startServer(t, true, nil)
	over := make(chan struct{})
	var players sync.WaitGroup
	for range 8 {
		players.Go(func() {
			for range 50 {
				c := s.Connect()
				io.WriteString(c, "GET /clip.wmv HTTP/1.1\r\nHost: h\r\n"+agent12+"\r\nConnection: close\r\n\r\n")
				io.Copy(io.Discard, c)
				c.Close()
			}
		})
	}
	go func() { players.Wait(); close(over) }()
	for done := false; !done; {
		select {
		case <-over:
			done = true
		default:
		}
		for _, x := range s.Sessions.All() {
			x.End(session.ErrIdle)
		}
	}
	s.WaitFor("nothing is left", s.Idle)
}
