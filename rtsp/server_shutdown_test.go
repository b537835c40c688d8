package rtsp_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"caracal/internal/fronttest"
)

// deaf is a player that says what it has to say, and looks for nothing in the
// answers but its session.
type deaf struct{ session atomic.Pointer[string] }

func (d *deaf) listen(c net.Conn) {
	for in := bufio.NewScanner(c); in.Scan(); {
		if line, found := strings.CutPrefix(in.Text(), "Session: "); found {
			id, _, _ := strings.Cut(line, ";")
			d.session.Store(&id)
		}
	}
}

func (d *deaf) ask(c net.Conn, method, url, line string) {
	if id := d.session.Load(); id != nil {
		line += "\r\nSession: " + *id
	}
	fmt.Fprintf(c, "%s %s RTSP/1.0\r\nCSeq: 1\r\n%s\r\n\r\n", method, url, line)
}

// Who is shaking hands when all players are told of the end is refused or told too:
// it would play on, hold up the end, or leave a session behind. It may come back on
// another connection for its Play.
func TestShutdownInHandshake(t *testing.T) {
	for _, moves := range []bool{false, true} {
		fronttest.ShutDownInHandshake(t, func(t *testing.T) fronttest.Handshake {
			s := startServerWith(t, setting{memory: true})
			first, last, url := s.Connect(), s.Connect(), s.url("long.wmv")
			if !moves {
				last = first
			}
			p := &deaf{}
			go p.listen(first)
			go p.listen(last)
			return fronttest.Handshake{Rig: s.Rig, Shutdown: s.ShutdownWith, Steps: []func(){
				func() { p.ask(first, "DESCRIBE", url, wantsNumbers) },
				func() { p.ask(first, "SETUP", url+"/video", overTCP) },
				func() { p.ask(last, "PLAY", url, wantsNumbers) },
			}}
		})
	}
}
