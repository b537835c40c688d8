package interop

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// work is a folder for what one run builds and stores; every user may read it.
var work string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "caracal-interop-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	work = dir
	return m.Run()
}

var build = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(work, "caracal")
	out, err := exec.Command("go", "build", "-o", binary, "caracal/cmd/caracal").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the server: %w\n%s", err, out)
	}
	return binary, nil
})

// The clips stay in the user's cache, for the next run.
var makeClips = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = work
	}
	dir := filepath.Join(cache, "caracal", "clips")
	out, err := exec.Command("../scripts/clips.sh", dir).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("making the clips: %w\n%s", err, out)
	}
	return dir, nil
})

// clip returns a clip's place on disk.
func clip(t *testing.T, name string) string {
	t.Helper()
	dir, err := makeClips()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// scratch returns a new folder that every user may write to; t.TempDir is the
// caller's alone.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(work, "t-")
	if err == nil {
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// players lets two of them run at a time.
var players = make(chan struct{}, 2)

// play runs a player, killed with all that it started when the time is up, and
// returns its standard output. The test ends here when the player fails.
func play(t *testing.T, name string, args ...string) string {
	t.Helper()
	const limit = 60 * time.Second
	if !slices.ContainsFunc(args, isLive) { // who watches a broadcast mostly waits, and must be there in time
		players <- struct{}{}
		defer func() { <-players }()
	}
	seconds := strconv.Itoa(int(limit / time.Second))
	cmd := exec.Command("timeout", append([]string{"-s", "KILL", seconds, name}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, tail(stderr.String()))
	}
	return stdout.String()
}

// isLive says whether an argument is the URL of a broadcast, or of the archive of
// one, which may still grow: who came to that when it was complete saw another file.
func isLive(arg string) bool {
	return strings.HasSuffix(arg, "/live") || strings.Contains(arg, "/rec/live-")
}

// tail cuts a player's chatter down to its last lines.
func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// parallel runs the test for each name; players see to it that only two run.
func parallel(t *testing.T, names []string, test func(t *testing.T, name string)) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, name)
		})
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// sameBytes says where two byte strings part; nobody wants to read them whole.
func sameBytes(t *testing.T, got, want []byte) {
	t.Helper()
	n := 0
	for n < min(len(got), len(want)) && got[n] == want[n] {
		n++
	}
	if n < len(got) || n < len(want) {
		t.Errorf("got %d bytes, want %d; they part at %d", len(got), len(want), n)
	}
}
