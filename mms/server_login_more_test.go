package mms_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/Azure/go-ntlmssp"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/session"
	"caracal/mms"
)

// A player that knows its password says it in OpenFile, [MS-MMSP] 2.2.4.21; one that
// nobody asks for is not looked at.
func TestTokenOfOpenFile(t *testing.T) {
	s := startServerWith(t, setting{rules: forMufasa(), noUDP: true})
	with := func(name string, token []byte) *mms.OpenFile {
		return &mms.OpenFile{PlayIncarnation: 3, FileName: name, TokenData: token}
	}
	p, _ := s.arrive(player9)
	if r := p.opened(with("long.wmv", basic("Mufasa", fronttest.Password))); r.HR != 0 || r.PlayIncarnation != 3 {
		t.Errorf("Basic: %+v", r)
	}
	for _, bare := range []bool{true, false} {
		p, _ = s.arrive(player9)
		n := byNTLM(t, "Mufasa", fronttest.Password)
		token := n.next(nil)
		if bare { // as 2.2.4.21 has it
			token = token[2:]
		}
		c := p.challenged(with("long.wmv", token))
		if r := p.opened(replyTo(c, n.next(c.Token))); r.HR != 0 || r.PlayIncarnation != 3 {
			t.Errorf("NTLM: %+v", r)
		}
	}
	for _, token := range [][]byte{basic("Mufasa", "wrong"), []byte("no base64"), {0, 0}, {0, 0, 1, 2}, {7}} {
		p, _ = s.arrive(player9)
		if c := p.challenged(with("long.wmv", token)); !bytes.Equal(c.Token, []byte{0, 0}) {
			t.Errorf("%x: %x", token, c.Token)
		}
		if r := p.opened(with("clip.wmv", token)); r.HR != 0 {
			t.Errorf("%x for what is open: %v", token, r.HR)
		}
	}
}

// What was proved holds for the connection: each OpenFile is judged again, as
// somebody who is known.
func TestNextOpenFile(t *testing.T) {
	s := startServerWith(t, setting{noUDP: true, rules: func(g *auth.Guard) {
		g.SetPolicy(auth.Policy{Server: auth.Rules{Play: who("user:mufasa")}})
		g.SetPoint("clip.wmv", &auth.Rules{Play: who("user:nala")})
	}})
	p, _ := s.arrive(player9)
	if r := p.logIn("none.wmv", "Mufasa", fronttest.Password); r.HR != mms.EFileNotFound {
		t.Errorf("what is not there: %v", r.HR)
	}
	p.denied(asksFor("clip.wmv"), mms.EAccessDenied)
	refused := fronttest.EventsOf[event.Refused](s.Rig)
	if last := refused[len(refused)-1]; last.Status != int(mms.EAccessDenied) || last.Reason != `Mufasa may not play "clip.wmv"` {
		t.Errorf("%+v", last)
	}
	p.denied(asksFor("bad.wmv"), mms.EFileOpenFailed)
	if err := s.club.Accounts.Remove(t.Context(), "Mufasa"); err != nil {
		t.Fatal(err)
	}
	c := p.challenged(asksFor("long.wmv")) // he is nobody now
	p.denied(&mms.SecurityResponse{Cookie: c.Cookie + 1, Token: basic("Nala", fronttest.Password)}, mms.EAccessDenied)
	p.denied(replyTo(c, basic("Nala", fronttest.Password)), mms.EAccessDenied) // that login is over
	open := asksFor("clip.wmv")
	open.TokenData = basic("Nala", fronttest.Password)
	if r := p.opened(open); r.HR != 0 {
		t.Errorf("somebody else: %v", r.HR)
	}
}

// A token of another OpenFile proves who plays, and not what.
func TestOpenFileInALogin(t *testing.T) {
	s := startServerWith(t, setting{rules: forMufasa(auth.Basic), noUDP: true})
	p, _ := s.arrive(player9)
	c := p.challenged(asksFor("long.wmv"))
	next := p.challenged(asksFor("long.wmv"))
	p.denied(replyTo(c, basic("Mufasa", fronttest.Password)), mms.EAccessDenied)
	p.denied(replyTo(next, basic("Mufasa", fronttest.Password)), mms.EAccessDenied)
	c = p.challenged(asksFor("long.wmv"))
	p.say(&mms.Pong{}, &mms.ConnectFunnel{FunnelName: overTCP})
	now(p, mms.MIDReportConnectedFunnel, mms.ParseReportConnectedFunnel)
	if r := p.opened(replyTo(c, basic("Mufasa", fronttest.Password))); r.HR != 0 {
		t.Error(r.HR)
	}
}

// Addresses that are kept out are told nothing of the content, and those that the
// listener or the server keep out not even hello.
func TestDeniedAddresses(t *testing.T) {
	here := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	s := startServerWith(t, setting{noUDP: true, rules: func(g *auth.Guard) {
		g.SetPoint("", &auth.Rules{Deny: here})
		g.SetPoint("long.wmv", &auth.Rules{Play: who("address:192.0.2.0/24")})
		g.SetPoint("clip.wmv", &auth.Rules{})
	}})
	p, _ := s.arrive(player9)
	for _, name := range []string{"none.wmv", "%", "long.wmv"} {
		p.denied(asksFor(name), mms.EAccessDenied)
	}
	if r := p.opened(asksFor("clip.wmv")); r.HR != 0 {
		t.Error(r.HR)
	}
	s.ForgetEvents()
	for name, policy := range map[string]auth.Policy{
		"the server denies 127.0.0.0/8":                {Server: auth.Rules{Deny: here}},
		"the listener mms allows other addresses only": {Listeners: map[string]*auth.Rules{"mms": {Allow: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}}},
	} {
		s.club.Guard.SetPolicy(policy)
		p := s.connect()
		p.say(&mms.Connect{SubscriberName: mms.Subscriber{Client: player9}})
		if r := now(p, mms.MIDReportConnectedEX, mms.ParseReportConnectedEX); r.HR != mms.EAccessDenied {
			t.Error(r.HR)
		}
		p.closed()
		refused := fronttest.EventsOf[event.Refused](s.Rig)
		if last := refused[len(refused)-1]; last.Reason != name || last.Status != int(mms.EAccessDenied) {
			t.Errorf("%+v", last)
		}
	}
}

// Where a guarded point leads is told to who may play it.
func TestRedirectOfAGuardedPoint(t *testing.T) {
	s := startServerWith(t, setting{noUDP: true, rules: func(g *auth.Guard) {
		g.SetPoint("moved.wmv", &auth.Rules{Play: who("user:mufasa"), Schemes: []string{auth.Basic}})
	}})
	p, _ := s.arrive(player9)
	c := p.challenged(asksFor("moved.wmv"))
	p.say(replyTo(c, basic("mufasa", fronttest.Password)))
	if r := now(p, mms.MIDReportRedirect, mms.ParseReportRedirect); r.Location == "" {
		t.Errorf("%+v", r)
	}
	p.closed()
}

// A proxy's address says nothing of the player behind it.
func TestLoginThroughAProxy(t *testing.T) {
	s := startServerWith(t, setting{noUDP: true, rules: func(g *auth.Guard) {
		g.SetPoint("long.wmv", &auth.Rules{Play: who("local")})
	}})
	for via, hr := range map[string]mms.HRESULT{"": mms.SOK, "1.0 proxy": mms.EAccessDenied} {
		p := s.connect()
		p.say(&mms.Connect{SubscriberName: mms.Subscriber{Client: player9, Via: via}})
		now(p, mms.MIDReportConnectedEX, mms.ParseReportConnectedEX)
		p.funnel(overTCP)
		p.denied(asksFor("long.wmv"), hr)
	}
}

// Who plays counts for the account's limit, in the protocol's words.
func TestLimitOfAnAccount(t *testing.T) {
	s := startServerWith(t, setting{rules: forMufasa(), noUDP: true, account: session.Bounds{Players: 1}})
	first, _ := s.arrive(player9)
	if r := first.logIn("long.wmv", "Mufasa", fronttest.Password); r.HR != 0 {
		t.Fatal(r.HR)
	}
	list := s.Sessions.All()
	if len(list) != 1 || list[0].Snapshot().Account != "Mufasa" {
		t.Errorf("%+v", list)
	}
	p, _ := s.arrive(player9)
	if r := p.logIn("long.wmv", "MUFASA", fronttest.Password); r.HR != mms.ETooManySessions {
		t.Error(r.HR)
	}
	first.Close()
	s.WaitFor("the first has gone", func() bool { n, _ := s.Sessions.Count(); return n == 1 })
	if r := p.opened(asksFor("long.wmv")); r.HR != 0 { // he is known
		t.Error(r.HR)
	}
}

// NTLM by somebody else's hand: no MIC, and messages of another shape.
func TestNTLMOfGoNTLMSSP(t *testing.T) {
	s := startServerWith(t, setting{rules: forMufasa(), noUDP: true})
	for password, good := range map[string]bool{fronttest.Password: true, strings.ToLower(fronttest.Password): false} {
		p, _ := s.arrive(player9)
		hello, err := ntlmssp.NewNegotiateMessage("SERVER", "PC")
		if err != nil {
			t.Fatal(err)
		}
		c := p.challenged(asksFor("long.wmv"))
		c = p.challenged(replyTo(c, mms.AppendNTLM(nil, hello, false)))
		proof, err := ntlmssp.NewAuthenticateMessage(c.Token[2:], `SERVER\mufasa`, password, nil)
		if err != nil {
			t.Fatal(err)
		}
		last := replyTo(c, mms.AppendNTLM(nil, proof, false))
		if !good {
			p.challenged(last)
		} else if r := p.opened(last); r.HR != 0 {
			t.Error(r.HR)
		}
	}
}
