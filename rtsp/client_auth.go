package rtsp

import (
	"github.com/bluenviron/gortsplib/v5/pkg/auth"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

// challenged finds what to answer a 401 with; false if there is nothing.
func (s *clientSession) challenged(resp *Response, method string, round int) bool {
	schemes := resp.Header.Values("WWW-Authenticate")
	if s.c.Authorize != nil {
		value, err := s.c.Authorize(Challenge{Method: method, Target: s.u.Text, Schemes: schemes, Round: round})
		if err != nil || value == "" {
			return false
		}
		s.setAuthorize(func(string, string) string { return value })
		return true
	}
	if s.u.Login == nil || round > 0 {
		return false
	}
	password, _ := s.u.Login.Password()
	sender := &auth.Sender{WWWAuth: schemes, User: s.u.Login.Username(), Pass: password}
	if sender.Initialize() != nil {
		return false
	}
	s.setAuthorize(func(method, target string) string {
		u, err := base.ParseURL(target)
		if err != nil {
			return ""
		}
		r := base.Request{Method: base.Method(method), URL: u}
		sender.AddAuthorization(&r)
		if value := r.Header["Authorization"]; len(value) > 0 {
			return value[0]
		}
		return ""
	})
	return true
}

func (s *clientSession) setAuthorize(f func(method, target string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = f
}
