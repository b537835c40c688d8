package wmsp_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// add publishes a file that is made here.
func (s *server) add(name string, file []byte) { s.Publish(name, file, point.DefaultOptions()) }

// A header with album art, to a peer whose window holds none of it.
func TestBigHeaderArrivesWhole(t *testing.T) {
	s := startServer(t, true, nil)
	h, n, err := asf.ParseHeader(testClip().Header)
	if err != nil {
		t.Fatal(err)
	}
	h.Objects = append(h.Objects, &asf.Padding{Data: make([]byte, 1200<<10)})
	s.add("big.wmv", append(h.Append(nil), testClip().File()[n:]...))
	c := s.connect()
	c.send("GET /big.wmv HTTP/1.1", agent12, "Host: h", testGUID)
	r := c.head()
	got, err := io.ReadAll(io.LimitReader(c.r, r.ContentLength()))
	if err != nil || int64(len(got)) != r.ContentLength() || len(got) < 1200<<10 {
		t.Errorf("%d of %d bytes, %v", len(got), r.ContentLength(), err)
	}
}

// Between two key frames playing begins before the position asked for; the
// duration asked for counts from the position.
func TestMaxDurationCountsFromThePosition(t *testing.T) {
	s := startServer(t, false, unpaced)
	c := s.connect()
	c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", "Pragma: stream-time=3900,max-duration=1000", allThree)
	fr := c.stream(c.head())
	fr.upTo('H')
	packets, _ := fr.data()
	first, last := ^uint32(0), uint32(0)
	payloadsOf(t, packets, func(_ int, p asf.Payload) {
		first, last = min(first, p.Time-clipPreroll), max(last, p.Time-clipPreroll)
	})
	if first > 3900 || last < 4800 || last > 5500 {
		t.Errorf("got %d to %d ms, asked for 3900 to 4900", first, last)
	}
}

// clipWithoutKeyFrames has a picture whose encoder marked no key frame.
func clipWithoutKeyFrames(t *testing.T) []byte {
	t.Helper()
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: clipPacket, Preroll: clipPreroll})
	if err != nil {
		t.Fatal(err)
	}
	var data []byte
	emit := func(b []byte) error { data = append(data, b...); return nil }
	for i := range uint32(300) {
		p.Add(asf.MediaObject{Stream: 1, Number: i, Time: clipPreroll + i*100, Data: make([]byte, 250)}, emit)
	}
	p.Flush(emit)
	n := uint64(len(data) / clipPacket)
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{DataPackets: n, Preroll: clipPreroll, MinPacketSize: clipPacket, MaxPacketSize: clipPacket,
			MaxBitRate: 40_000, PlayDuration: 1e7*30 + 1e4*clipPreroll, SendDuration: 1e7 * 30, Flags: asf.FileSeekable},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		asf.NewHeaderExtension(),
	}}
	b := asf.DataHead{Size: asf.DataHeadSize + n*clipPacket, Packets: n, Reserved: 0x0101}.Append(h.Append(nil))
	return append(b, data...)
}

func TestSeekWithoutKeyFrames(t *testing.T) {
	s := startServer(t, false, nil)
	s.add("plain.wmv", clipWithoutKeyFrames(t))
	for pragma, want := range map[string]uint32{"stream-time=15000": 15000, "rate=5.000": 0, "stream-time=0": 0} {
		c := s.connect()
		c.send("GET /plain.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", "Pragma: "+pragma, "Pragma: stream-switch-entry=ffff:1:0")
		r := c.head()
		if r.Status != 200 {
			t.Errorf("%s: status %d", pragma, r.Status)
			continue
		}
		fr := c.stream(r)
		fr.upTo('H')
		first := ^uint32(0)
		payloadsOf(t, fr.some(1), func(_ int, p asf.Payload) { first = min(first, p.Time-clipPreroll) })
		if first > want || want-first > 1000 {
			t.Errorf("%s: it begins at %d ms, want %d", pragma, first, want)
		}
	}
}

// What a session keeps of its player is short, whatever the player sent.
func TestSessionKeepsLittle(t *testing.T) {
	s := startServer(t, false, nil)
	c := s.connect()
	c.send("GET /clip.wmv HTTP/1.1", agent12+" "+strings.Repeat("x", 8000), "Host: h", testGUID)
	c.response()
	for _, x := range s.Sessions.All() {
		if n := len(x.Player.Agent); n > 256 {
			t.Errorf("%d bytes of User-Agent are kept", n)
		}
	}
}

// Responses that wait behind a stream take little memory, however many a
// player asks for.
func TestDescribesBehindAStreamAreBounded(t *testing.T) {
	s := startServer(t, false, nil)
	h, n, err := asf.ParseHeader(testClip().Header)
	if err != nil {
		t.Fatal(err)
	}
	h.Objects = append(h.Objects, &asf.Padding{Data: make([]byte, 200<<10)})
	s.add("art.wmv", append(h.Append(nil), testClip().File()[n:]...))
	c, _, _ := streaming12(s)
	describe := strings.Join([]string{"GET /art.wmv HTTP/1.1", agent12, "Host: h", testGUID, "", ""}, "\r\n")
	go func() {
		for range 8 {
			io.WriteString(c.Conn, describe) // fails when the server has had enough
		}
	}()
	c.SetReadDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.Copy(io.Discard, c.r); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Error("the connection was not ended")
	}
}
