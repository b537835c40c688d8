package wmsp_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/session"
)

// The player of [MS-WMSP] 4.5's examples, and what it says in its own words.
const (
	agent9     = "User-Agent: NSPlayer/9.0.0.2833"
	version11  = "Pragma: version11-enabled=1"
	playStream = "Pragma: xPlayStrm=1"
	exampleLog = "Pragma: log-line=x"
	noBody     = "Content-Length: 0"
	theOther   = "Pragma: stream-switch-entry=ffff:1:0 ffff:2:2 ffff:4:2 ffff:5:0" // video
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
		c.pipelined, c.features = pipelined, features
		c.ask("Describe", c.get(), agent9, "Host: SampleServer", testGUID, features)
		c.answer()
		do(c)
		c.Close()
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
	})
}

func (c *transcript) get() string {
	if c.pipelined {
		return "GET /simple.wsx HTTP/1.1"
	}
	return "GET /simple.wsx HTTP/1.0"
}

// playFigure plays the first audio and the first video.
func (c *transcript) playFigure() {
	c.t.Helper()
	lines := []string{c.get(), agent9, "Host: SampleServer", testGUID, c.features, playStream, "Pragma: stream-switch-entry=ffff:1:0 ffff:2:2 ffff:4:0 ffff:5:2"}
	if c.pipelined {
		lines = append(lines, version11)
	}
	c.ask("Play", lines...)
	c.plays()
}

// without are the changes of an example for a player whose streams the server does not
// choose.
func (c *transcript) without(changes ...string) []string {
	if c.features != predictive {
		changes = append(changes, ",\n com.microsoft.wm.predstrm", "")
	}
	return changes
}

// goes does steps: it asks as the examples do, reads an answer, some packets, or
// packets up to a line that begins with the step.
func (c *transcript) goes(steps ...string) {
	c.t.Helper()
	for _, step := range steps {
		switch step {
		case "Log":
			c.replay(step, "spec_log_playlist")
		case "Stop":
			c.replay(step, "spec_stop_playlist")
		case "PlayNextEntry":
			c.replay(step, "spec_playnextentry_playlist", c.without()...)
		case "answer":
			c.answer()
		case "some":
			c.some(20)
		default:
			c.until(step)
		}
	}
}

// goesAs is was for the figures, whose lists have what comes again and again in short.
func (c *transcript) goesAs(want string) {
	c.t.Helper()
	c.is(inFull(want))
}

// inFull writes out what is in short: "entry 2 two" is the second header of the list,
// "change" and "next" say the frames before it as well.
func inFull(short string) string {
	const play = "> Play\n< 1.1 200 chunked predstrm forward\n$M 1 forward\n$H one\n"
	entry := func(begins, number, name string) string {
		return begins + "$M " + number + " " + map[string]string{"one": "forward", "two": "both", "three": "back"}[name] + "\n$H " + name + "\n"
	}
	out := ""
	for line := range strings.Lines(short) {
		f := append(strings.Fields(line), "", "", "")
		switch f[0] {
		case "begins":
			out += "> Describe\n< 1.1 200 predstrm forward\n$M 1 forward\n$H one\nend\n" + play
		case "plays":
			out += "> Play\n< 1.0 200 close predstrm forward\n$M 1 forward\n$H one\n"
		case "entry":
			out += entry("", f[1], f[2])
		case "change":
			out += entry("$C 0x0\n", f[1], f[2])
		case "next":
			out += entry("$E 0x1\n$C 0x0\n", f[1], f[2])
		case "skips":
			out += "> Stop\n> Log\n> Play " + f[1] + "\nend\n< 1.1 200 predstrm\n< 1.1 204 predstrm\n< 1.1 200 chunked predstrm " + f[2] + "\n"
		case "goes":
			out += "> Stop\nend\n< 1.1 200 predstrm\n> Play " + f[1] + "\n< 1.1 200 chunked predstrm " + f[2] + "\n"
		default:
			out += line
		}
	}
	return out
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

// entry is what the features of the one that is streamed say.
func (c *transcript) selectBeside(streams, entry string) {
	c.t.Helper()
	c.atOnce("SelectStream", func(d *transcript) {
		d.ask("SelectStream", "POST /simple.wsx HTTP/1.0", agent9, "Host: SampleServer", c.features, streams, noBody)
	}, "> SelectStream\n< 1.0 200 predstrm "+entry)
}

// rests is how long the players of the tests take to choose: those of version 9 and
// later choose by themselves when they play faster than real time, and show for minutes
// what they have.
const rests = 50 * time.Second

// state checks what the only session is doing.
func (c *transcript) state(want session.State) {
	c.t.Helper()
	synctest.Wait()
	if all := c.s.Sessions.All(); len(all) != 1 || all[0].State() != want {
		c.t.Errorf("the sessions are %v, want one that is %v", all, want)
	}
}

// skip is the example of 4.5.1, a Play that skips, as another entry and direction.
func (c *transcript) skip(id, offset, to string) {
	c.t.Helper()
	if c.pipelined {
		to += ",\n version11-enabled=1"
	}
	c.replay("Play "+offset, "spec_skip", c.without(
		"playlist-seek-id=115", "playlist-seek-id="+id, "pl-offset=1", "pl-offset="+offset, "stream-time=0", "stream-time="+to)...)
}
