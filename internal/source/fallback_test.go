package source

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
)

// While an encoder brings nothing the fallback plays, again and again; when the
// encoder is back it has its place at once.
func TestFallback(t *testing.T) {
	files := filesOf(t, 3)
	synctest.Test(t, func(t *testing.T) {
		to := endless()
		f := &Fallback{
			Program: NewProgram(ProgramOptions{Way: files.Once, Again: true}), To: to, Bus: &event.Bus{}, After: 5 * time.Second,
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); f.Run(ctx) }()
		data := otherClip(t, 100)
		packets := packetsOf(t, data)
		plays := func(want uint32, when string) {
			t.Helper()
			synctest.Wait()
			e, err := to.Open(t.Context(), "")
			if err != nil {
				t.Errorf("%s: %v", when, err)
			} else if got := e.Info().Preroll; got != want {
				t.Errorf("%s what has the preroll %d plays, want %d", when, got, want)
			}
		}
		for round := range 2 {
			time.Sleep(16 * time.Second)
			plays(1000, "without an encoder")
			feed, err := to.Start(data)
			if err != nil {
				t.Fatal(err)
			}
			plays(2000, "when the encoder has begun")
			for range 10 {
				feed.Add(packets[:packetSize])
				packets = packets[packetSize:]
				time.Sleep(time.Second)
			}
			plays(2000, "while the encoder sends")
			if round == 0 {
				feed.Close()
				continue
			}
			time.Sleep(8 * time.Second) // it is connected, and sends nothing
			plays(1000, "when the encoder has fallen silent")
			for len(packets) > 70*packetSize { // until there is a key frame
				feed.Add(packets[:packetSize])
				packets = packets[packetSize:]
			}
			plays(2000, "when the encoder sends again")
			feed.Close()
		}
		cancel()
		<-ended
	})
}

// An insertion takes the place of what an encoder sends, which goes on behind it.
func TestInsertIntoLive(t *testing.T) {
	ads := filesOf(t, 3)
	synctest.Test(t, func(t *testing.T) {
		r := runProgram(t, ProgramOptions{})
		data := otherClip(t, 100)
		feed, err := r.to.Start(data)
		if err != nil {
			t.Fatal(err)
		}
		packets := packetsOf(t, data)
		var seen []uint32
		for i := range 40 {
			if i == 10 {
				if err := r.Insert(Interlude{Name: "ads", How: HowPause, Way: ads.Once}); err != nil {
					t.Fatal(err)
				}
			}
			if err := feed.Add(packets[i*packetSize:][:packetSize]); err != nil {
				t.Fatal(err)
			}
			time.Sleep(500 * time.Millisecond)
			if p := r.entry(t).Info().Preroll; len(seen) == 0 || seen[len(seen)-1] != p {
				seen = append(seen, p)
			}
		}
		if len(seen) != 3 || seen[1] != 1000 || seen[2] != 2000 {
			t.Errorf("the entries had the prerolls %v", seen)
		}
		if n := point.Generation(r.entry(t)); n != 3 {
			t.Errorf("it is entry %d", n)
		}
		r.end(t)
	})
}

// A timer inserts nothing where nothing is broadcast.
func TestTimerWaitsForSource(t *testing.T) {
	ads := filesOf(t, 3)
	synctest.Test(t, func(t *testing.T) {
		r := runProgram(t, ProgramOptions{Insert: &Interlude{Name: "ads", How: HowAfter, Every: 10 * time.Second, Way: ads.Once}})
		time.Sleep(35 * time.Second)
		if n, _ := r.to.Brought(); n > 0 || isFed(r.to) {
			t.Error("something was inserted")
		}
		feed, err := r.to.Start(otherClip(t, 1))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if n, ok := r.Now(); !ok || !n.Inserted {
			t.Errorf("with a source %+v plays", n)
		}
		feed.Close()
		r.end(t)
	})
}
