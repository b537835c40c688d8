package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"caracal/internal/head"
	"caracal/rtsp"
)

const (
	defaultSession = 60 * time.Second // without a word from the client, RFC 2326 12.37
	teardownTime   = time.Second
)

// windowsFeatures is what Windows Media Player says that it supports.
const windowsFeatures = head.FeatureSrvPPair | head.FeatureSSwitch | head.FeatureEOSMsg | head.FeatureStartupProfile

// request returns a request with the headers that every one has.
func (p *rtspPlayer) request(method, url string, header head.Fields) []byte {
	r := rtsp.Request{Method: method, CSeq: p.cseq.Add(1)}
	r.Target.Raw = url
	r.Add("User-Agent", p.agent)
	if p.windows && method != rtsp.MethodOptions {
		r.Add("Supported", windowsFeatures.String())
	}
	if p.session.ID != "" {
		r.Add("Session", p.session.ID)
	}
	r.Header = append(r.Header, header...)
	return r.AppendTo(nil)
}

// ask sends a request and waits for the response. step is for errors, of which
// any status that is no success is one.
func (p *rtspPlayer) ask(step, method, url string, header head.Fields) (*rtsp.Response, error) {
	err := p.send(p.request(method, url, header))
	for err == nil {
		var n int
		n, err = p.in.feed(p.buf, time.Now())
		p.buf = p.buf[n:]
		resp := p.in.response
		p.in.response = nil
		switch {
		case err != nil:
		case resp == nil:
			err = p.fill()
		case resp.Status < 200: // it goes on
		case !resp.OK():
			return nil, fmt.Errorf("%s: %d %s", step, resp.Status, resp.Reason)
		default:
			if s := resp.Header.Get("Session"); s != "" {
				p.session = rtsp.ParseSession(s)
			}
			return resp, nil
		}
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return nil, fmt.Errorf("%s: %w", step, err)
}

// asked answers a request of the server. errOver says that it told the
// stream's end, [MS-RTSP] 2.2.7.3.
func (p *rtspPlayer) asked(r *rtsp.Request) error {
	if err := p.send(rtsp.NewResponse(200, r.CSeq).AppendTo(nil)); err != nil {
		return err
	}
	if rtsp.IsEndOfStreamNotice(r.Header.Get("X-Notice")) {
		return errOver
	}
	return nil
}

// keepAlive keeps the session until quit is closed. Every server takes Options
// for a sign of life.
func (p *rtspPlayer) keepAlive(quit <-chan struct{}) {
	every := defaultSession
	if t := p.session.Timeout; t > 0 {
		every = time.Duration(t) * time.Second
	}
	t := time.NewTicker(max(every/2, time.Second/2))
	defer t.Stop()
	for {
		select {
		case <-quit:
			return
		case <-t.C:
			if p.send(p.request(rtsp.MethodOptions, p.url, nil)) != nil {
				return
			}
		}
	}
}

// leave ends the connection. A session over UDP may outlive it, and would send
// to ports that others have got by then.
func (p *rtspPlayer) leave() {
	if p.udp && p.session.ID != "" {
		p.release()
		p.conn.SetDeadline(time.Now().Add(teardownTime))
		p.send(p.request(rtsp.MethodTeardown, p.url, nil))
	}
	for _, one := range p.ports {
		one.close()
	}
	p.close()
}
