package mms

import (
	"bytes"
	"testing"
	"testing/synctest"
)

// fakeEntries plays 10 packets, and from packet 100 on as another entry of a
// playlist: over TCP at once, over UDP when the player asks for it.
func fakeEntries(c *fakeConn, mid MID, m Appender) bool {
	start, ok := m.(*StartPlaying)
	if !ok {
		return false
	}
	c.say(&ReportStartedPlaying{PlayIncarnation: start.PlayIncarnation})
	if p := byte(start.PlayIncarnation); p > 10 { // the second time
		c.next = c.next.Restart()
		for at := 100; at < 110; at++ {
			c.packet(p, at)
		}
		c.say(&ReportEndOfStream{PlayIncarnation: uint32(p)})
		return true
	}
	for at := range 10 {
		c.packet(10, at)
	}
	c.say(&ReportEndOfStream{HR: SFalse, PlayIncarnation: 10})
	c.say(&ReportStreamChange{TCPHdrIncarnation: uint32(HeaderIncarnationTCP), PacketSize: 1400, HeaderSize: uint32(len(c.header)), BitRate: 200_000})
	c.mu.Lock()
	tcp := !c.media.IsValid()
	c.mu.Unlock()
	if tcp {
		c.sendHeader(HeaderIncarnationTCP)
		for at := 100; at < 110; at++ {
			c.packet(HeaderIncarnationTCP, at)
		}
		c.say(&ReportEndOfStream{PlayIncarnation: 10})
	}
	return true
}

// The next entry of a playlist, [MS-MMSP] 3.1.4.4 and 3.1.5.19.
func TestClientFollowsAPlaylist(t *testing.T) {
	for _, udp := range []bool{false, true} {
		inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
			c.UDP = udp
			f.handle = fakeEntries
			s := playFake(t, c, fakeURL, PlayOptions{})
			defer s.Close()
			wantPackets(t, s, f, 0, 10)
			if e := wantKind(t, s, GotEnd); !e.More || e.HR != SFalse {
				t.Errorf("%+v", e)
			}
			if e := wantKind(t, s, GotChange); e.Change.HeaderSize != uint32(len(f.header)) {
				t.Errorf("%+v", e)
			}
			if e := wantKind(t, s, GotHeader); !bytes.Equal(e.Header, f.header) {
				t.Errorf("%d bytes of header", len(e.Header))
			}
			want := "[Connect FunnelInfo ConnectFunnel OpenFile ReadBlock StreamSwitch StartPlaying Logging Logging]"
			if udp {
				want = "[Connect FunnelInfo ConnectFunnel OpenFile ReadBlock StreamSwitch StartPlaying ReadBlock Logging StreamSwitch StartPlaying Logging]"
				if err := s.Play(t.Context(), PlayOptions{Streams: s.Description().Selection(nil)}); err != nil {
					t.Fatal(err)
				}
			}
			wantPackets(t, s, f, 100, 110)
			if e := wantKind(t, s, GotEnd); e.More {
				t.Errorf("%+v", e)
			}
			synctest.Wait()
			if got := f.talk(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if stats := s.Stats(); stats.Packets != 20 || stats.Lost != 0 || stats.Strange != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// Servers before version 9 tell by the attributes that more follows, [MS-MMSP]
// 3.1.5.18.
func TestMoreFollows(t *testing.T) {
	tests := []struct {
		version    string
		hr         HRESULT
		attributes FileAttributes
		want       bool
	}{
		{"9.0", SFalse, 0, true}, {"9.0", SOK, FileBroadcast, false}, {"9.0", EFail, FileBroadcast, false}, {"10.1", SFalse, 0, true},
		{"4.1.0.3928", SOK, 0, false}, {"4.1", SOK, FileBroadcast, true}, {"4.1", SFalse, FileBroadcast, false}, {"", SOK, 0, false},
	}
	for _, tt := range tests {
		s := &clientSession{version: parseServerVersion(tt.version), file: ReportOpenFile{FileAttributes: tt.attributes}}
		if got := s.more(tt.hr); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
