package source

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// A name that is taken is not taken again.
func TestArchiveOverwritesNothing(t *testing.T) {
	archive(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		taken := archiveDay + "00-0001.asf"
		if err := os.Mkdir(filepath.Join(a.dir, taken), 0o755); err != nil {
			t.Fatal(err)
		}
		a.start()
		if err := a.feed.Add(a.packet(0)); err != nil {
			t.Fatal(err)
		}
		a.bring(1, 3)
		if names := a.files(); len(names) != 2 || names[0] != taken || !strings.HasSuffix(names[1], "-0002.asf") {
			t.Errorf("files %v", names)
		}
	})
}

// When the disk fails the broadcast goes on, the event says why, and another
// file is tried later, from a key frame on.
func TestArchiveFails(t *testing.T) {
	archive(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.start()
		a.bring(0, 3)
		a.file.f.Close() // nothing can be written any more
		a.bring(3, 8)
		got := a.ended()
		if len(got) != 1 || got[0].Err == nil || got[0].Packets != 3 || got[0].Lost != 5 {
			t.Fatalf("events %+v", got)
		}
		a.bring(8, 16)
		if names := a.files(); len(names) != 1 {
			t.Errorf("files %v", names)
		}
		a.pass(archiveRetry)
		a.bring(16, 24)
		names := a.files()
		if len(names) != 2 {
			t.Fatalf("files %v", names)
		}
		a.feed.Close()
		a.pass(time.Second)
		a.finished(names[1], 20, 24)
		if got := a.ended(); len(got) != 1 || got[0].Err != nil || got[0].Lost == 0 {
			t.Errorf("events %+v", got)
		}
	})
}

// What the disk was too slow for is counted, and the file goes on at a key frame.
func TestArchiveLoses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArchiving(t, t.TempDir())
		a.b = point.NewBroadcast(point.BroadcastOptions{Span: time.Hour, Bytes: 128 << 10})
		a.open(ArchiveOptions{})
		defer a.close()
		a.start()
		a.bring(0, 3)
		a.bring(3, 200) // at once: more than what is kept
		a.feed.Close()
		a.pass(time.Second)
		got := a.ended()
		if len(got) != 1 || got[0].Lost == 0 || int64(got[0].Lost)+got[0].Packets != 200 || got[0].Err != nil {
			t.Fatalf("events %+v", got)
		}
		b, err := os.ReadFile(filepath.Join(a.dir, a.files()[0]))
		if err != nil {
			t.Fatal(err)
		}
		r, err := asf.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		last := make([]byte, packetSize)
		if n, err := r.ReadPackets(last, got[0].Packets-1); n != 1 || !bytes.Equal(last, a.packet(199)) {
			t.Errorf("the last packet differs, %v", err)
		}
	})
}

// A packet that no player could read is left out, and is no reason to stop.
func TestArchiveLeavesOut(t *testing.T) {
	archive(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.start()
		a.bring(0, 3)
		bad := bytes.Clone(a.packet(3))
		var p asf.Packet
		if err := asf.ParsePacket(bad, &p); err != nil {
			t.Fatal(err)
		}
		p.Body[0] = 0 // there is no stream 0
		if err := a.feed.Add(bad); err != nil {
			t.Fatal(err)
		}
		a.bring(3, 9)
		a.feed.Close()
		a.pass(time.Second)
		a.finished(a.files()[0], 0, 9)
		if got := a.ended(); len(got) != 1 || got[0].Lost != 1 || got[0].Err != nil {
			t.Errorf("events %+v", got)
		}
	})
}

// A folder that has gone is an error and no more.
func TestArchiveWithoutFolder(t *testing.T) {
	archive(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		if err := os.RemoveAll(a.dir); err != nil {
			t.Fatal(err)
		}
		a.start()
		a.bring(0, 3)
		if got := a.ended(); len(got) != 1 || got[0].Err == nil || got[0].File != "" {
			t.Errorf("events %+v", got)
		}
	})
}

// What was left behind is repaired at the next start; what somebody writes, or
// has made, is left alone.
func TestArchiveRepairs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArchiving(t, t.TempDir())
		a.open(ArchiveOptions{})
		a.start()
		a.bring(0, 17)
		growing := a.files()[0]
		whole, err := os.ReadFile(filepath.Join(a.dir, growing))
		if err != nil {
			t.Fatal(err)
		}
		killed := strings.Replace(growing, "-0001.", "-0000.", 1)
		write(t, a.dir, killed, whole[:len(whole)-10])
		write(t, a.dir, part(archiveDay+"00-0007.asf"), whole[:100])
		write(t, a.dir, "another.asf", whole)
		second := newArchiving(t, a.dir)
		second.open(ArchiveOptions{})
		second.pass(time.Second)
		if names := a.files(); !slices.Equal(names, []string{"another.asf", killed, growing}) {
			t.Errorf("files %v", names)
		}
		second.finished(killed, 0, 16)
		if got := second.ended(); len(got) != 1 || !got[0].Repaired || got[0].Packets != 16 || got[0].File != killed {
			t.Errorf("events %+v", got)
		}
		for _, name := range []string{growing, "another.asf"} {
			if !a.read(name, 0, 17).Header().File().Broadcast() {
				t.Errorf("%s was repaired", name)
			}
		}
		if _, err := RepairFile(filepath.Join(a.dir, growing)); err != ErrBeingWritten {
			t.Errorf("a growing file: %v", err)
		}
		if repaired, err := RepairFile(filepath.Join(a.dir, "another.asf")); !repaired || err != nil {
			t.Errorf("%v, %v", repaired, err)
		}
		second.close()
		a.close()
		a.finished(growing, 0, 17)
	})
}
