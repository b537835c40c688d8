package wmsp_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"caracal/wmsp"
)

const (
	agent12    = "User-Agent: NSPlayer/12.0.7680.0"
	agent64    = "User-Agent: NSPlayer/6.4.0.3938"
	agent41    = "User-Agent: NSPlayer/4.1.0.3856" // Windows Media Player 6.4, FFmpeg, libmms, MPlayer
	testGUID   = "Pragma: xClientGUID={52CB2BDB-6925-4E19-8D1D-62D10E9E2705}"
	libmmsGUID = "Pragma: xClientGUID={c77e7400-738a-11d2-9add-0020af0a3278}"
	allThree   = "Pragma: stream-switch-entry=ffff:1:0 ffff:2:0 ffff:c:0"
)

// peer is a hand-written player's connection.
type peer struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func (s *server) connect() *peer {
	c := s.Connect()
	s.T.Cleanup(func() { c.Close() })
	return &peer{c, s.T, bufio.NewReaderSize(c, 64<<10)}
}

// send writes lines as a request; a body may follow an empty one.
func (p *peer) send(lines ...string) {
	p.t.Helper()
	text := strings.Join(lines, "\r\n")
	if !strings.Contains(text, "\r\n\r\n") {
		text += "\r\n\r\n"
	}
	if _, err := io.WriteString(p.Conn, text); err != nil {
		p.t.Fatal(err)
	}
}

// head reads a response's head.
func (p *peer) head() *wmsp.Response {
	p.t.Helper()
	var b []byte
	for {
		line, err := p.r.ReadBytes('\n')
		b = append(b, line...)
		if err != nil {
			p.t.Fatalf("no response: %v after %q", err, b)
		}
		if len(bytes.TrimSpace(line)) == 0 && len(b) > 2 {
			break
		}
	}
	r, _, err := wmsp.ParseResponse(b)
	if err != nil {
		p.t.Fatalf("%v in %q", err, b)
	}
	return r
}

// response reads a head and a body of known length.
func (p *peer) response() (*wmsp.Response, []byte) {
	p.t.Helper()
	r := p.head()
	body := make([]byte, max(r.ContentLength(), 0))
	if _, err := io.ReadFull(p.r, body); err != nil {
		p.t.Fatal(err)
	}
	return r, body
}

// frames reads the frames of a stream from a body.
type frames struct {
	t *testing.T
	r io.Reader
}

// stream returns the frames of a response's body, chunked or not.
func (p *peer) stream(r *wmsp.Response) *frames {
	if r.Chunked() {
		return &frames{p.t, &chunkReader{r: p.r}}
	}
	return &frames{p.t, p.r}
}

// next returns one frame; its ID is 0 at the end of the body.
func (f *frames) next() wmsp.Frame {
	f.t.Helper()
	head := make([]byte, 4)
	if _, err := io.ReadFull(f.r, head); err != nil {
		return wmsp.Frame{}
	}
	b := make([]byte, 4+int(head[2])+int(head[3])<<8)
	copy(b, head)
	if _, err := io.ReadFull(f.r, b[4:]); err != nil {
		f.t.Fatalf("the body ends within a frame: %v", err)
	}
	fr, n, err := wmsp.ParseFrame(b)
	if err != nil || n != len(b) {
		f.t.Fatalf("frame %x: %v", b[:min(len(b), 16)], err)
	}
	return fr
}

// expect reads the next frame and fails if it is not of this kind.
func (f *frames) expect(id byte) wmsp.Frame {
	f.t.Helper()
	fr := f.next()
	if fr.ID != id {
		f.t.Fatalf("a $%c came, want $%c", fr.ID, id)
	}
	return fr
}

// upTo reads frames up to the first of this kind.
func (f *frames) upTo(id byte) wmsp.Frame {
	f.t.Helper()
	for {
		fr := f.next()
		if fr.ID == id {
			return fr
		}
		if fr.ID == 0 {
			f.t.Fatalf("the body ended before a $%c", id)
		}
	}
}

// data reads $D until something else comes, and returns both.
func (f *frames) data() (packets []wmsp.Frame, then wmsp.Frame) {
	f.t.Helper()
	for {
		fr := f.next()
		if fr.ID != wmsp.FrameData {
			return packets, fr
		}
		packets = append(packets, fr)
	}
}

// some reads n $D.
func (f *frames) some(n int) (packets []wmsp.Frame) {
	f.t.Helper()
	for range n {
		packets = append(packets, f.expect(wmsp.FrameData))
	}
	return packets
}

// chunkReader undoes chunked transfer coding; it reads no byte beyond the
// last chunk.
type chunkReader struct {
	r    *bufio.Reader
	left int
	done bool
}

func (c *chunkReader) Read(b []byte) (int, error) {
	if c.done {
		return 0, io.EOF
	}
	if c.left == 0 {
		if err := c.head(); err != nil || c.done {
			return 0, io.EOF
		}
	}
	n, err := c.r.Read(b[:min(len(b), c.left)])
	if c.left -= n; c.left == 0 && err == nil {
		_, err = c.r.Discard(2)
	}
	return n, err
}

func (c *chunkReader) head() error {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return err
	}
	if _, err := fmt.Sscanf(line, "%x", &c.left); err != nil {
		return err
	}
	if c.left == 0 {
		c.done = true
		_, err = c.r.Discard(2)
	}
	return err
}
