package proxy

import (
	"context"
	"crypto/tls"
	"errors"

	"caracal/internal/credential"
	"caracal/internal/head"
	"caracal/internal/pull"
	"caracal/internal/remote"
	"caracal/rtsp"
)

// rtspFeatures are those of a Client, and the numbers of ASF packets.
const rtspFeatures = head.FeatureEOSMsg | head.FeatureSSwitch | head.FeaturePredStrm | head.FeatureFastCache | head.FeatureLocID

// rtspOrigin is an origin that is asked over [MS-RTSP], with the media on the same
// connection: nothing may be lost.
type rtspOrigin struct {
	name        string
	dial        pull.DialFunc
	tls         *tls.Config
	credentials *credential.Book
}

func (o rtspOrigin) client(ctx context.Context) *rtsp.Client {
	return &rtsp.Client{Dial: o.dial, TLS: o.tls, Supported: rtspFeatures, Proxy: asking(ctx, o.name), Credentials: o.credentials}
}

func rtspError(ctx context.Context, err error) error {
	var status *rtsp.StatusError
	if errors.As(err, &status) {
		return refused(status.Response.Status, err)
	}
	return unanswered(ctx, err)
}

func (o rtspOrigin) info(ctx context.Context, url string) (facts, error) {
	i, err := o.client(ctx).ContentInfo(ctx, url)
	if err != nil {
		return facts{}, rtspError(ctx, err)
	}
	return factsOf(i), nil
}

func (o rtspOrigin) open(ctx context.Context, url string) (*opening, error) {
	c := o.client(ctx)
	d, err := c.Describe(ctx, url)
	if err != nil {
		return nil, rtspError(ctx, err)
	}
	op := &opening{header: d.HeaderBytes, facts: factsOf(d.Info), close: func() { d.Close() }}
	op.facts.Live = d.SDP.Properties&rtsp.PropertyBroadcast != 0
	op.play = func(ctx context.Context, at position) (stream, error) {
		r := &rtsp.Range{Unit: rtsp.RangePacket, HasFrom: true, From: uint64(at.value)}
		if at.byTime {
			r.Unit = rtsp.RangeTime
		}
		opt := rtsp.PlayOptions{After: d, Range: r, Speed: fetchSpeed}
		if at.live {
			opt = rtsp.PlayOptions{After: d}
		}
		s, err := c.Play(ctx, url, opt)
		if err != nil {
			return nil, rtspError(ctx, err)
		}
		return &rtspStream{Stream: s}, nil
	}
	return op, nil
}

func (o rtspOrigin) tell(ctx context.Context, url string, e *remote.Event) error {
	if err := o.client(ctx).SendEvent(ctx, url, e); err != nil {
		return rtspError(ctx, err)
	}
	return nil
}

// rtspStream knows why a stream has ended, and tells the origin that it is done.
type rtspStream struct {
	*rtsp.Stream
	ended bool
}

func (s *rtspStream) Receive() (pull.Event, error) {
	e, err := s.Next()
	if err == nil && e.Kind == pull.GotEnd && !e.More {
		s.ended = true
		if e.Reason != rtsp.EndPlain {
			return pull.Event{}, errors.New("proxy: the origin ends the stream before its end")
		}
	}
	return e.Event, err
}

func (s *rtspStream) Close() error {
	if !s.ended {
		return s.Stream.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaveTime)
	defer cancel()
	return s.Teardown(ctx)
}
