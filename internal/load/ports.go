package main

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"caracal/rtsp"
)

const (
	pairTries  = 64
	portBuffer = 1 << 20 // bytes; the system grants less if it has to
)

// ports is a pair of UDP ports in a row, the even one for RTP, RFC 3550 11; or
// one alone.
type ports struct {
	rtp, rtcp *net.UDPConn // rtcp: nil for none
}

func listenOne(host string) (*ports, error) {
	c, err := listenUDP(host, 0)
	if err != nil {
		return nil, err
	}
	return &ports{rtp: c}, nil
}

func listenPair(host string) (*ports, error) {
	var last error
	for range pairTries {
		one, err := listenUDP(host, 0)
		if err != nil {
			return nil, err
		}
		port := portOf(one)
		two, err := listenUDP(host, port^1)
		switch {
		case err != nil:
			last = err
			one.Close()
		case port&1 == 0:
			return &ports{one, two}, nil
		default:
			return &ports{two, one}, nil
		}
	}
	return nil, last
}

// listenUDP opens a port with room for what a server sends at once.
func listenUDP(host string, port int) (*net.UDPConn, error) {
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host), Port: port})
	if err != nil {
		return nil, err
	}
	if err := c.SetReadBuffer(portBuffer); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func portOf(c *net.UDPConn) int { return c.LocalAddr().(*net.UDPAddr).Port }

func (l *link) localHost() string {
	host, _, _ := net.SplitHostPort(l.conn.LocalAddr().String())
	return host
}

// transport is what a SETUP asks for.
func (o *ports) transport() rtsp.Transport {
	pair := rtsp.PortPair{RTP: uint16(portOf(o.rtp)), Count: 1}
	if o.rtcp != nil {
		pair.RTCP, pair.Count = pair.RTP+1, 2
	}
	return rtsp.Transport{Unicast: true, Mode: "PLAY", ClientPort: pair}
}

func (o *ports) close() {
	o.rtp.Close()
	if o.rtcp != nil {
		o.rtcp.Close()
	}
}

func (o *ports) expire(t time.Time) {
	o.rtp.SetReadDeadline(t)
	if o.rtcp != nil {
		o.rtcp.SetReadDeadline(t)
	}
}

// receive counts what comes, until the ports expire or the client wants no
// more.
func (o *ports) receive(wg *sync.WaitGroup, p *rtspPlayer) {
	read := func(c *net.UDPConn, take func(b []byte) error) {
		err := drain(c, func(b []byte) error {
			p.mu.Lock()
			defer p.mu.Unlock()
			return take(b)
		})
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			p.stop(err)
		}
	}
	wg.Go(func() {
		read(o.rtp, func(b []byte) error { return p.sources.packet(b, len(b), time.Now()) })
	})
	if o.rtcp != nil {
		wg.Go(func() { read(o.rtcp, p.sources.control) })
	}
}
