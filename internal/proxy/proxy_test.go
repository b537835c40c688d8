package proxy

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/event"
	"caracal/internal/point"
)

// However many ask for it, content is fetched once, played while it comes, and
// then played from the disk without the origin.
func TestFetchedOnceForAll(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 20)
		c.every = time.Millisecond
		r := newRig(t, o, nil)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				e, err := r.Open(t.Context(), "a.wmv")
				if err != nil {
					t.Error(err)
					return
				}
				defer e.Close()
				if got, err := read(e, 0); err != nil || !bytes.Equal(got, c.Packets) {
					t.Errorf("%d bytes, %v", len(got), err)
				}
			})
		}
		all.Wait()
		synctest.Wait()
		if infos, opens, plays := o.counts(); infos != 1 || opens != 1 || plays != 1 {
			t.Errorf("asked %d, opened %d, played %d times", infos, opens, plays)
		}
		o.set(errDown)
		e := r.open("a.wmv")
		r.plays(e, c)
		if i := e.Info(); i.Tag != "1" || !i.Modified.Equal(c.facts.Modified) || i.Size != int64(len(c.File())) || !i.Stridable ||
			!i.Cache.MayStore() || i.Packets != int64(c.Count()) {
			t.Errorf("%+v", i)
		}
		if list, err := e.CleanPoints(1); err != nil || len(list) != 21 {
			t.Errorf("%d clean points, %v, want one for each row of the index", len(list), err)
		}
		e.Close()
		if s := r.Status(); s.Hits != 1 || s.Joined != 19 || s.Misses != 1 || s.Files != 1 || s.Fetching != 0 || s.Fetched != uint64(len(c.Packets)) {
			t.Errorf("%+v", s)
		}
		if list, _ := r.List(); len(list) != 1 || list[0].Name != "a.wmv" {
			t.Errorf("%+v", list)
		}
		if got := r.files(); !slices.Equal(got, []string{".asf", ".json"}) {
			t.Errorf("%q", got)
		}
	})
}

// Content that was only asked about is not fetched.
func TestDescribedOnly(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		o.add("a.wmv", 2)
		r := newRig(t, o, nil)
		r.open("a.wmv").Close()
		time.Sleep(2 * unplayed)
		synctest.Wait()
		if _, _, plays := o.counts(); plays != 0 || len(r.files()) != 0 || r.Status().Fetching != 0 {
			t.Errorf("played %d times, %q, %+v", plays, r.files(), r.Status())
		}
	})
}

func TestRevalidation(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 2)
		r := newRig(t, o, nil)
		play := func() {
			t.Helper()
			e := r.open("a.wmv")
			r.plays(e, c)
			e.Close()
			synctest.Wait()
		}
		play()
		time.Sleep(23 * time.Hour)
		play()
		if infos, _, _ := o.counts(); infos != 1 {
			t.Errorf("a fresh copy: asked %d times", infos)
		}
		time.Sleep(2 * time.Hour)
		play()
		play()
		if infos, opens, _ := o.counts(); infos != 2 || opens != 1 || r.Status().Revalidated != 1 {
			t.Errorf("a stale copy: asked %d times, opened %d, %+v", infos, opens, r.Status())
		}
	})
}

// A copy that is another version now gives way to the new one; who plays the old
// one goes on with it.
func TestChangedAtOrigin(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		old := o.add("a.wmv", 2)
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		r.plays(e, old)
		e.Close()
		synctest.Wait()
		e = r.open("a.wmv")
		time.Sleep(25 * time.Hour)
		now := o.add("a.wmv", 3)
		now.facts.Tag = "2"
		e2 := r.open("a.wmv")
		r.plays(e2, now)
		r.plays(e, old)
		e.Close()
		e2.Close()
		synctest.Wait()
		if got := r.files(); len(got) != 2 || r.Status().Changed != 1 || r.Status().Files != 1 {
			t.Errorf("%q, %+v", got, r.Status())
		}
	})
}

// When the origin does not answer, a stale copy is played if the origin has not
// said that it must not be.
func TestStale(t *testing.T) {
	for _, must := range []bool{false, true} {
		inBubble(t, func(t *testing.T) {
			o := &fakeOrigin{}
			c := o.add("a.wmv", 2)
			c.facts.Control = cachecontrol.Parse("public, max-age=60")
			if must {
				c.facts.Control = cachecontrol.ParseHTTP("proxy-public, must-revalidate, max-age=60")
			}
			r := newRig(t, o, nil)
			e := r.open("a.wmv")
			r.plays(e, c)
			e.Close()
			synctest.Wait()
			o.set(errDown)
			time.Sleep(2 * time.Minute)
			e, err := r.Open(t.Context(), "a.wmv")
			if must != errors.Is(err, point.ErrBusy) || must == (err == nil) {
				t.Errorf("must-revalidate %t: %v", must, err)
			}
			if e != nil {
				r.plays(e, c)
				e.Close()
			}
			o.set(nil)
			time.Sleep(unreachable + time.Second)
			e = r.open("a.wmv")
			r.plays(e, c)
			e.Close()
			if r.Status().Revalidated != 1 {
				t.Errorf("%+v", r.Status())
			}
		})
	}
}

// What the origin refuses is refused here, and remembered for a moment.
func TestRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		r := newRig(t, o, nil)
		for range 100 {
			if _, err := r.Open(t.Context(), "a.wmv"); !errors.Is(err, point.ErrNotFound) {
				t.Fatal(err)
			}
		}
		if infos, _, _ := o.counts(); infos != 1 {
			t.Errorf("asked %d times", infos)
		}
		time.Sleep(remembered + time.Second)
		c := o.add("a.wmv", 1)
		e := r.open("a.wmv")
		r.plays(e, c)
		e.Close()
		synctest.Wait()
		time.Sleep(25 * time.Hour)
		o.mu.Lock()
		clear(o.clips)
		o.mu.Unlock()
		if _, err := r.Open(t.Context(), "a.wmv"); !errors.Is(err, point.ErrNotFound) || len(r.files()) != 0 {
			t.Errorf("%v, %q", err, r.files())
		}
		infos, _, _ := o.counts()
		for _, name := range []string{"../a.wmv", "a//b", ".hidden/a.wmv", "a\\b", "a\nb", "/a", strings.Repeat("a", maxName+1)} {
			if _, err := r.Open(t.Context(), name); !errors.Is(err, point.ErrNotFound) {
				t.Errorf("%q: %v", name, err)
			}
		}
		if again, _, _ := o.counts(); again != infos {
			t.Error("the origin was asked for a name that is none")
		}
	})
}

func TestNamesAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, &fakeOrigin{}, nil)
		for i := range maxItems + 10 {
			if _, err := r.Open(t.Context(), "a"+string(rune('A'+i%26))+strings.Repeat("b", i/26%200)+strings.Repeat("c", i/5200)); !errors.Is(err, point.ErrNotFound) {
				t.Fatal(err)
			}
		}
		if n := len(r.items); n > maxItems {
			t.Errorf("%d names", n)
		}
	})
}

// The files that were not played for the longest time make room, but none that is
// being played; what is too large is not kept.
func TestRoom(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		r := newRig(t, o, func(opt *Options) { opt.Size, opt.MaxContent = 340_000, 300_000 })
		play := func(name string) {
			t.Helper()
			e := r.open(name)
			r.plays(e, o.clips["http://origin/films/"+name])
			e.Close()
			synctest.Wait()
			time.Sleep(time.Second)
		}
		names := func() (list []string) {
			items, _ := r.List()
			for _, it := range items {
				list = append(list, it.Name)
			}
			return list
		}
		for _, name := range []string{"a", "b", "c", "d"} {
			o.add(name, 9)
		}
		o.add("large", 40)
		play("a")
		play("b")
		e := r.open("a")
		play("large")
		if got := names(); !slices.Equal(got, []string{"a", "b"}) || r.Status().Passed != 1 {
			t.Errorf("%q, %+v", got, r.Status())
		}
		time.Sleep(time.Second)
		play("b")
		play("c") // b was played last, but a is being played
		if got := names(); !slices.Equal(got, []string{"a", "c"}) || r.Status().Evicted != 1 {
			t.Errorf("%q, %+v", got, r.Status())
		}
		e2 := r.open("c")
		play("d") // no room
		if got := names(); !slices.Equal(got, []string{"a", "c"}) || r.Status().Passed != 2 {
			t.Errorf("%q, %+v", got, r.Status())
		}
		e.Close()
		e2.Close()
		if s := r.Status(); s.Bytes > 340_000 || r.shelf.reserved != 0 || r.storing != 0 {
			t.Errorf("%+v, %d reserved, %d stored", s, r.shelf.reserved, r.storing)
		}
	})
}

// What may not be stored never comes to the disk, and goes through for each player.
func TestNoStore(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 10)
		c.facts.Control = cachecontrol.Control{Directives: cachecontrol.NoStore | cachecontrol.ProxyPublic}
		r := newRig(t, o, nil)
		for range 2 {
			e := r.open("a.wmv")
			r.plays(e, c)
			e.Close()
		}
		synctest.Wait()
		if _, _, plays := o.counts(); plays != 2 || len(r.files()) != 0 || r.Status().Fetching != 0 || o.closed != 2 {
			t.Errorf("played %d times, %q, %+v", plays, r.files(), r.Status())
		}
	})
}

func TestEvents(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 1)
		r := newRig(t, o, nil)
		sub := r.bus.Subscribe(10)
		e := r.open("a.wmv")
		r.plays(e, c)
		e.Close()
		synctest.Wait()
		if e, ok := (<-sub.C()).Event.(event.ProxyBegan); !ok || e.Name != "a.wmv" || e.Point != "films" {
			t.Errorf("%+v", e)
		}
		if e, ok := (<-sub.C()).Event.(event.ProxyEnded); !ok || e.Err != nil || e.Packets != int64(c.Count()) || e.Bytes < int64(len(c.File())) {
			t.Errorf("%+v", e)
		}
	})
}
