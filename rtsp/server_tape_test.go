package rtsp_test

import (
	"fmt"
	"strings"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/rtsp"
)

// tape is a hand-written player in a bubble that writes down what both sides say in
// its order: "=> " is the player's, "<= " the server's, and packets that come in a row
// are one line, with the entry that they are of.
type tape struct {
	*peer
	url   string
	lines []string
}

func (s *server) tape(name string) *tape {
	s.T.Helper()
	c := s.connect()
	c.SetDeadline(time.Time{})
	return &tape{peer: c, url: s.url(name)}
}

// note writes a line down.
func (p *tape) note(line string) {
	if n := len(p.lines); line == packetsLine && n > 0 && p.lines[n-1] == line {
		return
	}
	p.lines = append(p.lines, line)
}

const packetsLine = "<= packets"

// says sends a request when all that the server had to say has come, and returns the
// answer.
func (p *tape) says(what, method, url string, lines ...string) *rtsp.Response {
	p.t.Helper()
	p.catchUp()
	return p.saysNow(what, method, url, lines...)
}

func (p *tape) saysNow(what, method, url string, lines ...string) *rtsp.Response {
	p.t.Helper()
	p.cseq++
	if p.session != "" {
		lines = append(lines, "Session: "+p.session)
	}
	lines = append(lines, "", "")
	p.write(fmt.Sprintf("%s %s RTSP/1.0\r\nCSeq: %d\r\n%s", method, url, p.cseq, strings.Join(lines, "\r\n")))
	return p.answered(what)
}

// body says at once what has a message body.
func (p *tape) body(what, method, url, kind, body string, lines ...string) *rtsp.Response {
	p.t.Helper()
	p.cseq++
	lines = append(lines, "Session: "+p.session, "Content-Type: "+kind, fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	p.write(fmt.Sprintf("%s %s RTSP/1.0\r\nCSeq: %d\r\n%s", method, url, p.cseq, strings.Join(lines, "\r\n")))
	return p.answered(what)
}

// catchUp hears all that has come.
func (p *tape) catchUp() {
	p.t.Helper()
	synctest.Wait()
	p.SetReadDeadline(time.Now().Add(time.Nanosecond))
	defer p.SetReadDeadline(time.Time{})
	for {
		frame, request, response, err := p.next()
		if err != nil {
			return
		}
		if p.heard(frame, request); request != nil {
			p.asked = append(p.asked, *request)
		}
		if response != nil {
			p.t.Fatalf("a second answer to %d", response.CSeq)
		}
	}
}

// answered notes a request and what comes up to its answer.
func (p *tape) answered(what string) *rtsp.Response {
	p.t.Helper()
	p.note("=> " + what)
	for {
		_, asked, r := p.hears()
		if asked != nil {
			p.asked = append(p.asked, *asked)
		}
		if r != nil {
			if r.CSeq != p.cseq {
				p.t.Fatalf("an answer to %d, want one to %d", r.CSeq, p.cseq)
			}
			if id := rtsp.ParseSession(r.Header.Get("Session")).ID; id != "" {
				p.session = id
			}
			p.note(fmt.Sprint("<= ", r.Status))
			return r
		}
	}
}

// hears notes the next thing that the server says, and answers requests. RTCP is left
// out.
func (p *tape) hears() (frame *rtsp.Frame, request *rtsp.Request, response *rtsp.Response) {
	p.t.Helper()
	frame, request, response, err := p.next()
	if err != nil {
		p.t.Fatalf("%v, after\n%s", err, strings.Join(p.lines, "\n"))
	}
	p.heard(frame, request)
	return frame, request, response
}

func (p *tape) heard(frame *rtsp.Frame, request *rtsp.Request) {
	p.t.Helper()
	switch {
	case frame != nil && frame.Channel%2 == 0:
		p.note(packetsLine)
		p.frames = append(p.frames, *frame)
	case request != nil:
		p.note("<= " + request.Kind.String())
		p.write(fmt.Sprintf("RTSP/1.0 200 OK\r\nCSeq: %d\r\nSession: %s\r\n\r\n", request.CSeq, p.session))
		p.note("=> 200")
	}
}

// until hears up to a request of the server, if that has not come before an answer.
func (p *tape) until(kind rtsp.Kind) *rtsp.Request {
	p.t.Helper()
	for {
		if len(p.asked) > 0 && p.asked[0].Kind == kind {
			r := p.asked[0]
			p.asked = p.asked[1:]
			return &r
		}
		_, r, response := p.hears()
		if response != nil || r != nil && r.Kind != kind {
			p.t.Fatalf("%+v %+v, want %s after\n%s", r, response, kind, strings.Join(p.lines, "\n"))
		}
		if r != nil {
			return r
		}
	}
}

// packets takes the next n of them, and hears nothing else if they have not come yet.
func (p *tape) packets(c clip, n int) *receiver {
	p.t.Helper()
	r := &receiver{t: p.t, clip: c}
	for len(r.got) < n {
		if len(p.frames) > 0 {
			r.add(p.frames[0].Data)
			p.frames = p.frames[1:]
		} else if _, request, response := p.hears(); request != nil || response != nil {
			p.t.Fatalf("%+v %+v after %d packets", request, response, len(r.got))
		}
	}
	return r
}

// sets up streams of the entry, each on channels of its own.
func (p *tape) setup(control string, channel int, lines ...string) *rtsp.Response {
	p.t.Helper()
	lines = append(lines, fmt.Sprintf("Transport: RTP/AVP/TCP;unicast;interleaved=%d-%d;ssrc=6095d7d7;mode=PLAY", channel, channel+1))
	return p.says("SETUP "+control, "SETUP", p.url+"/"+control, lines...)
}

// log submits a log of what was played, as soon as the end has been told.
func (p *tape) log() {
	p.t.Helper()
	p.body("LogPlay", "SET_PARAMETER", p.url, "application/x-wms-Logplaystats;charset=UTF-8", "<XML><Summary></Summary></XML>")
}

// was compares all that was said with what a figure has.
func (p *tape) was(want string) {
	p.t.Helper()
	var lines []string
	for line := range strings.Lines(want) {
		lines = append(lines, inFull(strings.TrimSpace(line))...)
	}
	for i := range max(len(lines), len(p.lines)) {
		if i >= len(lines) || i >= len(p.lines) || lines[i] != p.lines[i] {
			p.t.Fatalf("from line %d on it is\n%s\nwant\n%s", i+1, strings.Join(p.lines[min(i, len(p.lines)):], "\n"), strings.Join(lines[min(i, len(lines)):], "\n"))
		}
	}
}

// inFull writes out a line: "asks PLAY" is a request and the 200 that it is answered
// with, "asks PLAY 400" another answer, "is told Announce" the server's request.
func inFull(line string) []string {
	if asked, ok := strings.CutPrefix(line, "asks "); ok {
		status := "200"
		if at := len(asked) - len(" 200"); at > 0 && (asked[at:] == " 200" || asked[at:] == " 400") {
			asked, status = asked[:at], asked[at+1:]
		}
		return []string{"=> " + asked, "<= " + status}
	}
	if told, ok := strings.CutPrefix(line, "is told "); ok {
		return []string{"<= " + told, "=> 200"}
	}
	if line == "" {
		return nil
	}
	return []string{line}
}

// publishTape publishes a list of these clips in real time, with a batch that no other
// time in these tests is.
func (s *server) publishTape(name string, clips ...clip) *fronttest.List {
	s.T.Helper()
	items := make([]fronttest.ListItem, len(clips))
	for i, c := range clips {
		items[i].Clip = c
	}
	return s.PublishList(name, tapeOptions(), items...)
}

const tapeBatch = 70 * time.Millisecond

func tapeOptions() point.Options {
	o := point.DefaultOptions()
	o.Batch, o.Burst = tapeBatch, 0
	return o
}
