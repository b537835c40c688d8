package rtsp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/rtsp"
)

const (
	schemes9      = "X-Accept-Authentication: Negotiate, NTLM, Digest"
	authorization = "Authorization: "
	transportTCP  = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
)

// inClub runs a test in which clip.wmv and long.wmv are for members.
func inClub(t *testing.T, do func(s *server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true, club: true})
		defer s.Stop()
		s.publish("open.wmv", shortClip())
		s.club.Reserve(s.Points, "clip.wmv")
		s.club.Reserve(s.Points, "long.wmv")
		do(s)
	})
}

// told is what an answer has of authentication.
func told(r *rtsp.Response) string {
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

func (p *peer) expect(want, method, url string, lines ...string) *rtsp.Response {
	p.t.Helper()
	r := p.ask(method, url, lines...)
	if got := told(r); got != want {
		p.t.Errorf("%s %s %q: %s, want %s", method, url, lines, got, want)
	}
	return r
}

// proved is a connection on which a player has proved by NTLM who it is.
func (s *server) proved(name, url string) *peer {
	s.T.Helper()
	c := s.connect()
	n := fronttest.NewNTLM(s.T, name, fronttest.Password)
	r := c.expect("401, NTLM token", "DESCRIBE", url, authorization+n.Next(""))
	c.expect("200", "DESCRIBE", url, authorization+n.Next(r.Header.Get("WWW-Authenticate")))
	return c
}

const anyScheme = "401, NTLM, Digest, Basic"

// [MS-RTSP] 4.4.6 with NTLM: the Describe proves who the player is, and the session
// behind it has that account.
func TestPlaybackWithAuthentication(t *testing.T) {
	inClub(t, func(s *server) {
		c := s.connect()
		url := s.url("clip.wmv")
		c.expect("200", "OPTIONS", url)
		c.expect("401, NTLM, Digest", "DESCRIBE", url, schemes9)
		n := fronttest.NewNTLM(s.T, `STUDIO\mufasa`, fronttest.Password)
		r := c.expect("401, NTLM token", "DESCRIBE", url, schemes9, authorization+n.Next(""))
		r = c.expect("200", "DESCRIBE", url, schemes9, authorization+n.Next(r.Header.Get("WWW-Authenticate")))
		if len(r.Body) == 0 {
			t.Error("there is no description")
		}
		if cc := r.Header.Get("Cache-Control"); !strings.Contains(cc, "private") {
			t.Errorf("caches are told %q", cc)
		}
		c.expect("200", "SETUP", url+"/audio", transportTCP)
		c.expect("200", "PLAY", url, "Range: npt=0.000-")
		c.expect("200", "SET_PARAMETER", url, "Content-Type: "+rtsp.TypeLogConnect, "Content-Length: 0")
		if x := s.Sessions.All(); len(x) != 1 || x[0].Who().Account != "Mufasa" {
			t.Errorf("the sessions are %+v", x)
		}
		c.expect("200", "TEARDOWN", url)
		synctest.Wait()
		var of []string
		for _, e := range fronttest.EventsOf[event.Event](s.Rig) {
			if p, ok := event.PlayerOf(e); ok {
				if _, bad := e.(event.Refused); bad {
					t.Errorf("%+v", e)
				}
				of = append(of, event.Name(e)+" "+p.Account)
			}
		}
		for _, want := range []string{"connected Mufasa", "playing Mufasa", "log_received Mufasa", "stopped Mufasa", "disconnected Mufasa"} {
			if !slices.Contains(of, want) {
				t.Errorf("%q is not among the events: %q", want, of)
			}
		}
	})
}

// Digest proves with each request, for one URL or with the whole one, and Basic with one.
func TestProofsOfRequests(t *testing.T) {
	inClub(t, func(s *server) {
		url := s.url("clip.wmv")
		digests := s.connect()
		r := digests.expect(anyScheme, "DESCRIBE", url)
		challenge := r.Header.Values("WWW-Authenticate")[1]
		if strings.Contains(challenge, "SHA") {
			t.Errorf("a player of 1998 is told %q", challenge)
		}
		for i, request := range [][]string{
			{"DESCRIBE", url}, {"SETUP", url + "/audio", transportTCP}, {"PLAY", url + "/"}, {"GET_PARAMETER", url}, {"TEARDOWN", url + "/"},
		} {
			proof := fronttest.DigestOf(challenge, "Mufasa", fronttest.Password, request[0], url+"/", i+1)
			digests.expect("200", request[0], request[1], append(request[2:], authorization+proof)...)
		}
		basic := s.connect()
		basic.expect("200", "DESCRIBE", url, authorization+fronttest.BasicOf("mufasa", fronttest.Password))
		basic.expect("200", "SETUP", url+"/audio", transportTCP)
		basic.expect("200", "PLAY", url)
		none := s.connect()
		none.expect(anyScheme, "SETUP", url+"/audio", transportTCP)
		none.expect(anyScheme, "DESCRIBE", url, authorization+fronttest.BasicOf("mufasa", "wrong"))
		none.expect("403", "DESCRIBE", url, authorization+fronttest.BasicOf("scar", fronttest.Password))
		none.expect("200", "DESCRIBE", s.url("open.wmv"))
		s.connect().expect(anyScheme, "GET_PARAMETER", url, "Content-Type: "+rtsp.TypeGetContentInfo)
	})
}

// A session that belongs to an account is nobody else's, from wherever; its player
// comes back on another connection by proving who it is again.
func TestSessionsOfOthers(t *testing.T) {
	inClub(t, func(s *server) {
		url := s.url("long.wmv")
		c := s.proved("mufasa", url)
		c.expect("200", "SETUP", url+"/audio", transportTCP)
		c.expect("200", "PLAY", url)
		nala := authorization + fronttest.BasicOf("nala", fronttest.Password)
		for _, request := range [][]string{
			{"PLAY", url}, {"PAUSE", url}, {"TEARDOWN", url}, {"GET_PARAMETER", url}, {"SETUP", url + "/video", transportTCP},
			{"TEARDOWN", url + "/audio"}, {"DESCRIBE", url}, {"DESCRIBE", s.url("open.wmv")},
			{"SET_PARAMETER", url, "Content-Type: " + rtsp.TypeLogPlay, "Content-Length: 0"},
		} {
			d := s.connect()
			d.session = c.session
			d.expect(anyScheme, request[0], request[1], request[2:]...)
			d.expect("403", request[0], request[1], append([]string{nala}, request[2:]...)...)
		}
		if x := s.Sessions.All(); len(x) != 1 || x[0].State().String() != "streaming" {
			t.Errorf("the sessions are %+v", x)
		}
		d := s.connect()
		d.session = c.session
		d.expect("200", "PLAY", url, authorization+fronttest.BasicOf("mufasa", fronttest.Password))
	})
}

// An account that is removed gets no further on its connection.
func TestRevokedAccount(t *testing.T) {
	inClub(t, func(s *server) {
		url := s.url("long.wmv")
		c := s.proved("nala", url)
		c.expect("200", "SETUP", url+"/audio", transportTCP)
		c.expect("200", "PLAY", url)
		if err := s.club.Accounts.SetGroups(s.T.Context(), "nala", nil); err != nil {
			t.Fatal(err)
		}
		c.expect("403", "PLAY", url)
		c.expect("200", "PAUSE", url)
		if err := s.club.Accounts.Remove(s.T.Context(), "nala"); err != nil {
			t.Fatal(err)
		}
		c.expect(anyScheme, "PLAY", url)
	})
}

// An address that is denied is told nothing of what is there.
func TestDeniedAddress(t *testing.T) {
	inClub(t, func(s *server) {
		s.club.Deny(s.Points, "clip.wmv")
		c, url := s.connect(), s.url("clip.wmv")
		for _, method := range []string{"DESCRIBE", "OPTIONS", "SETUP", "GET_PARAMETER"} {
			c.expect("403", method, url, transportTCP)
		}
		c.expect("403", "DESCRIBE", url, authorization+fronttest.BasicOf("mufasa", fronttest.Password))
	})
}

// Guesses wait longer and longer, and are then not looked at: 503 says for how long.
func TestGuessesAreSlow(t *testing.T) {
	inClub(t, func(s *server) {
		began := time.Now()
		var answers []string
		for range 10 {
			r := s.connect().ask("DESCRIBE", s.url("clip.wmv"), authorization+fronttest.BasicOf("mufasa", "guess"))
			answers = append(answers, fmt.Sprint(r.Status, r.Header.Get("Retry-After")))
		}
		want := slices.Concat(slices.Repeat([]string{"401"}, 8), []string{"5038", "5038"})
		if !slices.Equal(answers, want) {
			t.Errorf("they were answered %q", answers)
		}
		if took := time.Since(began); took != 7750*time.Millisecond {
			t.Errorf("they took %v", took)
		}
	})
}

// Who is asked again and again who it is, and never proves it, is left.
func TestDialogueWithoutEnd(t *testing.T) {
	inClub(t, func(s *server) {
		c := s.connect()
		for range 8 {
			for _, want := range []string{"401, NTLM token", anyScheme} {
				c.expect(want, "DESCRIBE", s.url("clip.wmv"), authorization+fronttest.NewNTLM(s.T, "mufasa", "x").Next(""))
			}
		}
		c.atEnd()
	})
}
