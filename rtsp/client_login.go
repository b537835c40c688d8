package rtsp

import (
	"caracal/internal/credential"
	"caracal/internal/pull"
)

// clientLogin is how a session logs in at its server, and at the proxy before it. The
// session's mu guards it.
type clientLogin struct {
	peers  [2]*credential.Peer // the server, the proxy
	conns  [2]*credential.Conn
	proves *clientCall   // carries on the dialogue that proves the connection; nil for none
	held   []*clientCall // have been asked meanwhile, and are sent again after it
}

// clientProof is what a request was sent with.
type clientProof [2]credential.Proof

// The headers of the server and of the proxy.
var (
	loginStatus     = [2]int{401, 407}
	loginChallenges = [2]string{"WWW-Authenticate", "Proxy-Authenticate"}
	loginProofs     = [2]string{"Authorization", "Proxy-Authorization"}
	loginInfo       = [2]string{"Authentication-Info", "Proxy-Authentication-Info"}
)

// loginAt is that of a URL which is asked for at an address: of its server, or of a proxy.
func (c *Client) loginAt(u pull.URL, address string) clientLogin {
	var l clientLogin
	scheme := "rtsp"
	if u.Scheme == "rtsps" {
		scheme = u.Scheme
	}
	if address == u.Address {
		l.peers[0] = c.Credentials.Peer(credential.Target{Scheme: scheme, Address: address, Exposed: u.Exposed}, u.Login)
	} else { // a server has named this proxy: it is told nothing that is for that server
		for i := range l.peers {
			l.peers[i] = c.Credentials.Peer(credential.Target{Scheme: "rtsp", Address: address, Exposed: u.Exposed}, nil)
		}
	}
	l.connect()
	return l
}

// connect begins anew on another connection.
func (l *clientLogin) connect() {
	for i, p := range l.peers {
		l.conns[i] = p.Conn()
	}
	l.proves, l.held = nil, nil
}

// logsIn says that there is something to log in with.
func (l *clientLogin) logsIn() bool { return l.peers[0].LogsIn() || l.peers[1].LogsIn() }

// prove adds what goes with a request.
func (l *clientLogin) prove(call *clientCall, m *Request) {
	call.sent = clientProof{}
	if l.proves != nil && l.proves != call {
		return
	}
	for i, conn := range l.conns {
		call.sent[i] = conn.Prove(m.Method, m.Target.Raw)
		if value := call.sent[i].Value; value != "" {
			m.Add(loginProofs[i], value)
		}
		if call.sent[i].Dialogue() {
			l.proves = call
		}
	}
}

// challenged says whether to send the request of a call again that a response refuses;
// it notes why not.
func (l *clientLogin) challenged(call *clientCall, resp *Response) (again bool) {
	for i, status := range loginStatus {
		if resp.Status == status {
			again, call.why = l.conns[i].Challenged(call.sent[i], resp.Header.Values(loginChallenges[i]))
		}
	}
	return again
}

// accepted takes a response: who does not ask believes.
func (l *clientLogin) accepted(call *clientCall, resp *Response) {
	for i := len(l.conns) - 1; i >= 0 && resp.Status != loginStatus[i]; i-- {
		l.conns[i].Accepted(call.sent[i], resp.Header.Values(loginInfo[i]))
	}
}

// login takes a response, and says whether its call goes on: it is sent again, or will be
// when the connection is proved. The caller holds mu.
func (s *clientSession) login(call *clientCall, resp *Response) (goesOn bool) {
	l := &s.logins
	asks := resp.Status == 401 || resp.Status == 407
	if asks && l.proves != nil && l.proves != call {
		call.response = resp
		l.held = append(l.held, call)
		return true
	}
	l.accepted(call, resp)
	if l.proves == call {
		l.proves = nil
	}
	goesOn = asks && l.challenged(call, resp) && s.sendAgain(call)
	if l.proves == nil {
		held := l.held
		l.held = nil
		for _, call := range held {
			if !s.sendAgain(call) {
				close(call.done)
			}
		}
	}
	return goesOn
}

// sendAgain has a request written once more, unless the server reads nothing. The caller
// holds mu.
func (s *clientSession) sendAgain(call *clientCall) bool {
	if len(s.answers) >= maxClientPending || call.rounds == pull.MaxAuthRounds {
		return false
	}
	call.rounds++
	m := s.queueCall(call)
	s.answers = append(s.answers, m.AppendTo(nil))
	s.wakeWriter()
	return true
}
