package mms

import (
	"context"

	"caracal/internal/pull"
)

// openFile asks for the content, [MS-MMSP] 3.1.5.6, and logs in if the server
// wants that, 3.1.5.8. pkg is its AuthenPackage.
func (s *clientSession) openFile(ctx context.Context, pkg string) (*ReportRedirect, error) {
	s.mu.Lock()
	var next Appender = &OpenFile{PlayIncarnation: uint32(s.play.nextIncarnation()), FileName: s.u.file}
	s.mu.Unlock()
	for round := 0; ; round++ {
		var opened clientOpened
		err := s.ask(ctx, next, opened.take, MIDReportOpenFile, MIDReportRedirect, MIDSecurityChallenge)
		if err != nil {
			return nil, err
		}
		if opened.challenge == nil {
			s.mu.Lock()
			s.file, s.packets = opened.file, opened.file.FilePacketCount
			s.mu.Unlock()
			return opened.redirect, nil
		}
		if next, err = s.authorize(opened.challenge, pkg, round); err != nil {
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

func (s *clientSession) authorize(c *SecurityChallenge, pkg string, round int) (Appender, error) {
	token, err := ParseToken(c.Token)
	if err != nil {
		return nil, err
	}
	denied := &StatusError{MIDSecurityChallenge, EAccessDenied}
	r := &SecurityResponse{PlayIncarnation: c.PlayIncarnation, Cookie: c.Cookie}
	switch {
	case round >= pull.MaxAuthRounds:
		return nil, denied
	case s.c.Authorize != nil:
		r.Token, err = s.c.Authorize(Challenge{Package: pkg, Token: token, Round: round})
		return r, err
	case round > 0 || token.IsNTLM || s.u.Login == nil:
		return nil, denied
	}
	password, _ := s.u.Login.Password()
	r.Token = AppendBasicCredentials(nil, s.u.Login.Username(), password)
	return r, nil
}
