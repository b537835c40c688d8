package wmsp_test

import (
	"slices"
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

// entry is what the features of the one that is streamed say.
func (c *transcript) selectBeside(streams, features, entry string) {
	c.t.Helper()
	c.atOnce("SelectStream", func(d *transcript) {
		d.ask("SelectStream", "POST /simple.wsx HTTP/1.0", agent9, "Host: SampleServer", features, streams, noBody)
	}, "> SelectStream\n< 1.0 200 predstrm "+entry)
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
			< 1.1 200 predstrm forward
			$M 1 forward
			$H one
			end
			> Play
			< 1.1 200 chunked predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			> Log
			$M 2 both
			$H two
			$D two [1 4] first ..
			> SelectStream
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$D two [1 4 5] .. last
			$E 0x1
			$C 0x0
			$M 3 back
			$H three
			$D three [1 5] first .. last
			$E 0x0
			end
		`)
	})
}

// Figure 4 in non-pipelined mode: Log and SelectStream have connections of their own,
// and are answered while the stream goes on.
func TestFigure4NonPipelined(t *testing.T) {
	figure(t, false, predictive, func(c *transcript) {
		p := c.beside()
		p.playFigure(false, predictive)
		p.until("$C")
		p.logBeside()
		p.until("$D")
		p.some(20)
		p.selectBeside("Pragma: stream-switch-entry=4:5:0", predictive, "both")
		p.until("closed")
		p.is(`
			> Play
			< 1.0 200 close predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			$M 2 both
			$H two
			$D two [1 4 5] first .. last
			$E 0x1
			$C 0x0
			$M 3 back
			$H three
			$D three [1 5] first .. last
			$E 0x0
			closed
		`)
	})
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

// [MS-WMSP] 4.5, figure 5, in pipelined mode: the server waits for PlayNextEntry, which
// ends the Play's response and lets out that to the Log.
func TestFigure5Pipelined(t *testing.T) {
	figure(t, true, notPredictive, func(c *transcript) {
		c.playFigure(true, notPredictive)
		next := func(from, to string) {
			c.until("$H " + to)
			c.state(session.Waiting)
			c.replay("Log", "spec_log_playlist")
			time.Sleep(rests)
			asked := time.Now()
			c.replay("PlayNextEntry", "spec_playnextentry_playlist", ",\n com.microsoft.wm.predstrm", "")
			c.until("end")
			c.answer()
			c.answer()
			c.until("$D")
			if took := time.Since(asked); took > 200*time.Millisecond {
				c.t.Errorf("%s follows %s %v after it was asked for", to, from, took)
			}
			c.state(session.Streaming)
		}
		next("one", "two")
		next("two", "three")
		c.until("end")
		c.is(`
			> Describe
			< 1.1 200 predstrm forward
			$M 1 forward
			$H one
			end
			> Play
			< 1.1 200 chunked predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			$M 2 both
			$H two
			> Log
			> PlayNextEntry
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$D two [1 5] first .. last
			$E 0x1
			$C 0x0
			$M 3 back
			$H three
			> Log
			> PlayNextEntry
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm back
			$D three [1 5] first .. last
			$E 0x0
			end
		`)
	})
}

// Figure 5 in non-pipelined mode, where SelectStream takes the place of PlayNextEntry.
func TestFigure5NonPipelined(t *testing.T) {
	figure(t, false, notPredictive, func(c *transcript) {
		p := c.beside()
		p.playFigure(false, notPredictive)
		for _, to := range []struct{ entry, skips string }{{"two", "both"}, {"three", "back"}} {
			p.until("$H " + to.entry)
			p.state(session.Waiting)
			p.logBeside()
			time.Sleep(rests)
			p.selectBeside("Pragma: stream-switch-entry=ffff:1:0 ffff:2:2 ffff:4:2 ffff:5:0", notPredictive, to.skips)
			asked := time.Now()
			p.until("$D")
			if took := time.Since(asked); took > 200*time.Millisecond {
				t.Errorf("%s comes %v after it was asked for", to.entry, took)
			}
			p.state(session.Streaming)
		}
		p.until("closed")
		p.is(`
			> Play
			< 1.0 200 close predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			$M 2 both
			$H two
			$D two [1 5] first .. last
			$E 0x1
			$C 0x0
			$M 3 back
			$H three
			$D three [1 5] first .. last
			$E 0x0
			closed
		`)
	})
}

// skip is the example of 4.5.1, a Play that skips, as another entry and direction.
func (c *transcript) skip(id, offset, more string, predicts bool) {
	c.t.Helper()
	changes := []string{"playlist-seek-id=115", "playlist-seek-id=" + id, "pl-offset=1", "pl-offset=" + offset, "stream-time=0", more}
	if !predicts {
		changes = append(changes, ",\n com.microsoft.wm.predstrm", "")
	}
	c.replay("Play "+offset, "spec_skip", changes...)
}

// [MS-WMSP] 4.5.1, figure 6: Stop, Log and Play are asked for at once on the
// connection, and each is answered when the Play before is over.
func TestFigure6(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure(true, predictive)
		skip := func(id, offset, stream string) {
			c.until("$D")
			c.some(5)
			c.replay("Stop", "spec_stop_playlist")
			c.replay("Log", "spec_log_playlist")
			c.skip(id, offset, stream+",\n version11-enabled=1", true)
			c.until("end")
			c.answer()
			c.answer()
			c.plays()
		}
		skip("1", "1", "stream-time=0")
		skip("2", "1", "stream-time=0")
		skip("3", "-1", "stream-time=0")
		skip("4", "0", "stream-time=20000")
		c.until("$D")
		c.is(`
			> Describe
			< 1.1 200 predstrm forward
			$M 1 forward
			$H one
			end
			> Play
			< 1.1 200 chunked predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first ..
			> Stop
			> Log
			> Play 1
			end
			< 1.1 200 predstrm
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 2 both
			$H two
			$D two [1 5] first ..
			> Stop
			> Log
			> Play 1
			end
			< 1.1 200 predstrm
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm back
			$C 0x0
			$M 3 back
			$H three
			$D three [1 5] first ..
			> Stop
			> Log
			> Play -1
			end
			< 1.1 200 predstrm
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 4 both
			$H two
			$D two [1 5] first ..
			> Stop
			> Log
			> Play 0
			end
			< 1.1 200 predstrm
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 4 both
			$H two
			$D two [1 5] ..
		`)
	})
}

// Figure 6 for a player that chooses by itself: behind a skip it is waited for, as at
// any change, and a seek within the entry is not one.
func TestFigure6Chosen(t *testing.T) {
	figure(t, true, notPredictive, func(c *transcript) {
		c.playFigure(true, notPredictive)
		play := func(id, offset, stream string) {
			c.until("$D")
			c.replay("Stop", "spec_stop_playlist")
			c.replay("Log", "spec_log_playlist")
			c.skip(id, offset, stream+",\n version11-enabled=1", false)
			c.until("end")
			c.answer()
			c.answer()
			c.plays()
		}
		choose := func() {
			c.until("$H")
			c.state(session.Waiting)
			time.Sleep(rests)
			c.replay("PlayNextEntry", "spec_playnextentry_playlist", ",\n com.microsoft.wm.predstrm", "")
			c.until("end")
			c.answer()
		}
		play("1", "1", "stream-time=0")
		choose()
		play("2", "-1", "stream-time=0")
		choose()
		play("3", "0", "stream-time=20000")
		c.until("$D")
		c.is(`
			> Describe
			< 1.1 200 predstrm forward
			$M 1 forward
			$H one
			end
			> Play
			< 1.1 200 chunked predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first ..
			> Stop
			> Log
			> Play 1
			end
			< 1.1 200 predstrm
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 2 both
			$H two
			> PlayNextEntry
			end
			< 1.1 200 chunked predstrm both
			$D two [1 5] first ..
			> Stop
			> Log
			> Play -1
			end
			< 1.1 200 predstrm
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm forward
			$C 0x0
			$M 3 forward
			$H one
			> PlayNextEntry
			end
			< 1.1 200 chunked predstrm forward
			$D one [1 5] first ..
			> Stop
			> Log
			> Play 0
			end
			< 1.1 200 predstrm
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm forward
			$M 3 forward
			$H one
			$D one [1 5] ..
		`)
	})
}

// Figure 7, non-pipelined mode: the player stops by closing its connection, and Log and
// Play have connections of their own. The examples go out as they are, byte for byte.
func TestFigure7(t *testing.T) {
	for _, k := range []struct {
		name     string
		predicts bool
		features string
		seek     string // what a seek within the entry begins with
	}{
		{"predicted", true, predictive, "$C 0x0"},
		{"chosen", false, notPredictive, ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			figure(t, false, k.features, func(c *transcript) {
				p := c.beside()
				p.playFigure(false, k.features)
				skip := func(id, offset, stream, skips, packets string) {
					p.until("$D")
					p.Close()
					synctest.Wait()
					c.logBeside()
					p = c.beside()
					p.skip(id, offset, stream, k.predicts)
					p.plays()
					p.until("$H")
					if offset != "0" && !k.predicts {
						p.state(session.Waiting)
						time.Sleep(rests)
						p.selectBeside("Pragma: stream-switch-entry=ffff:1:0 ffff:2:2 ffff:4:2 ffff:5:0", k.features, skips)
					}
					p.until("$D")
					p.is("> Play " + offset + "\n< 1.0 200 close predstrm " + skips + "\n" + packets)
				}
				skip("1", "1", "stream-time=0", "both", "$C 0x0\n$M 2 both\n$H two\n$D two [1 5] first ..")
				skip("2", "-1", "stream-time=0", "forward", "$C 0x0\n$M 3 forward\n$H one\n$D one [1 5] first ..")
				skip("3", "0", "stream-time=20000", "forward", k.seek+"\n$M 3 forward\n$H one\n$D one [1 5] ..")
				p.Close()
			})
		})
	}
}

// A skip says from where: an entry that the player still shows, though the server is
// further on, or one that is no longer remembered.
func TestSkipFromAnEntryBefore(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure(true, predictive)
		c.until("$M 3")
		c.until("$D")
		again := func(id, offset, stream string) {
			c.replay("Stop", "spec_stop_playlist")
			c.until("end")
			c.answer()
			c.skip(id, offset, stream+",\n version11-enabled=1", true)
			c.plays()
			c.until("$D")
		}
		again("1", "1", "stream-time=0")     // the one behind the first
		again("1", "0", "stream-time=10000") // within the first
		again("77", "1", "stream-time=0")    // behind the one that was sent last, which is the first
		again("77", "0", "stream-time=0")    // there is none: the list begins anew
		again("4", "1", "stream-time=0")     // no entry of this time
		c.lines = c.lines[slices.Index(c.lines, "$H three"):]
		c.is(`
			$H three
			$D three [1 4] first ..
			> Stop
			end
			< 1.1 200 predstrm
			> Play 1
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 4 both
			$H two
			$D two [1 5] first ..
			> Stop
			end
			< 1.1 200 predstrm
			> Play 0
			< 1.1 200 chunked predstrm forward
			$C 0x0
			$M 1 forward
			$H one
			$D one [1 5] ..
			> Stop
			end
			< 1.1 200 predstrm
			> Play 1
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 5 both
			$H two
			$D two [1 5] first ..
			> Stop
			end
			< 1.1 200 predstrm
			> Play 0
			< 1.1 200 chunked predstrm forward
			$M 1 forward
			$H one
			$D one [1 5] first ..
			> Stop
			end
			< 1.1 200 predstrm
			> Play 1
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 2 both
			$H two
			$D two [1 5] first ..
		`)
	})
}

// There is nothing beyond either end of a list, and none behind the last entry's end: the
// player is refused, and goes on where it likes.
func TestBeyondTheList(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure(true, predictive)
		skip := func(id, offset string) {
			c.replay("Stop", "spec_stop_playlist")
			c.until("end")
			c.answer()
			c.skip(id, offset, "stream-time=0,\n version11-enabled=1", true)
			c.plays()
		}
		next := func() { c.replay("PlayNextEntry", "spec_playnextentry_playlist") }
		c.until("$M 3")
		c.until("$D")
		next() // in the last entry: its streams are chosen once more
		c.until("end")
		c.answer()
		c.until("end")
		synctest.Wait() // the server knows that it has ended too
		next()
		c.answer()
		c.skip("3", "1", "stream-time=0,\n version11-enabled=1", true)
		c.answer()
		c.skip("1", "-1", "stream-time=0,\n version11-enabled=1", true)
		c.answer()
		c.skip("3", "-1", "stream-time=0,\n version11-enabled=1", true)
		c.plays()
		c.until("$D")
		skip("4", "-1")
		c.until("$D")
		c.lines = c.lines[slices.Index(c.lines, "$H three"):]
		c.is(`
			$H three
			$D three [1 4] first ..
			> PlayNextEntry
			end
			< 1.1 200 chunked predstrm back
			$D three [1 5] .. last
			$E 0x0
			end
			> PlayNextEntry
			< 1.1 400
			> Play 1
			< 1.1 400
			> Play -1
			< 1.1 400
			> Play -1
			< 1.1 200 chunked predstrm both
			$C 0x0
			$M 4 both
			$H two
			$D two [1 5] first ..
			> Stop
			end
			< 1.1 200 predstrm
			> Play -1
			< 1.1 200 chunked predstrm forward
			$C 0x0
			$M 5 forward
			$H one
			$D one [1 5] first ..
		`)
	})
}

// [MS-WMSP] 4.5.2, figure 8, with its examples: the server chooses the streams of the
// next entry, and PlayNextEntry others. Its client-lag holds back the change after that.
func TestFigure8Pipelined(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure(true, predictive)
		c.until("$E")
		done := time.Now()
		c.until("$C")
		c.replay("Log", "spec_log_playlist")
		c.until("$D")
		if took := time.Since(done); took > 200*time.Millisecond {
			t.Errorf("the next entry begins %v after the one before", took)
		}
		c.some(20)
		c.replay("PlayNextEntry", "spec_playnextentry_playlist", "client-lag=0", "client-lag=20000")
		c.until("end")
		c.answer()
		c.answer()
		c.until("$E")
		done = time.Now()
		c.until("$C")
		if took := time.Since(done); took != 15*time.Second {
			t.Errorf("the change comes %v after the entry, want the lag, at most 15 s", took)
		}
		c.until("end")
		c.is(`
			> Describe
			< 1.1 200 predstrm forward
			$M 1 forward
			$H one
			end
			> Play
			< 1.1 200 chunked predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			> Log
			$M 2 both
			$H two
			$D two [1 4] first ..
			> PlayNextEntry
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$D two [1 5] .. last
			$E 0x1
			$C 0x0
			$M 3 back
			$H three
			$D three [1 5] first .. last
			$E 0x0
			end
		`)
	})
}

// Figure 8 in non-pipelined mode: SelectStream overrides what the server has chosen.
func TestFigure8NonPipelined(t *testing.T) {
	figure(t, false, predictive, func(c *transcript) {
		p := c.beside()
		p.playFigure(false, predictive)
		p.until("$C")
		p.logBeside()
		p.until("$D")
		p.selectBeside("Pragma: stream-switch-entry=ffff:1:0 ffff:2:2 ffff:4:2 ffff:5:0", predictive, "both")
		p.until("$M 3")
		p.until("closed")
		p.is(`
			> Play
			< 1.0 200 close predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			$M 2 both
			$H two
			$D two [1 4 5] first .. last
			$E 0x1
			$C 0x0
			$M 3 back
			$H three
			$D three [1 5] first .. last
			$E 0x0
			closed
		`)
	})
}
