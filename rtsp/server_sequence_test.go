package rtsp_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caracal/internal/auth"
	"caracal/internal/auth/access"
	"caracal/internal/fronttest"
	"caracal/rtsp"
)

// What the server does not do yet: these sequences must differ.
var differs = map[string]string{
	"playlist.txt":   "what is published here has no next entry: TestServerTurnsAsRecorded",
	"predictive.txt": "the same",
}

// The requests that the sequences record are put to the server: its answers
// have the status of those recorded, and the same header fields.
func TestServerAnswersSequences(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "sequences", "*.txt"))
	if err != nil || len(names) < 10 {
		t.Fatal(names, err)
	}
	for _, path := range names {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			steps := rtsp.ReadSteps(t, name)
			s := startServerWith(t, setting{club: true})
			content := strings.Trim(steps[0].Request(t).Target.Path, "/")
			s.publish(content, sequenceClip(t, path))
			if name == "authentication.txt" {
				s.forUser(content)
			}
			faults := s.connect().replay(steps)
			switch why := differs[name]; {
			case why == "" && len(faults) > 0:
				t.Errorf("%s", strings.Join(faults, "\n"))
			case why != "" && len(faults) == 0:
				t.Errorf("no difference, and one was expected: %s", why)
			}
		})
	}
}

// forUser closes a point to all but the user of the sequence, who knows Basic.
func (s *server) forUser(content string) {
	s.T.Helper()
	if err := s.club.Accounts.Add(s.T.Context(), "user", fronttest.Password); err != nil {
		s.T.Fatal(err)
	}
	s.club.Rule(s.Points, content, &auth.Rules{Play: []access.Who{{Kind: access.User, Name: "user"}}, Schemes: []string{auth.Basic}})
}

// sequenceClip has the streams that a sequence is about.
func sequenceClip(t *testing.T, path string) clip {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case bytes.Contains(text, []byte("/stream=7")):
		return makeStreams(1, 7, 6)
	case bytes.Contains(text, []byte("/stream=5")):
		return makeStreams(1, 5, 4)
	}
	return shortClip()
}

// replay sends the requests of a sequence and says what is amiss with the
// answers.
func (p *peer) replay(steps []*rtsp.Step) (faults []string) {
	p.t.Helper()
	for i, step := range steps {
		if _, _, err := rtsp.ParseRequest(step.Wire, rtsp.MaxRequestBody); err != nil {
			continue // frames and answers
		}
		if !step.Player {
			return append(faults, fmt.Sprintf("the server never sends %s", step.What))
		}
		at := slices.IndexFunc(steps[i:], func(s *rtsp.Step) bool { return !s.Player && !strings.HasPrefix(s.What, "frame") })
		want := steps[i+at].Response(p.t)
		p.write(string(p.own(step.Wire)))
		got := p.response()
		if got.Status != want.Status || got.CSeq != want.CSeq {
			return append(faults, fmt.Sprintf("%s: %d to request %d, want %d to %d", step.What, got.Status, got.CSeq, want.Status, want.CSeq))
		}
		faults = append(faults, compareAnswers(step.What, got, want)...)
	}
	return faults
}

var (
	sessionField = regexp.MustCompile(`\r\nSession: [^\r]*`)
	entryField   = regexp.MustCompile(`\r\nX-Playlist-Gen-Id: [^\r]*`)
)

// own makes a recorded request one of this session. A player names only
// entries that it was told of, and knows a password that is long enough.
func (p *peer) own(wire []byte) []byte {
	wire = bytes.ReplaceAll(wire, []byte(fronttest.BasicOf("user", "pass")), []byte(fronttest.BasicOf("user", fronttest.Password)))
	wire = sessionField.ReplaceAll(wire, []byte("\r\nSession: "+p.session))
	return entryField.ReplaceAll(wire, nil)
}

// unneeded are fields that an answer may lack: lengths, and what goes with
// playlists and broadcasts only. The type is of a body that the server of 4.4.2
// repeats; 2.2.7.14 has it empty.
var unneeded = map[string][]string{
	"":              {"Content-Length", "X-Playlist-Gen-Id", "X-Broadcast-Id"},
	"UdpPacketPair": {"Content-Type"},
}

func compareAnswers(what string, got, want *rtsp.Response) (faults []string) {
	for _, f := range want.Header {
		if !got.Header.Has(f.Name) && !slices.Contains(unneeded[""], f.Name) && !slices.Contains(unneeded[what], f.Name) {
			faults = append(faults, fmt.Sprintf("%s: no %s in the answer", what, f.Name))
		}
	}
	for i, w := range rtsp.ParseTransports(want.Header.Get("Transport")) {
		g := rtsp.ParseTransports(got.Header.Get("Transport"))
		if len(g) != 1 || i > 0 || g[0].Lower != w.Lower || g[0].Interleaved != w.Interleaved || g[0].ClientPort != w.ClientPort ||
			g[0].ServerPort.Count != w.ServerPort.Count || !g[0].HasSSRC || g[0].FEC != w.FEC {
			faults = append(faults, fmt.Sprintf("%s: Transport: %s, want %s", what, got.Header.Get("Transport"), want.Header.Get("Transport")))
		}
	}
	return faults
}
