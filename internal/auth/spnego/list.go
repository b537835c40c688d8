package spnego

import "errors"

// listProof is who has proved to whom that the list of mechanisms arrived as it
// was sent, RFC 4178 5.
type listProof struct {
	list     []byte
	required bool // the initiator's first choice was not taken, or a peer insists
	sent     bool
	received bool
}

// verify takes the peer's MIC, if there is one. An exchange that cannot sign
// ends the matter: there is nothing to prove it with.
func (p *listProof) verify(e Exchange, mic []byte) error {
	if mic == nil {
		return nil
	}
	if p.received {
		return ErrState
	}
	if err := e.VerifyMIC(p.list, mic); err != nil {
		return errors.Join(ErrMIC, err)
	}
	p.received = true
	return nil
}

// sign returns our MIC, nil if the exchange does not sign.
func (p *listProof) sign(e Exchange) ([]byte, error) {
	mic, err := e.MIC(p.list)
	if errors.Is(err, ErrNoMIC) {
		p.required = false
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p.sent = true
	return mic, nil
}
