package source

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/point"
)

// archiving is a broadcast with an archive: a packet a second, a key frame every
// five.
type archiving struct {
	*Archive
	t       *testing.T
	dir     string
	header  []byte
	packets []byte
	b       *point.Broadcast
	feed    *point.Feed
	events  *event.Subscription
	folder  *Folder
}

// archive runs a test in a bubble; when it is over the archive has ended.
func archive(t *testing.T, o ArchiveOptions, test func(t *testing.T, a *archiving)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := newArchiving(t, t.TempDir())
		a.open(o)
		defer a.close()
		test(t, a)
	})
}

func newArchiving(t *testing.T, dir string) *archiving {
	t.Helper()
	data := clip(t, 300)
	size, err := asf.HeaderSize(data)
	if err != nil {
		t.Fatal(err)
	}
	a := &archiving{t: t, dir: dir, header: data[:size], packets: data[size+asf.DataHeadSize:], b: point.NewBroadcast(point.BroadcastOptions{Span: time.Hour})}
	cache := NewCache(1 << 20)
	if a.folder, err = NewFolder(dir, cache); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.folder.Close(); cache.Close() })
	return a
}

func (a *archiving) open(o ArchiveOptions) {
	a.t.Helper()
	var bus event.Bus
	a.events = bus.Subscribe(1000)
	o.Point, o.Folder, o.Bus, o.Cache = "live/one", a.dir, &bus, a.folder.shelf.cache
	if o.Size == 0 {
		o.Size = 1 << 30
	}
	if o.Time == 0 {
		o.Time = time.Hour
	}
	var err error
	if a.Archive, err = NewArchive(a.b, o); err != nil {
		a.t.Fatal(err)
	}
}

func (a *archiving) close() {
	a.t.Helper()
	if err := a.Close(); err != nil {
		a.t.Error(err)
	}
}

// start gives the broadcast its source.
func (a *archiving) start() {
	a.t.Helper()
	var err error
	if a.feed, err = a.b.Start(a.header); err != nil {
		a.t.Fatal(err)
	}
}

// bring adds the packets from first up to end, and lets the archive take them.
func (a *archiving) bring(first, end int) {
	a.t.Helper()
	for n := first; n < end; n++ {
		if err := a.feed.Add(a.packet(n)); err != nil {
			a.t.Fatal(err)
		}
	}
	a.pass(2 * archiveFlush)
}

func (a *archiving) packet(n int) []byte { return a.packets[n*packetSize:][:packetSize] }

func (a *archiving) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// files lists the folder.
func (a *archiving) files() []string {
	a.t.Helper()
	list, err := os.ReadDir(a.dir)
	if err != nil {
		a.t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// read opens a file of the archive, and checks that its packets are those from
// first up to end: apart from their times, which count from its beginning.
func (a *archiving) read(name string, first, end int) *asf.Reader {
	a.t.Helper()
	b, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		a.t.Fatal(err)
	}
	r, err := asf.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		a.t.Fatal(name, err)
	}
	got := make([]byte, (end-first)*packetSize)
	if n, _ := r.ReadPackets(got, 0); n != end-first || r.NumPackets() != int64(n) {
		a.t.Fatalf("%s has %d packets, want those from %d to %d", name, r.NumPackets(), first, end)
	}
	for n := first; n < end; n++ {
		if p := got[(n-first)*packetSize:][:packetSize]; !bytes.Equal(p[packetSize-700:], a.packet(n)[packetSize-700:]) {
			a.t.Errorf("%s: packet %d differs", name, n)
		}
	}
	return r
}

// finished checks that a file is complete; what else is wrong with it is the
// clip's fault.
func (a *archiving) finished(name string, first, end int) {
	a.t.Helper()
	for _, i := range a.read(name, first, end).Check() {
		if i.Code != "video-format" && i.Code != "bit-rate-missing" && i.Severity > asf.Info {
			a.t.Errorf("%s: %v", name, i)
		}
	}
}

// ended returns the events of files that are over, so far.
func (a *archiving) ended() []event.ArchiveEnded {
	var list []event.ArchiveEnded
	for len(a.events.C()) > 0 {
		if e, ok := (<-a.events.C()).Event.(event.ArchiveEnded); ok {
			list = append(list, e)
		}
	}
	return list
}

// The bubble's clock begins at midnight UTC, 2000-01-01.
const archiveDay = "live_one-0d9d95c1-20000101-0000"

func TestArchive(t *testing.T) {
	archive(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		if got := a.files(); len(got) != 0 {
			t.Errorf("before the broadcast: %v", got)
		}
		a.start()
		a.bring(0, 7)
		names := a.files()
		if len(names) != 1 || !strings.HasPrefix(names[0], archiveDay) {
			t.Fatalf("files %v", names)
		}
		if f := a.read(names[0], 0, 7).Header().File(); !f.Broadcast() {
			t.Error("a growing file is marked as finished")
		}
		a.bring(7, 12)
		a.read(names[0], 0, 12)
		a.feed.Close()
		a.pass(time.Second)
		a.finished(names[0], 0, 12)
		if got := a.ended(); len(got) != 1 || got[0].Packets != 12 || got[0].Err != nil || got[0].Lost != 0 || got[0].File != names[0] || got[0].Point != "live/one" {
			t.Errorf("events %+v", got)
		}
		a.start()
		a.bring(20, 25)
		names = a.files()
		if len(names) != 2 {
			t.Fatalf("files %v", names)
		}
		if err := a.feed.Header(a.header); err != nil {
			t.Fatal(err)
		}
		a.bring(30, 33)
		a.finished(names[1], 20, 25)
		if names = a.files(); len(names) != 3 || !strings.HasSuffix(names[2], "-0003.asf") {
			t.Errorf("files %v", names)
		}
	})
}

// Close finishes what has come until then.
func TestArchiveCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArchiving(t, t.TempDir())
		a.open(ArchiveOptions{})
		a.start()
		for n := range 9 {
			if err := a.feed.Add(a.packet(n)); err != nil {
				t.Fatal(err)
			}
		}
		a.close()
		if names := a.files(); len(names) != 1 {
			t.Errorf("files %v", names)
		} else {
			a.finished(names[0], 0, 9)
		}
	})
}

// Each file begins with a key frame, right behind the last packet of the one
// before.
func TestArchiveRotates(t *testing.T) {
	for name, o := range map[string]ArchiveOptions{"time": {Time: 12 * time.Second}, "size": {Size: 12 * packetSize}} {
		t.Run(name, func(t *testing.T) {
			archive(t, o, func(t *testing.T, a *archiving) {
				a.start()
				a.bring(0, 8)
				a.bring(8, 50)
				a.feed.Close()
				a.pass(time.Second)
				names := a.files()
				if len(names) != 4 {
					t.Fatalf("files %v", names)
				}
				for i, name := range names {
					a.finished(name, i*15, min(i*15+15, 50))
				}
			})
		})
	}
}

// A stream without clean points is cut all the same, later.
func TestArchiveRotatesWithoutCleanPoints(t *testing.T) {
	archive(t, ArchiveOptions{Time: 12 * time.Second}, func(t *testing.T, a *archiving) {
		a.start()
		next := 1
		for next%5 != 0 || next < 40 {
			if next%5 != 0 {
				if err := a.feed.Add(a.packet(next)); err != nil {
					t.Fatal(err)
				}
			}
			next++
		}
		a.pass(time.Second)
		if names := a.files(); len(names) != 2 {
			t.Errorf("files %v", names)
		}
	})
}

// The oldest files go, but for those that are not the archive's.
func TestArchiveKeeps(t *testing.T) {
	for name, o := range map[string]ArchiveOptions{"files": {Keep: 3}, "bytes": {KeepSize: 3 * 5500}} {
		t.Run(name, func(t *testing.T) {
			o.Size = 5 * packetSize
			archive(t, o, func(t *testing.T, a *archiving) {
				others := []string{"other-20000101-000000-0001.asf", archiveDay + "00-0001.wmv"}
				for _, name := range others {
					write(t, a.dir, name, make([]byte, 20_000))
				}
				a.start()
				for n := 0; n < 100; n += 5 {
					a.bring(n, n+5)
					all := a.files()
					names := slices.DeleteFunc(slices.Clone(all), func(n string) bool { return slices.Contains(others, n) })
					least := min(n/5+1, 3)
					if last := fmt.Sprintf("-%04d.asf", n/5+1); len(names) < least || len(names) > least+1 || !strings.HasSuffix(names[len(names)-1], last) {
						t.Errorf("files %v", names)
					}
					if len(all) != len(names)+len(others) {
						t.Errorf("files %v", all)
					}
				}
			})
		})
	}
}

func TestArchiveNames(t *testing.T) {
	for name, want := range map[string]string{
		"live": "live", "a b": "a b", "ü": "ü", "live/one": "live_one-0d9d95c1", "../../etc": "_.._etc-",
		".hidden": "hidden-", "a:b": "a_b-", strings.Repeat("ü", 120): strings.Repeat("ü", 50) + "-",
	} {
		names := newArchiveNames(name)
		if !strings.HasPrefix(names.base, want) || !fs.ValidPath(names.base) || strings.ContainsAny(names.base, `/\`) {
			t.Errorf("%q becomes %q", name, names.base)
		}
		file := names.base + "-20000101-000000-0001.asf"
		if !names.own.MatchString(file) || !(&Folder{}).canBeAsked(file) || (&Folder{}).canBeAsked(part(file)) {
			t.Errorf("%q is not published as it should be", file)
		}
	}
	if a, b := archiveBase("a/b"), archiveBase("a:b"); a == b {
		t.Errorf("two points have the files %q", a)
	}
}
