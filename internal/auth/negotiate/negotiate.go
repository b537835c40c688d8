// Package negotiate puts Kerberos and NTLM behind the negotiation of RFC 4178:
// what the scheme Negotiate of HTTP and RTSP, and GSS-SPNEGO elsewhere, speak.
package negotiate

import (
	"context"
	"errors"

	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/ntlm"
	"caracal/internal/auth/spnego"
)

// Options says what may be chosen; one of both is required.
type Options struct {
	Kerberos *kerberos.Service
	NTLM     *ntlm.AcceptorOptions
}

// Acceptor is the server's role for one peer and one try. It belongs to one
// goroutine at a time.
type Acceptor struct {
	*spnego.Acceptor
}

// NewAcceptor returns an error for options that cannot work.
func NewAcceptor(o Options) (*Acceptor, error) {
	var all []spnego.Mechanism
	if o.Kerberos != nil {
		all = append(all, spnego.Mechanism{OID: spnego.Kerberos, New: func() (spnego.Exchange, error) {
			return kerberosAcceptor{o.Kerberos.Acceptor()}, nil
		}})
	}
	if o.NTLM != nil {
		if _, err := ntlm.NewAcceptor(*o.NTLM); err != nil {
			return nil, err
		}
		all = append(all, spnego.Mechanism{OID: spnego.NTLM, New: func() (spnego.Exchange, error) {
			a, err := ntlm.NewAcceptor(*o.NTLM)
			return ntlmAcceptor{a}, err
		}})
	}
	if len(all) == 0 {
		return nil, errors.New("negotiate: neither Kerberos nor NTLM")
	}
	a, err := spnego.NewAcceptor(spnego.AcceptorOptions{Mechanisms: all})
	if err != nil {
		return nil, err
	}
	return &Acceptor{a}, nil
}

// Kerberos is the exchange if Kerberos was chosen and Step said done, or nil.
func (a *Acceptor) Kerberos() *kerberos.Acceptor {
	if k, ok := a.Exchange().(kerberosAcceptor); ok && a.Done() {
		return k.Acceptor
	}
	return nil
}

// NTLM is the exchange if NTLM was chosen and Step said done, or nil.
func (a *Acceptor) NTLM() *ntlm.Acceptor {
	if n, ok := a.Exchange().(ntlmAcceptor); ok && a.Done() {
		return n.Acceptor
	}
	return nil
}

// KerberosInitiator and NTLMInitiator are what a client offers.
func KerberosInitiator(o kerberos.InitiatorOptions) spnego.Mechanism {
	oid := spnego.Kerberos
	if o.Old {
		oid = spnego.KerberosMS
	}
	return spnego.Mechanism{OID: oid, New: func() (spnego.Exchange, error) {
		i, err := kerberos.NewInitiator(o)
		return kerberosInitiator{i}, err
	}}
}

// NTLMInitiator asks for signing, without which the list of mechanisms could
// not be proved.
func NTLMInitiator(o ntlm.InitiatorOptions) spnego.Mechanism {
	o.Sign = true
	return spnego.Mechanism{OID: spnego.NTLM, New: func() (spnego.Exchange, error) {
		i, err := ntlm.NewInitiator(o)
		return ntlmInitiator{i}, err
	}}
}

type (
	kerberosAcceptor  struct{ *kerberos.Acceptor }
	kerberosInitiator struct{ *kerberos.Initiator }
	ntlmAcceptor      struct{ *ntlm.Acceptor }
	ntlmInitiator     struct{ *ntlm.Initiator }
)

func (e kerberosAcceptor) MIC(list []byte) ([]byte, error) { return kerberosMIC(e.Security(), list) }
func (e kerberosAcceptor) VerifyMIC(list, mic []byte) error {
	return kerberosVerify(e.Security(), list, mic)
}
func (e kerberosInitiator) MIC(list []byte) ([]byte, error) { return kerberosMIC(e.Security(), list) }
func (e kerberosInitiator) VerifyMIC(list, mic []byte) error {
	return kerberosVerify(e.Security(), list, mic)
}

// Older: with RC4 Windows before Vista, which knows no AES, may be the peer.
func (e kerberosAcceptor) Older() bool  { return e.SessionKey().Type == kerberos.RC4 }
func (e kerberosInitiator) Older() bool { return e.SessionKey().Type == kerberos.RC4 }

func kerberosMIC(s *kerberos.Security, list []byte) ([]byte, error) {
	if s == nil {
		return nil, spnego.ErrNoMIC
	}
	return s.MIC(list)
}

func kerberosVerify(s *kerberos.Security, list, mic []byte) error {
	if s == nil {
		return spnego.ErrNoMIC
	}
	return s.VerifyMIC(list, mic)
}

func (e ntlmAcceptor) MIC(list []byte) ([]byte, error)   { return ntlmMIC(e.Security(), list) }
func (e ntlmAcceptor) VerifyMIC(list, mic []byte) error  { return ntlmVerify(e.Security(), list, mic) }
func (e ntlmInitiator) MIC(list []byte) ([]byte, error)  { return ntlmMIC(e.Security(), list) }
func (e ntlmInitiator) VerifyMIC(list, mic []byte) error { return ntlmVerify(e.Security(), list, mic) }

// Older: Windows before Vista puts no MIC into AUTHENTICATE, and who can put one
// there promises it under the response's signature.
func (e ntlmAcceptor) Older() bool { return !e.HasMIC() }

func (e ntlmInitiator) Step(_ context.Context, token []byte) ([]byte, bool, error) {
	return e.Initiator.Step(token)
}

func ntlmMIC(s *ntlm.Security, list []byte) ([]byte, error) {
	if s == nil || !s.Signs() {
		return nil, spnego.ErrNoMIC
	}
	sig, err := s.ListMIC(list)
	return sig[:], err
}

func ntlmVerify(s *ntlm.Security, list, mic []byte) error {
	if s == nil || !s.Signs() {
		return spnego.ErrNoMIC
	}
	return s.VerifyListMIC(list, mic)
}
