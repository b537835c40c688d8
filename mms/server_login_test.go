package mms_test

import (
	"bytes"
	"testing"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// The sequence of [MS-MMSP] 4.6.1, with a wrong password first: nothing is told of
// the file before the right one, and the same as ever behind it.
func TestBasicSequence(t *testing.T) {
	s := startServerWith(t, setting{rules: forMufasa(auth.Basic), noUDP: true})
	s.club.Guard.SetPolicy(auth.Policy{Server: auth.Rules{Schemes: []string{auth.Digest, auth.Basic}, Realm: "Studio"}})
	for _, agent := range []string{player64, player7, player9} {
		p, r := s.arrive(agent)
		if r.AuthenPackage != "BASIC" {
			t.Errorf("AuthenPackage is %q", r.AuthenPackage)
		}
		first := p.challenged(asksFor("long.wmv"))
		if want := []byte("r\x00e\x00a\x00l\x00m\x00=\x00\"\x00S\x00t\x00u\x00d\x00i\x00o\x00\"\x00\x00\x00"); !bytes.Equal(first.Token, want) || first.PlayIncarnation != 1 {
			t.Errorf("%+v", first)
		}
		wrong := replyTo(first, basic("Mufasa", "wrong"))
		wrong.PlayIncarnation = 7
		second := p.challenged(wrong)
		if !bytes.Equal(second.Token, first.Token) || second.Cookie == first.Cookie || second.PlayIncarnation != 7 {
			t.Errorf("%+v behind %+v", second, first)
		}
		if r := p.opened(replyTo(second, basic("Mufasa", fronttest.Password))); r.HR != 0 || r.PlayIncarnation != 7 || r.FileHeaderSize == 0 {
			t.Errorf("%+v", r)
		}
		p.plays(t)
		p.Close()
	}
	if list := fronttest.EventsOf[event.AuthFailed](s.Rig); len(list) != 3 || list[0].Account != "Mufasa" || list[0].Player.Target != "long.wmv" {
		t.Errorf("%+v", list)
	}
	if list := fronttest.EventsOf[event.Refused](s.Rig); len(list) != 3 || list[0].Reason != "auth: wrong name or password" {
		t.Errorf("%+v", list)
	}
}

// plays takes the header and some packets of long.wmv.
func (p *peer) plays(t *testing.T) {
	t.Helper()
	p.header(2)
	p.choose(1, 2)
	p.start(beginning, 4)
	check(t, p.some(3), longClip(), 0, 4, 0)
}

// The sequence of 4.6.2, with a wrong password first, and with tokens in an
// NTLM_AUTH, which the server's are in then too, 3.2.5.7.
func TestNTLMSequence(t *testing.T) {
	s := startServerWith(t, setting{rules: forMufasa(), noUDP: true})
	for _, wrapped := range []bool{false, true} {
		p, r := s.arrive(player9)
		if r.AuthenPackage != "NTLM" {
			t.Errorf("AuthenPackage is %q", r.AuthenPackage)
		}
		c := p.challenged(asksFor("long.wmv"))
		for i, password := range []string{"wrong", fronttest.Password} {
			if !bytes.Equal(c.Token, []byte{0, 0}) {
				t.Errorf("it begins with %x", c.Token)
			}
			n := byNTLM(t, "Mufasa", password)
			n.wrapped = wrapped
			next := p.challenged(replyTo(c, n.next(nil)))
			if next.Cookie == c.Cookie || next.PlayIncarnation != 1 {
				t.Errorf("%+v", next)
			}
			c = next
			last := replyTo(c, n.next(c.Token))
			if i == 0 {
				c = p.challenged(last)
				continue
			}
			if r := p.opened(last); r.HR != 0 || r.PlayIncarnation != 1 {
				t.Errorf("%+v", r)
			}
		}
		p.plays(t)
		p.Close()
	}
	s.WaitFor("all sessions end", s.NoSession)
	for _, e := range fronttest.EventsOf[event.Playing](s.Rig) {
		if e.Player.Account != "Mufasa" {
			t.Errorf("%+v", e.Player)
		}
	}
}

// The same where data packets go over UDP.
func TestNTLMOverUDP(t *testing.T) {
	s := startServerWith(t, setting{rules: forMufasa()})
	p, u := s.connect(), newUDPPlayer(t)
	p.greet(player9)
	p.funnel(u.funnel())
	if r := p.logIn("long.wmv", "Mufasa", fronttest.Password); r.HR != 0 {
		t.Fatal(r.HR)
	}
	p.readBlock(2)
	for _, d := range u.some(1) {
		if d.PlayIncarnation != 2 {
			t.Errorf("%+v", d)
		}
	}
	p.choose(1, 2)
	p.start(beginning, 4)
	for {
		if _, d := u.datagram(); d.PlayIncarnation == 4 {
			break
		}
	}
	playing := fronttest.EventsOf[event.Playing](s.Rig)
	if len(playing) != 1 || playing[0].Player.Account != "Mufasa" || playing[0].Transport != "UDP" {
		t.Errorf("%+v", playing)
	}
}

// Which scheme is announced, and which one is asked for: before version 8 none but
// the one that was announced, [MS-MMSP] 3.2.5.6.
func TestSchemes(t *testing.T) {
	for _, tt := range []struct {
		server, point   []string
		agent, announce string
		want            byte // of the challenge's token; 0xFF: refused
	}{
		{nil, nil, player9, "NTLM", 0},
		{nil, nil, player64, "NTLM", 0},
		{nil, []string{auth.Basic}, player9, "NTLM", 'r'},
		{nil, []string{auth.Basic}, player7, "NTLM", 0xFF},
		{nil, []string{auth.Digest, auth.Negotiate}, player9, "NTLM", 0xFF},
		{[]string{auth.Basic, auth.NTLM}, nil, player9, "BASIC", 'r'},
		{[]string{auth.Basic, auth.NTLM}, nil, player64, "BASIC", 'r'},
		{[]string{auth.Basic, auth.NTLM}, []string{auth.NTLM, auth.Basic}, player64, "BASIC", 'r'},
		{[]string{auth.Basic, auth.NTLM}, []string{auth.NTLM, auth.Basic}, player9, "BASIC", 0},
		{[]string{auth.Digest}, []string{auth.NTLM}, player9, "", 0},
		{[]string{auth.Digest}, []string{auth.NTLM}, player7, "", 0xFF},
	} {
		s := startServerWith(t, setting{noUDP: true, rules: func(g *auth.Guard) {
			g.SetPolicy(auth.Policy{Server: auth.Rules{Schemes: tt.server}})
			forMufasa(tt.point...)(g)
		}})
		p, r := s.arrive(tt.agent)
		if r.AuthenPackage != tt.announce {
			t.Errorf("%+v: AuthenPackage is %q", tt, r.AuthenPackage)
		}
		if tt.want == 0xFF {
			p.denied(asksFor("long.wmv"), mms.EAccessDenied)
		} else if c := p.challenged(asksFor("long.wmv")); c.Token[0] != tt.want {
			t.Errorf("%+v: %x", tt, c.Token)
		}
		if r := p.opened(asksFor("clip.wmv")); tt.want == 0xFF && r.HR != 0 {
			t.Errorf("%+v: what is open: %v", tt, r.HR)
		}
		p.Close()
		s.Stop()
	}
}
