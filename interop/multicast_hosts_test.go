package interop

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Two hosts, each a network namespace, with a wire between them. The first has
// another wire besides, that leads nowhere and has the default route.
type hosts struct{ a, b string }

const (
	hostA4, hostB4 = "10.77.0.1", "10.77.0.2"
	hostA6, hostB6 = "fd77::1", "fd77::2"
	wireA, wireB   = "cma0", "cmb0"
	wireElse       = "cma1"
)

// pushRate is how fast a clip is pushed, bytes a second: faster than it plays, but
// not so fast that it is over before anybody has looked.
const pushRate = "250K"

var hostCount atomic.Int32

func twoHosts(t *testing.T) hosts {
	t.Helper()
	n := fmt.Sprintf("%d-%d", os.Getpid(), hostCount.Add(1))
	h := hosts{"caracal-a-" + n, "caracal-b-" + n}
	newHost(t, h.a)
	newHost(t, h.b)
	play(t, "ip", "-n", h.a, "link", "add", wireA, "type", "veth", "peer", "name", wireB, "netns", h.b)
	play(t, "ip", "-n", h.a, "link", "add", wireElse, "type", "veth", "peer", "name", "cma2")
	for _, l := range []struct{ ns, link, v4, v6 string }{
		{h.a, wireA, hostA4 + "/24", hostA6 + "/64"}, {h.b, wireB, hostB4 + "/24", hostB6 + "/64"},
		{h.a, wireElse, "10.78.0.1/24", "fd78::1/64"}, {h.a, "cma2", "10.78.1.1/24", "fd79::1/64"},
	} {
		play(t, "ip", "-n", l.ns, "address", "add", l.v4, "dev", l.link)
		play(t, "ip", "-n", l.ns, "address", "add", l.v6, "dev", l.link, "nodad")
		play(t, "ip", "-n", l.ns, "link", "set", l.link, "up")
	}
	play(t, "ip", "-n", h.a, "route", "add", "default", "dev", wireElse)
	play(t, "ip", "-n", h.b, "route", "add", "224.0.0.0/4", "dev", wireB)
	return h
}

// background runs a command that is to end by itself, or when it is asked to.
func background(t *testing.T, cmd *exec.Cmd) (wait func() string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	giveUp := time.AfterFunc(3*time.Minute, func() { _ = cmd.Process.Kill() })
	waited := false
	wait = func() string {
		t.Helper()
		waited = true
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v\n%s", cmd.Args, err, tail(stderr.String()))
		}
		giveUp.Stop()
		return stdout.String()
	}
	t.Cleanup(func() {
		if !waited {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			wait()
		}
	})
	return wait
}

// serve starts the program on the first host, where it answers at port 8080.
func (h hosts) serve(t *testing.T, config string) {
	t.Helper()
	serveOn(t, h.a, config)
}

// push sends a clip to the broadcast point, in some three seconds.
func (h hosts) push(t *testing.T, name string) {
	t.Helper()
	out := play(t, "ip", "netns", "exec", h.a, "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--limit-rate", pushRate,
		"--data-binary", "@"+clip(t, name), "-H", "Content-Type: video/x-ms-asf", "http://127.0.0.1:8080/live")
	if out != strconv.Itoa(http.StatusNoContent) {
		t.Fatalf("%s: pushed with status %s", name, out)
	}
}

// listen runs "caracal nsc listen" on the second host until it is asked to stop.
// It returns when the group is joined; stop gives what it says.
func (h hosts) listen(t *testing.T, folder, group string, args ...string) (stop func() string) {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := in(h.b, append([]string{binary, "nsc", "listen", "-o", folder, "--log"}, args...)...)
	wait := background(t, cmd)
	until(t, "the group is joined", func() bool {
		return strings.Contains(play(t, "ip", "-n", h.b, "maddress", "show", "dev", wireB), group)
	})
	return func() string {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		return wait()
	}
}

// status is a number of the multicast in the server's status.
func (h hosts) status(t *testing.T, key string) int {
	t.Helper()
	out := play(t, "ip", "netns", "exec", h.a, "curl", "-sS", "http://127.0.0.1:8080/.caracal/status")
	_, after, _ := strings.Cut(out, fmt.Sprintf("%q: ", key))
	number, _, _ := strings.Cut(after, ",")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		t.Fatalf("no %q in %s", key, out)
	}
	return n
}

// capture stores what passes an interface of a host until stop.
func (h hosts) capture(t *testing.T, host, link string) (stop func() string) {
	t.Helper()
	file := filepath.Join(scratch(t), "capture.pcap")
	cmd := in(host, "tcpdump", "-i", link, "-n", "-U", "--immediate-mode", "-w", file, "udp")
	wait := background(t, cmd)
	until(t, "tcpdump captures", func() bool {
		info, err := os.Stat(file)
		return err == nil && info.Size() >= 24
	})
	return func() string {
		_ = cmd.Process.Signal(os.Interrupt)
		wait()
		return file
	}
}
