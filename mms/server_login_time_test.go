package mms_test

import (
	"testing"
	"time"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// Wrong passwords cost more and more time, and then are not looked at any more: not
// that of the same connection, and not that of the next.
func TestLoginsAreSlowed(t *testing.T) {
	inMemory(t, setting{rules: forMufasa()}, func(s *server) {
		began, guesses := time.Now(), 0
		p, _ := s.arrive(player9)
		c := p.challenged(asksFor("long.wmv"))
		for ; ; guesses++ {
			p.SetDeadline(time.Time{})
			n := byNTLM(t, "Mufasa", "wrong")
			c = p.challenged(replyTo(c, n.next(nil)))
			p.say(replyTo(c, n.next(c.Token)))
			m := p.next()
			if m.MID == mms.MIDReportOpenFile {
				if r, err := mms.ParseReportOpenFile(m.Body); err != nil || r.HR != mms.ENetworkBusy {
					t.Errorf("%+v, %v", r, err)
				}
				break
			}
			var err error
			if c, err = mms.ParseSecurityChallenge(m.Body); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); guesses != 8 || took < 7*time.Second || took > 10*time.Second {
			t.Errorf("%d guesses in %v", guesses, took)
		}
		if list := fronttest.EventsOf[event.AuthFailed](s.Rig); len(list) != guesses || list[7].Failures != 8 || list[7].Account != "Mufasa" {
			t.Errorf("%+v", list)
		}
		if r := p.logIn("long.wmv", "Mufasa", fronttest.Password); r.HR != mms.ENetworkBusy {
			t.Errorf("the next one: %v", r.HR)
		}
		q, _ := s.arrive(player9)
		if r := q.logIn("long.wmv", "Mufasa", fronttest.Password); r.HR != mms.ENetworkBusy {
			t.Errorf("at another connection: %v", r.HR)
		}
		time.Sleep(time.Minute)
		q, _ = s.arrive(player9)
		if r := q.logIn("long.wmv", "Mufasa", fronttest.Password); r.HR != 0 {
			t.Errorf("later: %v", r.HR)
		}
		p.Close()
		q.Close()
	})
}

// A login that never ends costs a bounded number of rounds, whatever they are.
func TestLoginsAreBounded(t *testing.T) {
	for _, again := range []func(p *peer, c mms.SecurityChallenge) mms.Appender{
		func(p *peer, c mms.SecurityChallenge) mms.Appender {
			return replyTo(c, byNTLM(p.t, "a", "b").next(nil))
		},
		func(p *peer, c mms.SecurityChallenge) mms.Appender { return replyTo(c, nil) },
		func(p *peer, c mms.SecurityChallenge) mms.Appender {
			return replyTo(c, basic("Mufasa", fronttest.Password))
		},
		func(p *peer, c mms.SecurityChallenge) mms.Appender { return asksFor("long.wmv") },
	} {
		inMemory(t, setting{rules: forMufasa(auth.NTLM)}, func(s *server) {
			p, _ := s.arrive(player9)
			c := p.challenged(asksFor("long.wmv"))
			rounds := 1
			for ; ; rounds++ {
				p.say(again(p, c))
				m := p.next()
				if m.MID == mms.MIDReportOpenFile {
					break
				}
				c, _ = mms.ParseSecurityChallenge(m.Body)
			}
			if rounds != mms.MaxChallenges {
				t.Errorf("%d rounds", rounds)
			}
			p.closed()
			s.left("refused")
		})
	}
}

// Whoever is asked has time to look for its password, as long as it says that it is
// there, and not for ever.
func TestLoginsEnd(t *testing.T) {
	for _, answers := range []bool{true, false} {
		inMemory(t, setting{rules: forMufasa()}, func(s *server) {
			p, _ := s.arrive(player9)
			p.SetDeadline(time.Time{})
			p.challenged(asksFor("long.wmv"))
			began := time.Now()
			for {
				item, err := p.in.Next()
				if err != nil {
					break
				}
				if answers && item.Message.MID == mms.MIDPing {
					p.say(&mms.Pong{})
				}
			}
			least, most := mms.LoginTime, mms.LoginTime+2*time.Minute
			if !answers {
				least, most = time.Minute, 2*time.Minute
			}
			if took := time.Since(began); took < least || took > most {
				t.Errorf("answers %t: ended after %v", answers, took)
			}
			p.Close()
			s.WaitFor("the session ends", s.Idle)
		})
	}
}
