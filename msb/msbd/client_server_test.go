package msbd_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/pull"
	"caracal/msb/msbd"
)

func (s *server) open(c *msbd.Client) *msbd.Stream {
	s.T.Helper()
	c.Dial = s.Dial
	stream, err := c.Open(s.T.Context(), "msbd://"+s.Address)
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { stream.Close() })
	return stream
}

func wantKind(t *testing.T, stream *msbd.Stream, kind pull.Kind) pull.Event {
	t.Helper()
	e, err := stream.Receive()
	if err != nil || e.Kind != kind {
		t.Fatalf("kind %d, lost %d, %v, want kind %d; %+v", e.Kind, e.Lost, err, kind, stream.Stats())
	}
	return e
}

func wantPackets(t *testing.T, stream *msbd.Stream, c fronttest.Clip, from, until int) {
	t.Helper()
	for n := from; n < until; n++ {
		if e := wantKind(t, stream, pull.GotPacket); !bytes.Equal(e.Data, c.Packet(n)) || !e.HasPacket {
			t.Fatalf("packet %d differs", n)
		}
	}
}

// What is broadcast comes out of the Client byte for byte, over a change of the
// header, minutes of silence with their pings, and the end.
func TestClientAgainstServer(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.Clip = filmCalled("the first")
		s.live(20)
		stream := s.open(&msbd.Client{})
		info := stream.Info()
		if !bytes.Equal(info.Header, s.Clip.LiveHeader()) || info.PacketSize != packetSize || info.BitRate != 80_000 || info.Duration != 0 ||
			info.Title != "the first" || info.Description != "about it" || info.Group.IsValid() {
			t.Errorf("%+v", info)
		}
		wantPackets(t, stream, s.Clip, 0, 20)
		s.Bring(100)
		wantPackets(t, stream, s.Clip, 20, 120)
		second := filmCalled("the second")
		if err := s.Feed.Header(second.Header); err != nil {
			t.Fatal(err)
		}
		s.Bring(30)
		wantKind(t, stream, pull.GotChange)
		if e := wantKind(t, stream, pull.GotHeader); !bytes.Equal(e.Header, second.LiveHeader()) {
			t.Error("the header differs")
		}
		wantPackets(t, stream, s.Clip, 120, 150)
		time.Sleep(5*msbd.PingTime + time.Second)
		s.Bring(1)
		wantPackets(t, stream, s.Clip, 150, 151)
		s.Feed.Close()
		if e := wantKind(t, stream, pull.GotEnd); e.More {
			t.Error("more follows")
		}
		if _, err := stream.Receive(); err != io.EOF {
			t.Error(err)
		}
		want := msbd.Stats{Packets: 151, Pings: 5}
		if stats := stream.Stats(); stats != want {
			t.Errorf("%+v", stats)
		}
		s.left("connection lost") // by the client, whose part that is
		if err := stream.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A Client that closes leaves nothing behind on either side.
func TestClientCloses(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(20)
		stream := s.open(&msbd.Client{})
		wantPackets(t, stream, s.Clip, 0, 5)
		stream.Close()
		for n := 5; ; n++ {
			e, err := stream.Receive()
			if err != nil {
				if !errors.Is(err, msbd.ErrClosed) {
					t.Error(err)
				}
				break
			}
			if !bytes.Equal(e.Data, s.Clip.Packet(n)) {
				t.Errorf("packet %d", n)
			}
		}
		s.left("connection lost")
	})
}

// A server that has nothing, or does not do what is asked, is heard.
func TestClientIsRefused(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		for multicast, hr := range map[bool]msbd.HRESULT{false: msbd.EFileNotFound, true: msbd.EInvalidArg} {
			c := msbd.Client{Dial: s.Dial, Multicast: multicast}
			_, err := c.Open(s.T.Context(), "msbd://192.0.2.1")
			if refused := (*msbd.ServerError)(nil); !errors.As(err, &refused) || refused.HR != hr {
				t.Errorf("%v, want %v", err, hr)
			}
		}
	})
}
