package wmsp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"caracal/asf"
)

// fakeServer answers a Client over in-memory connections with what a test
// says.
type fakeServer struct {
	t      *testing.T
	answer func(conn int, r *Request, body []byte) []byte // nil closes the connection

	mu    sync.Mutex
	conns int
	seen  []string // kinds with the number of their connection: "1 Describe"
	done  sync.WaitGroup
}

const (
	hangUp = "hang up"         // at an answer's end: the connection is closed after it
	pause  = "ten ms of pause" // between what is written at once
)

func newFakeServer(t *testing.T, answer func(int, *Request, []byte) []byte) *fakeServer {
	s := &fakeServer{t: t, answer: answer}
	t.Cleanup(s.done.Wait)
	return s
}

func (s *fakeServer) dial(_ context.Context, network, address string) (net.Conn, error) {
	if network != "tcp" || address != "server:80" {
		return nil, fmt.Errorf("dialed %s %s", network, address)
	}
	client, server := net.Pipe()
	s.mu.Lock()
	s.conns++
	n := s.conns
	s.mu.Unlock()
	replies := make(chan []byte, 64)
	s.done.Go(func() { s.read(n, server, replies) })
	s.done.Go(func() {
		defer server.Close()
		for b := range replies {
			b, last := bytes.CutSuffix(b, []byte(hangUp))
			for i, piece := range bytes.Split(b, []byte(pause)) {
				if i > 0 {
					time.Sleep(10 * time.Millisecond)
				}
				if _, err := server.Write(piece); err != nil {
					return
				}
			}
			if last {
				return
			}
		}
	})
	return client, nil
}

func (s *fakeServer) read(n int, c net.Conn, replies chan<- []byte) {
	defer close(replies)
	var in []byte
	buf := make([]byte, 64<<10)
	for {
		r, size, err := ParseRequest(in)
		if err == nil && len(in) >= size+int(max(0, r.ContentLength)) {
			size += int(max(0, r.ContentLength))
			body := in[size-int(max(0, r.ContentLength)) : size]
			s.mu.Lock()
			s.seen = append(s.seen, fmt.Sprintf("%d %v", n, r.Kind))
			s.mu.Unlock()
			reply := s.answer(n, r, body)
			if reply == nil {
				return
			}
			replies <- reply
			in = in[size:]
			continue
		}
		if err != nil && err != ErrNeedMore {
			s.t.Errorf("request %q: %v", in, err)
			return
		}
		m, err := c.Read(buf)
		in = append(in, buf[:m]...)
		if err != nil {
			return
		}
	}
}

func (s *fakeServer) order() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprint(s.seen)
}

// testHeader is an ASF header with streams 1 and 12.
func testHeader() []byte {
	h := asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		&asf.StreamProperties{Type: asf.StreamTypeAudio, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 12},
	}}
	return asf.DataHead{Size: asf.DataHeadSize, Reserved: asf.DataReserved}.Append(h.Append(nil))
}

// ok makes a response; body nil leaves the length out.
func ok(minor int, pragma string, body []byte, fields ...string) []byte {
	r := NewResponse(minor, 200)
	r.Add("Server", "Cougar/9.6.7600.16564")
	r.Add("Pragma", "client-id=42, "+pragma)
	for i := 0; i+1 < len(fields); i += 2 {
		r.Add(fields[i], fields[i+1])
	}
	if body != nil {
		r.AddInt("Content-Length", int64(len(body)))
	}
	return append(r.AppendTo(nil), body...)
}

func chunk(b []byte) []byte {
	return append(append(fmt.Appendf(nil, "%x\r\n", len(b)), b...), "\r\n"...)
}

func frameD(number uint32, data string) []byte {
	return append(AppendD(nil, false, number, 0, byte(number), len(data)), data...)
}

func metadata(id uint32) []byte {
	m := Metadata{PlaylistGenID: id, Features: ContentSeekable}
	return AppendMetadata(nil, 0, m.Append(nil))
}

// events reads a stream to its end, as one line for each event.
func events(t *testing.T, s *Stream) (lines []string, err error) {
	t.Helper()
	for {
		e, err := s.Next()
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		switch e.Kind {
		case GotHeader:
			id := uint32(0)
			if e.Metadata != nil {
				id = e.Metadata.PlaylistGenID
			}
			lines = append(lines, fmt.Sprintf("header %d of %d", len(e.Header), id))
		case GotPacket:
			lines = append(lines, fmt.Sprintf("packet %d %s", e.Packet, e.Data))
		case GotEnd:
			if e.More != (e.Reason == ReasonEntryDone) {
				t.Errorf("%#x: more: %t", e.Reason, e.More)
			}
			lines = append(lines, fmt.Sprintf("end %#x", e.Reason))
		case GotChange:
			lines = append(lines, fmt.Sprintf("change %#x", e.Reason))
		default:
			t.Fatalf("event %+v", e)
		}
	}
}
