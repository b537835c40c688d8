package rtsp_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
)

// ofStreams are those of a clip, the video ones first.
func ofStreams(seconds uint32, video, audio []uint8) clip {
	c := fronttest.Film(seconds)
	c.Streams = nil
	for _, n := range video {
		c.Streams = append(c.Streams, fronttest.Stream{Number: n, Video: true, Size: 300 - 10*int(n), Key: 10})
	}
	for _, n := range audio {
		c.Streams = append(c.Streams, fronttest.Stream{Number: n, Size: 50 + int(n)})
	}
	return c.Clip()
}

// streams says of which streams the next n packets are.
func (p *tape) streams(n int) string {
	p.t.Helper()
	got := &receiver{t: p.t}
	for len(got.got) < n {
		if len(p.frames) == 0 {
			p.hears()
			continue
		}
		got.add(p.frames[0].Data)
		p.frames = p.frames[1:]
	}
	var found []string
	for _, r := range got.got {
		for stream := uint8(1); stream < 10; stream++ {
			if name := fmt.Sprint(stream); hasStream(p.t, r.Data, stream) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// 4.4.4.1: the request of the example as it stands, but for what names the session, the
// entry and the content. It interrupts nothing, and stream 6 takes the place of 7 at its
// next key frame.
func TestSelectStreamBySetParameter(t *testing.T) {
	const example = "SET_PARAMETER rtsp://myserver.com/myMBRcontent.wmv/stream=7 RTSP/1.0\r\n" +
		"Content-Length: 112\r\n" +
		"User-Agent: WMPlayer/9.0.0.2899 guid/3300AD50-2C39-46C0-AE0A-FF4DD9402916\r\n" +
		"Accept-Charset: UTF-8, *;q=0.1\r\n" +
		"X-Accept-Authentication: Negotiate, NTLM, Digest, Basic\r\n" +
		"Accept-Language: en-us, *;q=0.1\r\n" +
		"Session: 14828520034371861638\r\n" +
		"Content-Type: application/x-wms-streamswitch\r\n" +
		"CSeq: 8\r\n" +
		"X-Playlist-Gen-Id: 1547\r\n" +
		"If-Match: \"{0279ED14-1413-E1EE-14DF-E327B7519C52}\"\r\n\r\n" +
		"SSEntry: 7 6 0 rtsp://myserver.com/myMBRcontent.wmv/stream=7 \r\n" +
		"rtsp://myserver.com/myMBRcontent.wmv/stream=6\r\n\r\n"
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		s.publishTape("myMBRcontent.wmv", ofStreams(10, []uint8{7, 6}, nil))
		p := s.tape("myMBRcontent.wmv")
		sdp := p.says("DESCRIBE", "DESCRIBE", p.url, saysPredicting).Body
		tag := regexp.MustCompile(`a=etag:(\S+)`).FindSubmatch(sdp)
		if tag == nil {
			t.Fatalf("no entity tag in\n%s", sdp)
		}
		p.setup("stream=7", 0)
		p.says("PLAY", "PLAY", p.url, "Range: npt=0-")
		if got := p.streams(9); got != "7" {
			t.Errorf("streams %s", got)
		}
		p.cseq = 8
		p.catchUp()
		p.write(strings.NewReplacer("14828520034371861638", p.session, "Gen-Id: 1547", "Gen-Id: 1", "{0279ED14-1413-E1EE-14DF-E327B7519C52}", string(tag[1])).Replace(example))
		if r := p.answered("SET_PARAMETER"); r.Header.Get("Session") != p.session+";timeout=60" || !r.Header.Has("Date") || !strings.HasPrefix(r.Header.Get("Server"), "WMServer/") {
			t.Errorf("%+v", r.Header)
		}
		p.frames = nil
		if got := p.streams(20); got != "6 7" {
			t.Errorf("around the change streams %s", got)
		}
		if got := p.streams(20); got != "6" {
			t.Errorf("behind the change streams %s", got)
		}
		p.was(`
			=> DESCRIBE
			<= 200
			=> SETUP stream=7
			<= 200
			=> PLAY
			<= 200
			<= packets
			=> SET_PARAMETER
			<= 200
			<= packets
		`)
	})
}

// tapeOf plays the first entry of a list of two up to the Announce of the second, and
// the first packets of that.
func (s *server) tapeOf(a, b clip) *tape {
	s.T.Helper()
	s.publishTape("abc", a, b)
	p := s.tape("abc")
	p.begins(saysPredicting)
	p.packets(a, a.Count())
	p.ends(1, true)
	p.announces(2, b, true, false)
	return p
}

const figurePredicted = figureBegins + `
	<= EndOfStream
	=> 200
	<= Announce
	=> 200
	<= packets
`

// 4.4.4.2 and 4.4.4.3: streams of the next entry are deselected and switched with the
// URLs of streams that were set up in the one before, the bodies as the examples have
// them; packets go on all the time, and a PLAY confirms the rest.
func TestSelectStreamAfterPrediction(t *testing.T) {
	for _, k := range []struct {
		name, what, method, url, body string
		to                            clip
		before, after                 string // streams that go out
		confirms                      string
	}{
		{"4.4.4.2", "TEARDOWN audio", "TEARDOWN", "audio", "5 5 2 rtsp://host/abc/audio=5 rtsp://host/abc/audio=5",
			ofStreams(6, []uint8{3}, []uint8{5}), "3 5", "3", "video"},
		{"4.4.4.3 deselects by another's URL", "TEARDOWN video", "TEARDOWN", "video", "2 2 2 rtsp://host/abc/audio=2 rtsp://host/abc/audio=2",
			ofStreams(6, []uint8{5}, []uint8{2}), "2 5", "5", "video"},
		{"4.4.4.3 switches by another's URL", "SET_PARAMETER video", "SET_PARAMETER", "video", "SSEntry: 2 3 0 rtsp://host/abc/audio=2 rtsp://host/abc/audio=3",
			ofStreams(6, []uint8{5}, []uint8{2, 3}), "2 5", "3 5", "video"},
	} {
		t.Run(k.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startServerWith(t, setting{memory: true})
				defer s.Stop()
				p := s.tapeOf(ofStreams(2, []uint8{2}, []uint8{1}), k.to)
				if got := p.streams(10); got != k.before {
					t.Errorf("streams %s, want %s", got, k.before)
				}
				p.catchUp()
				if r := p.body(k.what, k.method, p.url+"/"+k.url, "application/x-wms-streamswitch", k.body, "X-Playlist-Gen-Id: 2"); r.Status != 200 {
					t.Fatalf("%d", r.Status)
				}
				time.Sleep(600 * time.Millisecond) // a key frame
				p.catchUp()
				p.frames = nil
				if got := p.streams(10); got != k.after {
					t.Errorf("then streams %s, want %s", got, k.after)
				}
				named := p.url + "/" + k.confirms
				p.says("PLAY", "PLAY", p.url, "X-Playlist-Seek-Id: 2", "X-Playlist-Gen-Id: 2", "X-RTP-Info: url="+named)
				p.frames = nil
				if got := p.streams(10); got != k.after {
					t.Errorf("behind PLAY streams %s, want %s", got, k.after)
				}
				p.was(figurePredicted + "=> " + k.what + `
					<= 200
					<= packets
					=> PLAY
					<= 200
					<= packets
				`)
			})
		})
	}
}
