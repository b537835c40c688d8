package spnego

import "context"

// Mechanism is a way to authenticate.
type Mechanism struct {
	OID OID
	// New begins a try. It is called once for each negotiation that gets so far.
	New func() (Exchange, error)
}

// Exchange is one try of a Mechanism, in either role. It belongs to one
// goroutine at a time.
type Exchange interface {
	// Step takes a token of the peer and returns the one to send. The
	// initiator's first Step gets none. Done says that no token of the peer is
	// due any more; an error ends the exchange.
	Step(ctx context.Context, token []byte) (reply []byte, done bool, err error)
	// MIC signs the list of mechanisms after done, or before it if the
	// exchange has its key by then. ErrNoMIC says that it never signs.
	MIC(list []byte) ([]byte, error)
	// VerifyMIC verifies what the peer's MIC has signed.
	VerifyMIC(list, mic []byte) error
}

// Older is an Exchange that can tell, once done, that its peer is of a time in
// which nobody signed the list: Windows before Vista, [MS-SPNG] 3.1.5.1. What it
// tells by must itself be signed, or any peer could be made to look old.
type Older interface {
	Older() bool
}

func older(e Exchange) bool {
	o, ok := e.(Older)
	return ok && o.Older()
}
