package wmsp_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/session"
)

// [MS-WMSP] 4.5.1, figure 6: Stop, Log and Play are asked for at once on the
// connection, and each is answered when the Play before is over.
func TestFigure6(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure()
		skip := func(id, offset, at string) {
			c.until("$D")
			c.some(5)
			c.goes("Stop", "Log")
			c.skip(id, offset, at)
			c.goes("end", "answer", "answer")
			c.plays()
		}
		skip("1", "1", "0")
		skip("2", "1", "0")
		skip("3", "-1", "0")
		skip("4", "0", "20000")
		c.until("$D")
		c.goesAs(`
			begins
			$D one [1 4] first ..
			skips 1 both
			change 2 two
			$D two [1 5] first ..
			skips 1 back
			change 3 three
			$D three [1 5] first ..
			skips -1 both
			change 4 two
			$D two [1 5] first ..
			skips 0 both
			change 4 two
			$D two [1 5] ..
		`)
	})
}

// Figure 6 for a player that chooses by itself: behind a skip it is waited for, as at
// any change, and a seek within the entry is not one.
func TestFigure6Chosen(t *testing.T) {
	figure(t, true, notPredictive, func(c *transcript) {
		c.playFigure()
		play := func(id, offset, at string) {
			c.goes("$D", "Stop", "Log")
			c.skip(id, offset, at)
			c.goes("end", "answer", "answer")
			c.plays()
		}
		choose := func() {
			c.until("$H")
			c.state(session.Waiting)
			time.Sleep(rests)
			c.goes("PlayNextEntry", "end", "answer")
		}
		play("1", "1", "0")
		choose()
		play("2", "-1", "0")
		choose()
		play("3", "0", "20000")
		c.until("$D")
		c.goesAs(`
			begins
			$D one [1 4] first ..
			skips 1 both
			change 2 two
			> PlayNextEntry
			end
			< 1.1 200 chunked predstrm both
			$D two [1 5] first ..
			skips -1 forward
			change 3 one
			> PlayNextEntry
			end
			< 1.1 200 chunked predstrm forward
			$D one [1 5] first ..
			skips 0 forward
			entry 3 one
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
				p.playFigure()
				skip := func(id, offset, at, skips, packets string) {
					p.until("$D")
					p.Close()
					synctest.Wait()
					c.logBeside()
					p = c.beside()
					p.skip(id, offset, at)
					p.plays()
					p.until("$H")
					if offset != "0" && !k.predicts {
						p.state(session.Waiting)
						time.Sleep(rests)
						p.selectBeside(theOther, skips)
					}
					p.until("$D")
					p.is("> Play " + offset + "\n< 1.0 200 close predstrm " + skips + "\n" + packets)
				}
				skip("1", "1", "0", "both", "$C 0x0\n$M 2 both\n$H two\n$D two [1 5] first ..")
				skip("2", "-1", "0", "forward", "$C 0x0\n$M 3 forward\n$H one\n$D one [1 5] first ..")
				skip("3", "0", "20000", "forward", k.seek+"\n$M 3 forward\n$H one\n$D one [1 5] ..")
				p.Close()
			})
		})
	}
}

// A skip says from where: an entry that the player still shows, though the server is
// further on, or one that is no longer remembered.
func TestSkipFromAnEntryBefore(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure()
		c.goes("$M 3", "$D")
		again := func(id, offset, at string) {
			c.goes("Stop", "end", "answer")
			c.skip(id, offset, at)
			c.plays()
			c.until("$D")
		}
		again("1", "1", "0")     // the one behind the first
		again("1", "0", "10000") // within the first
		again("77", "1", "0")    // behind the one that was sent last, which is the first
		again("77", "0", "0")    // there is none: the list begins anew
		again("4", "1", "0")     // no entry of this time
		c.lines = c.lines[slices.Index(c.lines, "$H three"):]
		c.goesAs(`
			$H three
			$D three [1 4] first ..
			goes 1 both
			change 4 two
			$D two [1 5] first ..
			goes 0 forward
			change 1 one
			$D one [1 5] ..
			goes 1 both
			change 5 two
			$D two [1 5] first ..
			goes 0 forward
			entry 1 one
			$D one [1 5] first ..
			goes 1 both
			change 2 two
			$D two [1 5] first ..
		`)
	})
}

// There is nothing beyond either end of a list, and none behind the last entry's end: the
// player is refused, and goes on where it likes.
func TestBeyondTheList(t *testing.T) {
	figure(t, true, predictive, func(c *transcript) {
		c.playFigure()
		skip := func(id, offset string) {
			c.goes("Stop", "end", "answer")
			c.skip(id, offset, "0")
			c.plays()
		}
		next := func() { c.goes("PlayNextEntry") }
		c.goes("$M 3", "$D")
		next() // in the last entry: its streams are chosen once more
		c.goes("end", "answer", "end")
		synctest.Wait() // the server knows that it has ended too
		next()
		c.answer()
		c.skip("3", "1", "0")
		c.answer()
		c.skip("1", "-1", "0")
		c.answer()
		c.skip("3", "-1", "0")
		c.plays()
		c.until("$D")
		skip("4", "-1")
		c.until("$D")
		c.lines = c.lines[slices.Index(c.lines, "$H three"):]
		c.goesAs(`
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
			change 4 two
			$D two [1 5] first ..
			goes -1 forward
			change 5 one
			$D one [1 5] first ..
		`)
	})
}
