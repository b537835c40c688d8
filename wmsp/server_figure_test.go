package wmsp_test

import (
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
)

// The player of [MS-WMSP] 4.5's examples, and what it says in its own words.
const (
	agent9     = "User-Agent: NSPlayer/9.0.0.2833"
	version11  = "Pragma: version11-enabled=1"
	playStream = "Pragma: xPlayStrm=1"
	exampleLog = "Pragma: log-line=x"
	noBody     = "Content-Length: 0"
)

// figureClip is an entry with the streams that the examples choose among: two of audio
// (1, 2) and two of video (4, 5).
func figureClip(seconds uint32) fronttest.Clip {
	return fronttest.Content{
		Seconds: seconds, Every: 200, Preroll: 1000, BitRate: 20_000,
		Streams: []fronttest.Stream{
			{Number: 1, Size: 60}, {Number: 2, Size: 40}, {Number: 4, Video: true, Size: 200, Key: 10}, {Number: 5, Video: true, Size: 90, Key: 5},
		},
	}.Clip()
}

// The entries of the figures' list.
func figureClips() map[string]fronttest.Clip {
	return map[string]fronttest.Clip{"one": figureClip(30), "two": figureClip(31), "three": figureClip(32)}
}

// figure publishes the entries under the examples' name, and describes them to a player.
func figure(t *testing.T, pipelined bool, features string, do func(c *transcript)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		clips := figureClips()
		list := s.PublishList("simple.wsx", pacedOptions(), fronttest.ListItem{Clip: clips["one"]}, fronttest.ListItem{Clip: clips["two"]}, fronttest.ListItem{Clip: clips["three"]})
		c := s.transcribe(clips)
		c.ask("Describe", c.get(pipelined), agent9, "Host: SampleServer", testGUID, features)
		c.answer()
		do(c)
		c.Close()
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
	})
}

func (c *transcript) get(pipelined bool) string {
	if pipelined {
		return "GET /simple.wsx HTTP/1.1"
	}
	return "GET /simple.wsx HTTP/1.0"
}

// playFigure plays the first audio and the first video.
func (c *transcript) playFigure(pipelined bool, features string) {
	c.t.Helper()
	lines := []string{c.get(pipelined), agent9, "Host: SampleServer", testGUID, features, playStream, "Pragma: stream-switch-entry=ffff:1:0 ffff:2:2 ffff:4:0 ffff:5:2"}
	if pipelined {
		lines = append(lines, version11)
	}
	c.ask("Play", lines...)
	c.plays()
}

// atOnce asks on a connection of its own, and is answered at once.
func (c *transcript) atOnce(name string, ask func(d *transcript), want string) {
	c.t.Helper()
	d := c.beside()
	began := time.Now()
	ask(d)
	d.answer()
	if took := time.Since(began); took != 0 {
		c.t.Errorf("%s is answered after %v", name, took)
	}
	d.is(want)
	d.Close()
}

func (c *transcript) logBeside() {
	c.t.Helper()
	c.atOnce("Log", func(d *transcript) {
		d.replay("Log", "spec_log_playlist", "HTTP/1.1", "HTTP/1.0")
	}, "> Log\n< 1.0 204 predstrm")
}

func (c *transcript) selectBeside(streams, features string) {
	c.t.Helper()
	c.atOnce("SelectStream", func(d *transcript) {
		d.ask("SelectStream", "POST /simple.wsx HTTP/1.0", agent9, "Host: SampleServer", features, streams, noBody)
	}, "> SelectStream\n< 1.0 200 predstrm playlist,skipforward,skipbackward,seekable,stridable")
}

// [MS-WMSP] 4.4, figure 4, in pipelined mode: the responses to what is asked on the
// connection wait until the Play's is over.
func TestFigure4Pipelined(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure(true, predictive)
		c.until("$C")
		c.ask("Log", "POST /simple.wsx HTTP/1.1", agent9, "Host: SampleServer", exampleLog, noBody)
		c.until("$D")
		c.some(20)
		c.ask("SelectStream", c.get(true), agent9, "Host: SampleServer", version11, predictive, "Pragma: stream-switch-entry=4:5:0")
		c.until("end")
		c.answer()
		c.answer()
		c.until("$E 0x0")
		c.until("end")
		c.is(`
			> Describe
			< 1.1 200 predstrm playlist,skipforward,seekable,stridable
			$M 1 playlist,skipforward,seekable,stridable
			$H one
			end
			> Play
			< 1.1 200 chunked predstrm playlist,skipforward,seekable,stridable
			$M 1 playlist,skipforward,seekable,stridable
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			> Log
			$M 2 playlist,skipforward,skipbackward,seekable,stridable
			$H two
			$D two [1 4] first ..
			> SelectStream
			$D two [1 4] ..
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm playlist,skipforward,skipbackward,seekable,stridable
			$D two [1 4 5] .. last
			$E 0x1
			$C 0x0
			$M 3 playlist,skipbackward,last,seekable,stridable
			$H three
			$D three [1 5] first .. last
			$E 0x0
			end
		`)
	})
}
