package source

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// endless keeps all that a broadcast of a test gets.
func endless() *point.Broadcast {
	return point.NewBroadcast(point.BroadcastOptions{Span: 24 * time.Hour, Bytes: 1 << 30})
}

// looped runs a loop for a while and returns the entry that was there at last.
func looped(t *testing.T, path string, d time.Duration) (point.Entry, []string) {
	t.Helper()
	l, err := NewLoop(path, NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	to := endless()
	var notes []string
	ended := make(chan error)
	go func() { ended <- l.Run(ctx, to, func(n string) { notes = append(notes, n) }) }()
	time.Sleep(d - time.Millisecond)
	synctest.Wait()
	e, err := to.Open(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the loop ended with %v", err)
	}
	if _, err := to.Open(t.Context(), ""); !errors.Is(err, point.ErrNotLive) {
		t.Errorf("after its end the point answers %v", err)
	}
	return e, notes
}

// object is a media object as a player puts it together, and its packet's send
// time.
type object struct {
	number, time, send uint32
	data               []byte
}

func objects(t *testing.T, e point.Entry) []object {
	t.Helper()
	var list []object
	for n := int64(0); ; n++ {
		b, err := e.Block(n, nil)
		if err != nil {
			return list
		}
		var p asf.Packet
		if err := asf.ParsePacket(b.Packet(n), &p); err != nil {
			t.Fatal(err)
		}
		it := p.Payloads()
		for it.Next() {
			pl := it.Payload
			if pl.Offset == 0 {
				list = append(list, object{pl.Object, pl.Time, p.SendTime, nil})
			}
			o := &list[len(list)-1]
			o.data = append(o.data, pl.Data...)
		}
	}
}

// goOn checks that objects follow one another a second apart, from the first
// one of the clip on.
func goOn(t *testing.T, list []object, n int) {
	t.Helper()
	for i, o := range list {
		if want := uint32(1000 + 1000*i); o.time != want || o.number != uint32(i)&0xFF {
			t.Fatalf("object %d has the number %d and the time %d, want %d and %d", i, o.number, o.time, uint32(i)&0xFF, want)
		}
		if i > 0 && o.send < list[i-1].send || o.send+1000 > o.time {
			t.Fatalf("object %d, to be played at %d, is sent at %d, the one before at %d", i, o.time, o.send, list[max(i-1, 0)].send)
		}
		// The last one may have come in part.
		if want := bytes.Repeat([]byte{byte(i % n)}, 950); !bytes.Equal(o.data, want) && i < len(list)-1 {
			t.Fatalf("object %d is another one, or not whole: %d bytes", i, len(o.data))
		}
	}
}

func TestLoopOfAFileGoesOn(t *testing.T) {
	file := write(t, t.TempDir(), "a.wmv", clip(t, 300)) // more than numbers of a byte
	synctest.Test(t, func(t *testing.T) {
		e, _ := looped(t, file, 1000*time.Second)
		list := objects(t, e)
		if len(list) < 999 || len(list) > 1001 {
			t.Errorf("%d objects in 1000 s", len(list))
		}
		goOn(t, list, 300)
		if !e.Info().Broadcast {
			t.Error("players are not told that it is live")
		}
	})
}

// Files of the same streams are one entry, in the order of names, and what comes
// into the folder or leaves it does so with the next round.
func TestLoopOfAFolderIsReadAnew(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "b.wmv", clip(t, 10))
	write(t, dir, "a.wmv", clip(t, 10))
	write(t, dir, "ab.wmv", []byte("nothing"))
	write(t, dir, "notes.txt", []byte("nothing"))
	synctest.Test(t, func(t *testing.T) {
		time.AfterFunc(15*time.Second, func() {
			write(t, dir, "c/c.wmv", clip(t, 10))
			os.Remove(filepath.Join(dir, "ab.wmv"))
		})
		e, notes := looped(t, dir, 70*time.Second)
		goOn(t, objects(t, e), 10)
		// A file is begun on as soon as the last packet of the one before is out.
		const want = "a.wmv b.wmv a.wmv b.wmv a.wmv b.wmv c/c.wmv a.wmv"
		var played []string
		for _, n := range notes {
			name, _, _ := strings.Cut(n, ";")
			played = append(played, name)
		}
		if got := strings.Join(played, " "); got != want {
			t.Errorf("played %s\nwant   %s", got, want)
		}
		if !strings.HasPrefix(notes[1], "b.wmv; passed over ab.wmv: ") {
			t.Errorf("of what cannot be played it says %q", notes[2])
		}
	})
}

// otherClip is a clip whose streams are others: it has a longer preroll.
func otherClip(t *testing.T, n int) []byte {
	b := clip(t, n)
	h, size, err := asf.ParseHeader(b)
	if err != nil {
		t.Fatal(err)
	}
	h.File().Preroll = 2000
	return append(h.Append(nil), b[size:]...)
}

func TestLoopOfOtherStreamsIsAnotherEntry(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.wmv", clip(t, 10))
	write(t, dir, "b.wmv", otherClip(t, 10))
	synctest.Test(t, func(t *testing.T) {
		e, _ := looped(t, dir, 15*time.Second)
		if p := e.Info().Preroll; p != 2000 {
			t.Errorf("after 15 s the entry with the preroll %d is played", p)
		}
		if list := objects(t, e); len(list) < 5 || list[0].number != 0 || list[0].time != 1000 || list[0].send != 0 {
			t.Errorf("the second entry's objects are %v", list)
		}
	})
}

// The packets come when they are due, and after a pause of the machine there is
// no rush.
func TestLoopIsPaced(t *testing.T) {
	file := write(t, t.TempDir(), "a.wmv", clip(t, 10))
	synctest.Test(t, func(t *testing.T) {
		l, err := NewLoop(file, NewCache(1<<20))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		to := endless()
		ended := make(chan error)
		go func() { ended <- l.Run(ctx, to, func(string) {}) }()
		for second := range 35 {
			time.Sleep(time.Millisecond)
			synctest.Wait()
			if got, _ := to.Brought(); got > uint64(second)+2 || got+2 < uint64(second) {
				t.Errorf("%d packets after %d s", got, second)
			}
			time.Sleep(time.Second - time.Millisecond)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newReel(endless().Start)
		defer r.close()
		time.Sleep(time.Hour) // the machine slept
		if err := r.wait(t.Context(), 1000); err != nil {
			t.Error(err)
		}
		began := time.Now()
		if err := r.wait(t.Context(), 3000); err != nil || time.Since(began) != 2*time.Second {
			t.Errorf("two seconds of packets took %v, %v", time.Since(began), err)
		}
	})
}

func TestLoopNeedsAFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "broken.wmv", []byte("nothing"))
	l, err := NewLoop(dir, NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	err = l.Run(t.Context(), endless(), func(string) {})
	if !errors.Is(err, ErrNothing) || !strings.Contains(err.Error(), "broken.wmv") {
		t.Errorf("a folder of broken files: %v", err)
	}
	if _, err := NewLoop(filepath.Join(dir, "nowhere"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := NewLoop(write(t, dir, "a.mp4", nil), nil); !errors.Is(err, point.ErrNotMedia) {
		t.Errorf("not Windows Media: %v", err)
	}
	to := endless()
	if _, err := to.Start(clip(t, 1)); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "fine.wmv", clip(t, 1))
	if err := l.Run(t.Context(), to, func(string) {}); !errors.Is(err, point.ErrSource) {
		t.Errorf("a broadcast that has a source: %v", err)
	}
}

// What is very short, or says that it lasts no time, does not go round without a
// pause.
func TestLoopOfNextToNothing(t *testing.T) {
	file := write(t, t.TempDir(), "a.wmv", clip(t, 1))
	synctest.Test(t, func(t *testing.T) {
		e, notes := looped(t, file, 10*time.Second)
		if n := len(objects(t, e)); n > 101 || n < 5 || len(notes) > 101 {
			t.Errorf("%d objects in 10 s, %d rounds", n, len(notes))
		}
	})
}

// twoStreams is a clip of sound each 40 ms from the beginning on, and of pictures
// each 100 ms that begin 90 ms later, and are over 70 ms later.
func twoStreams(t *testing.T) []byte {
	t.Helper()
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{Preroll: 1000, MinPacketSize: packetSize, MaxPacketSize: packetSize, PlayDuration: 1e4 * 2190},
		&asf.StreamProperties{Type: asf.StreamTypeAudio, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 2},
		asf.NewHeaderExtension(),
	}}
	b := asf.DataHead{Reserved: asf.DataReserved}.Append(h.Append(nil))
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: packetSize, Preroll: 1000})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(pkt []byte) error { b = append(b, pkt...); return nil }
	for ms, objects := uint32(0), [3]uint32{}; ms < 1120; ms += 10 {
		for stream, begins := range map[uint8]bool{1: ms%40 == 0, 2: ms%100 == 90} {
			if begins {
				o := asf.MediaObject{Stream: stream, Number: objects[stream], Time: 1000 + ms, Key: true, Data: make([]byte, 200)}
				if err := p.Add(o, emit); err != nil {
					t.Fatal(err)
				}
				objects[stream]++
			}
		}
	}
	if err := p.Flush(emit); err != nil {
		t.Fatal(err)
	}
	return b
}

// Where streams begin and end at other times, what is longest in itself goes on
// without a gap, and nothing else goes back.
func TestLoopLeavesNoGap(t *testing.T) {
	file := write(t, t.TempDir(), "a.wmv", twoStreams(t))
	synctest.Test(t, func(t *testing.T) {
		e, _ := looped(t, file, 10*time.Second)
		last, gaps := map[uint8]uint32{}, map[uint32]int{}
		for n := int64(0); ; n++ {
			b, err := e.Block(n, nil)
			if err != nil {
				break
			}
			var p asf.Packet
			if err := asf.ParsePacket(b.Packet(n), &p); err != nil {
				t.Fatal(err)
			}
			for it := p.Payloads(); it.Next(); {
				if pl := it.Payload; pl.Offset == 0 {
					if was, ok := last[pl.Stream]; ok {
						gaps[pl.Time-was+1000*uint32(pl.Stream)]++
					}
					last[pl.Stream] = pl.Time
				}
			}
		}
		if gaps[1040] < 200 || gaps[2100] < 70 || gaps[2120] < 7 || len(gaps) != 3 {
			t.Errorf("times between media objects, stream * 1000 ms + difference: %v", gaps)
		}
	})
}
