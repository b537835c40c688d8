package rtsp

import (
	"errors"
	"io"
	"testing"
)

// sequencePlayers does with the Client what the player of each sequence did.
var sequencePlayers = map[string]func(t *testing.T, c *Client, f *script){
	"packet_pair_tcp.txt": func(t *testing.T, c *Client, f *script) {
		d, err := c.Describe(t.Context(), f.url)
		must(t, err)
		defer d.Close()
		_, err = d.Measure(t.Context())
		must(t, err)
	},
	"packet_pair_udp.txt": func(t *testing.T, c *Client, f *script) {
		_, err := c.Play(t.Context(), f.url, PlayOptions{UDP: true, Measure: true})
		if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.ErrClosedPipe) { // the sequence ends there
			t.Error(err)
		}
	},
	"windows_server_2003.txt": playsTrace,
	"windows_server_2008.txt": playsTrace,
	"streaming.txt": func(t *testing.T, c *Client, f *script) {
		ctx := t.Context()
		s := playsOn(t, c, f.url, PlayOptions{})
		must(t, s.Play(ctx, PlayOptions{Scale: 5}))
		must(t, s.Select(ctx, 2, 2, ThinKeyFrames))
		_, err := s.Do(ctx, ClientRequest{Method: MethodGetParameter})
		must(t, err, s.Pause(ctx), s.Log(ctx, LogPlay, []byte("<XML><Summary>0.0.0.0</Summary></XML>")))
		must(t, s.Remove(ctx, 1), s.Teardown(ctx))
	},
	"select_stream.txt": func(t *testing.T, c *Client, f *script) {
		s := playsOn(t, c, f.url, PlayOptions{Streams: []uint32{7}})
		must(t, s.Select(t.Context(), 7, 6, ThinNothing), s.Select(t.Context(), 6, 6, ThinKeyFrames), s.Remove(t.Context(), 6))
	},
	"fec.txt": func(t *testing.T, c *Client, f *script) {
		s := playsOn(t, c, f.url, PlayOptions{UDP: true, Either: true, FEC: FECParameters{Span: 4, PerSpan: 1, BurstMargin: 6}})
		if n := len(s.session().tracks); n != 3 {
			t.Errorf("%d streams are set up", n)
		}
	},
	"playlist.txt": func(t *testing.T, c *Client, f *script) {
		entersWith(t, c, f, []uint32{3})
	},
	"predictive.txt": func(t *testing.T, c *Client, f *script) {
		s := entersWith(t, c, f, []uint32{3, 5})
		if got := s.session().streams(); len(got) != 2 || got[0] != 5 || got[1] != 3 {
			t.Errorf("streams %d are selected", got)
		}
	},
	"logging.txt": func(t *testing.T, c *Client, f *script) {
		c.Log = func(kind Kind, _ ClientStats) []byte {
			if kind == LogConnect {
				return []byte("<XML><Summary></Summary><c-dns>-</c-dns><c-ip>0.0.0.0</c-ip><transport>TCP</transport></XML>")
			}
			return []byte("<XML><Summary>0.0.0.0 2002-04-22 23:31:24 - 0 18 1 200</Summary><c-ip>0.0.0.0</c-ip></XML>")
		}
		s := playsOn(t, c, f.url, PlayOptions{})
		must(t, s.Pause(t.Context()), s.Teardown(t.Context()))
	},
	"authentication.txt": func(t *testing.T, c *Client, f *script) {
		c.Log = logsEmpty
		playsOn(t, c, "rtsp://user:pass@"+f.url[len("rtsp://"):], PlayOptions{})
	},
}

// playsTrace is the player of [MS-PROTO] 8.4.
func playsTrace(t *testing.T, c *Client, f *script) {
	c.Log = logsEmpty
	s := playsOn(t, c, f.url, PlayOptions{
		UDP: true, Measure: true, Bandwidth: maxBandwidth, Accelerate: &Transmission{Bandwidth: 1_024_128, Duration: 8000},
	})
	if m := s.Measured; m == nil || m.Packets != PairCount {
		t.Errorf("measured %+v", m)
	}
}

// entersWith plays up to an entry change and selects streams of the new entry.
func entersWith(t *testing.T, c *Client, f *script, streams []uint32) *Stream {
	t.Helper()
	c.Log = logsEmpty
	s := playsOn(t, c, f.url, PlayOptions{})
	if e := until(t, s, GotEnd); e.Reason != EndOfEntry {
		t.Errorf("ends with %d", e.Reason)
	}
	entry := until(t, s, GotHeader)
	if entry.GenID != 5353 {
		t.Errorf("entry %d", entry.GenID)
	}
	must(t, s.Enter(t.Context(), entry, PlayOptions{Streams: streams}))
	return s
}
