package server

import (
	"os"
	"path/filepath"
	"testing"

	"caracal/internal/credential"
)

// Credentials count at the next login after a reload; those of which something is wrong
// leave the others in force.
func TestReloadCredentials(t *testing.T) {
	w := startWritten(t, "points: [{name: films, path: "+films(t, "a.wmv")+"}]")
	points := "points: [{name: films, path: " + w.config().Points[0].Path + "}]\n"
	logsIn := func(host string) bool {
		return w.credentials.Peer(credential.Target{Scheme: "http", Address: host + ":80"}, nil).LogsIn()
	}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if logsIn("one.example") {
		t.Fatal("it logs in as nobody")
	}
	w.reload(points + "credentials: [{origin: one.example, user: ada, password: hush hush}, {origin: two.example, user: ada, password_file: " + file + "}]\n")
	if !logsIn("one.example") || !logsIn("two.example") {
		t.Error("the credentials of a reload do not count")
	}
	w.reload(points)
	if logsIn("one.example") || logsIn("two.example") {
		t.Error("credentials that are gone still count")
	}
}
