package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
	"caracal/wmsp"
)

// The waits between two tries double from the first to the last.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// pusher brings content to a server, also after it was away.
type pusher struct {
	client   *wmsp.PushClient
	url      string
	retry    time.Duration
	sending  context.Context
	clock    pushClock
	progress *progress

	header []byte
	push   *wmsp.Push // nil: there is no session
}

// run pushes all of in, or until ctx is done, which is no error.
func (p *pusher) run(ctx context.Context, in io.Reader) error {
	done := make(chan struct{})
	defer close(done)
	pieces := readPieces(in, done)
	for {
		select {
		case <-ctx.Done():
			return p.end(nil)
		case next, ok := <-pieces:
			switch {
			case !ok:
				return p.end(nil)
			case next.err != nil:
				return p.end(next.err)
			}
			if err := p.take(ctx, next); err != nil {
				if ctx.Err() != nil {
					err = nil
				}
				return p.end(err)
			}
		}
	}
}

// end says goodbye, if there is somebody to hear it.
func (p *pusher) end(err error) error {
	if p.push != nil {
		ended := p.push.End()
		if err == nil && p.sending.Err() == nil {
			err = ended
		}
	}
	return err
}

func (p *pusher) take(ctx context.Context, next piece) error {
	if next.Header != nil {
		first := p.header == nil
		p.header = next.Header
		p.clock.restart()
		if first {
			return p.begin()
		}
		return p.persist(ctx, func() error { return p.push.Change(p.header) }, true)
	}
	if err := p.clock.wait(ctx, next.Packet); err != nil {
		return err
	}
	if err := p.persist(ctx, func() error { return p.push.Send(next.Packet) }, false); err != nil {
		return err
	}
	p.progress.sent(time.Now(), len(next.Packet))
	return nil
}

// begin sets a session up, with the present header.
func (p *pusher) begin() error {
	push, err := p.client.Setup(p.sending, p.url)
	if err != nil {
		return err
	}
	if err := push.Start(p.sending, p.header); err != nil {
		push.Close()
		return err
	}
	p.push = push
	return nil
}

// persist does what sends something. When the server has gone it tries to go on
// with the session, then with a new one, for as long as it may. A new one has the
// present header: nothing is left to do for a change then.
func (p *pusher) persist(ctx context.Context, do func() error, change bool) error {
	wait := firstRetry
	var since time.Time
	for {
		var err error
		fresh := p.push == nil
		if fresh {
			err = p.begin()
		}
		if err == nil && !(fresh && change) {
			err = do()
		}
		now := time.Now()
		switch {
		case err == nil:
			if !since.IsZero() {
				p.progress.back(now)
				p.clock.restart()
			}
			return nil
		case isOurs(err):
			return err
		case since.IsZero():
			since = now
		case now.Sub(since) > p.retry:
			return err
		}
		if p.retry == 0 {
			return err
		}
		p.progress.away(err, wait)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait = min(2*wait, lastRetry)
		p.recover(err)
	}
}

// recover goes on with the session if the server may have it still.
func (p *pusher) recover(err error) {
	var status *wmsp.StatusError
	if p.push == nil {
		return
	}
	if !errors.As(err, &status) && p.push.Resume(p.sending) == nil {
		return
	}
	p.push.Close()
	p.push = nil
}

// isOurs says that trying again does not help: the content is wrong, or the
// server does not want it.
func isOurs(err error) bool {
	var status *wmsp.StatusError
	if errors.As(err, &status) {
		switch status.Response.Status {
		case 401, 403, 404, 415:
			return true
		}
		return false
	}
	var wrong *wmsp.ParseError
	var bad *asf.ParseError
	return errors.As(err, &wrong) || errors.As(err, &bad) || errors.Is(err, wmsp.ErrNotServer)
}

// pushClock says when packets are due.
type pushClock struct {
	speed   float64
	running bool
	began   time.Time     // when the first packet was due
	media   time.Duration // from that one to the last; send times count round after 49 days
	last    uint32        // send time, ms
}

// maxGap is how far send times may jump before the clock begins anew.
const maxGap = 10 * time.Second

func (c *pushClock) restart() { c.running = false }

// wait returns when a packet is due.
func (c *pushClock) wait(ctx context.Context, packet []byte) error {
	at, err := asf.SendTime(packet)
	if err != nil || c.speed == 0 {
		return nil // opaque data goes with what was before it
	}
	gap := time.Duration(int32(at-c.last)) * time.Millisecond
	if !c.running || gap < 0 || gap > maxGap {
		c.running, c.began, c.media, gap = true, time.Now(), 0, 0
	}
	c.last, c.media = at, c.media+gap
	due := pace.Schedule{Rate: c.speed}.When(c.media)
	d := time.Until(c.began.Add(due))
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// templatePath is a point's name as a Template-URL has it.
func templatePath(name string) string {
	if name == "" {
		return ""
	}
	return (&url.URL{Path: "/" + strings.Trim(name, "/")}).EscapedPath()
}

// pushHints say what to do about what a server answers.
var pushHints = map[int]string{
	400: "the server does not understand this, or has forgotten the session: is it a Windows Media server?",
	401: "the point wants its key: give it with --key, or in CARACAL_PUSH_KEY; the server's configuration has it",
	403: "the point takes nothing from this address: push on the server's own machine, or list the address under the point's publishers, or give the point a key",
	404: "no broadcast has this name: add points: [{name: NAME, broadcast: {source: push}}] to the server's configuration, or name one that may be copied with --template",
	409: "somebody else pushes there: end that encoder first, or wait until the server has noticed that it is gone",
	415: "the server does not take this content: \"caracal check\" says what is wrong with a file",
	503: "the server is shutting down or full",
}

// wrongKey is for who has given one.
const wrongKey = "the key is wrong: the server's configuration has it; or the server leads to another host, which is not told the key: push there"

// pushError says what to do; keyed says that there was a key.
func pushError(url string, keyed bool, err error) error {
	var status *wmsp.StatusError
	hint := ""
	switch {
	case errors.As(err, &status) && status.Response.Status == 401 && keyed:
		hint = wrongKey
	case errors.As(err, &status):
		hint = pushHints[status.Response.Status]
	case errors.Is(err, wmsp.ErrNotServer):
		hint = "this is an ordinary web server, which takes no broadcasts"
	case errors.Is(err, wmsp.ErrInvalid) && strings.Contains(err.Error(), "parse"):
		hint = "write http://host:port/point"
	case errors.Is(err, wmsp.ErrLimit):
		hint = fmt.Sprintf("headers of more than %d bytes cannot be pushed", wmsp.MaxPushChange)
	}
	return hinted(url, err, hint, "port 80 is meant")
}
