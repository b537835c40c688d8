package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// running is a program that plays to a broadcast.
type running struct {
	*Program
	to    *point.Broadcast
	notes []string
	ended chan error
	stop  context.CancelFunc
}

func runProgram(t *testing.T, o ProgramOptions) *running {
	t.Helper()
	r := &running{Program: NewProgram(o), to: endless(), ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	r.stop = cancel
	go func() { r.ended <- r.Run(ctx, r.to, func(n string) { r.notes = append(r.notes, n) }) }()
	synctest.Wait()
	return r
}

// end stops the program and says what it played, item by item.
func (r *running) end(t *testing.T) string {
	t.Helper()
	r.stop()
	if err := <-r.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the program ended with %v", err)
	}
	var names []string
	for _, n := range r.notes {
		name, _, _ := strings.Cut(n, ";")
		names = append(names, strings.TrimSuffix(name, ".wmv"))
	}
	return strings.Join(names, " ")
}

// entry is what is being broadcast.
func (r *running) entry(t *testing.T) point.Entry {
	t.Helper()
	e, err := r.to.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// film lists what media objects hold, each a number, and checks that they are a
// second apart or less, and are sent when they are due.
func film(t *testing.T, e point.Entry) string {
	t.Helper()
	var text []string
	list := objects(t, e)
	for i, o := range list {
		if i > 0 && (o.time <= list[i-1].time || o.time-list[i-1].time > 1000 || o.send < list[i-1].send || o.number != list[i-1].number+1) {
			t.Errorf("object %d: %d at %d ms sent at %d, after %d at %d sent at %d", i, o.number, o.time, o.send,
				list[i-1].number, list[i-1].time, list[i-1].send)
		}
		text = append(text, fmt.Sprint(o.data[0]))
	}
	return strings.Join(text, " ")
}

// packetsOf are the packets of a clip.
func packetsOf(t *testing.T, clip []byte) []byte {
	t.Helper()
	_, n, err := asf.ParseHeader(clip)
	if err != nil {
		t.Fatal(err)
	}
	return clip[n+asf.DataHeadSize:]
}

// filesOf makes files of so many seconds, by names in order.
func filesOf(t *testing.T, seconds ...int) *Files {
	t.Helper()
	dir := t.TempDir()
	for i, n := range seconds {
		write(t, dir, string(rune('a'+i))+".wmv", clip(t, n))
	}
	f, err := NewFiles(dir, NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A list that is over ends the broadcast, and begins again when it is told to.
func TestProgramEnds(t *testing.T) {
	files := filesOf(t, 4, 3)
	synctest.Test(t, func(t *testing.T) {
		r := runProgram(t, ProgramOptions{Way: files.Once})
		e := r.entry(t)
		time.Sleep(5 * time.Second) // who comes later, in another item, gets the same packets
		if r.entry(t) != e {
			t.Error("two players are not in the same entry")
		}
		time.Sleep(15 * time.Second)
		if got := film(t, e); got != "0 1 2 3 0 1 2" {
			t.Errorf("played %s", got)
		}
		if _, err := r.to.Open(t.Context(), ""); !errors.Is(err, point.ErrNotLive) {
			t.Errorf("after its end the point answers %v", err)
		}
		if n, ok := r.Now(); ok {
			t.Errorf("after its end %+v plays", n)
		}
		if err := r.Skip(1); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if n, ok := r.Now(); !ok || n.Name != "a.wmv" {
			t.Errorf("begun again, %+v plays", n)
		}
		if got := r.end(t); got != "a b the list is over a" {
			t.Errorf("notes: %s", got)
		}
		if err := r.Skip(1); !errors.Is(err, ErrNotPlaying) {
			t.Errorf("a skip when it is over: %v", err)
		}
	})
}

func TestProgramSkips(t *testing.T) {
	files := filesOf(t, 10, 10, 10)
	synctest.Test(t, func(t *testing.T) {
		r := runProgram(t, ProgramOptions{Way: files.Again})
		e := r.entry(t)
		for _, by := range []int{1, 1, -1, -2, 2} { // from a: b, c, b, then before a is c
			time.Sleep(2500 * time.Millisecond)
			if err := r.Skip(by); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}
		time.Sleep(2500 * time.Millisecond)
		if n, _ := r.Now(); n.Inserted || n.Live || n.Duration != 10*time.Second {
			t.Errorf("plays %+v", n)
		}
		if got := film(t, e); strings.Count(got, "0 1") != 6 || strings.Contains(got, "6") {
			t.Errorf("played %s", got)
		}
		if got := r.end(t); got != "a b c b c b" {
			t.Errorf("notes: %s", got)
		}
	})
}

// What is inserted comes behind the present item, or in it, or ends it.
func TestProgramInserts(t *testing.T) {
	for how, want := range map[How]string{
		HowAfter: "0 1 2 3 4 5 6 7 0 1 0 1 2 3",
		HowPause: "0 1 2 3 0 1 0 1 2 3 4 5 6 7 0 1 2 3", // from the key frame on
		HowLeave: "0 1 2 3 0 1 0 1 2 3",
	} {
		t.Run(string(how), func(t *testing.T) {
			files, ads := filesOf(t, 8, 4), filesOf(t, 2)
			synctest.Test(t, func(t *testing.T) {
				r := runProgram(t, ProgramOptions{Way: files.Once})
				e := r.entry(t)
				time.Sleep(3500 * time.Millisecond)
				if err := r.Insert(Interlude{Name: "ads", How: how, Way: ads.Once}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if n, ok := r.Now(); !ok || n.Inserted != (how != HowAfter) {
					t.Errorf("then plays %+v", n)
				}
				time.Sleep(30 * time.Second)
				if got := film(t, e); !strings.HasPrefix(got, want) {
					t.Errorf("played %s, want %s", got, want)
				}
				r.end(t)
			})
		})
	}
}

// Advertisements come on their timer, one at a time, and orders are bounded.
func TestProgramInsertsOnATimer(t *testing.T) {
	files, ads := filesOf(t, 100), filesOf(t, 2)
	synctest.Test(t, func(t *testing.T) {
		in := &Interlude{Name: "ads", How: HowPause, Every: 10 * time.Second, Way: ads.Once}
		r := runProgram(t, ProgramOptions{Way: files.Again, Insert: in})
		time.Sleep(35 * time.Second)
		for range maxOrders + 1 {
			in := *in
			in.How = HowAfter
			if err := r.Insert(in); err != nil && !errors.Is(err, ErrOrders) {
				t.Error(err)
			}
		}
		if err := r.Insert(*in); !errors.Is(err, ErrOrders) {
			t.Errorf("one order too many: %v", err)
		}
		if got := r.end(t); got != "a a a a a a a" { // the file, and three times an ad in it
			t.Errorf("notes: %s", got)
		}
	})
}

// Items that are missing, broken or empty are passed over, also when nothing else
// is there.
func TestProgramPassesOver(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.wmv", []byte("nothing"))
	write(t, dir, "b.wmv", clip(t, 0))
	write(t, dir, "c.wmv", clip(t, 2))
	files, err := NewFiles(dir, NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := runProgram(t, ProgramOptions{Way: files.Again})
		time.Sleep(5 * time.Second)
		if got := r.end(t); !strings.HasPrefix(got, "c c") || strings.Contains(got, "b") {
			t.Errorf("notes: %s", got)
		}
	})
}

// What is live in a list is as long as it lasts, and its own program is not in it.
func TestProgramHasBroadcast(t *testing.T) {
	files := filesOf(t, 3)
	synctest.Test(t, func(t *testing.T) {
		live, own := endless(), endless()
		feed, err := live.Start(otherClip(t, 10))
		if err != nil {
			t.Fatal(err)
		}
		way := &listWay{items: []func() (point.Entry, error){
			func() (point.Entry, error) { return files.Open(t.Context(), "a.wmv") },
			func() (point.Entry, error) { return own.Open(t.Context(), "") },
			func() (point.Entry, error) { return live.Open(t.Context(), "") },
		}}
		p := NewProgram(ProgramOptions{Way: func() point.Way { return way }})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- p.Run(ctx, own, func(string) {}) }()
		for packets := packetsOf(t, otherClip(t, 10)); len(packets) > 0; packets = packets[packetSize:] {
			feed.Add(packets[:packetSize])
			time.Sleep(time.Second)
		}
		if n, ok := p.Now(); !ok || !n.Live || n.Place != 2 {
			t.Errorf("plays %+v", n)
		}
		e, err := own.Open(t.Context(), "")
		if err != nil || e.Info().Preroll != 2000 || len(objects(t, e)) < 3 {
			t.Errorf("the live item is broadcast as %+v, %v", e, err)
		}
		feed.Close()
		time.Sleep(20 * time.Second)
		if _, ok := p.Now(); ok {
			t.Error("the live item does not end")
		}
		cancel()
		<-ended
	})
}

// listWay is a list of whatever opens.
type listWay struct {
	items []func() (point.Entry, error)
}

func (w *listWay) Open(_ context.Context, place, by int) (point.ListItem, error) {
	at := place + by
	if at < 0 || at >= len(w.items) {
		return point.ListItem{}, io.EOF
	}
	e, err := w.items[at]()
	return point.ListItem{Entry: e, Place: at, Source: fmt.Sprint(at)}, err
}
