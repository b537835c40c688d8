package rtsp

import (
	"context"
	"fmt"
	"slices"
)

// ErrNotSelected says that a stream is not there or was not set up.
var ErrNotSelected = fmt.Errorf("%w: no such stream", ErrInvalid)

// Select sends the stream to in the place of from, or thins it if both are the
// same, [MS-RTSP] 2.2.7.10.3. Numbers are those of a=stream, thin is
// ThinNothing to ThinAll.
func (s *Stream) Select(ctx context.Context, from, to uint32, thin uint8) error {
	c := s.session()
	c.mu.Lock()
	track, url := c.carrier(from), c.urlOf(to)
	if track != nil && from == to {
		url = track.carries
	}
	if track == nil || url == "" {
		c.mu.Unlock()
		return ErrNotSelected
	}
	change := StreamSwitch{Old: from, New: to, Thin: thin, OldURL: track.carries, NewURL: url}
	c.mu.Unlock()
	r := ClientRequest{Method: MethodSetParameter, URL: track.url, Type: TypeStreamSwitch, Body: change.Append(nil)}
	_, err := c.do(ctx, r, func(*Response) { track.stream, track.carries, track.thin = to, url, thin })
	return err
}

// Add sends one more stream, [MS-RTSP] 2.2.7.10.1, over what the first Play
// asked for. thin is ThinNothing or ThinKeyFrames.
func (s *Stream) Add(ctx context.Context, stream uint32, thin uint8) error {
	c := s.session()
	c.mu.Lock()
	sdp, url := c.sdp, c.urlOf(stream)
	c.mu.Unlock()
	if url == "" {
		return ErrNotSelected
	}
	opt := s.opt
	opt.Streams, opt.NoRTX = []uint32{stream}, true
	setups, err := c.setups(ctx, sdp, &opt)
	if err != nil {
		return err
	}
	setups[0].thin = thin
	return c.setUpRest(ctx, setups, &opt)
}

// Remove sends a stream no more, [MS-RTSP] 2.2.7.10.2.
func (s *Stream) Remove(ctx context.Context, stream uint32) error {
	c := s.session()
	c.mu.Lock()
	track := c.carrier(stream)
	c.mu.Unlock()
	if track == nil {
		return ErrNotSelected
	}
	return c.deselect(ctx, track)
}

// deselect asks with the URL of the track's SETUP, and says in the body what
// it carries if that is another stream.
func (s *clientSession) deselect(ctx context.Context, track *clientTrack) error {
	s.mu.Lock()
	r := ClientRequest{Method: MethodTeardown, URL: track.url}
	if track.carries != track.url {
		r.Type = TypeStreamSwitch
		r.Body = StreamSwitch{Old: track.stream, New: NoStream, OldURL: track.carries}.Append(nil)
	}
	s.mu.Unlock()
	_, err := s.do(ctx, r, func(*Response) {
		s.tracks = slices.DeleteFunc(s.tracks, func(t *clientTrack) bool { return t == track || t.of == track })
	})
	return err
}

// carrier is the track that carries a stream, nil for none. The caller holds
// mu.
func (s *clientSession) carrier(stream uint32) *clientTrack {
	for _, t := range s.tracks {
		if t.kind == trackMedia && t.stream == stream {
			return t
		}
	}
	return nil
}

// urlOf is the control URL of a stream of the present entry, "" for none. The
// caller holds mu.
func (s *clientSession) urlOf(stream uint32) string {
	for i := range s.sdp.Media {
		if m := &s.sdp.Media[i]; m.Format == FormatASF && m.Stream == stream {
			return ResolveControl(s.sdp.Control, m.Control)
		}
	}
	return ""
}
