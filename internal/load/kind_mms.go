package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"caracal/asf"
	"caracal/mms"
)

const (
	mmsAgent   = "NSPlayer/7.1.0.3055"
	mmsuFiles  = 2               // descriptors: the connection and a port
	headerTime = 5 * time.Second // that the header may take over UDP
)

// mmsPlayer is one Windows Media player over MMS, [MS-MMSP] 4.3.
type mmsPlayer struct {
	*link
	port *net.UDPConn // nil: TCP
	seq  uint16
	file uint32 // openFileId

	items mmsItems
	want  mms.MID
	got   *mms.Message // the answer that was wanted

	mu      sync.Mutex // the port has a goroutine of its own, and both count
	media   mmsMedia
	stopped error // why the client wants no more of what comes to its port
}

func playMMST(ctx context.Context, c *client) error { return playMMS(ctx, c, false) }
func playMMSU(ctx context.Context, c *client) error { return playMMS(ctx, c, true) }

// playMMS plays all streams of the URL to the end.
func playMMS(ctx context.Context, c *client, udp bool) error {
	l, err := c.connect(ctx)
	if err != nil {
		return err
	}
	p := &mmsPlayer{link: l, media: newMMSMedia(c)}
	p.items = mmsItems{media: &p.media, message: p.message}
	defer p.leave()
	if udp {
		if p.port, err = listenUDP(l.localHost(), 0); err != nil {
			return err
		}
	}
	if err := p.open(); err != nil {
		return err
	}
	if err := p.begin(); err != nil {
		return err
	}
	return p.stream(ctx)
}

// stream counts until the stream ends.
func (p *mmsPlayer) stream(ctx context.Context) error {
	var wg sync.WaitGroup
	if p.port != nil {
		p.port.SetReadDeadline(time.Time{})
		wg.Go(p.receive)
	}
	err := p.follow(ctx, p.take, p.end)
	if p.port != nil {
		until := time.Now()
		if err == nil && ctx.Err() == nil {
			until = until.Add(lingering)
		}
		p.port.SetReadDeadline(until)
	}
	wg.Wait()
	return err
}

// receive counts what comes to the port, until it expires or the client wants
// no more.
func (p *mmsPlayer) receive() {
	err := drain(p.port, func(b []byte) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.datagram(b)
	})
	if isTimeout(err) {
		return
	}
	p.mu.Lock()
	p.stopped = err
	p.mu.Unlock()
	p.conn.SetReadDeadline(time.Unix(1, 0))
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// datagram takes one data packet.
func (p *mmsPlayer) datagram(b []byte) error {
	d, err := mms.ParseDatagram(b)
	if err != nil {
		p.client.bad.Add(1)
		return nil
	}
	p.media.piece(d.Payload)
	return p.media.packet(b[:mms.DataHeadSize], time.Now())
}

// take is given what comes on the connection after the start.
func (p *mmsPlayer) take(piece []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items.halt = false
	_, err := p.items.feed(piece, time.Now())
	return err
}

// end takes the error that ended the connection, and returns why the stream
// ended.
func (p *mmsPlayer) end(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.stopped != nil:
		return p.stopped
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// leave ends the session, so that the server sends nothing to a port that
// others have got by then, and the connection.
func (p *mmsPlayer) leave() {
	if p.port != nil {
		p.release()
		p.conn.SetDeadline(time.Now().Add(teardownTime))
		p.tell(&mms.CloseFile{OpenFileID: p.file})
		p.port.Close()
	}
	p.close()
}

// streams selects all streams of the header.
func (p *mmsPlayer) streams() (*mms.StreamSwitch, error) {
	h, _, err := asf.ParseHeader(p.media.header)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	m := &mms.StreamSwitch{}
	for _, s := range h.Streams() {
		m.Entries = append(m.Entries, mms.StreamSwitchEntry{SrcStreamNumber: mms.NoStream, DstStreamNumber: uint16(s.Number())})
	}
	return m, nil
}

// name is the fileName of the target.
func (p *mmsPlayer) name() string { return strings.TrimLeft(p.client.target.path, "/") }
