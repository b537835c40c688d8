package mms

import (
	"errors"
	"time"

	"caracal/internal/auth"
	"caracal/internal/event"
)

// securityResponse takes the player's answer to a challenge, [MS-MMSP] 3.2.5.7.
func (c *conn) securityResponse(body []byte) (goOn bool, err error) {
	m, err := ParseSecurityResponse(body)
	if err != nil {
		return false, err
	}
	l := &c.login
	if l.wants == nil || m.Cookie != l.cookie {
		l.forget()
		report := &ReportOpenFile{HR: EAccessDenied, PlayIncarnation: m.PlayIncarnation}
		return c.refuse(report, EAccessDenied, "a login that was not asked for")
	}
	return c.prove(l.wants, m.Token, m.PlayIncarnation)
}

// asked is what an error of find wants proved; nil: nothing.
func asked(err error) *refusal {
	if r := (*refusal)(nil); errors.As(err, &r) && r.Verdict == auth.Prove {
		return r
	}
	return nil
}

// prove goes on with a login by a token of the player's, and with what it wants to
// open when that has proved who it is.
func (c *conn) prove(r *refusal, token []byte, incarnation uint32) (goOn bool, err error) {
	l := &c.login
	reply, wrapped, done, err := l.step(c.Guard(), r, token)
	switch slow := (*auth.SlowError)(nil); {
	case errors.As(err, &slow):
		l.forget()
		return c.refuseOpen(&refusal{Decision: auth.Decision{Verdict: auth.Slowed, Reason: err.Error()}}, incarnation)
	case isWrong(err):
		c.srv.opt.Bus.Publish(event.Refused{Player: c.player.ses.Who(), Status: int(EAccessDenied), Reason: err.Error()})
		return c.challenge(r, incarnation)
	case err != nil:
		l.forget()
		return c.refuseOpen(err, incarnation)
	case !done:
		return c.ask(r, auth.NTLM, AppendNTLM(nil, reply, wrapped), incarnation)
	}
	l.forget()
	l.challenges = 0
	pt, e, err := c.find(l.file)
	return c.describe(pt, e, err, incarnation)
}

// challenge asks who plays, from the beginning, [MS-MMSP] 4.6.1 and 4.6.2.
func (c *conn) challenge(r *refusal, incarnation uint32) (goOn bool, err error) {
	l := &c.login
	l.try = nil
	switch scheme := l.pick(r, c.player.agent); scheme {
	case auth.Basic:
		return c.ask(r, scheme, AppendBasicRealm(nil, r.Realm), incarnation)
	case auth.NTLM:
		return c.ask(r, scheme, AppendNTLM(nil, nil, false), incarnation)
	}
	l.forget()
	report := &ReportOpenFile{HR: EAccessDenied, PlayIncarnation: incarnation}
	return c.refuse(report, EAccessDenied, "the player knows none of the schemes that are accepted here")
}

// ask sends a challenge, the last one but so many.
func (c *conn) ask(r *refusal, scheme string, token []byte, incarnation uint32) (goOn bool, err error) {
	l := &c.login
	if l.exhausted(time.Now()) {
		c.srv.opt.Bus.Publish(event.Refused{Player: c.player.ses.Who(), Status: int(EAccessDenied), Reason: "a login without end"})
		return c.last(&ReportOpenFile{HR: EAccessDenied, PlayIncarnation: incarnation}, reasonRefused), nil
	}
	l.wants, l.scheme, l.cookie = r, scheme, newCookie()
	c.say(&SecurityChallenge{PlayIncarnation: incarnation, Cookie: l.cookie, Token: token})
	return true, nil
}
