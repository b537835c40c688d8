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
	Info        pull.ContentInfo
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
	var d *Description
	err := c.follow(ctx, url, func(s *clientSession) (*Response, error) {
		resp, err := s.describe(ctx)
		if err == nil {
			d, err = s.description(resp)
		}
		return resp, err
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *clientSession) describe(ctx context.Context) (*Response, error) {
	return s.do(ctx, ClientRequest{Method: MethodDescribe, Header: head.Fields{{Name: "Accept", Value: TypeSDP}}}, nil)
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
	s.describes(body)
	info := pull.ReadInfo(s.u.Text, resp.Header)
	info.Control = cachecontrol.ParseRTSP(resp.Header.Values("Cache-Control")...)
	s.reports = info.Control.Subscribes(cachecontrol.RemoteLog)
	return &Description{
		URL: s.u.Text, Response: resp, SDP: body, Server: head.ParseAgent(resp.Header.Get("Server")), Supported: s.features,
		Info:        info,
		HeaderBytes: body.Header, Header: h, session: s,
	}, nil
}

// base says what the URLs in a description that names none go by.
func (s *clientSession) base(d *SDP, h head.Fields) {
	if d.Control == "" {
		d.Control = cmp.Or(h.Get("Content-Base"), s.u.Text)
	}
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
