package playlist

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// Whatever a document says, its way ends or plays.
func FuzzWay(f *testing.F) {
	for _, seed := range []string{
		`<smil><media src="a5"/><seq repeatCount="indefinite"><media src="x"/></seq></smil>`,
		`<smil><excl><priorityClass peers="pause"><media id="a" src="a5" begin="0s;b.end"/></priorityClass><media id="b" src="b5" begin="a.end-1s;event"/></excl></smil>`,
		`<smil><excl repeatCount="indefinite" dur="3s"><seq begin="wallclock(00:00)" repeatDur="2s"><media src="films/" shuffle="true"/></seq></excl></smil>`,
		`<smil><switch><media src="self"/><media src="m60" clipBegin="marker=one" clipEnd="marker=two"/></switch></smil>`,
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		if len(text)+len(other) > 4000 {
			return
		}
		d, err := wsx.Parse([]byte(text))
		if err != nil {
			return
		}
		after, err := wsx.Parse([]byte(other))
		if err != nil {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			s := newStore()
			s.folders["films/"] = []string{"f1", "f2", "f3"}
			l := New(d, Options{Open: s.find, Bus: &s.bus})
			s.lists["self"] = l
			w, place := l.Way(), point.Outside
			for i := range 24 {
				item, err := w.Open(context.Background(), place, 1)
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if item.Clip.From < 0 || item.Clip.For < 0 {
					t.Fatalf("plays %+v", item.Clip)
				}
				item.Entry.Close()
				place = item.Place
				time.Sleep(time.Duration(i) * time.Second)
				switch i {
				case 8, 12:
					l.Event("event")
					item.Cut(time.Duration(len(text)) * 100 * time.Millisecond)
				case 16:
					l.Replace(after)
				}
			}
			if s.open != 0 {
				t.Errorf("%d entries are open", s.open)
			}
		})
	})
}
