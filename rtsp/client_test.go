package rtsp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/head"
	"caracal/internal/memnet"
	"caracal/internal/pull"
)

// collect takes all packets up to the end and holds them against the clip.
func collect(t *testing.T, s *Stream, f *fakeServer) (missing int) {
	t.Helper()
	next := 0
	for {
		event, err := s.Next()
		if err != nil {
			t.Fatalf("after %d packets: %v", next, err)
		}
		if event.Kind == GotEnd {
			break
		}
		if event.Kind == GotGap {
			continue
		}
		if !event.HasPacket || int(event.Packet) < next || int(event.Packet) >= len(f.packets) {
			t.Fatalf("packet %d (%v) when %d is due", event.Packet, event.HasPacket, next)
		}
		missing += int(event.Packet) - next
		next = int(event.Packet) + 1
		if want := f.packets[event.Packet]; !bytes.Equal(event.Data, want) {
			t.Fatalf("packet %d: %d bytes, want %d", event.Packet, len(event.Data), len(want))
		}
	}
	if _, err := s.Next(); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
	return missing + len(f.packets) - next
}

// bubble runs a test against the fake server in virtual time.
func bubble(t *testing.T, test func(t *testing.T, f *fakeServer, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := startFake(t, memnet.New())
		test(t, f, f.client())
	})
}

func TestClientOverTCP(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		s, err := c.Play(t.Context(), "rtspt://192.0.2.1:8554/welcome.wmv", PlayOptions{Blocksize: 1400, Bandwidth: 1_000_000})
		if err != nil {
			t.Fatal(err)
		}
		if missing := collect(t, s, f); missing != 0 {
			t.Errorf("%d packets are missing", missing)
		}
		if err := s.Teardown(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if got := f.kinds(); got != "Describe SelectSetup SelectSetup Play 200 Teardown" {
			t.Errorf("the server got %s", got)
		}
		play, setup := f.last(MethodPlay), f.last(MethodSetup)
		if play.Target.Raw != fakeURL || play.Header.Get("Range") != "npt=0.000-" || play.Header.Get("X-Playlist-Gen-Id") != "7" ||
			play.Header.Get("Bandwidth") != "1000000" || play.Session.ID != "13856065358275910855" {
			t.Errorf("Play: %+v", play)
		}
		if setup.Header.Get("Blocksize") != "1400" || setup.GenID != 7 || !setup.Agent.Is(AgentPlayer) || setup.Agent.GUID == "" ||
			!setup.Supported.Has(head.FeatureEOSMsg|head.FeatureSSwitch) {
			t.Errorf("SETUP: %+v", setup)
		}
	})
}

func TestClientOverUDP(t *testing.T) {
	toMedia := func(n *memnet.Network, lose func(i int) bool) {
		i := 0
		n.Drop(func(from, to netip.AddrPort, b []byte) bool {
			if from.Port() != 5004 || to.Port() != 40_002 {
				return false
			}
			i++
			return lose(i)
		})
	}
	tests := []struct {
		name  string
		opt   PlayOptions
		quiet bool // the server does not send again
		lose  func(i int) bool
		check func(ClientStats) bool
		lost  bool
	}{
		{name: "no loss", check: func(s ClientStats) bool { return s == ClientStats{Packets: s.Packets} }},
		{name: "rtx", lose: func(i int) bool { return i%7 == 0 || i > 100 && i < 140 },
			check: func(s ClientStats) bool {
				return s.Lost == 0 && s.Resent > 0 && s.Asked >= s.Resent && s.Repaired == 0
			}},
		{name: "rtx brings the last packets", lose: func(i int) bool { return i > 1200 },
			check: func(s ClientStats) bool { return s.Lost == 0 && s.Resent > 0 }},
		{name: "FEC", opt: PlayOptions{NoRTX: true, FEC: FECParameters{8, 2, 3}}, lose: func(i int) bool { return i%30 < 3 && i < 1500 },
			check: func(s ClientStats) bool { return s.Lost == 0 && s.Repaired > 0 && s.Asked == 0 }},
		{name: "FEC before rtx", opt: PlayOptions{FEC: FECParameters{8, 2, 3}}, lose: func(i int) bool { return i%30 < 3 && i < 1400 },
			check: func(s ClientStats) bool { return s.Lost == 0 && s.Repaired > 80 && s.Asked == 0 }},
		{name: "rtx where FEC does not suffice", opt: PlayOptions{FEC: FECParameters{8, 1, 1}}, lose: func(i int) bool { return i > 300 && i < 340 },
			check: func(s ClientStats) bool { return s.Lost == 0 && s.Resent > 20 }},
		{name: "neither", opt: PlayOptions{NoRTX: true}, lose: func(i int) bool { return i%7 == 0 }, lost: true,
			check: func(s ClientStats) bool { return s.Lost > 0 && s.Asked == 0 }},
		{name: "nobody answers", quiet: true, lose: func(i int) bool { return i%100 == 0 }, lost: true,
			check: func(s ClientStats) bool { return s.Lost > 0 && s.Asked > s.Lost && s.Resent == 0 }},
		{name: "all lost", quiet: true, lose: func(int) bool { return true }, lost: true,
			check: func(s ClientStats) bool { return s.Packets == 0 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
				f.resend = !test.quiet
				if test.lose != nil {
					toMedia(f.n, test.lose)
				}
				test.opt.UDP = true
				s, err := c.Play(t.Context(), "rtspu://192.0.2.1:8554/welcome.wmv", test.opt)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if missing := collect(t, s, f); missing > 0 != test.lost {
					t.Errorf("%d packets are missing", missing)
				}
				if stats := s.Stats(); !test.check(stats) {
					t.Errorf("%+v", stats)
				}
			})
		})
	}
}

func TestClientKeepsAlive(t *testing.T) {
	for _, silent := range []bool{false, true} {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			c.Silent = silent
			s, err := c.Play(t.Context(), fakeURL, PlayOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			collect(t, s, f)
			synctest.Wait()
			before := len(f.kinds())
			time.Sleep(100 * time.Second)
			synctest.Wait()
			want := " KeepAlive KeepAlive KeepAlive"
			if silent {
				want = ""
			}
			if got := f.kinds()[before:]; got != want {
				t.Errorf("silent %v: in 100 s the server got %q", silent, got)
			}
		})
	}
}

func TestClientPauses(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{UDP: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		collect(t, s, f)
		if err := s.Pause(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := Range{Unit: RangePacket, From: 3, HasFrom: true}
		if err := s.Play(t.Context(), PlayOptions{Range: &r, Scale: -2, Speed: 1.5}); err != nil {
			t.Fatal(err)
		}
		if missing := collect(t, s, f); missing != 0 {
			t.Errorf("%d packets are missing", missing)
		}
		play := f.last(MethodPlay)
		if play.Header.Get("Range") != "x-asf-packet=3-" || play.Header.Get("Scale") != "-2.000" || play.Header.Get("Speed") != "1.500" {
			t.Errorf("Play: %+v", play.Header)
		}
		if err := s.Select(t.Context(), 1, 1, ThinKeyFrames); err != nil {
			t.Fatal(err)
		}
		const entry = "SSEntry: 1 1 1 " + fakeURL + "/video " + fakeURL + "/video\r\n"
		if r := f.last(MethodSetParameter); r.Kind != SelectParameter || r.GenID != 7 || r.Target.Raw != fakeURL+"/video" || string(r.Body) != entry {
			t.Errorf("SelectStream: %+v %q", r, r.Body)
		}
	})
}

// A consumer that does not take events must not keep a response from coming,
// and must get all of them later.
func TestClientIsSlow(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.pause = 0
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		synctest.Wait()
		if n := s.Waiting(); n != pull.MaxQueue && n != len(f.packets)+1 {
			t.Errorf("%d events wait", n)
		}
		if missing := collect(t, s, f); missing != 0 {
			t.Errorf("%d packets are missing", missing)
		}
	})
}

func TestClientIsRefused(t *testing.T) {
	status := func(n int, fields ...head.Field) func(*Request) *Response {
		return func(r *Request) *Response {
			resp := r.Answer(n)
			resp.Header = append(resp.Header, fields...)
			return resp
		}
	}
	tests := []struct {
		name, method string
		answer       func(*Request) *Response
		want         error
		status       int
	}{
		{"not found", MethodDescribe, status(404), nil, 404},
		{"no SDP", MethodDescribe, status(200), ErrInvalid, 0},
		{"around in circles", MethodDescribe, status(302, head.Field{Name: "Location", Value: fakeURL}), ErrRedirects, 0},
		{"no credentials", MethodDescribe, status(401, head.Field{Name: "WWW-Authenticate", Value: `Basic realm="a"`}), nil, 401},
		{"transport", MethodSetup, status(461), nil, 461},
		{"another transport", MethodSetup, status(200, head.Field{Name: "Transport", Value: "RTP/AVP/UDP;unicast"}), ErrUnexpected, 0},
		{"range", MethodPlay, status(457), nil, 457},
	}
	for _, test := range tests {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			f.answers[test.method] = test.answer
			_, err := c.Play(t.Context(), fakeURL, PlayOptions{})
			var refused *StatusError
			switch {
			case test.status != 0:
				if !errors.As(err, &refused) || refused.Response.Status != test.status {
					t.Errorf("%s: %v", test.name, err)
				}
			case !errors.Is(err, test.want):
				t.Errorf("%s: %v, want %v", test.name, err, test.want)
			}
		})
	}
}

func TestClientAnswersChallenges(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.answers[MethodDescribe] = func(r *Request) *Response {
			if r.Header.Has("Authorization") {
				return nil
			}
			resp := r.Answer(401)
			resp.Add("WWW-Authenticate", "Negotiate")
			resp.Add("WWW-Authenticate", `Digest realm="caracal", nonce="0123456789abcdef0123456789abcdef", algorithm=MD5`)
			return resp
		}
		s, err := c.Play(t.Context(), "rtsp://user:secret@192.0.2.1:8554/welcome.wmv", PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		// RFC 2617 3.2.2.1 by another program: md5(md5(user:realm:password):nonce:md5(method:uri)).
		const want = `Digest username="user", realm="caracal", nonce="0123456789abcdef0123456789abcdef", ` +
			`uri="rtsp://192.0.2.1:8554/welcome.wmv", response="8d0d2c9f8d2e8df2d45d097121a75012", algorithm=MD5`
		if got := f.last(MethodPlay).Header.Get("Authorization"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// A server that never answers is given up.
func TestClientWaitsForAnswers(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.handle = func(net.Conn, *Request) bool { return true }
		begin := time.Now()
		_, err := c.Describe(t.Context(), fakeURL)
		if d := time.Since(begin); !errors.Is(err, os.ErrDeadlineExceeded) || d != clientAnswerTimeout {
			t.Errorf("after %v: %v", d, err)
		}
	})
}

func TestClientLosesItsConnection(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.packets = f.packets[:3]
		ctx, cancel := context.WithCancelCause(t.Context())
		s, err := c.Play(ctx, fakeURL, PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		collect(t, s, f)
		why := errors.New("enough")
		cancel(why)
		synctest.Wait()
		if err := s.Pause(context.Background()); !errors.Is(err, why) {
			t.Errorf("Pause after the context's end: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
