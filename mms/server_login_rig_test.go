package mms_test

import (
	"bytes"
	"testing"
	"time"

	"caracal/internal/auth"
	"caracal/internal/auth/access"
	"caracal/internal/auth/ntlm"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// protect has a Club, and rules of its Guard.
func (s *server) protect(rules func(g *auth.Guard)) {
	s.T.Helper()
	s.club = fronttest.NewClub(s.T, s.Bus)
	rules(s.club.Guard)
	for _, p := range s.Points.All() {
		p.Guarded.Store(!s.club.Guard.IsOpen(p.Name))
	}
}

// forMufasa are the rules of most tests: long.wmv is for Mufasa, by these schemes.
func forMufasa(schemes ...string) func(g *auth.Guard) {
	return func(g *auth.Guard) { g.SetPoint("long.wmv", &auth.Rules{Play: who("user:mufasa"), Schemes: schemes}) }
}

func who(entries ...string) []access.Who {
	list, err := access.ParseAll(entries)
	if err != nil {
		panic(err)
	}
	return list
}

// arrive is a player up to its OpenFile.
func (s *server) arrive(agent string) (*peer, mms.ReportConnectedEX) {
	s.T.Helper()
	p := s.connect()
	r := p.greet(agent)
	p.funnel(overTCP)
	return p, r
}

// challenged says something that is answered by a challenge.
func (p *peer) challenged(m mms.Appender) mms.SecurityChallenge {
	p.t.Helper()
	p.say(m)
	return now(p, mms.MIDSecurityChallenge, mms.ParseSecurityChallenge)
}

// opened says something that is answered by ReportOpenFile.
func (p *peer) opened(m mms.Appender) mms.ReportOpenFile {
	p.t.Helper()
	p.say(m)
	return now(p, mms.MIDReportOpenFile, mms.ParseReportOpenFile)
}

// denied wants a result that is an error, for this incarnation.
func (p *peer) denied(m mms.Appender, hr mms.HRESULT) {
	p.t.Helper()
	if r := p.opened(m); r.HR != hr {
		p.t.Errorf("%v, want %v", r.HR, hr)
	}
}

// asksFor is the OpenFile of the tests.
func asksFor(name string) *mms.OpenFile { return &mms.OpenFile{PlayIncarnation: 1, FileName: name} }

// replyTo is the SecurityResponse to a challenge.
func replyTo(c mms.SecurityChallenge, token []byte) *mms.SecurityResponse {
	return &mms.SecurityResponse{PlayIncarnation: c.PlayIncarnation, Cookie: c.Cookie, Token: token}
}

func basic(user, password string) []byte { return mms.AppendBasicCredentials(nil, user, password) }

// negotiates are the rounds of NTLM: what the initiator says to a challenge, as the
// token of a SecurityResponse.
type negotiates struct {
	t       *testing.T
	i       *ntlm.Initiator
	wrapped bool // in NTLM_AUTH
	tokens  [][]byte
}

func byNTLM(t *testing.T, user, password string) *negotiates {
	t.Helper()
	i, err := ntlm.NewInitiator(ntlm.InitiatorOptions{User: user, Domain: "SERVER", Password: ntlm.Password(password), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return &negotiates{t: t, i: i}
}

// next returns the token behind one of the server's, nil for the first.
func (n *negotiates) next(challenge []byte) []byte {
	n.t.Helper()
	var theirs []byte
	if challenge != nil {
		token, err := mms.ParseToken(challenge)
		if err != nil || !token.IsNTLM || token.Wrapped != n.wrapped || len(token.NTLM) == 0 {
			n.t.Fatalf("%+v, %v is no CHALLENGE", token, err)
		}
		theirs = bytes.Clone(token.NTLM)
		n.tokens = append(n.tokens, theirs)
	}
	ours, _, err := n.i.Step(theirs)
	if err != nil {
		n.t.Fatal(err)
	}
	n.tokens = append(n.tokens, ours)
	return mms.AppendNTLM(nil, ours, n.wrapped)
}

// logIn opens a file as somebody, by NTLM.
func (p *peer) logIn(name, user, password string) mms.ReportOpenFile {
	p.t.Helper()
	n := byNTLM(p.t, user, password)
	c := p.challenged(asksFor(name))
	c = p.challenged(replyTo(c, n.next(nil)))
	return p.opened(replyTo(c, n.next(c.Token)))
}
