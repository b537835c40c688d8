package wmsp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/wmsp"
)

const accepts9 = "X-Accept-Authentication: Negotiate, NTLM, Digest"

// club is a server whose clip is for members.
type club struct {
	*server
	*fronttest.Club
}

func inClub(t *testing.T, do func(s *club)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &club{}
		s.server = startServer(t, true, func(o *wmsp.ServerOptions, _ *point.Options) {
			s.Club = fronttest.NewClub(t, o.Bus)
			o.Guard = s.Guard
		})
		defer s.Stop()
		s.Reserve(s.Points, "clip.wmv")
		s.Publish("open.wmv", testClip().File(), point.DefaultOptions())
		do(s)
	})
}

// try sends a request for the clip and says how it was answered: the status, and what
// of authentication is in the head.
func (p *peer) try(lines ...string) string {
	p.t.Helper()
	p.send(append([]string{"GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID}, lines...)...)
	r, _ := p.response()
	return told(r)
}

func told(r *wmsp.Response) string {
	words := []string{fmt.Sprint(r.Status)}
	for _, challenge := range r.Header.Values("WWW-Authenticate") {
		scheme, rest, _ := strings.Cut(challenge, " ")
		if scheme == "NTLM" && rest != "" {
			scheme += " token"
		}
		words = append(words, scheme)
	}
	return strings.Join(words, ", ")
}

func (p *peer) expect(what, got, want string) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

const authorization = "Authorization: "

// proved is a connection on which a player has proved by NTLM who it is, with the
// client-id of its Describe.
func (s *club) proved(name string) (*peer, string) {
	s.T.Helper()
	c := s.connect()
	n := fronttest.NewNTLM(s.T, name, fronttest.Password)
	c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, authorization+n.Next(""))
	r, _ := c.response()
	c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, authorization+n.Next(r.Header.Get("WWW-Authenticate")))
	if r, _ = c.response(); r.Status != 200 {
		s.T.Fatalf("%s: %+v", name, r)
	}
	return c, fmt.Sprintf("Pragma: client-id=%d", r.Pragma().ClientID)
}

// [MS-WMSP] 3.2.5.1: what is challenged, how the proof goes on on the same connection,
// and that it holds for what is behind it there, logs and changes of streams included.
func TestProofByNTLM(t *testing.T) {
	inClub(t, func(s *club) {
		c := s.connect()
		c.expect("nobody", c.try(accepts9), "401, NTLM, Digest")
		n := fronttest.NewNTLM(t, `STUDIO\mufasa`, fronttest.Password)
		c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, accepts9, authorization+n.Next(""))
		r, _ := c.response()
		c.expect("the first token", told(r), "401, NTLM token")
		c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, accepts9, authorization+n.Next(r.Header.Get("WWW-Authenticate")))
		r, body := c.response()
		c.expect("the last token", told(r), "200")
		if len(body) < len(testClip().Header) {
			t.Errorf("the header has %d bytes", len(body))
		}
		id := fmt.Sprintf("Pragma: client-id=%d", r.Pragma().ClientID)
		fr := c.play12(id, allThree)
		fr.some(3)
		if x := s.Sessions.All(); len(x) != 1 || x[0].Who().Account != "Mufasa" {
			t.Errorf("the sessions are %+v", x)
		}
		c.send("POST /clip.wmv HTTP/1.1", agent9, "Host: h", id, exampleLog, noBody)
		c.send("POST /clip.wmv HTTP/1.1", agent9, "Host: h", id, "Pragma: xStopStrm=1", noBody)
		if _, end := fr.data(); end.ID != 0 {
			t.Errorf("then %q", end.ID)
		}
		for range 2 {
			if r, _ := c.response(); r.Status >= 300 {
				t.Errorf("behind the stream: %+v", r)
			}
		}
		for _, e := range fronttest.EventsOf[event.LogReceived](s.Rig) {
			if e.Player.Account != "Mufasa" {
				t.Errorf("the log is of %q", e.Player.Account)
			}
		}
		for _, e := range fronttest.EventsOf[event.Playing](s.Rig) {
			if e.Player.Account != "Mufasa" {
				t.Errorf("%q plays", e.Player.Account)
			}
		}
		if list := fronttest.EventsOf[event.Refused](s.Rig); len(list) != 0 {
			t.Errorf("who did all right was refused: %+v", list)
		}
	})
}

// Basic and Digest prove each request; who lists no scheme knows all.
func TestProofOfRequests(t *testing.T) {
	inClub(t, func(s *club) {
		c := s.connect()
		c.expect("nobody", c.try(), "401, NTLM, Digest, Basic")
		c.expect("Basic", c.try(authorization+fronttest.BasicOf("mufasa", fronttest.Password)), "200")
		c.expect("nobody again", c.try(), "401, NTLM, Digest, Basic")
		c.expect("a wrong password", c.try(authorization+fronttest.BasicOf("mufasa", "wrong")), "401, NTLM, Digest, Basic")
		c.expect("no member", c.try(authorization+fronttest.BasicOf("scar", fronttest.Password)), "403")
		c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, accepts9)
		r, _ := c.response()
		challenges := r.Header.Values("WWW-Authenticate")
		digest := fronttest.DigestOf(challenges[1], "Mufasa", fronttest.Password, "GET", "/clip.wmv", 1)
		c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, authorization+digest)
		r, _ = c.response()
		c.expect("Digest", told(r), "200")
		if !strings.Contains(r.Header.Get("Authentication-Info"), "rspauth=") {
			t.Errorf("the server proves nothing: %q", r.Header.Get("Authentication-Info"))
		}
		if cc := r.Header.Get("Cache-Control"); !strings.Contains(cc, "private") || strings.Contains(cc, "proxy-public") || strings.Contains(cc, " public") {
			t.Errorf("caches are told %q", cc)
		}
		refused := fronttest.EventsOf[event.Refused](s.Rig)
		if len(refused) != 2 || refused[0].Status != 401 || refused[1].Status != 403 || !strings.Contains(refused[1].Reason, "Scar may not play") {
			t.Errorf("refused were %+v", refused)
		}
	})
}

// A player of HTTP 1.0 is told that the connection stays, [MS-WMSP] 3.2.5.1; one that
// closes it is believed.
func TestChallengeKeepsTheConnection(t *testing.T) {
	inClub(t, func(s *club) {
		c := s.connect()
		for range 2 {
			c.send("GET /clip.wmv HTTP/1.0", agent41, "Host: h", testGUID)
			if r, _ := c.response(); r.Status != 401 || !r.Header.HasToken("Connection", "Keep-Alive") {
				t.Errorf("%+v", r)
			}
		}
		c.send("GET /clip.wmv HTTP/1.0", agent41, "Host: h", testGUID, "Connection: Close")
		if r, _ := c.response(); r.Status != 401 || r.Header.HasToken("Connection", "Keep-Alive") {
			t.Errorf("%+v", r)
		}
		if _, err := c.r.ReadByte(); err == nil {
			t.Error("the connection stays")
		}
	})
}

// What nobody may know of is not told of: names that are there and others are one.
func TestDeniedAddress(t *testing.T) {
	inClub(t, func(s *club) {
		s.Deny(s.Points, "clip.wmv")
		c := s.connect()
		for _, proof := range []string{"X-Nothing: 1", authorization + fronttest.BasicOf("mufasa", fronttest.Password)} {
			c.expect("clip.wmv", c.try(proof), "403")
		}
		c.send("GET /open.wmv HTTP/1.1", agent9, "Host: h", testGUID)
		r, _ := c.response()
		c.expect("open.wmv", told(r), "200")
	})
}

// A session that belongs to an account is nobody else's, whatever is asked of it, and
// from wherever.
func TestSessionsOfOthers(t *testing.T) {
	inClub(t, func(s *club) {
		_, id := s.proved("mufasa")
		nala := authorization + fronttest.BasicOf("nala", fronttest.Password)
		for _, lines := range [][]string{
			{"GET /clip.wmv HTTP/1.1", testGUID},
			{"GET /clip.wmv HTTP/1.1", testGUID, playStream, allThree},
			{"POST /clip.wmv HTTP/1.1", exampleLog, noBody},
			{"POST /clip.wmv HTTP/1.1", "Pragma: xKeepAliveInPause=1", noBody},
			{"POST /clip.wmv HTTP/1.1", "Pragma: xStopStrm=1", noBody},
			{"POST /clip.wmv HTTP/1.1", "Pragma: stream-switch-count=1", "Pragma: stream-switch-entry=ffff:1:0", noBody},
			{"POST /open.wmv HTTP/1.1", exampleLog, noBody},
			{"GET /open.wmv HTTP/1.1", testGUID},
		} {
			lines = append(lines[:1:1], append([]string{agent9, "Host: h", id}, lines[1:]...)...)
			c := s.connect()
			c.send(lines...)
			r, _ := c.response()
			c.expect("nobody: "+strings.Join(lines, "; "), told(r), "401, NTLM, Digest, Basic")
			c.send(append(slices.Clone(lines), nala)...)
			r, _ = c.response()
			c.expect("nala: "+strings.Join(lines, "; "), told(r), "403")
		}
		if x := s.Sessions.All(); len(x) != 1 || x[0].Who().Account != "Mufasa" {
			t.Errorf("the sessions are %+v", x)
		}
		if logs := fronttest.EventsOf[event.LogReceived](s.Rig); len(logs) != 0 {
			t.Errorf("logs in somebody else's name: %+v", logs)
		}
	})
}

// Who proves to be somebody else on a connection gets a session of its own, and the
// Play of one does not continue the Describe of another.
func TestDescribesOfOthers(t *testing.T) {
	inClub(t, func(s *club) {
		s.proved("mufasa")
		c := s.connect()
		c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, playStream, allThree, authorization+fronttest.BasicOf("nala", fronttest.Password))
		if r := c.head(); r.Status != 200 {
			t.Fatalf("%+v", r)
		}
		var names []string
		for _, x := range s.Sessions.All() {
			names = append(names, x.Who().Account)
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"Mufasa", "Nala"}) {
			t.Errorf("the sessions are of %q", names)
		}
	})
}

// An account that is removed gets no further, on whatever connection.
func TestRevokedAccount(t *testing.T) {
	inClub(t, func(s *club) {
		c, id := s.proved("nala")
		c.expect("a member", c.try(id), "200")
		if err := s.Accounts.SetGroups(s.T.Context(), "nala", nil); err != nil {
			t.Fatal(err)
		}
		c.expect("no member any more", c.try(id), "403")
		if err := s.Accounts.Remove(s.T.Context(), "nala"); err != nil {
			t.Fatal(err)
		}
		c.expect("no account any more", c.try(id), "401, NTLM, Digest, Basic")
	})
}

// Guesses wait longer and longer, and are then not looked at: 503 says for how long.
func TestGuessesAreSlow(t *testing.T) {
	inClub(t, func(s *club) {
		began := time.Now()
		var answers []string
		for range 10 {
			c := s.connect()
			c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, authorization+fronttest.BasicOf("mufasa", "guess"))
			r, _ := c.response()
			answers = append(answers, fmt.Sprint(r.Status, r.Header.Get("Retry-After")))
		}
		want := slices.Concat(slices.Repeat([]string{"401"}, 8), []string{"5038", "5038"})
		if !slices.Equal(answers, want) {
			t.Errorf("they were answered %q", answers)
		}
		if took := time.Since(began); took != 7750*time.Millisecond {
			t.Errorf("they took %v", took)
		}
		if n := len(fronttest.EventsOf[event.AuthFailed](s.Rig)); n != 8 {
			t.Errorf("%d failures were counted", n)
		}
	})
}

// Who is asked again and again who it is, and never proves it, is left.
func TestDialogueWithoutEnd(t *testing.T) {
	inClub(t, func(s *club) {
		c := s.connect()
		n := 0
		for {
			c.send("GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, authorization+fronttest.NewNTLM(t, "mufasa", "x").Next(""))
			r, _ := c.response()
			if n++; r.Header.HasToken("Connection", "close") || n > 100 {
				break
			}
		}
		if n != 16 {
			t.Errorf("it was answered %d times", n)
		}
		c = s.connect()
		c.try()
		began := time.Now()
		if _, err := c.r.ReadByte(); err == nil || time.Since(began) != time.Minute {
			t.Errorf("who says nothing more is left after %v: %v", time.Since(began), err)
		}
	})
}

// Requests that come behind each other are answered in their order, each for itself.
func TestProofsInAPipeline(t *testing.T) {
	inClub(t, func(s *club) {
		c := s.connect()
		basic := authorization + fronttest.BasicOf("mufasa", fronttest.Password)
		one := func(lines ...string) string {
			return strings.Join(append([]string{"GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID}, lines...), "\r\n") + "\r\n\r\n"
		}
		c.send(one() + one(basic) + one() + one(basic))
		for i, want := range []string{"401, NTLM, Digest, Basic", "200", "401, NTLM, Digest, Basic", "200"} {
			r, _ := c.response()
			c.expect(fmt.Sprint("request ", i), told(r), want)
		}
	})
}

// A session that began as nobody's is its player's when that has proved who it is, and
// then nobody's any more.
func TestSessionOfNobodyIsAdopted(t *testing.T) {
	inClub(t, func(s *club) {
		c := s.connect()
		c.send("GET /open.wmv HTTP/1.1", agent9, "Host: h", testGUID)
		r, _ := c.response()
		id := fmt.Sprintf("Pragma: client-id=%d", r.Pragma().ClientID)
		mufasa := authorization + fronttest.BasicOf("mufasa", fronttest.Password)
		c.expect("the member", c.try(id, mufasa), "200")
		if x := s.Sessions.All(); len(x) != 1 || x[0].Who().Account != "Mufasa" {
			t.Errorf("the sessions are %+v", x)
		}
		d := s.connect()
		d.send("POST /open.wmv HTTP/1.1", agent9, "Host: h", id, exampleLog, noBody)
		r, _ = d.response()
		d.expect("nobody", told(r), "401, NTLM, Digest, Basic")
		d.send("GET /open.wmv HTTP/1.1", agent9, "Host: h", testGUID, playStream, allThree)
		if r := d.head(); r.Status != 200 {
			t.Errorf("%+v", r)
		}
		if x := s.Sessions.All(); len(x) != 2 {
			t.Errorf("nobody plays in the session of somebody: %+v", x)
		}
	})
}

// Through a proxy each request proves itself: what would prove the connection is not
// offered, and Digest counts the method and the URL that the player had, 2.2.1.11.
func TestProofThroughAProxy(t *testing.T) {
	inClub(t, func(s *club) {
		c := s.connect()
		via := []string{"GET /clip.wmv HTTP/1.1", agent9, "Host: h", testGUID, "Via: 1.1 proxy", "X-Proxy-Client-Verb: DESCRIBE"}
		c.send(via...)
		r, _ := c.response()
		c.expect("nobody", told(r), "401, Digest, Basic")
		challenge := r.Header.Values("WWW-Authenticate")[0]
		for i, want := range []string{"200", "401, Digest, Basic"} {
			method := []string{"DESCRIBE", "GET"}[i]
			proof := fronttest.DigestOf(challenge, "Mufasa", fronttest.Password, method, "rtsp://h/clip.wmv", i+1)
			c.send(append(slices.Clone(via), authorization+proof)...)
			r, _ = c.response()
			c.expect(method, told(r), want)
		}
		c.send(append(slices.Clone(via), authorization+fronttest.NewNTLM(s.T, "mufasa", fronttest.Password).Next(""))...)
		r, _ = c.response()
		c.expect("NTLM", told(r), "401, Digest, Basic")
	})
}
