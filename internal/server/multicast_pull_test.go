package server

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/source"
	"caracal/msb"
)

// heard is a server with a point that listens to a multicast; change may be nil.
func heard(t *testing.T, from string, change func(*config.Broadcast)) *Server {
	t.Helper()
	p := sourcePoint("heard", from)
	p.Broadcast.Pull.Interface = "127.0.0.1"
	if change != nil {
		change(&p.Broadcast)
	}
	s, _ := start(t, testConfig(p))
	return s
}

// untilHeard waits until the status of that point's source says something.
func untilHeard(t *testing.T, s *Server, says func(*statusSource) bool) {
	t.Helper()
	limit := time.After(patience)
	for !says(sourceStatuses(t, s)["heard"]) {
		select {
		case <-limit:
			t.Fatalf("the status stays %+v", sourceStatuses(t, s)["heard"])
		default:
		}
	}
}

// What one server sends to a group is what players of another get, with the .nsc
// file alone, from its URL or its copy; the first one gets a log at the end.
func TestMulticastIsPulled(t *testing.T) {
	s, url := multicastServer(t, nil)
	e, st := pushListed(t, s, url)
	file := filepath.Join(t.TempDir(), "live.nsc")
	if err := os.WriteFile(file, st.Append(nil), 0o600); err != nil {
		t.Fatal(err)
	}
	logs := s.bus.Subscribe(100)
	defer logs.Close()
	var edges []*Server
	for _, from := range []string{"pull:" + url + ".nsc", "pull:" + file} {
		edge := heard(t, from, nil)
		untilHeard(t, edge, func(st *statusSource) bool { return strings.HasPrefix(st.Note, "listening to ") })
		edges = append(edges, edge)
	}
	const count = 15
	e.send(e.packets[:count*e.size])
	_, header, err := asf.LiveHeader(e.header)
	if err != nil {
		t.Fatal(err)
	}
	for i, edge := range edges {
		resp := untilLive(t, "http://"+edge.Addr().String()+"/heard")
		got := make([]byte, len(header)+count*e.size)
		if _, err := io.ReadFull(resp.Body, got); err != nil || !bytes.Equal(got, append(bytes.Clone(header), e.packets[:count*e.size]...)) {
			t.Errorf("edge %d has other packets: %v", i, err)
		}
		resp.Body.Close()
		shutdown(t, edge)
		l := await(t, logs, func(event.LogReceived) bool { return true })
		if f := strings.Fields(l.Text); l.Player.Target != "/live" || len(f) != 44 || i == 0 && !strings.Contains(l.Text, url+".nsc") {
			t.Errorf("log %+v", l)
		}
	}
	e.end(http.StatusNoContent)
}

// A server does not listen to what it sends itself, whatever the way to its .nsc
// file is.
func TestMulticastIsNotPulledInACircle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "live.nsc")
	port := freePort(t)
	st := msb.Station{Address: "239.255.77.8", Port: msb.SetNumber(uint32(port))}
	if err := os.WriteFile(file, st.Append(nil), 0o600); err != nil {
		t.Fatal(err)
	}
	s := heard(t, "pull:"+file, func(b *config.Broadcast) {
		b.Multicast.Group, b.Multicast.Port, b.Multicast.Interface = "239.255.77.8", port, "127.0.0.1"
	})
	untilHeard(t, s, func(st *statusSource) bool { return strings.Contains(st.Error, source.ErrLoop.Error()) })
}
