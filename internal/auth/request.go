package auth

// Request is what a Dialogue is told of a request of HTTP or RTSP.
type Request struct {
	Ask    Ask
	Method string // "GET", "DESCRIBE"
	URI    string // as it is in the request line
	// Authorization are the values of that header, or of Proxy-Authorization.
	Authorization []string
	// Accept is the value of X-Accept-Authentication, [MS-WMSP] 2.2.1.9; "" is all.
	Accept string
	// Shared says that one connection brings requests of several peers, as that of
	// a proxy does: schemes that are bound to a connection are not offered.
	Shared bool

	// Holds says that what requests have proved by themselves, by Basic or Digest,
	// holds for those behind them on the connection too: it is one player's.
	Holds bool
	// Owner is whose the session is that a request is for: nobody else may have it.
	// Owned says that this is all that it needs: it asks for nothing new.
	Owner Identity
	Owned bool
	// Old says that the peer knows of Digest what RFC 2617 has: MD5.
	Old bool
}

// Answer is what a Dialogue says to a request.
type Answer struct {
	Decision
	Identity Identity
	// Challenges are the values of WWW-Authenticate: of Prove all that are offered,
	// or the next token; of Allowed the last token, if there is one.
	Challenges []string
	// Info is the value of Authentication-Info, RFC 7615; "" is none.
	Info string
	// More says that a Prove goes on with the peer's next token: this was no failure.
	More bool
}
