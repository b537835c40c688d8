package wmsp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/wmsp"
)

var clientIDToken = regexp.MustCompile(`client-id=\d+`)

// Every request in testdata/requests, the specification's examples and what
// real players were seen to send, is put to the server, with the client-id of
// a session of the same player where it has one.
func TestPersonas(t *testing.T) {
	files, err := filepath.Glob("testdata/requests/*.txt")
	if err != nil || len(files) < 30 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, head, ok := strings.Cut(string(text), "---\n")
			if !ok {
				t.Fatal("no request")
			}
			head = strings.ReplaceAll(strings.TrimRight(head, "\n"), "\n", "\r\n") + "\r\n\r\n"
			req, _, err := wmsp.ParseRequest([]byte(head))
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) { replay(t, req, head) })
		})
	}
}

func replay(t *testing.T, req *wmsp.Request, head string) {
	s := startServer(t, true, nil)
	defer s.Stop()
	clip, _, err := s.Points.Lookup("/clip.wmv")
	if err != nil {
		t.Fatal(err)
	}
	if name := strings.Trim(req.Path, "/"); name != "" {
		s.Points.Add(&point.Point{Name: name, Options: clip.Options, Opener: clip.Opener})
	}
	c := s.connect()
	if req.Pragma.Has(wmsp.TokenClientID) {
		id := s.sessionFor(req)
		head = clientIDToken.ReplaceAllString(head, fmt.Sprintf("client-id=%d", id))
	}
	c.send(head + strings.Repeat("x", int(max(req.ContentLength, 0))))
	if !req.Player() {
		if r, body := c.response(); r.Status != 200 || !strings.HasPrefix(string(body), "plain ") {
			t.Errorf("not a player, but %d %q", r.Status, body)
		}
		return
	}
	r := c.head()
	checkReply(t, req, r)
	if req.Kind == wmsp.Play && r.Status == 200 {
		checkPersonaStream(t, req, c.stream(r))
	}
}

// sessionFor describes with the request's User-Agent and returns the id.
func (s *server) sessionFor(req *wmsp.Request) uint32 {
	c := s.connect()
	c.send("GET /clip.wmv HTTP/1.0", "User-Agent: "+req.Agent.Raw)
	r, _ := c.response()
	return r.Pragma().ClientID
}

// statusOf is what each kind of request is answered with.
func statusOf(req *wmsp.Request) int {
	switch req.Kind {
	case wmsp.Log:
		if req.Agent.AtLeast(9, 0) {
			return 204
		}
	case wmsp.PlayNextEntry: // nothing streams
		return 400
	case wmsp.SendEvent: // the replayed body is not an event
		return 400
	}
	return 200
}

// checkReply holds a response's head against [MS-WMSP] 3.2.5.2: nothing that
// the player's version does not know.
func checkReply(t *testing.T, req *wmsp.Request, r *wmsp.Response) {
	t.Helper()
	p := r.Pragma()
	if r.Status != statusOf(req) {
		t.Fatalf("%v is answered with %d", req.Kind, r.Status)
	}
	if r.Status >= 400 {
		return
	}
	if r.Server().Token != wmsp.TokenCougar || !p.Has(wmsp.TokenNoCache) {
		t.Errorf("server %v, pragma %v", r.Server(), p.Present)
	}
	if r.Header.Has("Supported") != req.Agent.AtLeast(9, 0) {
		t.Errorf("Supported for version %d.%d: %v", req.Agent.Major, req.Agent.Minor, r.Header.Has("Supported"))
	}
	if p.Has(wmsp.TokenAccelBW) && (!req.Agent.AtLeast(8, 0) || p.AccelBW > req.Pragma.AccelBW || p.AccelDuration > req.Pragma.AccelDuration) {
		t.Errorf("AccelBW %d for %d", p.AccelBW, req.Pragma.AccelBW)
	}
	if p.Has(wmsp.TokenBurstBW) && (!req.Agent.AtLeast(9, 0) || p.BurstBW > req.Pragma.BurstBW || p.BurstDuration > req.Pragma.BurstDuration) {
		t.Errorf("BurstBW %d for %d", p.BurstBW, req.Pragma.BurstBW)
	}
	if req.Pragma.Has(wmsp.TokenBurstBW) && !p.Has(wmsp.TokenBurstBW|wmsp.TokenBurstDuration) {
		t.Error("BurstBW is not answered")
	}
	pipelined := req.Pragma.Version11 && req.HTTP11()
	if req.Kind == wmsp.Play && r.Chunked() != pipelined {
		t.Errorf("chunked %v, version11-enabled %v", r.Chunked(), pipelined)
	}
	if req.Kind == wmsp.Play && r.Header.Has("X-StartupProfile") && !req.Supported.Has(head.FeatureStartupProfile) {
		t.Error("a start-up profile that was not asked for")
	}
	if req.Kind == wmsp.Describe && (r.Chunked() || r.ContentLength() <= int64(len(testClip().Header))) {
		t.Errorf("Describe: chunked %v, length %d", r.Chunked(), r.ContentLength())
	}
}

// checkPersonaStream reads a stream to its end: $M only for players of 9.0
// and later, then $H, $D and $E.
func checkPersonaStream(t *testing.T, req *wmsp.Request, fr *frames) {
	t.Helper()
	if req.Agent.AtLeast(9, 0) {
		fr.expect(wmsp.FrameMetadata)
	}
	fr.expect(wmsp.FrameHeader)
	packets, end := fr.data()
	if end.ID != wmsp.FrameEnd {
		t.Errorf("$%c at the end", end.ID)
	}
	for i, p := range packets {
		if p.Flags != byte(i) {
			t.Fatalf("sequence %d at packet %d", p.Flags, i)
		}
		if p.More && !req.Agent.AtLeast(9, 0) {
			t.Fatal("the B bit for an old player")
		}
	}
}
