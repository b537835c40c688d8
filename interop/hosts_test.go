package interop

import (
	"bufio"
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// newHost makes a host, which is a network namespace, for as long as the test
// lasts.
func newHost(t *testing.T, name string) {
	t.Helper()
	play(t, "ip", "netns", "add", name)
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", name).Run() })
	play(t, "ip", "-n", name, "link", "set", "lo", "up")
}

// in is a command on a host.
func in(host string, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", host}, args...)...)
}

// serveOn starts the program on a host, where it answers at port 8080, and ends it
// with the test. It is gone at once when kill returns.
func serveOn(t *testing.T, host, config string) (kill func()) {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "caracal.yaml")
	writeFile(t, file, []byte(config))
	cmd := in(host, binary, "serve", "--http", ":8080", "--config", file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(stdout); in.Scan(); {
			lines <- in.Text()
		}
	}()
	killed := false
	t.Cleanup(func() {
		if !killed {
			end(t, cmd, lines, &stderr)
		}
	})
	giveUp := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer giveUp.Stop()
	for line := range lines {
		if strings.HasPrefix(line, "Page http://") {
			return func() {
				killed = true
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
		}
	}
	t.Fatalf("the server does not serve:\n%s", tail(stderr.String()))
	return nil
}

// until asks again and again.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for give := time.Now().Add(40 * time.Second); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(give) {
			t.Fatalf("it never comes that %s", what)
		}
	}
}
