package wmsp_test

import (
	"testing"
	"time"

	"caracal/internal/session"
)

// [MS-WMSP] 4.4, figure 4, in pipelined mode: the responses to what is asked on the
// connection wait until the Play's is over.
func TestFigure4Pipelined(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure()
		c.until("$C")
		c.ask("Log", "POST /simple.wsx HTTP/1.1", agent9, "Host: SampleServer", exampleLog, noBody)
		c.goes("$D", "some")
		c.ask("SelectStream", c.get(), agent9, "Host: SampleServer", version11, predictive, "Pragma: stream-switch-entry=4:5:0")
		c.goes("end", "answer", "answer", "$E 0x0", "end")
		c.goesAs(`
			begins
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			> Log
			entry 2 two
			$D two [1 4] first ..
			> SelectStream
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$D two [1 4 5] .. last
			next 3 three
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
		p.playFigure()
		p.until("$C")
		p.logBeside()
		p.goes("$D", "some")
		p.selectBeside("Pragma: stream-switch-entry=4:5:0", "both")
		p.until("closed")
		p.goesAs(`
			plays
			$D one [1 4] first .. last
			next 2 two
			$D two [1 4 5] first .. last
			next 3 three
			$D three [1 5] first .. last
			$E 0x0
			closed
		`)
	})
}

// [MS-WMSP] 4.5, figure 5, in pipelined mode: the server waits for PlayNextEntry, which
// ends the Play's response and lets out that to the Log.
func TestFigure5Pipelined(t *testing.T) {
	figure(t, true, notPredictive, func(c *transcript) {
		c.playFigure()
		next := func(from, to string) {
			c.until("$H " + to)
			c.state(session.Waiting)
			c.goes("Log")
			time.Sleep(rests)
			asked := time.Now()
			c.goes("PlayNextEntry", "end", "answer", "answer", "$D")
			if took := time.Since(asked); took > 200*time.Millisecond {
				c.t.Errorf("%s follows %s %v after it was asked for", to, from, took)
			}
			c.state(session.Streaming)
		}
		next("one", "two")
		next("two", "three")
		c.until("end")
		c.goesAs(`
			begins
			$D one [1 4] first .. last
			next 2 two
			> Log
			> PlayNextEntry
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$D two [1 5] first .. last
			next 3 three
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
		p.playFigure()
		for _, to := range []struct{ entry, skips string }{{"two", "both"}, {"three", "back"}} {
			p.until("$H " + to.entry)
			p.state(session.Waiting)
			p.logBeside()
			time.Sleep(rests)
			p.selectBeside(theOther, to.skips)
			asked := time.Now()
			p.until("$D")
			if took := time.Since(asked); took > 200*time.Millisecond {
				t.Errorf("%s comes %v after it was asked for", to.entry, took)
			}
			p.state(session.Streaming)
		}
		p.until("closed")
		p.goesAs(`
			plays
			$D one [1 4] first .. last
			next 2 two
			$D two [1 5] first .. last
			next 3 three
			$D three [1 5] first .. last
			$E 0x0
			closed
		`)
	})
}

// [MS-WMSP] 4.5.2, figure 8, with its examples: the server chooses the streams of the
// next entry, and PlayNextEntry others. Its client-lag holds back the change after that.
func TestFigure8Pipelined(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure()
		c.until("$E")
		done := time.Now()
		c.goes("$C", "Log", "$D")
		if took := time.Since(done); took > 200*time.Millisecond {
			t.Errorf("the next entry begins %v after the one before", took)
		}
		c.some(20)
		c.replay("PlayNextEntry", "spec_playnextentry_playlist", "client-lag=0", "client-lag=20000")
		c.goes("end", "answer", "answer", "$E")
		done = time.Now()
		c.until("$C")
		if took := time.Since(done); took != 15*time.Second {
			t.Errorf("the change comes %v after the entry, want the lag, at most 15 s", took)
		}
		c.until("end")
		c.goesAs(`
			begins
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			> Log
			entry 2 two
			$D two [1 4] first ..
			> PlayNextEntry
			end
			< 1.1 204 predstrm
			< 1.1 200 chunked predstrm both
			$D two [1 5] .. last
			next 3 three
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
		p.playFigure()
		p.until("$C")
		p.logBeside()
		p.until("$D")
		p.selectBeside(theOther, "both")
		p.goes("$M 3", "closed")
		p.goesAs(`
			plays
			$D one [1 4] first .. last
			next 2 two
			$D two [1 4 5] first .. last
			next 3 three
			$D three [1 5] first .. last
			$E 0x0
			closed
		`)
	})
}
