package point

import (
	"testing"
	"time"

	"caracal/asf"
)

// keyFrames returns the presentation times of the objects in what was sent,
// and fails on anything that is not a whole key frame of the video.
func keyFrames(t *testing.T, d drained) (times []uint32, at []time.Duration) {
	t.Helper()
	got := map[uint32]int{}
	for _, s := range d.packets {
		var p asf.Packet
		if err := asf.ParsePacket(s.data, &p); err != nil {
			t.Fatal(err)
		}
		for it := p.Payloads(); it.Next(); {
			pl := it.Payload
			if pl.Stream != fakeVideo || !pl.Key {
				t.Fatalf("stream %d, key %v went out", pl.Stream, pl.Key)
			}
			if got[pl.Time] == 0 {
				times, at = append(times, pl.Time), append(at, s.at)
			}
			got[pl.Time] += len(pl.Data)
		}
	}
	for time, n := range got {
		if n != 900 {
			t.Errorf("the key frame at %d has %d bytes of 900", time, n)
		}
	}
	return times, at
}

func TestFastForward(t *testing.T) {
	e := newFake(t)
	d := drain(t, e, plain(), Request{Rate: 5, Position: Position{By: ByTime, Value: 4000}})
	times, at := keyFrames(t, d)
	if len(times) != 8 || times[0] != e.clean[2].Time || d.reason != EndNatural {
		t.Fatalf("key frames %v, %v", times, d.reason)
	}
	for i := range times {
		if want := time.Duration(i) * 400 * time.Millisecond; times[i] != e.clean[2+i].Time || at[i] != want {
			t.Errorf("key frame %d (%d) at %v, want %v", i, times[i], at[i], want)
		}
	}
}

func TestRewind(t *testing.T) {
	e := newFake(t)
	d := drain(t, e, plain(), Request{Rate: -2})
	times, at := keyFrames(t, d)
	if len(times) != len(e.clean) || d.reason != EndReceding {
		t.Fatalf("%d key frames, %v", len(times), d.reason)
	}
	for i := range times {
		if times[i] != e.clean[len(e.clean)-1-i].Time || at[i] != time.Duration(i)*time.Second {
			t.Errorf("key frame %d is %d at %v", i, times[i], at[i])
		}
	}
	numbers := d.packets
	if numbers[0].number < numbers[len(numbers)-1].number {
		t.Error("packet numbers of a rewind do not fall")
	}
}

// Key frames that would follow too closely are left out; the last is shown.
func TestStrideThinsDenseKeyFrames(t *testing.T) {
	e := newFake(t)
	d := drain(t, e, plain(), Request{Rate: 50})
	times, at := keyFrames(t, d)
	for i := 1; i < len(at); i++ {
		if at[i]-at[i-1] < strideGap {
			t.Errorf("key frames %v apart", at[i]-at[i-1])
		}
	}
	if len(times) < 2 || len(times) > 4 || times[len(times)-1] != e.clean[len(e.clean)-1].Time {
		t.Errorf("key frames %v", times)
	}
}

// Content without key frames to show plays on at its own pace.
func TestStrideWithoutVideo(t *testing.T) {
	e := newFake(t)
	s, err := Prepare(e, plain(), Request{Rate: 5, Selection: only(fakeAudio)})
	if err != nil || s.Rate != 1 {
		t.Errorf("rate %v, %v", s.Rate, err)
	}
}
