package rtsp

import (
	"cmp"
	"context"

	"caracal/asf"
	"caracal/internal/cachecontrol"
	"caracal/internal/head"
	"caracal/internal/pull"
)

// Description is what a server says about a URL, with the connection on which
// it was asked.
type Description struct {
	URL         string // after redirects
	Response    *Response
	SDP         *SDP
	Server      head.Agent
	Supported   head.Features
	Cache       cachecontrol.Control
	HeaderBytes []byte      // Header Object, and usually the beginning of the Data Object
	Header      *asf.Header // parsed HeaderBytes

	session *clientSession
}

// Close closes the connection.
func (d *Description) Close() error {
	d.session.close()
	return nil
}

// Do sends a request on the connection, for one that needs no Stream:
// GetContentInfo, TcpPacketPair, logs.
func (d *Description) Do(ctx context.Context, r ClientRequest) (*Response, error) {
	return d.session.do(ctx, r, nil)
}

// Describe asks what a URL has, [MS-RTSP] 3.1.4.2. It follows redirects and
// answers challenges. The caller closes the Description, unless Play continues
// with it.
func (c *Client) Describe(ctx context.Context, url string) (*Description, error) {
	u, err := clientURLs.Parse(url)
	if err != nil {
		return nil, err
	}
	address := u.Address
	for range MaxRedirects + 1 {
		s, err := c.open(ctx, u, address)
		if err != nil {
			return nil, err
		}
		resp, err := s.describe(ctx)
		if err == nil {
			var d *Description
			if d, err = s.description(resp); err == nil {
				return d, nil
			}
		}
		s.close()
		location := ""
		if refused, ok := err.(*StatusError); ok && refused.Response.Status/100 == 3 {
			location = refused.Response.Header.Get("Location")
		}
		if location == "" {
			return nil, err
		}
		next, err := u.Resolve(location)
		if err != nil {
			return nil, err
		}
		if resp.Status == 305 { // a proxy: the URL stays
			address = next.Address
			continue
		}
		u, address = next, next.Address
	}
	return nil, ErrRedirects
}

// describe sends the request until no challenge comes back.
func (s *clientSession) describe(ctx context.Context) (*Response, error) {
	r := ClientRequest{Method: MethodDescribe, Header: head.Fields{{Name: "Accept", Value: TypeSDP}}}
	for round := 0; ; round++ {
		resp, err := s.do(ctx, r, nil)
		if err == nil || resp == nil || resp.Status != 401 || round == pull.MaxAuthRounds || !s.challenged(resp, round) {
			return resp, err
		}
	}
}

func (s *clientSession) description(resp *Response) (*Description, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := ParseSDP(resp.Body)
	if err != nil {
		return nil, err
	}
	h, _, err := asf.ParseHeader(body.Header)
	if err != nil {
		return nil, ErrNoHeader
	}
	s.base(body, resp.Header)
	return &Description{
		URL: s.u.Text, Response: resp, SDP: body, Server: head.ParseAgent(resp.Header.Get("Server")), Supported: s.features,
		Cache:       cachecontrol.ParseRTSP(resp.Header.Values("Cache-Control")...),
		HeaderBytes: body.Header, Header: h, session: s,
	}, nil
}

// base says what the URLs in a description that names none go by.
func (s *clientSession) base(d *SDP, h head.Fields) {
	if d.Control == "" {
		d.Control = cmp.Or(h.Get("Content-Base"), s.u.Text)
	}
	s.describes(d)
}

// describes takes the description of the entry whose packets come next. The
// caller holds mu.
func (s *clientSession) describes(d *SDP) {
	s.sdp, s.packetSize = d, 0
	h, _, err := asf.ParseHeader(d.Header)
	if err != nil {
		return
	}
	if f := h.File(); f != nil && f.MinPacketSize == f.MaxPacketSize && f.MaxPacketSize <= MaxASFPacket {
		s.packetSize = int(f.MaxPacketSize)
	}
}
