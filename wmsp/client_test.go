package wmsp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/head"
	"caracal/internal/pull"
)

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestClientDescribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got *Request
		rnd := []byte{1, 2, 3}
		s := newFakeServer(t, func(_ int, r *Request, _ []byte) []byte {
			got = r
			pairs := AppendPair(AppendPair(AppendPair(nil, 1, 300, rnd), 2, 300, rnd), 3, 300, rnd)
			body := join(pairs, metadata(7), AppendHeader(nil, 0, testHeader()))
			answer := ok(0, `packet-pair-experiment=1, timeout=60000, features="seekable,stridable"`, body,
				"Supported", "com.microsoft.wm.fastcache", "Connection", "Keep-Alive")
			late := bytes.LastIndex(answer, AppendPair(nil, 3, 300, rnd))
			return join(answer[:late], []byte(pause), answer[late:])
		})
		c := Client{Dial: s.dial, Supported: head.FeatureSrvPPair | head.FeaturePredStrm, Schemes: "NTLM, Basic"}
		d, err := c.Describe(t.Context(), "mms://u:p@server/a%20b.wmv?x=1#f")
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if d.URL != "mms://server/a%20b.wmv?x=1" || d.ClientID != 42 || d.Pragma.Timeout != 60000 ||
			d.Supported != head.FeatureFastCache || d.Features != ContentSeekable|ContentStridable ||
			!d.Server.AtLeast(9, 6) || d.Metadata.PlaylistGenID != 7 || d.Pipelined() {
			t.Errorf("%+v", d)
		}
		pairs := pull.Measurement{Packets: 3, Size: 8 + 1048 + 300, Elapsed: 10 * time.Millisecond, Bandwidth: 8 * (8 + 1048 + 300) * 100}
		if d.Measured == nil || *d.Measured != pairs {
			t.Errorf("measured %+v, want %+v", d.Measured, pairs)
		}
		if !bytes.Equal(d.HeaderBytes, testHeader()) || len(d.Header.Streams()) != 2 {
			t.Errorf("header of %d bytes", len(d.HeaderBytes))
		}
		facts := requestFacts(got)
		want := map[string]string{
			"kind": "Describe", "path": "/a b.wmv", "query": "x=1", "host": "server", "version": "1.0",
			"agent": "NSPlayer 12.0", "keepalive": "true",
			"supported": "com.microsoft.wm.srvppair, com.microsoft.wm.predstrm",
			"pragma": "no-cache, rate=1.000, stream-time=0, stream-offset=4294967295:4294967295, packet-num=4294967295, " +
				"max-duration=0, packet-pair-experiment=1, xClientGUID=" + got.Pragma.ClientGUID,
		}
		for key := range want {
			if facts[key] != want[key] {
				t.Errorf("%s = %s, want %s", key, facts[key], want[key])
			}
		}
		if len(got.Pragma.ClientGUID) != len("{00000000-0000-0000-0000-000000000000}") ||
			got.Header.Get("X-Accept-Authentication") != "NTLM, Basic" {
			t.Errorf("%+v", got.Header)
		}
	})
}

func TestClientDescribeErrors(t *testing.T) {
	header := AppendHeader(nil, 0, testHeader())
	status := NewResponse(0, 404).AppendTo(nil)
	tests := []struct {
		name  string
		reply []byte
		want  error
	}{
		{"web server", []byte("HTTP/1.0 200 OK\r\nServer: Apache\r\n\r\n" + hangUp), ErrNotServer},
		{"no answer", []byte(hangUp), io.ErrUnexpectedEOF},
		{"not HTTP", []byte("hello\r\n\r\n"), ErrInvalid},
		{"head without end", bytes.Repeat([]byte("A: b\r\n"), MaxHead/6+1), ErrLimit},
		{"line without end", bytes.Repeat([]byte("A"), 70<<10), ErrLimit},
		{"only interim", bytes.Repeat([]byte("HTTP/1.1 100 Continue\r\n\r\n"), maxInterimHeads+1), ErrUnexpected},
		{"half a header", append(ok(0, "", nil), append(header[:100:100], hangUp...)...), io.ErrUnexpectedEOF},
		{"no packets", ok(0, "", []byte{}), io.ErrUnexpectedEOF},
		{"short body", ok(0, "", header[:50]), io.ErrUnexpectedEOF},
		{"data packet", ok(0, "", frameD(0, "x")), ErrUnexpected},
		{"plain ASF", ok(0, "", testHeader()), ErrInvalid},
		{"bad metadata", ok(0, "", AppendMetadata(nil, 0, []byte("x\x00"))), ErrInvalid},
		{"four pairs", ok(0, "", bytes.Repeat(AppendPair(nil, 2, 0, nil), 4)), ErrInvalid},
		{"redirect in a circle", []byte("HTTP/1.0 302 Found\r\nLocation: /\r\n\r\n"), ErrRedirects},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			s := newFakeServer(t, func(int, *Request, []byte) []byte { return test.reply })
			c := Client{Dial: s.dial}
			d, err := c.Describe(t.Context(), "http://server/a")
			if !errors.Is(err, test.want) {
				t.Errorf("%s: %+v, %v, want %v", test.name, d, err, test.want)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := newFakeServer(t, func(int, *Request, []byte) []byte { return status })
		c := Client{Dial: s.dial}
		_, err := c.Describe(t.Context(), "http://server/a")
		var refused *StatusError
		if !errors.As(err, &refused) || refused.Response.Status != 404 || !strings.Contains(err.Error(), "404 Not Found") {
			t.Errorf("404: %v", err)
		}
	})
	c := Client{}
	for _, url := range []string{"rtsp://server/a", "http:///a", "://", "a"} {
		if _, err := c.Describe(t.Context(), url); err == nil {
			t.Errorf("%q is taken", url)
		}
	}
}

func TestClientMetadataWithBadList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeServer(t, func(int, *Request, []byte) []byte {
			return ok(0, "", join(AppendMetadata(nil, 0, []byte("playlist-gen-id=5\x00zzz")), AppendHeader(nil, 0, testHeader())))
		})
		c := Client{Dial: s.dial}
		d, err := c.Describe(t.Context(), "http://server/a")
		if err != nil || d.Metadata.PlaylistGenID != 5 {
			t.Fatalf("%+v, %v", d, err)
		}
	})
}

func TestClientRedirect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeServer(t, func(_ int, r *Request, _ []byte) []byte {
			if r.Path == "/old" {
				return []byte("HTTP/1.0 302 Found\r\nLocation: new?q\r\n\r\n")
			}
			return ok(0, "", AppendHeader(nil, 0, testHeader()))
		})
		c := Client{Dial: s.dial}
		d, err := c.Describe(t.Context(), "mmsh://server/old")
		if err != nil || d.URL != "mmsh://server/new?q" {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

func TestClientContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeServer(t, func(int, *Request, []byte) []byte { return []byte("HTTP/1.0 ") })
		c := Client{Dial: s.dial}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		_, err := c.Describe(ctx, "http://server/a")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Minute {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
	})
}

// The X-StartupProfile of [MS-WMSP] 2.2.2.6.
const startupExample = "Rate=10,12,15,20,30;MaxBytes=459,459,459,459,459;Time=0,0,0,0,0;StartTime=3290;LastTime=15120;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=2538,2538,2538,2538,2538;"

func TestClientPlay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var play *Request
		s := newFakeServer(t, func(_ int, r *Request, _ []byte) []byte {
			header := AppendHeader(nil, 0, testHeader())
			if r.Kind == Describe {
				return ok(0, "", join(metadata(7), header), "Supported", "com.microsoft.wm.fastcache")
			}
			play = r
			return join(ok(0, "AccelBW=1000", nil, "X-StartupProfile", startupExample), metadata(7), header,
				frameD(0, "a"), AppendE(nil, ReasonEntryDone), AppendC(nil, 0), metadata(8), header,
				frameD(0, "b"), frameD(1, "c"), AppendE(nil, ReasonDone), AppendE(nil, ReasonDone), []byte(hangUp))
		})
		c := Client{Dial: s.dial, GUID: "{1}"}
		stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{
			Start: Start{StartByPacket, 9}, Rate: -5, Speed: 2.5, AccelBW: 1, AccelDuration: 2, LinkBW: 3,
			BurstBW: 4, BurstDuration: 5, MaxDuration: 6, PlaylistSeekID: 7, PLOffset: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		p := stream.Response.Pragma()
		if p.AccelBW != 1000 || stream.Startup.LastTime != 15120 || stream.Description().ClientID != 42 {
			t.Errorf("%+v", stream)
		}
		got, err := events(t, stream)
		size := len(testHeader())
		want := []string{
			fmt.Sprintf("header %d of 7", size), "packet 0 a", "end 0x1", "change 0x0",
			fmt.Sprintf("header %d of 8", size), "packet 0 b", "packet 1 c", "end 0x0",
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
		const tokens = "no-cache, pl-offset=1, rate=-5.000, stream-time=0, stream-offset=4294967295:4294967295, packet-num=9, " +
			"max-duration=6, xPlayStrm=1, client-id=42, playlist-gen-id=7, playlist-seek-id=7, LinkBW=3, AccelBW=1, AccelDuration=2, " +
			"BurstBW=4, BurstDuration=5, Speed=2.500, xClientGUID={1}, stream-switch-count=2|stream-switch-entry=ffff:1:0 ffff:c:0"
		if text := pragmaText(&play.Pragma); text != tokens {
			t.Errorf("got  %s\nwant %s", text, tokens)
		}
		if play.KeepAlive() || play.Kind != Play || s.order() != "[1 Describe 2 Play]" {
			t.Errorf("%v of %+v", s.order(), play)
		}
	})
}

func TestClientPlayOnKeptConnection(t *testing.T) {
	for _, gone := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newFakeServer(t, func(n int, r *Request, _ []byte) []byte {
				header := AppendHeader(nil, 0, testHeader())
				if r.Kind == Describe {
					return ok(0, "", header, "Connection", "Keep-Alive")
				}
				if gone && n == 1 {
					return nil
				}
				return join(ok(0, "", nil), header)
			})
			c := Client{Dial: s.dial}
			stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{Start: Start{StartByOffset, 5}})
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Close()
			want := map[bool]string{false: "[1 Describe 1 Play]", true: "[1 Describe 1 Play 2 Play]"}[gone]
			if s.order() != want {
				t.Errorf("%s, want %s", s.order(), want)
			}
		})
	}
}

func TestClientStreamErrors(t *testing.T) {
	header := AppendHeader(nil, 0, testHeader())
	tests := []struct {
		name string
		body []byte
		want error
	}{
		{"no end", frameD(0, "a"), io.ErrUnexpectedEOF},
		{"half a packet", frameD(0, "abc")[:14], io.ErrUnexpectedEOF},
		{"pair", AppendPair(nil, 1, 0, nil), ErrUnexpected},
		{"unknown packet", []byte{0x24, 'Z', 0, 0}, ErrUnexpected},
		{"no packet", []byte("HTTP/1.1"), ErrInvalid},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			s := newFakeServer(t, func(_ int, r *Request, _ []byte) []byte {
				if r.Kind == Describe {
					return ok(0, "", header)
				}
				return join(ok(0, "", nil), header, test.body, []byte(hangUp))
			})
			c := Client{Dial: s.dial}
			stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Close()
			if got, err := events(t, stream); !errors.Is(err, test.want) {
				t.Errorf("%s: %q, %v, want %v", test.name, got, err, test.want)
			}
		})
	}
}

func TestHeaderLimits(t *testing.T) {
	var a headerAssembly
	f := Frame{ID: FrameHeader, Payload: make([]byte, MaxPayload)}
	for size := 0; size+len(f.Payload) <= maxClientHeader; size += len(f.Payload) {
		f.Payload[16], f.Payload[22] = 0, 1 // the Header Object never ends
		if done, err := a.add(&f); done || err != nil {
			t.Fatalf("after %d bytes: %t, %v", size, done, err)
		}
	}
	if _, err := a.add(&f); !errors.Is(err, ErrLimit) {
		t.Errorf("header: %v, want ErrLimit", err)
	}
	f.ID = FrameMetadata
	var err error
	for range MaxMetadata/MaxPayload + 1 {
		if _, err = a.add(&f); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrLimit) {
		t.Errorf("metadata: %v, want ErrLimit", err)
	}
}

func TestPositionPragma(t *testing.T) {
	for _, want := range []Start{{StartByTime, 5000}, {StartByPacket, 7}, {StartByOffset, 1 << 40}} {
		p := positionPragma(want, 1)
		if got := p.Start(); got != want {
			t.Errorf("%+v became %+v", want, got)
		}
	}
	p := positionPragma(Start{}, 1)
	if p.StreamOffset != math.MaxUint64 || p.PacketNum != math.MaxUint32 || p.Start() != (Start{StartByTime, 0}) {
		t.Errorf("%+v", p)
	}
}
