package mms

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/memnet"
	"caracal/internal/pull"
)

// [MS-MMSP] 4.3 from the first to the last message, over both transports.
func TestClientPlaysAClip(t *testing.T) {
	for _, url := range []string{fakeURL, "mmst://192.0.2.1:1755/welcome.wmv", "mmsu://192.0.2.1/welcome.wmv"} {
		inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
			d, err := c.Describe(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(d.HeaderBytes, f.header) || d.Packets != 449 || d.PacketSize != 1400 || d.BitRate != 200_000 ||
				d.Duration != 24046*time.Millisecond || d.Server != "9.0" || d.UDP != strings.HasPrefix(url, "mmsu") ||
				d.Attributes != FileCanSeek|FileCanStride || d.URL != url || d.Measured != nil || len(d.Header.Streams()) != 2 {
				t.Errorf("%+v", d)
			}
			s := playFake(t, c, "", PlayOptions{After: d, AccelBandwidth: 1, AccelDuration: 2, LinkBandwidth: 3})
			wantPackets(t, s, f, 0, 449)
			if e := wantKind(t, s, GotEnd); e.More || e.HR != SOK {
				t.Errorf("%+v", e)
			}
			if _, err := s.Next(); err != io.EOF {
				t.Errorf("after the end: %v", err)
			}
			if err := s.Teardown(t.Context()); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			if got := f.talk(); got != "[Connect FunnelInfo ConnectFunnel OpenFile ReadBlock StreamSwitch StartPlaying Logging CloseFile]" {
				t.Error(got)
			}
			if want := (ClientStats{Packets: 449, Bytes: 449 * 1400}); s.Stats() != want {
				t.Errorf("%+v", s.Stats())
			}
			checkClipTalk(t, f, d.UDP)
		})
	}
}

func checkClipTalk(t *testing.T, f *fakeMac, udp bool) {
	t.Helper()
	connect := lastOf[Connect](t, f)
	agent := connect.SubscriberName.Agent()
	if !strings.HasPrefix(agent.Raw, "NSPlayer/7.1.0.3055; {") || agent.GUID == "" || !strings.HasPrefix(connect.SubscriberName.Host(), "192.0.2.1") ||
		connect.PlayIncarnation != DisablePacketPair {
		t.Errorf("%+v", connect)
	}
	funnel, err := ParseFunnel(lastOf[ConnectFunnel](t, f).FunnelName)
	if err != nil || funnel.Addr != memnet.Client || funnel.UDP != udp || funnel.Port == 0 {
		t.Errorf("%+v, %v", funnel, err)
	}
	if m := lastOf[OpenFile](t, f); m.FileName != "welcome.wmv" || m.PlayIncarnation != 9 {
		t.Errorf("%+v", m)
	}
	if m := lastOf[ReadBlock](t, f); m.OpenFileID != fakeFileID || m.PlayIncarnation != 1 || m.Length != 0x8000 || m.TDeadline != 3600 {
		t.Errorf("%+v", m)
	}
	if m := lastOf[StreamSwitch](t, f); len(m.Entries) != 2 || m.Entries[0] != (StreamSwitchEntry{NoStream, 1, ThinNothing}) {
		t.Errorf("%+v", m)
	}
	m := lastOf[StartPlaying](t, f)
	if start, err := m.Start(); err != nil || start != (Start{}) || m.PlayIncarnation != 10 || m.AccelDuration != 2 || m.LinkBandwidth != 3 {
		t.Errorf("%+v", m)
	}
	l := lastOf[Logging](t, f)
	if l.Info.PacketsReceived != 449 || l.Info.BytesReceived != 449*1400 || l.SourceID != fakeFileID || l.Info.FileDuration != 24046 ||
		l.Info.Played < 20_000 || l.Info.MinReceptionQuality != 100 || l.Transport == "UDP" != udp || l.Info.ClientVersion.Parts() != [4]uint16{7, 1, 0, 3055} {
		t.Errorf("%+v", l)
	}
}

// Stop, seek by each unit, and the new packets only: [MS-MMSP] 4.5.1.
func TestClientStopsAndSeeks(t *testing.T) {
	for _, udp := range []bool{false, true} {
		inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
			c.UDP = udp
			s := playFake(t, c, fakeURL, PlayOptions{})
			defer s.Close()
			wantPackets(t, s, f, 0, 20)
			if err := s.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			wantStopped(t, s, 20)
			if err := s.Stop(t.Context()); err != nil {
				t.Errorf("stopped again: %v", err)
			}
			at := map[Unit]Start{Seconds: {Seconds: 10}, Packets: {Unit: Packets, Number: 100}, Bytes: {Unit: Bytes, Number: uint32(len(f.header) + 1400*100)}}
			for _, unit := range []Unit{Seconds, Packets, Bytes} {
				if err := s.Play(t.Context(), PlayOptions{Start: at[unit]}); err != nil {
					t.Fatal(err)
				}
				for e := wantKind(t, s, GotPacket); e.Packet != 100; e = wantKind(t, s, GotPacket) {
				}
				wantPackets(t, s, f, 101, 110)
			}
			if err := s.Play(t.Context(), PlayOptions{Start: at[Packets], Rate: -5}); err != nil {
				t.Fatal(err)
			}
			for e := wantKind(t, s, GotPacket); e.Packet != 100; e = wantKind(t, s, GotPacket) {
			}
			wantPackets(t, s, f, 99, -1)
			wantKind(t, s, GotEnd)
			synctest.Wait()
			want := "[Connect FunnelInfo ConnectFunnel OpenFile ReadBlock StreamSwitch StartPlaying StopPlaying Logging StartPlaying" +
				" StopPlaying Logging StartPlaying StopPlaying Logging StartPlaying StopPlaying Logging StartStriding Logging]"
			if got := f.talk(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if stats := s.Stats(); stats.Lost != 0 || stats.Strange != 0 || stats.Duplicates != 0 {
				t.Errorf("%+v", stats)
			}
			if m := lastOf[StopPlaying](t, f); m.PlayIncarnation != 13 || m.OpenFileID != fakeFileID {
				t.Errorf("%+v", m)
			}
		})
	}
}

// wantStopped wants what came before the stop, from packet at on.
func wantStopped(t *testing.T, s *Stream, at int) {
	t.Helper()
	for ; ; at++ {
		e, err := s.Next()
		if err == io.EOF {
			return
		}
		if err != nil || e.Kind != GotPacket || int(e.Packet) != at {
			t.Fatalf("%+v, %v", e, err)
		}
	}
}

func TestClientSelects(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		d, err := c.Describe(t.Context(), fakeURL)
		if err != nil {
			t.Fatal(err)
		}
		s := playFake(t, c, "", PlayOptions{After: d, Streams: d.Selection([]uint16{2})})
		defer s.Close()
		want := []StreamSwitchEntry{{1, NoStream, ThinEverything}, {NoStream, 2, ThinNothing}}
		if m := lastOf[StreamSwitch](t, f); len(m.Entries) != 2 || m.Entries[0] != want[0] || m.Entries[1] != want[1] {
			t.Errorf("%+v", m)
		}
		if err := s.Select(t.Context(), []StreamSwitchEntry{{NoStream, 1, ThinKeyFrames}}); err != nil {
			t.Error(err)
		}
		wantPackets(t, s, f, 0, 50)
		f.on(func(c *fakeConn, mid MID, _ Appender) bool {
			if mid == MIDStreamSwitch {
				c.say(&ReportStreamSwitch{ENoStream})
			}
			return mid == MIDStreamSwitch
		})
		var status *StatusError
		if err := s.Select(t.Context(), want); !errors.As(err, &status) || status.HR != ENoStream {
			t.Error(err)
		}
		wantPackets(t, s, f, 50, 100) // it goes on
		if err := s.Select(t.Context(), make([]StreamSwitchEntry, MaxStreamSwitches+1)); !errors.Is(err, ErrLimit) {
			t.Error(err)
		}
	})
}

func TestClientMeasures(t *testing.T) {
	for _, udp := range []bool{false, true} {
		inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
			c.Measure, c.UDP = true, udp
			f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
				for n := 0; n < PairDatagrams && mid == MIDReadBlock && udp; n++ {
					c.give(AppendPair(nil, n, make([]byte, PairPayload)))
					time.Sleep(time.Millisecond)
				}
				return false
			}
			d, err := c.Describe(t.Context(), fakeURL)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			want := Measurement{Packets: 3, Size: 512, Elapsed: time.Millisecond, Bandwidth: 4_096_000}
			if udp {
				want = Measurement{UDP: true, Packets: 2, Size: 1472, Elapsed: time.Millisecond, Bandwidth: 11_776_000}
			}
			if d.Measured == nil || *d.Measured != want {
				t.Errorf("%+v, want %+v", d.Measured, want)
			}
		})
	}
}

func TestClientAnswersPing(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
			if mid == MIDStartPlaying {
				c.say(&Ping{1, 2})
			}
			return false
		}
		s := playFake(t, c, fakeURL, PlayOptions{})
		wantPackets(t, s, f, 0, 10)
		s.Close()
		lastOf[Pong](t, f)
		if s.Stats().Pings != 1 {
			t.Errorf("%+v", s.Stats())
		}
	})
}

// What comes at once is all answered, however many messages it is.
func TestClientAnswersAllPings(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		const many = maxClientPending / 2
		f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
			if mid == MIDStartPlaying {
				var b []byte
				for range many {
					b = AppendPacket(b, c.out, 0, &Ping{1, 2})
					c.out++
				}
				c.conn.Write(b)
			}
			return false
		}
		s := playFake(t, c, fakeURL, PlayOptions{})
		wantPackets(t, s, f, 0, 10)
		s.Close()
		if n := s.Stats().Pings; n != many {
			t.Errorf("%d of %d", n, many)
		}
	})
}

var refusalTests = []struct {
	name string
	url  string
	udp  bool
	mid  MID
	with []Appender
	hr   HRESULT
	err  error
}{
	{name: "too many", mid: MIDConnect, with: []Appender{&ReportConnectedEX{HR: ETooManySessions}}, hr: ETooManySessions},
	{name: "no funnel", mid: MIDConnectFunnel, udp: true, with: []Appender{&ReportDisconnectedFunnel{HR: EProtocolMismatch}}, hr: EProtocolMismatch},
	{name: "no file", mid: MIDOpenFile, with: []Appender{&ReportOpenFile{HR: EFileNotFound}}, hr: EFileNotFound},
	{name: "no login", mid: MIDOpenFile, with: []Appender{&SecurityChallenge{Token: AppendBasicRealm(nil, "x")}}, hr: EAccessDenied},
	{name: "no start", mid: MIDStartPlaying, with: []Appender{&ReportStartedPlaying{HR: EInvalidArg}}, hr: EInvalidArg},
	{name: "silence", mid: MIDOpenFile, err: ErrTimeout},
	{name: "silence at the start", mid: MIDStartPlaying, err: ErrTimeout},
	{name: "nothing over UDP", mid: MIDReadBlock, udp: true, with: []Appender{&ReportReadBlock{}}, err: ErrFirewall},
	{name: "another scheme", url: "http://192.0.2.1/", err: ErrInvalid},
	{name: "no host", url: "mms:///x", err: ErrInvalid},
	{name: "too long", url: "mms://192.0.2.1/" + strings.Repeat("x", pull.MaxURL), err: ErrInvalid},
}

// What the server refuses is told; the rest of the time nothing waits for ever.
func TestClientIsRefused(t *testing.T) {
	for _, tt := range refusalTests {
		t.Run(tt.name, func(t *testing.T) {
			inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
				c.UDP = tt.udp
				f.handle = func(c *fakeConn, mid MID, _ Appender) bool {
					if mid != tt.mid {
						return false
					}
					for _, m := range tt.with {
						c.say(m)
					}
					return true
				}
				url := tt.url
				if url == "" {
					url = fakeURL
				}
				_, err := c.Play(t.Context(), url, PlayOptions{})
				var status *StatusError
				if tt.hr != 0 && (!errors.As(err, &status) || status.HR != tt.hr) || tt.err != nil && !errors.Is(err, tt.err) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func TestClientIsCancelled(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		f.handle = func(_ *fakeConn, mid MID, _ Appender) bool { return mid == MIDReadBlock }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Describe(ctx, fakeURL); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		f.on(nil)
		ctx, cancel = context.WithCancel(t.Context())
		s, err := c.Play(ctx, fakeURL, PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		wantPackets(t, s, f, 0, 5)
		cancel()
		for err == nil {
			_, err = s.Next()
		}
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		s.Close()
	})
}

func TestClientMeetsAnotherServer(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		c.Dial = func(context.Context, string, string) (net.Conn, error) {
			a, b := net.Pipe()
			f.serving.Go(func() {
				NewReader(b).Next()
				io.WriteString(b, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
				b.Close()
			})
			return a, nil
		}
		if _, err := c.Describe(t.Context(), fakeURL); !errors.Is(err, ErrNotServer) {
			t.Error(err)
		}
	})
}

// A server that says nothing any more is given up, unless packets still come
// over UDP.
func TestClientGivesUpSilentServers(t *testing.T) {
	for _, udp := range []bool{false, true} {
		inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
			c.UDP = udp
			f.handle = func(c *fakeConn, mid MID, m Appender) bool {
				if mid == MIDStartPlaying && !udp {
					c.say(&ReportStartedPlaying{PlayIncarnation: m.(*StartPlaying).PlayIncarnation})
				}
				return mid == MIDStartPlaying && !udp
			}
			f.pause = time.Minute
			s := playFake(t, c, fakeURL, PlayOptions{})
			defer s.Close()
			began := time.Now()
			if udp {
				wantPackets(t, s, f, 0, 20)
				return
			}
			if _, err := s.Next(); !errors.Is(err, ErrTimeout) || time.Since(began) != clientSilence {
				t.Errorf("%v after %v", err, time.Since(began))
			}
		})
	}
}

// A server that sends faster than Next takes waits over TCP, and Close does not.
func TestClientHoldsBackTCP(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		f.packets = append(append(f.packets, f.packets...), f.packets...)
		f.pause = 0
		s := playFake(t, c, fakeURL, PlayOptions{})
		synctest.Wait()
		if n := s.Waiting(); n != pull.MaxQueue {
			t.Errorf("%d events wait", n)
		}
		wantPackets(t, s, f, 0, 600)
		s.Close()
	})
}
