package main

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/head"
	"caracal/rtsp"
)

// rtspFiles is how many descriptors a client with RTP over UDP needs: the
// connection and the ports of two streams.
const rtspFiles = 5

// lingering is how long datagrams are taken after the server has told the end
// of the stream: it may have told that on the connection.
const lingering = 100 * time.Millisecond

// rtspPlayer is one RTSP client, RFC 2326; it does as Windows Media Player
// does, [MS-RTSP], if its agent is that.
type rtspPlayer struct {
	*link
	udp     bool
	windows bool
	agent   string
	url     string // of the content, later of the session as its SDP has it
	session rtsp.Session
	cseq    atomic.Int64
	tracks  []rtspTrack
	ports   []*ports

	in      interleaved
	mu      sync.Mutex // sockets have a goroutine each, and all count here
	sources sources
	stopped error // why the client wants no more of what comes to its ports
}

// rtspTrack is a stream that has been set up.
type rtspTrack struct {
	url     string
	ssrc    uint32
	hasSSRC bool
}

func playRTSP(ctx context.Context, c *client) error  { return playRTP(ctx, c, false) }
func playRTSPU(ctx context.Context, c *client) error { return playRTP(ctx, c, true) }

// playRTP sets up all streams of the URL and plays them to the end.
func playRTP(ctx context.Context, c *client, udp bool) error {
	l, err := c.connect(ctx)
	if err != nil {
		return err
	}
	p := newRTSPPlayer(l, udp)
	defer p.leave()
	if _, err := p.ask("options", rtsp.MethodOptions, p.url, nil); err != nil {
		return err
	}
	description, err := p.describe()
	if err != nil {
		return err
	}
	if err := p.setUp(description); err != nil {
		return err
	}
	resp, err := p.ask("play", rtsp.MethodPlay, p.url, head.Fields{{Name: "Range", Value: "npt=0.000-"}})
	if err != nil {
		return err
	}
	p.begin(resp)
	return p.stream(ctx)
}

func newRTSPPlayer(l *link, udp bool) *rtspPlayer {
	p := &rtspPlayer{link: l, udp: udp, agent: l.client.userAgent(loadAgent), url: "rtsp://" + l.client.target.host + l.client.target.path}
	if p.windows = head.ParseAgent(p.agent).Is(rtsp.AgentPlayer); p.windows {
		p.agent += " guid/" + newGUID()[1:37] // without its braces
	}
	p.sources.client = l.client
	p.in = interleaved{sources: &p.sources, asked: p.asked}
	return p
}

// describe returns the description; the URLs in it are relative to p.url.
func (p *rtspPlayer) describe() (*rtsp.SDP, error) {
	resp, err := p.ask("describe", rtsp.MethodDescribe, p.url, head.Fields{{Name: "Accept", Value: rtsp.TypeSDP}})
	if err != nil {
		return nil, err
	}
	d, err := rtsp.ParseSDP(resp.Body)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"Content-Base", "Content-Location"} { // RFC 2326 C.1.1
		if base := resp.Header.Get(name); base != "" {
			p.url = base
			break
		}
	}
	p.url = rtsp.ResolveControl(p.url, d.Control)
	return d, nil
}

// begin notes from the response to Play with which packets the streams begin.
func (p *rtspPlayer) begin(resp *rtsp.Response) {
	list, _ := rtsp.ParseRTPInfo(resp.Header.Get("RTP-Info"))
	for _, info := range list {
		for _, t := range p.tracks {
			if info.HasSeq && t.hasSSRC && rtsp.ResolveControl(p.url, info.URL) == t.url {
				p.sources.expect(t.ssrc, info.Seq)
			}
		}
	}
}

// stream counts until the stream ends. What has come to the ports before the
// response to Play waits there.
func (p *rtspPlayer) stream(ctx context.Context) error {
	var wg sync.WaitGroup
	quit := make(chan struct{})
	wg.Go(func() { p.keepAlive(quit) })
	for _, one := range p.ports {
		one.receive(&wg, p)
	}
	err := p.follow(ctx, p.take, p.end)
	close(quit)
	until := time.Now()
	if err == nil && ctx.Err() == nil {
		until = until.Add(lingering)
	}
	for _, one := range p.ports {
		one.expire(until)
	}
	wg.Wait()
	return err
}

// stop ends stream.
func (p *rtspPlayer) stop(why error) {
	p.mu.Lock()
	p.stopped = why
	p.mu.Unlock()
	p.conn.SetReadDeadline(time.Unix(1, 0))
}

// end takes the error that ended the connection, and returns why the stream
// ended.
func (p *rtspPlayer) end(err error) error {
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

// take is given what comes on the connection after the response to Play.
func (p *rtspPlayer) take(piece []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for now := time.Now(); len(piece) > 0; {
		n, err := p.in.feed(piece, now)
		if err != nil {
			return err
		}
		piece = piece[n:]
		p.in.response = nil // to a keep-alive
	}
	return nil
}
