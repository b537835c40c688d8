package msbd_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"caracal/internal/pull"
	"caracal/internal/vector"
	"caracal/msb"
	"caracal/msb/msbd"
)

// The bytes that a Client sends are those of the vectors: the request, and answers to
// pings, whenever they come; parity, which nothing needs over TCP, and what belongs to
// no stream are left out.
func TestClientTalks(t *testing.T) {
	withFake(t, func(f *fake) {
		want := vector.Hex(t, "4d534220 0601 0700 22000000 00000000 01000000 4e00 6500 7400 5300 6800 6f00 7700")
		got := make([]byte, len(want))
		if _, err := io.ReadFull(f, got); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%x, %v", got, err)
		}
		f.hex(question)
		f.next(msbd.ResPing)
		f.hex(connectedTCP)
		f.hex(question)
		f.next(msbd.ResPing)
		f.describe(0x8001, film())
		f.packet(1000, 0x8001, 0)
		f.hex("4d534220 0601 0a00 1d000000 00000000 e8030000 0180 0d00 92 12 00 00 00") // parity has the number before
		f.packet(1001, 0x8001, 1)
		f.packet(1002, 0x0001, 2) // the stream before
		f.hex("4d534220 0601 0600 10000000 00000000")
		f.describe(0x8001, film()) // once more
		f.packet(1002, 0x8001, 2)
		f.hex(question)
		f.next(msbd.ResPing)
		f.over()
	}, func(c *msbd.Client, t *testing.T) {
		s := open(t, c)
		wantPackets(t, s, film(), 0, 3)
		ends(t, s)
		if stats := s.Stats(); stats != (msbd.Stats{Packets: 3, Parity: 1, Strange: 2, Pings: 3}) {
			t.Errorf("%+v", stats)
		}
	})
}

// What the server has left out is a gap; numbers that go back or far ahead are those
// of a server that counts anew.
func TestClientGaps(t *testing.T) {
	withFake(t, func(f *fake) {
		f.greet()
		f.packet(1<<32-2, 1, 0)
		f.packet(1<<32-1, 1, 1)
		f.packet(3, 1, 2) // 0, 1 and 2 are missing
		f.packet(0, 1, 3)
		f.packet(1+msbd.MaxGap, 1, 4)
		f.packet(msbd.MaxGap+3+msbd.MaxGap, 1, 5)
		f.over()
	}, func(c *msbd.Client, t *testing.T) {
		s := open(t, c)
		wantPackets(t, s, film(), 0, 2)
		if e := wantKind(t, s, pull.GotGap); e.Lost != 3 {
			t.Errorf("%d lost", e.Lost)
		}
		wantPackets(t, s, film(), 2, 4)
		if e := wantKind(t, s, pull.GotGap); e.Lost != msbd.MaxGap {
			t.Errorf("%d lost", e.Lost)
		}
		wantPackets(t, s, film(), 4, 6)
		ends(t, s)
		if stats := s.Stats(); stats.Lost != 3+msbd.MaxGap || stats.Packets != 6 {
			t.Errorf("%+v", stats)
		}
	})
}

// Another stream may come with an EOS before it, 3.1.5.3, or without, 4.2. The
// numbers of packets may go on or begin anew.
func TestClientChanges(t *testing.T) {
	second := filmCalled("the second")
	for id, eos := range map[uint32]bool{0: false, 20: true, 21: false} {
		withFake(t, func(f *fake) {
			f.greet()
			f.packet(7, 1, 0)
			if eos {
				f.hex(endOfStream)
				f.packet(8, 1, 1) // behind the end
			}
			f.describe(2, second)
			f.packet(id, 2, 2)
			f.over()
		}, func(c *msbd.Client, t *testing.T) {
			s := open(t, c)
			wantPackets(t, s, film(), 0, 1)
			if eos && !wantKind(t, s, pull.GotEnd).More {
				t.Error("nothing follows")
			}
			wantKind(t, s, pull.GotChange)
			if e := wantKind(t, s, pull.GotHeader); !bytes.Equal(e.Header, second.Header) {
				t.Error("the header differs")
			}
			wantPackets(t, s, film(), 2, 3)
			ends(t, s)
		})
	}
}

// A server may forget the description: it is asked for then, 2.2.5. One that closes
// behind an EOS has ended too.
func TestClientAsksForTheDescription(t *testing.T) {
	withFake(t, func(f *fake) {
		f.next(msbd.ReqConnect)
		f.hex(connectedTCP)
		f.packet(0, 1, 0)
		f.next(msbd.ReqStreamInfo)
		f.packet(1, 1, 1)
		f.packet(9, 0, 9) // of a stream that nobody has described either
		info := msbd.StreamInfo{Stream: 1, Header: film().Header, Duration: 2000}
		f.raw(info.Append(nil, msbd.ResStreamInfo))
		f.packet(2, 1, 2)
		f.hex(endOfStream)
	}, func(c *msbd.Client, t *testing.T) {
		s := open(t, c)
		if d := s.Info().Duration; d != 2*time.Second {
			t.Error(d)
		}
		wantPackets(t, s, film(), 2, 3)
		ends(t, s)
	})
}

// What cannot be understood, or never comes, is an error, and in time.
func TestClientFails(t *testing.T) {
	lie := func(at int, v uint32) []byte {
		b := (&msbd.StreamInfo{Stream: 1, Header: film().Header}).Append(nil, msbd.IndStreamInfo)
		binary.LittleEndian.PutUint32(b[at:], v)
		return b
	}
	accepted := vector.Hex(t, connectedTCP)
	var parse *msbd.ParseError
	tests := []struct {
		name string
		b    []byte
		stay bool // the server says nothing more, but does not close
		want func(error) bool
	}{
		{"no answer", nil, true, is(msbd.ErrTimeout)},
		{"half an answer", accepted[:30], true, is(msbd.ErrTimeout)},
		{"no description", accepted, true, is(msbd.ErrTimeout)},
		{"a closed connection", nil, false, is(io.ErrUnexpectedEOF)},
		{"half an answer and the end", accepted[:30], false, is(io.ErrUnexpectedEOF)},
		{"HTTP", []byte("HTTP/1.0 400 Bad Request\r\n\r\n"), false, is(msbd.ErrNotServer)},
		{"a packet for an answer", vector.Hex(t, endOfStream), true, is(msbd.ErrUnexpected)},
		{"nothing to distribute", append(accepted[:36:36], vector.Hex(t, endOfStream+nothingFollows)...), true, is(msbd.ErrNoStream)},
		{"a failure for a description", append(accepted[:36:36], vector.Hex(t, "4d534220 0601 0500 30000000 05400080 00*32")...), true, func(err error) bool {
			refused := (*msbd.ServerError)(nil)
			return errors.As(err, &refused) && refused.HR == msbd.EFail
		}},
		{"a description without a header", append(accepted[:36:36], vector.Hex(t, "4d534220 0601 0500 31000000 00000000 0100 dc05 00*12 01000000 00*12 41")...), true, is(msbd.ErrNoStream)},
		{"a header beyond its message", append(accepted[:36:36], lie(44, 60_000)...), true, func(err error) bool { return errors.As(err, &parse) }},
		{"a title beyond its message", append(accepted[:36:36], lie(32, 1<<32-1)...), true, func(err error) bool { return errors.As(err, &parse) }},
		{"pings for an answer", bytes.Repeat(vector.Hex(t, question), 3), true, is(msbd.ErrTimeout)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withFake(t, func(f *fake) {
				f.next(msbd.ReqConnect)
				f.raw(tt.b)
				if tt.stay {
					io.Copy(io.Discard, f)
				}
			}, func(c *msbd.Client, t *testing.T) {
				began := time.Now()
				s, err := c.Open(t.Context(), "msbd://192.0.2.1")
				if err == nil {
					s.Close()
				}
				if !tt.want(err) || time.Since(began) > msbd.Answer {
					t.Errorf("%v after %v", err, time.Since(began))
				}
			})
		})
	}
}

func is(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }

// What goes wrong later ends the stream behind what came.
func TestClientStreamFails(t *testing.T) {
	var parse *msbd.ParseError
	tests := []struct {
		name string
		b    string
		stay bool
		want func(error) bool
	}{
		{"the connection breaks", "", false, is(io.ErrUnexpectedEOF)},
		{"in a message", "4d534220 0601 0a00 1d000000", false, is(io.ErrUnexpectedEOF)},
		{"silence", "", true, is(msbd.ErrTimeout)},
		{"garbage", "ff*16", true, func(err error) bool { return errors.As(err, &parse) }},
		{"wPacketSize lies", "4d534220 0601 0a00 19000000 00000000 01000000 0100 ffff 82", true, func(err error) bool { return errors.As(err, &parse) }},
		{"a packet of nothing", "4d534220 0601 0a00 18000000 00000000 01000000 0100 0800", true, func(err error) bool { return errors.As(err, &parse) }},
		{"another stream without a header", "4d534220 0601 0500 31000000 00000000 0200 dc05 00*12 01000000 00*12 41", true, is(msbd.ErrNoStream)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withFake(t, func(f *fake) {
				f.greet()
				f.packet(0, 1, 0)
				f.hex(tt.b)
				if tt.stay {
					io.Copy(io.Discard, f)
				}
			}, func(c *msbd.Client, t *testing.T) {
				s := open(t, c)
				wantPackets(t, s, film(), 0, 1)
				began := time.Now()
				if _, err := s.Receive(); !tt.want(err) || time.Since(began) > msbd.Silence {
					t.Errorf("%v after %v", err, time.Since(began))
				}
			})
		})
	}
}

// A stream ends with its context.
func TestClientContext(t *testing.T) {
	withFake(t, func(f *fake) {
		f.greet()
		io.Copy(io.Discard, f)
	}, func(c *msbd.Client, t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		s, err := c.Open(ctx, "msbd://192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		enough := errors.New("enough")
		time.AfterFunc(time.Minute, func() { cancel(enough) })
		if _, err := s.Receive(); err != enough {
			t.Error(err)
		}
		s.Close()
	})
}

// Who does not call Receive has the server wait: the Client keeps so many events.
func TestClientHoldsBack(t *testing.T) {
	var sent atomic.Int64
	withFake(t, func(f *fake) {
		f.greet()
		b := msbd.AppendPacket(nil, msb.Packet{Stream: 1, ASF: film().Packet(0)})
		for ; ; sent.Add(1) {
			if _, err := f.Write(b); err != nil {
				return
			}
		}
	}, func(c *msbd.Client, t *testing.T) {
		s := open(t, c)
		time.Sleep(time.Minute)
		if stats := s.Stats(); stats.Packets != pull.MaxQueue || sent.Load() < pull.MaxQueue || sent.Load() > 2*pull.MaxQueue {
			t.Errorf("%d packets of %d", stats.Packets, sent.Load())
		}
		wantPackets(t, s, film(), 0, 1)
		s.Close()
	})
}

// Descriptions wait as packets do.
func TestClientHoldsBackDescriptions(t *testing.T) {
	var sent atomic.Int64
	withFake(t, func(f *fake) {
		f.greet()
		for ; ; sent.Add(1) {
			info := msbd.StreamInfo{Stream: msb.StreamID(2 + sent.Load()%2), Header: film().Header}
			if _, err := f.Write(info.Append(nil, msbd.IndStreamInfo)); err != nil {
				return
			}
		}
	}, func(c *msbd.Client, t *testing.T) {
		s := open(t, c)
		time.Sleep(time.Minute)
		if n := sent.Load(); n < pull.MaxQueue/2 || n > pull.MaxQueue {
			t.Errorf("%d descriptions", n)
		}
		s.Close()
	})
}

func TestClientURLs(t *testing.T) {
	for text, address := range map[string]string{
		"msbd://h": "h:7007", "msbd://h/": "h:7007", "MSBD://h:9": "h:9", "msbd://[::1]": "[::1]:7007",
		"msbd://h/live": "", "msbd://h?x": "", "http://h": "", "msbd://": "",
	} {
		dialed := ""
		c := msbd.Client{Dial: func(_ context.Context, _, a string) (net.Conn, error) { dialed = a; return nil, io.EOF }}
		_, err := c.Open(t.Context(), text)
		if dialed != address || (address == "") != errors.Is(err, msbd.ErrInvalid) {
			t.Errorf("%s: %q, %v", text, dialed, err)
		}
	}
}
