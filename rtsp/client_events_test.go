package rtsp

import (
	"bytes"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/head"
)

// A server that knows no EndOfStream says BYE.
func TestClientTakesBye(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.noInfo = true
		f.ending = func(conn net.Conn) {
			bye := AppendBye(nil, SenderInfo{SSRC: fakeSSRC, Time: time.Now()}, "server")
			for _, channel := range []uint8{7, f.channel + 1} { // 7 is nobody's
				conn.Write(Frame{channel, bye}.Append(nil))
			}
		}
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if missing := collect(t, s, f); missing != 0 {
			t.Errorf("%d packets are missing", missing)
		}
		if stats := s.Stats(); stats.Strange != 1 {
			t.Errorf("%+v", stats)
		}
	})
}

// Without RTP-Info the first packet that comes is the first one.
func TestClientBeginsAnywhere(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.noInfo = true
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{UDP: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if missing := collect(t, s, f); missing != 0 || s.Stats().Lost != 0 {
			t.Errorf("%d packets are missing: %+v", missing, s.Stats())
		}
	})
}

func TestClientAnswersServer(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.packets = f.packets[:1]
		request := func(method, media string, body []byte, fields ...head.Field) []byte {
			r := &Request{Method: method, CSeq: 9, Header: append(head.Fields{{Name: "Content-Type", Value: media}}, fields...), Body: body}
			r.Target.Raw = fakeURL
			return r.AppendTo(nil)
		}
		f.ending = func(conn net.Conn) {
			end := EndOfStreamBody{Session: "1", EOF: true, Reason: EndOfEntry}
			conn.Write(request(MethodSetParameter, TypeExtensionCmd, end.Append(nil)))
			conn.Write(request(MethodOptions, "", nil))
			conn.Write(request("REDIRECT", "", nil))
			conn.Write(request(MethodAnnounce, TypeSDP, []byte("no SDP")))
			conn.Write(request(MethodAnnounce, TypeSDP, f.sdp.Append(nil),
				head.Field{Name: "X-Playlist-Gen-Id", Value: "8"}, head.Field{Name: "X-Receding-PlaylistChange", Value: "1"}, head.Field{Name: "X-RTP-Info", Value: "url=" + fakeURL + "/audio"}))
		}
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, want := range []StreamEventKind{GotPacket, GotEnd, GotHeader} {
			event, err := s.Next()
			if err != nil || event.Kind != want {
				t.Fatalf("%+v, %v; want %d", event, err, want)
			}
			switch {
			case want == GotEnd && (event.Reason != EndOfEntry || !event.More):
				t.Errorf("ends with %d", event.Reason)
			case want == GotHeader && (!event.Receding || len(event.Selected) != 1 || !bytes.Equal(event.Header, f.sdp.Header)):
				t.Errorf("announced %+v", event)
			}
		}
		synctest.Wait()
		const want = "Describe SelectSetup SelectSetup Play 200 200 501 400 200"
		if got := f.kinds(); got != want {
			t.Errorf("the server got %s, want %s", got, want)
		}
		if err := s.Play(t.Context(), PlayOptions{Header: head.Fields{{Name: "X-Playlist-Seek-Id", Value: "8"}}}); err != nil {
			t.Fatal(err)
		}
		if play := f.last(MethodPlay); play.GenID != 8 || play.Header.Has("Range") {
			t.Errorf("Play: %+v", play.Header)
		}
	})
}

// Streams of one session on different transports, and only those that were
// chosen.
func TestClientMixesTransports(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.packets = f.packets[:1]
		for i := range f.sdp.Media {
			f.sdp.Media[i].Reliable = f.sdp.Media[i].Media == MediaAudio
		}
		d, err := c.Describe(t.Context(), fakeURL)
		if err != nil {
			t.Fatal(err)
		}
		if d.Header == nil || d.Server.Major != 9 || !d.Supported.Has(ServerFeatures) || d.URL != fakeURL {
			t.Errorf("%+v", d)
		}
		info, err := d.Do(t.Context(), ClientRequest{Method: MethodGetParameter, Type: TypeGetContentInfo, Body: []byte{0}})
		if err != nil || !info.OK() {
			t.Errorf("GetContentInfo: %+v, %v", info, err)
		}
		s, err := c.Play(t.Context(), "", PlayOptions{After: d, UDP: true})
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		time.Sleep(time.Second) // the server is done with it
		var lower []Lower
		f.mu.Lock()
		requests := f.requests
		f.mu.Unlock()
		for _, r := range requests {
			for _, tr := range ParseTransports(r.Header.Values("Transport")...) {
				lower = append(lower, tr.Lower)
			}
		}
		if len(lower) != 3 || lower[0] != LowerUDP || lower[1] == lower[2] {
			t.Errorf("rtx, then audio and video over %v", lower)
		}
		if s, err = c.Play(t.Context(), fakeURL, PlayOptions{Streams: []uint32{d.SDP.Media[0].Stream}}); err != nil {
			t.Fatal(err)
		}
		s.Close()
		time.Sleep(time.Second)
		if _, err := c.Play(t.Context(), fakeURL, PlayOptions{Streams: []uint32{99}}); err == nil {
			t.Error("a stream that is not there was played")
		}
	})
}

func TestClientIsRedirected(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		const other = "rtsp://192.0.2.1:8555/other"
		f.answers[MethodDescribe] = func(r *Request) *Response {
			if r.Target.Raw == fakeURL {
				resp := r.Answer(302)
				resp.Add("Location", other)
				return resp
			}
			return nil
		}
		d, err := c.Describe(t.Context(), fakeURL)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
		if d.URL != other {
			t.Errorf("described %s", d.URL)
		}
		for i, status := range []int{305, 200} {
			f.answers[MethodDescribe] = func(r *Request) *Response {
				if len(f.requests) > 3 {
					return nil
				}
				resp := r.Answer(status)
				resp.Add("Location", "rtsp://192.0.2.1:8556/")
				return resp
			}
			if d, err = c.Describe(t.Context(), fakeURL); err != nil {
				t.Fatal(i, err)
			}
			d.Close()
			if d.URL != fakeURL {
				t.Errorf("a proxy changed the URL to %s", d.URL)
			}
		}
	})
}

// Datagrams of others, packet-pair data and what is no RTP are counted and do
// no harm.
func TestClientIgnoresStrangers(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		f.packets = f.packets[:40]
		stranger := netip.MustParseAddrPort("192.0.2.66:5004")
		f.n.Pass(func(from, to netip.AddrPort, b []byte) [][]byte {
			if from.Port() != 5004 {
				return [][]byte{b}
			}
			f.n.Deliver(stranger, to, b)
			return [][]byte{{0x80, 1}, b}
		})
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{UDP: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		pair := Pair{PayloadType: PayloadRTX, SSRC: fakeRTX}
		f.socket.WriteTo(pair.Append(nil, 1, make([]byte, MaxPairSize)), net.UDPAddrFromAddrPort(f.rtx))
		if missing := collect(t, s, f); missing != 0 {
			t.Errorf("%d packets are missing", missing)
		}
		if stats := s.Stats(); stats.Pairs != 1 || stats.Strange < 2*uint64(len(f.packets)) || stats.Duplicates != 0 {
			t.Errorf("%+v", stats)
		}
	})
}

func TestParseClientURL(t *testing.T) {
	tests := []struct{ in, text, address string }{
		{"rtspt://h/a%20b?c#d", "rtsp://h/a%20b?c", "h:554"},
		{"MMS://u:p@[::1]:8554/a", "rtsp://[::1]:8554/a", "[::1]:8554"},
		{"http://h/", "", ""},
		{"rtsp:///a", "", ""},
		{"%", "", ""},
	}
	for _, test := range tests {
		u, err := clientURLs.Parse(test.in)
		if (err != nil) != (test.text == "") || u.Text != test.text || u.Address != test.address {
			t.Errorf("%s: %+v, %v", test.in, u, err)
		}
	}
}

// FEC is asked for beside each stream over UDP, with the parameters in the
// Transport header; a server that has none after all is played without.
func TestClientAsksForFEC(t *testing.T) {
	for _, refused := range []bool{false, true} {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			f.answers[MethodSetup] = func(r *Request) *Response {
				if _, control, _ := SplitControl(r.Target.Path); refused && control.FEC {
					return r.Answer(404)
				}
				return nil
			}
			s, err := c.Play(t.Context(), fakeURL, PlayOptions{UDP: true, FEC: FECParameters{Span: 16, PerSpan: 2, BurstMargin: 1}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if missing := collect(t, s, f); missing != 0 {
				t.Errorf("%d packets are missing", missing)
			}
			asked := ""
			f.mu.Lock()
			for _, r := range f.requests {
				if _, control, _ := SplitControl(r.Target.Path); control.FEC {
					asked += r.Header.Get("Transport") + "\n"
				}
			}
			f.mu.Unlock()
			if strings.Count(asked, ";FecSpan=10;FecPerSpan=2;FecBurstMargin=1\n") != 2 || strings.Count(asked, "client_port=40002;") != 2 {
				t.Errorf("asked for FEC with\n%s", asked)
			}
		})
	}
}
