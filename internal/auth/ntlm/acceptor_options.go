package ntlm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"
)

// DefaultMaxSkew is MaxLifetime of [MS-NLMP] 3.1.1.1.
const DefaultMaxSkew = 36 * time.Hour

// AcceptorOptions says who the server is and whom it knows.
type AcceptorOptions struct {
	// Lookup returns the hash of an account's password; ErrNoUser says that
	// there is none. Domain and user are as the peer spelled them. It is
	// required.
	Lookup func(ctx context.Context, domain, user string) ([16]byte, error)
	// LookupLM does so for LMHash. Without it LM responses are not accepted.
	LookupLM func(ctx context.Context, domain, user string) ([16]byte, error)
	// Now is required.
	Now func() time.Time
	// Rand makes challenges; crypto/rand's without it.
	Rand io.Reader

	Computer    string // the server's NetBIOS name; required
	Domain      string // its domain's; Computer without it
	Joined      bool   // TargetName is Domain rather than Computer
	DNSComputer string // the names that follow may be empty
	DNSDomain   string
	DNSForest   string
	NoTimestamp bool     // leaves MsvAvTimestamp out, and with it the clients' MIC
	Version     Version  // that of Windows 7 if zero
	CodePage    CodePage // of clients without Unicode

	// MaxSkew bounds how far an NTLMv2 client's clock may be off: DefaultMaxSkew
	// if zero, none if negative.
	MaxSkew time.Duration

	Datagram       bool // connectionless: the first Step takes no token
	AllowV1        bool // LM, NTLMv1, NTLM2 session responses, LMv2 alone
	AllowAnonymous bool
}

func (o *AcceptorOptions) complete() error {
	if o.Lookup == nil || o.Now == nil || o.Computer == "" {
		return errors.New("ntlm: an acceptor needs Lookup, Now and Computer")
	}
	if !o.CodePage.known() {
		return fmt.Errorf("ntlm: code page %d: %w", o.CodePage, ErrInvalid)
	}
	if o.Domain == "" {
		o.Domain = o.Computer
	}
	for _, name := range []string{o.Computer, o.Domain, o.DNSComputer, o.DNSDomain, o.DNSForest} {
		if len(unicodeBytes(name)) > MaxName {
			return fmt.Errorf("ntlm: name %.20q...: %w", name, ErrLimit)
		}
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Version == (Version{}) {
		o.Version = ourVersion
	}
	if o.MaxSkew == 0 {
		o.MaxSkew = DefaultMaxSkew
	}
	return nil
}
