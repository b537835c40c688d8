package wmsp

import (
	"context"

	"caracal/asf"
	"caracal/internal/cachecontrol"
	"caracal/internal/head"
	"caracal/internal/pull"
)

// Describe asks what the URL has, [MS-WMSP] 3.1.4.2. It follows redirects.
// ctx bounds the whole of it. Errors are *StatusError, *ParseError, of asf, of
// the network, or those of this package.
func (c *Client) Describe(ctx context.Context, url string) (*Description, error) {
	var d *Description
	err := c.follow(url, func(s *clientSession) (err error) {
		d, err = s.describe(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *clientSession) describe(ctx context.Context) (*Description, error) {
	r := clientRequest{kind: Describe, method: "GET", minor: s.minor()}
	r.pragma = positionPragma(Start{StartByTime, 0}, 1)
	if s.c.Pipelined {
		r.pragma.Present |= TokenPipelineExperiment | TokenVersion11
		r.pragma.PipelineExperiment, r.pragma.Version11 = true, true
	}
	if s.c.supported().Has(head.FeatureSrvPPair) {
		r.pragma.Present |= TokenPacketPair
		r.pragma.PacketPair = true
	}
	conn, resp, err := s.exchange(ctx, &r)
	if err != nil {
		return nil, err
	}
	d := &Description{URL: s.u.Text, Response: resp, Pragma: resp.Pragma(), session: s}
	release := conn.bind(ctx)
	defer release()
	if err := d.read(conn); err != nil {
		conn.Close()
		return nil, contextError(ctx, err)
	}
	if conn.skipBody(resp) && ctx.Err() == nil {
		s.conn = conn
	} else {
		conn.Close()
	}
	s.pipelineAllowed = s.c.Pipelined && resp.Minor >= 1 && d.Pragma.PipelineExperiment && !throughHTTP10(resp)
	d.Server, d.Supported, d.ClientID = s.server, s.features, s.clientID
	d.Features = d.Pragma.Features
	d.Info = pull.ReadInfo(d.URL, resp.Header)
	d.Info.Control = cachecontrol.ParseHTTP(resp.Header.Values("Cache-Control")...)
	if d.Metadata != nil {
		s.genID = d.Metadata.PlaylistGenID
	}
	return d, nil
}

// read reads the body of a Describe response: $P, $M, $H.
func (d *Description) read(conn *clientConn) error {
	frames := newFrameReader(conn.body)
	var assembly headerAssembly
	var pair pull.Pair
	for {
		f, err := frames.next()
		if err != nil {
			return endsEarly(err)
		}
		if f.ID == FramePair {
			pair.Note(frames.readAt, pairHeadSize+len(f.Payload))
			m := pair.Measurement(false)
			d.Measured = &m
			continue
		}
		done, err := assembly.add(&f)
		if err != nil {
			return err
		}
		if done {
			d.Metadata, d.HeaderBytes = assembly.metadata, assembly.header
			d.Header, _, err = asf.ParseHeader(d.HeaderBytes)
			return err
		}
	}
}
