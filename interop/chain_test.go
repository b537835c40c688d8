package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A chain is three hosts of which each has a wire to the next: no way leads from
// the first to the last but through the server in between.
type chain struct{ origin, edge1, edge2 string }

const (
	chainOrigin, chainUp   = "10.79.1.1", "10.79.1.2" // of the first wire: the origin's end, the first edge's
	chainDown, chainBottom = "10.79.2.1", "10.79.2.2" // of the second: the first edge's end, the second's
)

func newChain(t *testing.T) chain {
	t.Helper()
	n := fmt.Sprintf("%d-%d", os.Getpid(), hostCount.Add(1))
	c := chain{"caracal-o-" + n, "caracal-e-" + n, "caracal-f-" + n}
	for _, host := range []string{c.origin, c.edge1, c.edge2} {
		newHost(t, host)
	}
	for _, w := range []struct{ a, linkA, addressA, b, linkB, addressB string }{
		{c.origin, "cmo0", chainOrigin, c.edge1, "cme0", chainUp},
		{c.edge1, "cme1", chainDown, c.edge2, "cmf0", chainBottom},
	} {
		play(t, "ip", "-n", w.a, "link", "add", w.linkA, "type", "veth", "peer", "name", w.linkB, "netns", w.b)
		play(t, "ip", "-n", w.a, "address", "add", w.addressA+"/24", "dev", w.linkA)
		play(t, "ip", "-n", w.b, "address", "add", w.addressB+"/24", "dev", w.linkB)
		play(t, "ip", "-n", w.a, "link", "set", w.linkA, "up")
		play(t, "ip", "-n", w.b, "link", "set", w.linkB, "up")
	}
	return c
}

// chainConfig is a live point of a source. Who joins late, as an edge does that was
// waiting, gets all of the clip.
func chainConfig(source string) string {
	return "rtsp: {udp_port: -1}\npoints:\n- name: live\n  broadcast: {source: " + strconv.Quote(source) + ", linger: 1s, fast_start: 30s}\n"
}

const chainURL = "http://127.0.0.1:8080/live" // on each of the hosts

// chainStatus is what the test wants to know of a server.
type chainStatus struct {
	Points []struct {
		Source struct {
			Phase string
			Error string `json:"last_error"`
		}
	}
	Players []struct{ Protocol, Address, State string }
}

// watching are those that the server sends to. An edge that was cut off may be
// among the other players for a while, and an encoder is.
func (s chainStatus) watching() (from []string) {
	for _, p := range s.Players {
		if p.State == "streaming" && p.Protocol != "push" {
			from = append(from, p.Protocol+" "+p.Address)
		}
	}
	return from
}

func statusOf(t *testing.T, host string) (s chainStatus) {
	t.Helper()
	out := play(t, "ip", "netns", "exec", host, "curl", "-sS", "http://127.0.0.1:8080/.caracal/status")
	if err := json.Unmarshal([]byte(out), &s); err != nil || len(s.Points) != 1 {
		t.Fatalf("%v in %s", err, out)
	}
	return s
}

// untilLive waits until a host has the broadcast.
func untilLive(t *testing.T, host string) {
	t.Helper()
	until(t, host+" has the broadcast", func() bool {
		out, _ := in(host, "curl", "-sS", "--head", chainURL).Output()
		return strings.HasPrefix(string(out), "HTTP/1.1 200")
	})
}

// untilWaiting waits until an edge says that its source is gone, and why.
func untilWaiting(t *testing.T, host string) (why string) {
	t.Helper()
	until(t, host+" waits for its source", func() bool {
		source := statusOf(t, host).Points[0].Source
		why = source.Error
		return source.Phase == "waiting"
	})
	return why
}

// encode sends a clip to the origin, and then nothing more, as an encoder whose
// picture is still, until stop: that gives the answer's status. It returns when the
// origin has the broadcast.
func (c chain) encode(t *testing.T, name string) (stop func() string) {
	t.Helper()
	r, w := io.Pipe()
	cmd := in(c.origin, "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--limit-rate", pushRate, "--upload-file", "-", chainURL)
	var stdout bytes.Buffer
	cmd.Stdin, cmd.Stdout = r, &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	giveUp := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	clip := readReference(t, name).bytes()
	go func() { _, _ = w.Write(clip) }()
	stopped := false
	stop = func() string {
		stopped = true
		_ = w.Close()
		_ = cmd.Wait() // it fails where the server was killed
		giveUp.Stop()
		return stdout.String()
	}
	t.Cleanup(func() {
		if !stopped {
			stop()
		}
	})
	untilLive(t, c.origin)
	return stop
}

// chainPlayer is a program that stores the broadcast.
type chainPlayer struct {
	name, file string
	wait       func() string
}

// watch has players watch: one at the first edge, and two of different protocols
// at the second. The first in the list is curl at the second edge.
func (c chain) watch(t *testing.T) (list []chainPlayer) {
	t.Helper()
	libmms, err := buildMMSDump()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		name, host string
		args       func(file string) []string
	}{
		{"curl at the second edge", c.edge2, func(file string) []string { return []string{"curl", "-sSN", "-o", file, chainURL} }},
		{"libmms at the second edge", c.edge2, func(file string) []string { return []string{libmms, "mms://127.0.0.1/live", file} }},
		{"curl at the first edge", c.edge1, func(file string) []string { return []string{"curl", "-sSN", "-o", file, chainURL} }},
	} {
		file := filepath.Join(scratch(t), "dump")
		list = append(list, chainPlayer{p.name, file, background(t, in(p.host, p.args(file)...))})
	}
	return list
}

// seeAll waits until curl at the second edge has the last packet of the clip, and
// looks who asks whom while all watch.
func (c chain) seeAll(t *testing.T, list []chainPlayer, want reference) {
	t.Helper()
	until(t, "all watch", func() bool {
		return len(statusOf(t, c.edge1).watching()) == 2 && len(statusOf(t, c.edge2).watching()) == 2
	})
	last := want.packets[len(want.packets)-want.packetSize:]
	until(t, "the clip's last packet comes to the second edge", func() bool {
		return bytes.HasSuffix(readFile(t, list[0].file), last)
	})
	s := statusOf(t, c.origin)
	if from := s.watching(); len(from) != 1 || !strings.HasPrefix(from[0], "http "+chainUp+":") || len(s.Players) > 2 {
		t.Errorf("the origin sends to %q, and knows %+v, want the first edge once, and the encoder", from, s.Players)
	}
}

// judgeChain holds what the players got against the clip, when they have ended.
func judgeChain(t *testing.T, when string, list []chainPlayer, want reference) {
	t.Helper()
	for _, p := range list {
		p.wait()
		t.Run(when+", "+p.name, func(t *testing.T) { fromTheJoin(t, readFile(t, p.file), want, 0) })
	}
}

// The second edge asks the first, and the first the origin, which has one player
// however many there are below. All get every packet. When the origin is killed
// both edges say so, and when it is back they have its next broadcast by themselves.
func TestChain(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	for _, below := range []string{"mmst://" + chainDown + "/live", "rtspt://" + chainDown + ":8554/live"} {
		t.Run(below[:4], func(t *testing.T) { watchChain(t, "http://"+chainOrigin+":8080/live", below) })
	}
}

func watchChain(t *testing.T, above, below string) {
	c := newChain(t)
	if out, err := in(c.edge2, "curl", "-sS", "--max-time", "1", "http://"+chainOrigin+":8080/").CombinedOutput(); err == nil {
		t.Fatalf("the second edge reaches the origin: %s", out)
	}
	first, second := readReference(t, plain), readReference(t, other)

	kill := serveOn(t, c.origin, chainConfig("push"))
	encoder := c.encode(t, plain)
	serveOn(t, c.edge1, chainConfig("pull:"+above))
	untilLive(t, c.edge1)
	serveOn(t, c.edge2, chainConfig("pull:"+below))
	untilLive(t, c.edge2)
	watching := c.watch(t)
	c.seeAll(t, watching, first)

	kill()
	encoder()
	for _, edge := range []string{c.edge1, c.edge2} {
		if why := untilWaiting(t, edge); why == "" {
			t.Errorf("%s does not say why it waits", edge)
		}
	}
	judgeChain(t, "before", watching, first)

	serveOn(t, c.origin, chainConfig("push"))
	encoder = c.encode(t, other)
	untilLive(t, c.edge2)
	watching = c.watch(t)
	c.seeAll(t, watching, second)
	if status := encoder(); status != strconv.Itoa(http.StatusNoContent) {
		t.Errorf("pushed with status %s", status)
	}
	judgeChain(t, "after", watching, second)
}
