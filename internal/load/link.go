package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"caracal/wmsp"
)

const (
	handshakeBuffer = 4 << 10 // bytes; grows to wmsp.MaxHead for a long head
	stalledBuffer   = 4 << 10 // what the system takes for a player that stalls
)

// link is a client's connection. Responses up to the stream are read into a
// buffer of its own; the stream itself has none, see drain.
type link struct {
	client  *client
	conn    net.Conn
	buf     []byte // received and not used
	release func() bool
}

// connect opens a connection, which fails when ctx is done.
func (c *client) connect(ctx context.Context) (*link, error) {
	conn, err := c.target.dial(ctx)
	if err != nil {
		return nil, err
	}
	if t, ok := conn.(*net.TCPConn); ok && c.stalls {
		if err := t.SetReadBuffer(stalledBuffer); err != nil {
			conn.Close()
			return nil, err
		}
	}
	c.linked.Store(true)
	release := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	return &link{client: c, conn: conn, release: release}, nil
}

func (l *link) close() {
	l.release()
	l.conn.Close()
}

// fill reads more into the buffer.
func (l *link) fill() error {
	if cap(l.buf) == len(l.buf) {
		l.buf = append(make([]byte, 0, len(l.buf)+handshakeBuffer), l.buf...)
	}
	n, err := l.conn.Read(l.buf[len(l.buf):cap(l.buf)])
	if n > 0 {
		l.client.reply(time.Now())
		l.buf = l.buf[:len(l.buf)+n]
		return nil
	}
	return err
}

func (l *link) send(request []byte) error {
	_, err := l.conn.Write(request)
	return err
}

// response reads the next response's head. step is for errors, of which any
// status but want is one.
func (l *link) response(step string, want int) (*wmsp.Response, *body, error) {
	for {
		r, n, err := wmsp.ParseResponse(l.buf)
		switch {
		case err == nil && r.Status != want:
			return nil, nil, fmt.Errorf("%s: %d %s", step, r.Status, r.Reason)
		case err == nil:
			l.buf = l.buf[n:]
			return r, newBody(r), nil
		case errors.Is(err, wmsp.ErrNeedMore):
			err = l.fill()
		}
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", step, err)
		}
	}
}

// whole gives sink a body that is not the stream, and leaves the connection
// behind its end.
func (l *link) whole(b *body, sink sink) error {
	for {
		n, err := b.feed(l.buf, time.Now(), sink)
		l.buf = l.buf[n:]
		if err != nil || b.done {
			return err
		}
		if err := l.fill(); err != nil {
			return b.end(err)
		}
	}
}

// stream gives sink the body that is the stream, until it ends.
func (l *link) stream(ctx context.Context, b *body, sink sink) error {
	feed := func(piece []byte) error {
		_, err := b.feed(piece, time.Now(), sink)
		if err == nil && b.done {
			return errOver
		}
		return err
	}
	return l.follow(ctx, feed, b.end)
}

// follow gives feed what comes until the connection ends, of which end makes
// the stream's own end or an error. A client that stalls stays in here,
// connected, until ctx is done.
func (l *link) follow(ctx context.Context, feed func([]byte) error, end func(error) error) error {
	err := feed(l.buf)
	l.buf = nil
	if err == nil {
		err = end(drain(l.conn, feed))
	}
	switch {
	case errors.Is(err, errStalled):
		<-ctx.Done()
		return nil
	case errors.Is(err, errOver):
		return nil
	}
	return err
}
