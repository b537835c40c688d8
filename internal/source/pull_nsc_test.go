package source

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/point"
	"caracal/msb"
)

// clipParts are the header of a clip, with the beginning of its Data Object, and
// its packets.
func clipParts(t *testing.T) (header []byte, packets [][]byte) {
	t.Helper()
	file := clip(t, 10)
	_, n, err := asf.ParseHeader(file)
	if err != nil {
		t.Fatal(err)
	}
	n += asf.DataHeadSize
	return file[:n], slices.Collect(slices.Chunk(file[n:], packetSize))
}

// What comes from a group is broadcast, an entry for each of the group's, losses
// are told, and packets of others are left out.
func TestMulticastHandsOn(t *testing.T) {
	header, packets := clipParts(t)
	b := point.NewBroadcast(point.BroadcastOptions{})
	tap, got := b.Tap(), []string(nil)
	drain := func() {
		for e, ok := tap.Next(); ok && !e.Ended; e, ok = tap.Next() {
			if e.Entry != nil {
				got = append(got, "entry")
				continue
			}
			i := slices.IndexFunc(packets, func(p []byte) bool { return bytes.Equal(p, e.Packet) })
			got = append(got, string(rune('0'+i)))
		}
	}
	g := &fakeGroup{send: func(_ context.Context, to msb.Sink, _ func(msb.Heard)) error {
		err := errors.Join(
			to.Header(header), to.Packet(msb.Received{Data: packets[0]}), to.Packet(msb.Received{Data: packets[3], Lost: 2}),
			to.Packet(msb.Received{Data: []byte("of another program")}), to.Packet(msb.Received{Data: packets[5], Lost: 1}))
		drain()
		err = errors.Join(err, to.Header(header), to.Packet(msb.Received{Data: packets[0]}))
		drain()
		return err
	}}
	var notes []string
	if err := g.from().Run(t.Context(), b, func(s string) { notes = append(notes, s) }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"entry", "0", "3", "5", "entry", "0"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	want := []string{
		"fetching http://origin.example/live.nsc", "listening to 239.255.77.7:5000", "pulling from 239.255.77.7:5000",
		"2 packets were lost on the way", "1 packets are not of this stream", "3 packets were lost on the way",
	}
	for i := range notes {
		notes[i], _, _ = strings.Cut(notes[i], ": ")
	}
	if !slices.Equal(notes, want) {
		t.Errorf("%q", notes)
	}
	if !g.closed {
		t.Error("the group is not left")
	}
	if _, err := b.Open(t.Context(), ""); !errors.Is(err, point.ErrNotLive) {
		t.Errorf("afterwards: %v", err)
	}
}

// A sender that only says that it is there is waited for; one that does not is
// asked for anew.
func TestMulticastIsAliveWithBeacons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const silence, every, beacons = 30 * time.Second, 10 * time.Second, 12
		g := &fakeGroup{send: func(ctx context.Context, _ msb.Sink, heard func(msb.Heard)) error {
			for range beacons {
				time.Sleep(every)
				heard(msb.HeardBeacon)
				heard(msb.HeardUnknown)
			}
			for ctx.Err() == nil { // what nobody understands is no sign of life
				time.Sleep(every)
				heard(msb.HeardUnknown)
			}
			return ctx.Err()
		}}
		s := Supervise(SupervisorOptions{Feeder: g.from(), To: point.NewBroadcast(point.BroadcastOptions{}), Silence: silence})
		time.Sleep(beacons*every + silence - 2*time.Second)
		if st := s.State(); st.Starts != 1 || st.Phase != Connecting || st.Note != "239.255.77.7:5000 is there, but sends nothing yet" {
			t.Errorf("with beacons: %+v", st)
		}
		time.Sleep(every + 3*time.Second)
		if st := s.State(); !errors.Is(st.Err, ErrSilent) {
			t.Errorf("without: %+v", st)
		}
		s.Close()
	})
}

func TestMulticastOfItself(t *testing.T) {
	g := &fakeGroup{}
	m := g.from()
	m.Own = func(a netip.AddrPort) bool { return a.String() == "239.255.77.7:5000" }
	if err := m.Run(t.Context(), point.NewBroadcast(point.BroadcastOptions{}), func(string) {}); !errors.Is(err, ErrLoop) || !g.closed {
		t.Errorf("%v", err)
	}
}

func TestNewMulticast(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const begin = "[Address]\r\nNSC Format Version=3.0\r\n"
	for _, tt := range []struct {
		what string
		want error
	}{
		{"http://h:8080/live.nsc", nil},
		{"HTTPS://h/a/LIVE.NSC?x=y", nil},
		{write("good.nsc", begin+"IP Address=239.1.2.3\r\nIP Port=0x00001388\r\n"), nil},
		{write("none.nsc", begin), msb.ErrInvalid},
		{write("text.nsc", "hello"), msb.ErrNotStation},
		{dir + "/nowhere.nsc", os.ErrNotExist},
		{"ftp://h/live.nsc", ErrScheme},
		{"http:///live.nsc", ErrScheme},
		{"http://h/live.nsc/x", ErrScheme},
		{"http://u:secret@h:x/live.nsc", ErrScheme},
		{"live", ErrScheme},
	} {
		if _, err := NewMulticast(tt.what); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, err, tt.want)
		}
		if is := IsStation(tt.what); is == (tt.want == ErrScheme) {
			t.Errorf("%s: %t", tt.what, is)
		}
	}
}
