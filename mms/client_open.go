package mms

import (
	"context"
	"strings"

	"caracal/internal/pull"
)

// openFile asks for the content, [MS-MMSP] 3.1.5.6, and logs in if the server
// wants that, 3.1.5.8.
func (s *clientSession) openFile(ctx context.Context) (*ReportRedirect, error) {
	s.mu.Lock()
	var next Appender = &OpenFile{PlayIncarnation: uint32(s.play.nextIncarnation()), FileName: s.u.file}
	s.mu.Unlock()
	for round := 0; ; round++ {
		var opened clientOpened
		err := s.ask(ctx, next, opened.take, MIDReportOpenFile, MIDReportRedirect, MIDSecurityChallenge)
		if opened.challenge == nil {
			err = s.entered(err)
		}
		if err != nil {
			return nil, err
		}
		if opened.challenge == nil {
			s.mu.Lock()
			s.file, s.packets = opened.file, opened.file.FilePacketCount
			s.mu.Unlock()
			return opened.redirect, nil
		}
		if next, err = s.authorize(opened.challenge, round); err != nil {
			return nil, err
		}
	}
}

// clientOpened is what OpenFile has led to.
type clientOpened struct {
	file      ReportOpenFile
	redirect  *ReportRedirect
	challenge *SecurityChallenge
}

func (o *clientOpened) take(m Message) (bool, error) {
	var err error
	switch m.MID {
	case MIDReportOpenFile:
		o.file, err = answer(m, ParseReportOpenFile, func(r *ReportOpenFile) HRESULT { return r.HR })
	case MIDReportRedirect:
		var r ReportRedirect
		r, err = answer(m, ParseReportRedirect, func(r *ReportRedirect) HRESULT { return r.HR })
		o.redirect = &r
	case MIDSecurityChallenge:
		var c SecurityChallenge
		c, err = ParseSecurityChallenge(m.Body)
		c.Token = append([]byte(nil), c.Token...)
		o.challenge = &c
	}
	return true, err
}

// authorize answers a challenge.
func (s *clientSession) authorize(c *SecurityChallenge, round int) (Appender, error) {
	token, err := ParseToken(c.Token)
	if err != nil {
		return nil, err
	}
	var secret []byte
	if round < pull.MaxAuthRounds {
		secret, err = s.login.Token(token.IsNTLM, token.NTLM, s.u.file)
	}
	if secret == nil {
		return nil, &StatusError{MIDSecurityChallenge, EAccessDenied, err}
	}
	r := &SecurityResponse{PlayIncarnation: c.PlayIncarnation, Cookie: c.Cookie}
	if token.IsNTLM {
		r.Token = AppendNTLM(nil, secret, token.Wrapped)
	} else {
		user, password, _ := strings.Cut(string(secret), ":")
		r.Token = AppendBasicCredentials(nil, user, password)
	}
	return r, nil
}

// entered notes what became of a login.
func (s *clientSession) entered(err error) error {
	status, refused := err.(*StatusError)
	switch {
	case err == nil:
		s.login.Believed()
	case refused && status.HR == EAccessDenied:
		status.Login = s.login.Denied(s.u.file)
	}
	return err
}
