package credential

// Token answers a challenge of a protocol without headers, in which the server says the
// scheme: of NTLM with the token that goes into the next message, of Basic with
// "name:password". challenge is the server's token, empty for one that begins. The error
// is an *Error; both are nil if there is nothing to log in with.
func (c *Conn) Token(isNTLM bool, challenge []byte, uri string) ([]byte, error) {
	p := c.peer
	if !p.LogsIn() {
		return nil, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.refused != nil:
		return nil, p.refused
	case p.book.holds(p, uri):
		return nil, p.fail(ErrHeld)
	case c.tried:
		return nil, p.refuse(uri)
	case !isNTLM:
		c.tried = true
		return []byte(p.login.User + ":" + string(p.login.Password)), nil
	}
	token, err := c.tokenNTLM(challenge)
	if err != nil {
		return nil, p.fail(err)
	}
	return token, nil
}

func (c *Conn) tokenNTLM(challenge []byte) ([]byte, error) {
	if len(challenge) == 0 {
		i, err := NewNTLM(c.peer.login, c.peer.service, c.peer.address)
		if err != nil {
			return nil, err
		}
		c.initiator = i
		token, _, err := i.Step(nil)
		return token, err
	}
	i := c.initiator
	if i == nil {
		return nil, ErrScheme
	}
	c.initiator, c.tried = nil, true
	token, _, err := i.Step(challenge)
	return token, err
}

// Believed notes that the server has accepted what Token gave.
func (c *Conn) Believed() {
	if c.tried {
		c.peer.book.believe(c.peer)
	}
}

// Denied is the error of a server that says no to what Token gave, without another
// challenge: nil if nothing was given.
func (c *Conn) Denied(uri string) error {
	if !c.tried {
		return nil
	}
	c.peer.book.believe(c.peer) // for all that is known, another URL is allowed
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	return c.peer.refuse(uri)
}
