package point

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"caracal/internal/pace"
)

// fakeWay is a list of fakes.
type fakeWay struct {
	t     *testing.T
	items []ListItem
	delay time.Duration // of opening

	mu   sync.Mutex
	open int
}

type fakeHold struct {
	Entry
	way  *fakeWay
	once sync.Once
}

func (h *fakeHold) Close() error {
	h.once.Do(func() {
		h.way.mu.Lock()
		defer h.way.mu.Unlock()
		h.way.open--
	})
	return nil
}

// inUse is how many entries are open.
func (w *fakeWay) inUse() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open
}

func (w *fakeWay) Open(_ context.Context, place, by int) (ListItem, error) {
	time.Sleep(w.delay)
	w.mu.Lock()
	defer w.mu.Unlock()
	at := place + by
	if at < 0 || at >= len(w.items) {
		return ListItem{}, io.EOF
	}
	w.open++
	item := w.items[at]
	item.Place = at
	if _, live := item.Entry.(*Live); !live {
		item.Entry = &fakeHold{Entry: item.Entry, way: w}
	}
	return item, nil
}

func listOf(t *testing.T, items ...ListItem) *fakeWay {
	return &fakeWay{t: t, items: items}
}

// journey is what a Play through a list yields: per entry how many packets, when it
// began and where.
type leg struct {
	packets    int
	first      int64
	at, last   time.Duration
	generation uint32
}

func travel(t *testing.T, w *fakeWay, opt Options, r Request) (legs []leg, reason EndReason) {
	t.Helper()
	l, err := Enter(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	if r.Selection == nil {
		r.Selection = only()
	}
	start, err := Prepare(l, opt, r)
	if err != nil {
		t.Fatal(err)
	}
	woken := make(chan struct{}, 1)
	p := NewPlay(l, opt.Batch, func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	})
	began := time.Now()
	p.Begin(start, began)
	legs = []leg{{generation: 1}}
	var mem pace.Scratch
	for {
		var it Step
		p.Next(time.Now(), &mem, &it)
		now := &legs[len(legs)-1]
		switch it.Kind {
		case Packet:
			if now.packets == 0 {
				now.first, now.at = it.Number, time.Since(began)
			}
			now.packets, now.last = now.packets+1, time.Since(began)
		case Wait:
			p.Rest()
			time.Sleep(time.Until(it.At))
		case Load:
			<-woken
		case End:
			if it.Reason != EndChange {
				p.Entry().Close()
				return legs, it.Reason
			}
			Leave(p.Turn(it.Next), it.Next)
			legs = append(legs, leg{generation: Generation(it.Next)})
		}
	}
}
