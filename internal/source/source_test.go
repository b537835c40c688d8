package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

const packetSize = 1000

// clip makes a small file: a header and n packets with one video stream.
func clip(t testing.TB, n int) []byte {
	t.Helper()
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{DataPackets: uint64(n), Preroll: 1000, MinPacketSize: packetSize, MaxPacketSize: packetSize,
			MaxBitRate: 100_000, PlayDuration: 1e7 * uint64(n+1), SendDuration: 1e7 * uint64(n), Flags: asf.FileSeekable},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		asf.NewHeaderExtension(),
	}}
	b := h.Append(nil)
	b = asf.DataHead{Size: uint64(asf.DataHeadSize + n*packetSize), Packets: uint64(n), Reserved: 0x0101}.Append(b)
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: packetSize, Preroll: 1000})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(pkt []byte) error { b = append(b, pkt...); return nil }
	for i := range n {
		o := asf.MediaObject{Stream: 1, Number: uint32(i), Time: 1000 + uint32(i)*1000, Key: i%5 == 0, Data: bytes.Repeat([]byte{byte(i)}, 950)}
		if err := p.Add(o, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(emit); err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, dir, name string, b []byte) string {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func folder(t testing.TB, dir string, budget int64) (*Folder, *Cache) {
	t.Helper()
	c := NewCache(budget)
	f, err := NewFolder(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close(); c.Close() })
	return f, c
}

// load returns packet n, waiting for storage as a Play does.
func load(t testing.TB, e point.Entry, n int64) []byte {
	t.Helper()
	for {
		ready := make(chan struct{})
		b, err := e.Block(n, sync.OnceFunc(func() { close(ready) }))
		if err != nil {
			t.Fatal(err)
		}
		if b != nil {
			return b.Packet(n)
		}
		<-ready
	}
}

func TestFolderServesItsFiles(t *testing.T) {
	dir := t.TempDir()
	data := clip(t, 300)
	write(t, dir, "sub/Film.WMV", data)
	write(t, dir, "notes.txt", data)
	f, _ := folder(t, dir, 1<<20)
	items, err := f.List()
	if err != nil || len(items) != 1 || items[0].Name != "sub/Film.WMV" || items[0].Size != int64(len(data)) {
		t.Fatalf("the folder lists %v, %v", items, err)
	}
	for _, name := range []string{"sub/Film.WMV", "SUB/film.wmv"} {
		e, err := f.Open(context.Background(), name)
		if err != nil {
			t.Fatal(name, err)
		}
		info := e.Info()
		if info.Packets != 300 || info.PacketSize != packetSize || !info.Stridable || info.Preroll != 1000 {
			t.Errorf("%s: %+v", name, info)
		}
		for _, n := range []int64{0, 131, 299} {
			at := int(info.DataOffset) + int(n)*packetSize
			if !bytes.Equal(load(t, e, n), data[at:at+packetSize]) {
				t.Errorf("%s: packet %d differs from the file's", name, n)
			}
		}
		e.Close()
		e.Close()
	}
	r, info, err := f.OpenPlain("sub/Film.WMV")
	if err != nil || info.Size() != int64(len(data)) {
		t.Fatal(info, err)
	}
	defer r.Close()
	if got, _ := io.ReadAll(r); !bytes.Equal(got, data) {
		t.Error("the plain file differs")
	}
}

func TestNothingLeadsOutOfTheFolder(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	secret := write(t, outside, "secret.wmv", clip(t, 3))
	write(t, dir, "good.wmv", clip(t, 3))
	write(t, dir, "bad.wmv", []byte("this is not ASF"))
	os.Symlink(secret, filepath.Join(dir, "link.wmv"))
	os.Symlink(outside, filepath.Join(dir, "linked"))
	os.Symlink("good.wmv", filepath.Join(dir, "inside.wmv"))
	os.Mkdir(filepath.Join(dir, "folder.wmv"), 0o755)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.wmv"), 0o644); err != nil {
		t.Fatal(err)
	}
	os.Symlink("/dev/zero", filepath.Join(dir, "zero.wmv"))
	f, _ := folder(t, dir, 1<<20)
	cases := []struct {
		name string
		err  error
	}{
		{"good.wmv", nil},
		{"inside.wmv", nil},
		{"bad.wmv", point.ErrNotMedia},
		{"link.wmv", point.ErrNotFound},
		{"linked/secret.wmv", point.ErrNotFound},
		{"../" + filepath.Base(outside) + "/secret.wmv", point.ErrNotFound},
		{"sub/../good.wmv", point.ErrNotFound},
		{"/good.wmv", point.ErrNotFound},
		{secret, point.ErrNotFound},
		{`..\secret.wmv`, point.ErrNotFound},
		{"good.wmv/", point.ErrNotFound},
		{"good.wmv/x.wmv", point.ErrNotFound},
		{"folder.wmv", point.ErrNotFound},
		{"pipe.wmv", point.ErrNotFound},
		{"zero.wmv", point.ErrNotFound},
		{"none.wmv", point.ErrNotFound},
		{"", point.ErrNotFound},
		{".", point.ErrNotFound},
		{strings.Repeat("a", 2000) + ".wmv", point.ErrNotFound},
		{strings.Repeat("a", 300) + ".wmv", point.ErrNotFound},
		{"a\x00.wmv", point.ErrNotFound},
	}
	for _, c := range cases {
		e, err := f.Open(context.Background(), c.name)
		if !errors.Is(err, c.err) || c.err == nil && e == nil {
			t.Errorf("Open(%q): %v, want %v", c.name, err, c.err)
		}
		if e != nil {
			e.Close()
		}
		if c.name == "bad.wmv" {
			continue // a plain file is served as it is
		}
		r, _, err := f.OpenPlain(c.name)
		if !errors.Is(err, c.err) {
			t.Errorf("OpenPlain(%q): %v, want %v", c.name, err, c.err)
		}
		if err == nil {
			r.Close()
		}
	}
}

func TestPlayersShareContent(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "a.wmv", clip(t, 40))
	f, c := folder(t, dir, 1<<20)
	open := func() *entry {
		e, err := f.Open(context.Background(), "a.wmv")
		if err != nil {
			t.Fatal(err)
		}
		return e.(*entry)
	}
	one, two := open(), open()
	if one.content != two.content {
		t.Error("two players of one file have two contents")
	}
	load(t, one, 0)
	one.Close()
	two.Close()
	if three := open(); three.content != one.content {
		t.Error("idle content was not kept")
	} else if c.Used() == 0 {
		t.Error("its blocks were not kept")
	}
	// A new version: who plays the old one keeps it.
	write(t, dir, "a.wmv", clip(t, 80))
	os.Chtimes(file, time.Now(), time.Now().Add(time.Hour))
	newer := open()
	if newer.Info().Packets != 80 || one.Info().Packets != 40 {
		t.Errorf("%d packets in the new version, %d in the old", newer.Info().Packets, one.Info().Packets)
	}
}

func TestIdleContentIsBounded(t *testing.T) {
	dir := t.TempDir()
	f, _ := folder(t, dir, 1<<20)
	for i := range shelfIdle + 10 {
		name := "f" + strings.Repeat("x", i) + ".wmv"
		write(t, dir, name, clip(t, 2))
		e, err := f.Open(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		e.Close()
	}
	if n := len(f.shelf.books); n != shelfIdle {
		t.Errorf("%d files are kept open, want %d", n, shelfIdle)
	}
}

func TestCacheKeepsItsBudget(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.wmv", clip(t, 2000))
	f, c := folder(t, dir, 3*blockBytes)
	e, err := f.Open(context.Background(), "a.wmv")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for n := int64(0); n < 2000; n += 50 {
		load(t, e, n)
		if used := c.Used(); used > 3*blockBytes {
			t.Fatalf("%d bytes in use", used)
		}
	}
	b, err := e.Block(1950, func() {})
	if err != nil || b == nil {
		t.Errorf("the block used last is gone: %v, %v", b, err)
	}
}

// One read serves all who wait for it, and a truncated file is an error.
func TestManyWaitForOneRead(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "a.wmv", clip(t, 400))
	f, _ := folder(t, dir, 1<<20)
	e, err := f.Open(context.Background(), "a.wmv")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { load(t, e, 200) })
	}
	wg.Wait()
	if err := os.Truncate(file, 200_000); err != nil {
		t.Fatal(err)
	}
	failed := make(chan struct{})
	if b, err := e.Block(399, func() { close(failed) }); b != nil || err != nil {
		t.Fatal(b, err)
	}
	<-failed
	if _, err := e.Block(399, func() {}); err == nil {
		t.Error("packets behind the end of the file are no error")
	}
}

func TestFileAndBytes(t *testing.T) {
	dir := t.TempDir()
	data := clip(t, 5)
	path := write(t, dir, "one.wmv", data)
	os.Symlink(path, filepath.Join(t.TempDir(), "link.wmv"))
	c := NewCache(1 << 20)
	defer c.Close()
	file, err := NewFile(path, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []interface {
		point.Opener
		Plain
		io.Closer
	}{file, NewBytes("welcome.wmv", data, c)} {
		items, err := o.List()
		if err != nil || len(items) != 1 || items[0].Name != "" || items[0].Size != int64(len(data)) {
			t.Errorf("%T lists %v, %v", o, items, err)
		}
		e, err := o.Open(context.Background(), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := load(t, e, 4); !bytes.Equal(got, data[len(data)-packetSize:]) {
			t.Errorf("%T: the last packet differs", o)
		}
		e.Close()
		r, _, err := o.OpenPlain("")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(r); !bytes.Equal(got, data) {
			t.Errorf("%T: the plain file differs", o)
		}
		r.Close()
		if _, err := o.Open(context.Background(), "x"); !errors.Is(err, point.ErrNotFound) {
			t.Errorf("%T: a name below a file: %v", o, err)
		}
		o.Close()
	}
	if _, err := NewFile(filepath.Join(dir, "none.wmv"), c); err == nil {
		t.Error("a file that is not there can be published")
	}
}

func TestPayloads(t *testing.T) {
	c := NewCache(1 << 20)
	defer c.Close()
	b := NewBytes("a.wmv", clip(t, 60), c)
	defer b.Close()
	e, err := b.Open(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for _, k := range []struct {
		first int64
		d     time.Duration
		least int
		most  int
	}{{0, 10 * time.Second, 10, 12}, {0, 5 * time.Second, 5, 7}, {30, 10 * time.Second, 10, 12}, {58, time.Minute, 2, 3}} {
		list, err := e.Payloads(k.first, k.d)
		if err != nil || len(list) < k.least || len(list) > k.most || list[0].Bytes != 950 || list[0].Stream != 1 {
			t.Errorf("from %d for %v: %d payloads, %v", k.first, k.d, len(list), err)
		}
	}
}
