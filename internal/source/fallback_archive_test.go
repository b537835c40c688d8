package source

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/point"
)

// An archive is the broadcast as its players saw it: the encoder's part, the fallback
// in a file of its own, and the encoder's again from its key frame on.
func TestFallbackIsArchived(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "sorry.wmv", otherClip(t, 4))
	synctest.Test(t, func(t *testing.T) {
		files, err := NewFiles(dir, NewCache(1<<20))
		if err != nil {
			t.Fatal(err)
		}
		a := newArchiving(t, t.TempDir())
		a.open(ArchiveOptions{})
		f := &Fallback{
			Program: NewProgram(ProgramOptions{Way: func() point.Way { return files.Once() }, Again: true}),
			To:      a.b, Bus: &event.Bus{}, After: 5 * time.Second,
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); f.Run(ctx) }()
		a.start()
		a.bring(0, 10)
		a.pass(20 * time.Second) // the encoder is silent
		a.bring(10, 20)
		a.feed.Close()
		cancel()
		<-ended
		a.close()
		names := a.files()
		if len(names) != 3 {
			t.Fatalf("the archive has %v", names)
		}
		a.finished(names[0], 0, 10)
		a.finished(names[2], 10, 20)
		b, err := os.ReadFile(filepath.Join(a.dir, names[1]))
		if err != nil {
			t.Fatal(err)
		}
		r, err := asf.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		if p := r.Header().File().Preroll; p != 2000 || r.NumPackets() < 8 {
			t.Errorf("between them are %d packets of something else, with the preroll %d", r.NumPackets(), p)
		}
	})
}
