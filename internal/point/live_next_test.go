package point

import (
	"slices"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// headerWith is the fake's as a file after a change.
func headerWith(change func(h *asf.Header)) []byte {
	h, _, err := asf.ParseHeader(liveFakeHeader())
	if err != nil {
		panic(err)
	}
	change(h)
	return h.Append(nil)
}

func TestContinues(t *testing.T) {
	stream := func(h *asf.Header, n uint8) *asf.StreamProperties { return h.Stream(n) }
	for _, k := range []struct {
		name   string
		change func(h *asf.Header)
		want   bool
	}{
		{"the same", func(*asf.Header) {}, true},
		{"another title", func(h *asf.Header) { h.Objects = append(h.Objects, &asf.ContentDescription{Title: asf.NewText("x")}) }, true},
		{"another format", func(h *asf.Header) { stream(h, fakeVideo).TypeSpecific = []byte{1} }, false},
		{"another kind", func(h *asf.Header) { stream(h, fakeVideo).Type = asf.StreamTypeAudio }, false},
		{"another number", func(h *asf.Header) { stream(h, fakeAudio).Flags = 9 }, false},
		{"encrypted", func(h *asf.Header) { stream(h, fakeAudio).Flags |= 0x8000 }, false},
		{"spread otherwise", func(h *asf.Header) { stream(h, fakeAudio).ErrorCorrection = []byte{1} }, false},
		{"moved in time", func(h *asf.Header) { stream(h, fakeAudio).TimeOffset = 1 }, false},
		{"a stream more", func(h *asf.Header) {
			h.Objects = append(h.Objects, &asf.StreamProperties{Type: asf.StreamTypeAudio, Flags: 5})
		}, false},
		{"another preroll", func(h *asf.Header) { h.File().Preroll++ }, false},
		{"other packets", func(h *asf.Header) { h.File().MinPacketSize, h.File().MaxPacketSize = 300, 300 }, false},
	} {
		b, s := broadcast(t, BroadcastOptions{})
		first := b.current
		if err := s.Header(headerWith(k.change)); err != nil {
			t.Fatalf("%s: %v", k.name, err)
		}
		if got := Continues(first, b.current); got != k.want {
			t.Errorf("%s: %v", k.name, got)
		}
	}
}

// Entries are counted, and whoever is behind finds the one that is broadcast now.
func TestGenerations(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	first := b.current
	if first.Latest() != first || first.Generation() != 1 {
		t.Errorf("entry %d", first.Generation())
	}
	for range 2 {
		if err := s.Header(liveFakeHeader()); err != nil {
			t.Fatal(err)
		}
	}
	s.Feed.Close()
	if last := first.Latest(); last != b.current || last.Generation() != 3 {
		t.Errorf("entry %d follows", last.Generation())
	}
}

// Over UDP a player of a broadcast gets no packet earlier than its pace has it,
// neither when it joins nor when it goes on after a change that has held it up.
func TestBroadcastAsDatagrams(t *testing.T) {
	const burst, batch = 6 * time.Second, 150 * time.Millisecond
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(int(s.e.info.Packets))
	o := Options{Unpaced: true, Batch: batch, MaxAccel: 120_000, Burst: burst}
	e, err := b.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	start, err := Prepare(e, o.Datagrams(), Request{Selection: only()})
	if err != nil {
		t.Fatal(err)
	}
	if start.Speed != 1 || start.Schedule != (pace.Schedule{Rate: catchUp, AccelRate: 3, Accel: burst}) {
		t.Errorf("%+v", start.Schedule)
	}
	p := NewPlay(e, batch, nil)
	p.Begin(start, liveNow)
	now := inPace(t, p, start, s, liveNow)

	if err := s.Header(liveFakeHeader()); err != nil {
		t.Fatal(err)
	}
	s.next = 0
	s.bring(int(s.e.info.Packets))
	now = now.Add(5 * time.Second)
	var mem pace.Scratch
	if _, last := p.Run(now, &mem, MaxRunBytes, nil); last.Next != b.current {
		t.Fatalf("%+v", last)
	}
	p.Turn(b.current)
	p.Repace(now)
	inPace(t, p, start, s, now)
}

// inPace plays what there is and checks when it comes; it returns when it was over.
func inPace(t *testing.T, p *Play, start Start, s *liveSource, begin time.Time) time.Time {
	t.Helper()
	var first, count int64
	for now := begin; ; {
		var mem pace.Scratch
		_, last := p.Run(now, &mem, MaxRunBytes, func(it *Step) int {
			if count++; count == 1 {
				first = it.Number
			}
			due := begin.Add(start.Schedule.When(s.e.sendOffset(t, first, it.Number)))
			if now.Before(due.Add(-150 * time.Millisecond)) {
				t.Fatalf("packet %d is %v early", it.Number, due.Sub(now))
			}
			return len(it.Data)
		})
		if last.Kind != Wait {
			t.Fatalf("%+v", last)
		}
		if p.Position() == s.next {
			if count < 50 {
				t.Errorf("%d packets", count)
			}
			return now
		}
		now = last.At
	}
}

// What follows an entry begins with its first packet, with the streams that went
// out; who was away meanwhile joins it instead.
func TestTurn(t *testing.T) {
	for _, k := range []struct {
		name   string
		change func(h *asf.Header)
		before []uint8
		want   []uint8
	}{
		{"the same streams", func(*asf.Header) {}, []uint8{fakeAudio}, []uint8{fakeAudio}},
		{"all", func(*asf.Header) {}, nil, []uint8{fakeVideo, fakeAudio}},
		{"others of a kind", func(h *asf.Header) { h.Stream(fakeVideo).Flags = 7 }, []uint8{fakeVideo}, []uint8{7}},
		{"more of a kind", func(h *asf.Header) {
			h.Objects = append(h.Objects, &asf.StreamProperties{Type: asf.StreamTypeAudio, Flags: 5})
		}, []uint8{fakeAudio}, []uint8{fakeAudio}},
	} {
		b, s := broadcast(t, BroadcastOptions{})
		s.bring(20)
		start, err := Prepare(b.current, Options{Unpaced: true}, Request{Selection: only(k.before...)})
		if err != nil {
			t.Fatal(err)
		}
		p := NewPlay(b.current, 0, nil)
		p.Begin(start, liveNow)
		if err := s.Header(headerWith(k.change)); err != nil {
			t.Fatal(err)
		}
		s.next = 0
		s.bring(100)
		p.Turn(b.current)
		var got []uint8
		for _, st := range b.current.Info().Header.Streams() {
			if p.Level(st.Number()) == asf.Whole {
				got = append(got, st.Number())
			}
		}
		slices.Sort(got)
		slices.Sort(k.want)
		if !slices.Equal(got, k.want) || p.Position() != 0 {
			t.Errorf("%s: streams %d from packet %d", k.name, got, p.Position())
		}
		p.Rejoin(Options{Burst: 2 * time.Second})
		if want := b.current.join(p.lead, 2*time.Second); p.Position() != want || want == 0 {
			t.Errorf("%s: rejoins at packet %d, want %d", k.name, p.Position(), want)
		}
	}
}
