package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"

	"caracal/internal/credential"
	"caracal/internal/pull"
	"caracal/internal/remote"
	"caracal/wmsp"
)

// How much faster than it plays content is asked for: as fast as the origin may.
const (
	fetchSpeed    = 1000
	fetchAccel    = math.MaxInt32 // bits a second
	fetchAccelFor = 18_000        // ms
)

// httpOrigin is an origin that is asked over [MS-WMSP].
type httpOrigin struct {
	name        string
	dial        pull.DialFunc
	tls         *tls.Config
	credentials *credential.Book
}

func (o httpOrigin) client(ctx context.Context) *wmsp.Client {
	return &wmsp.Client{Dial: o.dial, TLS: o.tls, Proxy: asking(ctx, o.name), Credentials: o.credentials}
}

func httpError(ctx context.Context, err error) error {
	var status *wmsp.StatusError
	if errors.As(err, &status) {
		return refused(status.Response.Status, err)
	}
	return unanswered(ctx, err)
}

func (o httpOrigin) info(ctx context.Context, url string) (facts, error) {
	i, err := o.client(ctx).ContentInfo(ctx, url)
	if err != nil {
		return facts{}, httpError(ctx, err)
	}
	return factsOf(i), nil
}

func (o httpOrigin) open(ctx context.Context, url string) (*opening, error) {
	c := o.client(ctx)
	d, err := c.Describe(ctx, url)
	if err != nil {
		return nil, httpError(ctx, err)
	}
	op := &opening{header: d.HeaderBytes, facts: factsOf(d.Info), close: func() { d.Close() }}
	op.facts.Live = d.Features&wmsp.ContentBroadcast != 0
	op.play = func(ctx context.Context, at position) (stream, error) {
		start := wmsp.Start{By: wmsp.StartByPacket, Value: uint64(at.value)}
		switch {
		case at.live:
			start = wmsp.Start{}
		case at.byTime:
			start.By = wmsp.StartByTime
		}
		s, err := c.Play(ctx, url, wmsp.PlayOptions{
			After: d, Start: start, Speed: fetchSpeed, AccelBW: fetchAccel, AccelDuration: fetchAccelFor,
		})
		if err != nil {
			return nil, httpError(ctx, err)
		}
		return httpStream{s}, nil
	}
	return op, nil
}

func (o httpOrigin) tell(ctx context.Context, url string, e *remote.Event) error {
	if err := o.client(ctx).SendEvent(ctx, url, e); err != nil {
		return httpError(ctx, err)
	}
	return nil
}

// httpStream knows why a stream has ended.
type httpStream struct{ *wmsp.Stream }

func (s httpStream) Receive() (pull.Event, error) {
	e, err := s.Next()
	if err == nil && e.Kind == pull.GotEnd && !e.More && e.Reason != wmsp.ReasonDone {
		return pull.Event{}, fmt.Errorf("proxy: the origin ends the stream with 0x%08X", e.Reason)
	}
	return e.Event, err
}
