package main

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/pull"
	"caracal/msb"
)

// hear has a live clip come packet by packet, as fast as its send times say or by
// a factor of that, up to a time; change may alter the events.
func hear(t *testing.T, rate float64, span time.Duration, change func(n int, e *pull.Event)) *heard {
	t.Helper()
	clip := fronttest.Film(60).Clip()
	_, header, err := asf.LiveHeader(clip.Header)
	if err != nil {
		t.Fatal(err)
	}
	h := newHeard()
	if err := h.header(header); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	for n := range clip.Count() {
		e := pull.Event{Kind: pull.GotPacket, Data: clip.Packet(n)}
		send, err := asf.SendTime(e.Data)
		if err != nil {
			t.Fatal(err)
		}
		at := max(time.Duration(send)*time.Millisecond-5*time.Second, 0) // what who joins gets at once
		if at > span {
			break
		}
		time.Sleep(time.Duration(float64(at)/rate) - time.Since(begun))
		if change != nil {
			change(n, &e)
		}
		if !h.take(e) {
			break
		}
	}
	h.judge()
	return h
}

// What came is compared with the clock and with what was promised.
func TestHeard(t *testing.T) {
	tests := []struct {
		name   string
		rate   float64
		change func(n int, e *pull.Event)
		issues []string
		drift  [2]int64 // least and most
	}{
		{"as promised", 1, nil, nil, [2]int64{-20, 20}},
		{"two in a hundred slow", 0.98, nil, nil, [2]int64{-500, -50}},
		{"a tenth fast", 1.1, nil, []string{"clock-drift"}, [2]int64{300, 3000}},
		{"a fifth slow", 0.8, nil, []string{"clock-drift"}, [2]int64{-3000, -500}},
		{"losses", 1, func(n int, e *pull.Event) {
			if n == 10 || n == 11 {
				*e = pull.Event{Kind: pull.GotGap, Lost: 3}
			}
		}, []string{"packets-lost"}, [2]int64{-20, 20}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := hear(t, tt.rate, 20*time.Second, tt.change)
				var codes []string
				for _, is := range h.issues {
					if slices.Contains([]string{"clock-drift", "packets-lost", "no-clean-point", "silent"}, is.Code) {
						codes = append(codes, is.Code)
					}
				}
				if !slices.Equal(codes, tt.issues) {
					t.Errorf("issues %v, want %v", h.issues, tt.issues)
				}
				r := h.report
				if r.Drift == nil || *r.Drift < tt.drift[0] || *r.Drift > tt.drift[1] {
					t.Errorf("drift %v in %v s, want %v", r.Drift, r.DriftTime, tt.drift)
				}
				if r.BitRate == 0 || r.CleanPoints == 0 || (r.Lost == 6) != (tt.name == "losses") {
					t.Errorf("%+v", r)
				}
			})
		})
	}
}

// Another header ends it; the same one again, as over HTTP, does not.
func TestHeardChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := fronttest.Film(5)
		other.More = []asf.Object{&asf.ContentDescription{Title: asf.NewText("another")}}
		h := newHeard()
		if err := h.header(fronttest.Film(10).Clip().Header); err != nil {
			t.Fatal(err)
		}
		if !h.take(pull.Event{Kind: pull.GotHeader, Header: h.raw}) || h.report.Changed {
			t.Error("the same header ends it")
		}
		if h.take(pull.Event{Kind: pull.GotHeader, Header: other.Clip().Header}) || !h.report.Changed {
			t.Error("another header does not end it")
		}
		h.judge()
		if len(h.issues) != 1 || h.issues[0].Code != "silent" {
			t.Errorf("without packets: %v", h.issues)
		}
	})
}

// Of a multicast an entry is heard, from wherever it was tuned in.
func TestHeardMulticast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clip := fronttest.Film(10).Clip()
		h := newHeard()
		h.multicast = true
		if err := h.Header(clip.Header); err != nil {
			t.Fatal(err)
		}
		for n := 3; n < 20; n++ {
			if err := h.Packet(msb.Received{Data: clip.Packet(n)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Header(clip.Header); err != errHeard {
			t.Errorf("the next entry: %v", err)
		}
		h.judge()
		for _, is := range h.issues {
			if is.Code == "key-frame-first" || is.Code == "silent" || is.Code == "not-playable" {
				t.Errorf("%v", is)
			}
		}
		if h.report.Packets != 17 || !h.report.Changed {
			t.Errorf("%+v", h.report)
		}
	})
}

// A stream of days does not fill the memory, and its clock may wrap around.
func TestDriftIsBounded(t *testing.T) {
	var d drift
	begun := time.Now()
	const step, from = 40, 1<<32 - 1_000_000
	for n := range 20 * maxSamples {
		d.add(uint32(from+n*step), 100, begun.Add(time.Duration(n*step)*time.Millisecond))
	}
	ms, over, ok := d.measured()
	if len(d.samples) >= maxSamples || !ok || ms != 0 || over < 10*time.Minute {
		t.Errorf("%d samples, %d ms in %v, %t", len(d.samples), ms, over, ok)
	}
	if want := uint64(100 * 8 * 1000 / step); d.rate() != want {
		t.Errorf("%d bits a second, want %d", d.rate(), want)
	}
}
