package server

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/sample"
)

// archivePoints are a broadcast and the point that publishes its archive, which
// comes first although the folder is not there yet.
func archivePoints(dir string) []config.Point {
	b := config.DefaultBroadcast()
	b.Source, b.Archive.Folder = config.SourcePush, filepath.Join(dir, "a", "rec")
	return []config.Point{{Name: "rec", Path: b.Archive.Folder}, {Name: "live", Broadcast: b}}
}

// What an encoder has pushed is a film of another point when it has ended, and
// complete when the server has.
func TestArchive(t *testing.T) {
	dir := t.TempDir()
	s, log := start(t, testConfig(archivePoints(dir)...))
	resp, err := http.Post("http://"+s.Addr().String()+"/live", "", bytes.NewReader(sample.Welcome))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		t.Fatal(resp.Status)
	}
	shutdown(t, s)
	names, err := filepath.Glob(filepath.Join(dir, "a", "rec", "live-*-0001.asf"))
	if err != nil || len(names) != 1 {
		t.Fatalf("files %v, %v", names, err)
	}
	b, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	r, err := asf.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	if n := int(want.NumPackets()) * want.PacketSize(); r.NumPackets() != want.NumPackets() || !r.HasIndex() || r.Header().File().Broadcast() ||
		!bytes.Equal(b[r.DataOffset():][:n], sample.Welcome[want.DataOffset():][:n]) {
		t.Errorf("%d packets, want %d as they were pushed; index: %v", r.NumPackets(), want.NumPackets(), r.HasIndex())
	}
	for _, text := range []string{"the broadcast is archived", "archive complete", filepath.Base(names[0])} {
		if !strings.Contains(log.String(), text) {
			t.Errorf("the log does not say %q", text)
		}
	}
	second, _ := start(t, testConfig(archivePoints(dir)...))
	if items := second.Items(); len(items) != 1 || items[0].Name != "rec/"+filepath.Base(names[0]) {
		t.Errorf("published %v", items)
	}
}

// What cannot be archived does not start, with words on what to do.
func TestArchiveFolderFails(t *testing.T) {
	file := filepath.Join(films(t, "film.wmv"), "film.wmv")
	_, err := New(testConfig(archivePoints(file)...), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "cannot archive a broadcast into") {
		t.Errorf("%v", err)
	}
}
