package point

import (
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

func TestSelectionLeavesOut(t *testing.T) {
	e := newFake(t)
	d := drain(t, e, plain(), Request{Selection: only(fakeAudio)})
	objects := map[uint32]bool{}
	for _, s := range d.packets {
		var p asf.Packet
		if err := asf.ParsePacket(s.data, &p); err != nil {
			t.Fatal(err)
		}
		for it := p.Payloads(); it.Next(); {
			if it.Payload.Stream != fakeAudio {
				t.Fatal("video went out")
			}
			objects[it.Payload.Time] = true
		}
	}
	if len(objects) != fakeSeconds*5 {
		t.Errorf("%d audio objects of %d", len(objects), fakeSeconds*5)
	}
	if none := drain(t, e, plain(), Request{Selection: onlyNothing()}); len(none.packets) != 0 || none.took < 18*time.Second {
		t.Errorf("nothing selected: %d packets, ended after %v", len(none.packets), none.took)
	}
}

func onlyNothing() *asf.Selection {
	sel := only()
	sel.Set(fakeVideo, asf.None)
	sel.Set(fakeAudio, asf.None)
	return sel
}

func TestSwitchWhilePlaying(t *testing.T) {
	e := newFake(t)
	s, err := Prepare(e, plain(), Request{Selection: only(fakeAudio)})
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlay(e, 0, func() {})
	begin := time.Unix(1000, 0)
	p.Begin(s, begin)
	var mem pace.Scratch
	var it Step
	for p.Next(begin.Add(3*time.Second), &mem, &it); it.Kind == Packet; p.Next(begin.Add(3*time.Second), &mem, &it) {
	}
	p.Select([]Switch{{From: NoStream, To: fakeVideo, Level: asf.Whole}})
	d := drainPlay(t, p, begin)
	for _, s := range d.packets {
		var pk asf.Packet
		if err := asf.ParsePacket(s.data, &pk); err != nil {
			t.Fatal(err)
		}
		for it := pk.Payloads(); it.Next(); {
			if pl := it.Payload; pl.Stream == fakeVideo {
				if !pl.Key || pl.Offset != 0 || pl.Time != e.clean[2].Time {
					t.Errorf("video began with object %d at %d, key %v, offset %d", pl.Object, pl.Time, pl.Key, pl.Offset)
				}
				return
			}
		}
	}
	t.Error("the video never came")
}
