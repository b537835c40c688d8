package wmsp_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"caracal/internal/fronttest"
	"caracal/internal/head"
	"caracal/wmsp"
)

// transcript is a player's connection that writes down all that goes over it, a line
// each: what it asks, the heads of responses, their packets, and their ends. The $D of
// one entry that follow each other are one line: with the streams that are in them if
// those are not all, and whether the entry's first and last packet are. One that is out
// of its order is told.
type transcript struct {
	*peer
	s     *server
	clips map[string]fronttest.Clip
	id    string // client-id as the server gave it

	pipelined bool
	features  string // that the player says

	lines []string
	body  *frames
	ended string // how the end of that is written down

	clip   string // whose header came last
	run    run    // that is coming
	before run    // that is written down
	seq    int    // of the next $D of a Play
}

// run is a line of $D.
type run struct {
	first, next int // packets
	streams     string
}

func (s *server) transcribe(clips map[string]fronttest.Clip) *transcript {
	return &transcript{peer: s.connect(), s: s, clips: clips}
}

// beside is a connection of the same player.
func (c *transcript) beside() *transcript {
	d := c.s.transcribe(c.clips)
	d.id, d.pipelined, d.features = c.id, c.pipelined, c.features
	return d
}

func (c *transcript) note(format string, args ...any) {
	c.flush()
	c.lines = append(c.lines, fmt.Sprintf(format, args...))
}

// flush writes down the $D that have come: in the line of those before, if only the
// player has said something in the meantime.
func (c *transcript) flush() {
	if c.run.next == 0 {
		return
	}
	at := len(c.lines)
	for at > 0 && strings.HasPrefix(c.lines[at-1], "> ") {
		at--
	}
	if before := c.before; at > 0 && strings.HasPrefix(c.lines[at-1], "$D ") && before.next == c.run.first {
		c.run.first, c.run.streams = before.first, union(before.streams, c.run.streams)
		c.lines[at-1] = c.runLine()
	} else {
		c.lines = append(c.lines, c.runLine())
	}
	c.before, c.run = c.run, run{}
}

func (c *transcript) runLine() string {
	line := "$D " + c.clip
	if c.run.streams != "" {
		line += " [" + c.run.streams + "]"
	}
	if c.run.first == 0 {
		line += " first"
	}
	line += " .."
	if c.run.next == c.clips[c.clip].Count() {
		line += " last"
	}
	return line
}

// ask sends a request under a name.
func (c *transcript) ask(name string, lines ...string) {
	c.t.Helper()
	c.note("> %s", name)
	if c.id != "" {
		lines = append(lines[:len(lines):len(lines)], c.id)
	}
	c.send(lines...)
}

// replay sends a request of testdata/requests as it is, but for what the server chooses:
// with its client-id, and further changes, old and new by turns.
func (c *transcript) replay(name, file string, changes ...string) {
	c.t.Helper()
	text, err := os.ReadFile("testdata/requests/" + file + ".txt")
	if err != nil {
		c.t.Fatal(err)
	}
	_, request, _ := strings.Cut(string(text), "---\n")
	if c.id != "" {
		request = regexp.MustCompile(`Pragma: client-id=\d+`).ReplaceAllLiteralString(request, c.id)
	}
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(request, changes[i]) {
			c.t.Fatalf("%s has no %q", file, changes[i])
		}
		request = strings.Replace(request, changes[i], changes[i+1], 1)
	}
	request = strings.ReplaceAll(strings.TrimRight(request, "\n"), "\n", "\r\n") + "\r\n\r\n"
	req, _, err := wmsp.ParseRequest([]byte(request))
	if err != nil {
		c.t.Fatal(err)
	}
	c.note("> %s", name)
	c.send(request + strings.Repeat("x", int(max(req.ContentLength, 0))))
}

// answer reads a response's head, and its body if that has a length.
func (c *transcript) answer() *wmsp.Response {
	c.t.Helper()
	r := c.head()
	p := r.Pragma()
	id := fmt.Sprintf("Pragma: client-id=%d", p.ClientID)
	if c.id == "" {
		c.id = id
	}
	c.note("%s%s", headLine(r), wrong(r.Status < 300 && (id != c.id || !p.Has(wmsp.TokenNoCache))))
	switch n := r.ContentLength(); {
	case r.Chunked():
		c.body, c.ended = c.stream(r), "end"
	case n < 0 && r.Status == 200:
		c.body, c.ended = c.stream(r), "closed"
	case n > 0:
		b := make([]byte, n)
		if _, err := io.ReadFull(c.r, b); err != nil {
			c.t.Fatal(err)
		}
		if r.Status == 200 {
			c.body, c.ended = &frames{c.t, bytes.NewReader(b)}, "end"
			c.until("end")
		}
	}
	return r
}

// plays is answer for a Play, whose $D count from 0.
func (c *transcript) plays() *wmsp.Response {
	c.t.Helper()
	c.seq = 0
	return c.answer()
}

// headLine is what of a response's head matters here: the version and how its body
// ends, the status, and what it says of the content.
func headLine(r *wmsp.Response) string {
	line := fmt.Sprintf("< 1.%d %d", r.Minor, r.Status)
	for _, k := range []struct {
		is   bool
		text string
	}{
		{r.Chunked(), "chunked"}, {r.Header.HasToken("Connection", "close"), "close"},
		{r.Header.Has("Supported") && r.Supported().Has(head.FeaturePredStrm), "predstrm"},
	} {
		if k.is {
			line += " " + k.text
		}
	}
	if p := r.Pragma(); p.Has(wmsp.TokenFeatures) {
		line += " " + skips(p.Features)
	}
	if want := contentType(r); r.Header.Get("Content-Type") != want {
		line += " " + r.Header.Get("Content-Type")
	}
	return line
}

// contentType is what a response of this kind has.
func contentType(r *wmsp.Response) string {
	n := r.ContentLength()
	switch {
	case r.Status >= 400:
		return ""
	case r.Chunked(), n < 0 && r.Status == 200:
		return wmsp.TypeFramed
	case n > 0:
		return wmsp.TypeHeader
	}
	return ""
}

// skips is what an entry's features say of its place in the list: the others are the
// same for all.
func skips(f wmsp.ContentFeatures) string {
	const always = wmsp.ContentPlaylist | wmsp.ContentSeekable | wmsp.ContentStridable
	switch f {
	case always | wmsp.ContentSkipForward:
		return "forward"
	case always | wmsp.ContentSkipForward | wmsp.ContentSkipBackward:
		return "both"
	case always | wmsp.ContentSkipBackward | wmsp.ContentLast:
		return "back"
	}
	return string(f.Append(nil))
}

// until writes down packets up to a line that begins so.
func (c *transcript) until(line string) {
	c.t.Helper()
	if c.body == nil {
		c.t.Fatalf("nothing streams:\n%s", strings.Join(c.lines, "\n"))
	}
	for {
		fr := c.body.next()
		now := c.packet(fr)
		if strings.HasPrefix(now, line) {
			return
		}
		if fr.ID == 0 {
			c.t.Fatalf("the body ended before %q:\n%s", line, strings.Join(c.lines, "\n"))
		}
	}
}

// some writes down n packets of any kind.
func (c *transcript) some(n int) {
	c.t.Helper()
	for range n {
		c.packet(c.body.next())
	}
}

// packet writes down one packet and returns its line.
func (c *transcript) packet(fr wmsp.Frame) string {
	c.t.Helper()
	switch fr.ID {
	case wmsp.FrameData:
		return c.data(fr)
	case wmsp.FrameMetadata:
		m, err := wmsp.ParseMetadata(fr.Payload)
		c.note("$M %d %s%s", m.PlaylistGenID, skips(m.Features), wrong(err != nil || fr.Incarnation != 0 || fr.Flags != wmsp.FlagWhole || fr.Location != 0))
	case wmsp.FrameHeader:
		c.flush()
		c.clip = c.named(fr.Payload)
		c.note("$H %s%s", c.clip, wrong(fr.Incarnation != 0 || fr.Flags != wmsp.FlagWhole || fr.Location != 0))
	case wmsp.FrameEnd, wmsp.FrameChange:
		c.note("$%c %#x", fr.ID, fr.Reason)
	case 0:
		c.note("%s", c.ended)
	default:
		c.note("$%c", fr.ID)
	}
	return c.lines[len(c.lines)-1]
}

func wrong(is bool) string {
	if is {
		return " WRONG"
	}
	return ""
}

// named is the clip that a header is of.
func (c *transcript) named(header []byte) string {
	for name, clip := range c.clips {
		if bytes.Equal(header, clip.Header) {
			return name
		}
	}
	return "unknown"
}

// data adds a $D to a line of them.
func (c *transcript) data(fr wmsp.Frame) string {
	clip, n := c.clips[c.clip], int(fr.Location)
	streams, order := "", ""
	if n >= clip.Count() || !bytes.Equal(fr.Payload, clip.Packet(n)) {
		streams = strings.TrimSpace(streamsIn(c.t, []wmsp.Frame{fr}))
	}
	if c.run.next > 0 && (n < c.run.next || n > c.run.next && streams == "") {
		order = fmt.Sprintf("$D %d behind %d", n, c.run.next-1)
	}
	if fr.Flags != byte(c.seq) || fr.Incarnation != 0 {
		order = fmt.Sprintf("$D %d with sequence %d for %d, incarnation %d", n, fr.Flags, c.seq, fr.Incarnation)
	}
	if c.seq++; c.run.next == 0 {
		c.run.first = n
	}
	c.run.next = n + 1
	c.run.streams = union(c.run.streams, streams)
	if order != "" {
		c.note("%s", order)
		return order
	}
	return "$D"
}

func union(a, b string) string {
	all := slices.Concat(strings.Fields(a), strings.Fields(b))
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// is compares all that went over the connection. Behind the end of a body nothing
// else may have come.
func (c *transcript) is(want string) {
	c.t.Helper()
	c.flush()
	want = strings.TrimSpace(want)
	var lines []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if !slices.Equal(c.lines, lines) {
		c.t.Errorf("on the connection:\n%s\n\nwant:\n%s", strings.Join(c.lines, "\n"), strings.Join(lines, "\n"))
	}
	if n := c.r.Buffered(); n > 0 && strings.HasSuffix(want, "\t"+c.ended) {
		c.t.Errorf("%d bytes more", n)
	}
}
