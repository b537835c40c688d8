package cert

import "crypto/tls"

// Offer says what a listener offers besides its certificate.
type Offer struct {
	Protocols []string // of ALPN; nil does without
	// OldClients takes TLS 1.0 and 1.1, and the ciphers of Windows XP: a key exchange
	// by RSA, 3DES and RC4. All of it is broken to some degree.
	OldClients bool
}

// oldCiphers are what is offered when old clients are, up to TLS 1.2; which of those
// that a client knows is taken is crypto/tls's choice, the best first.
var oldCiphers = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA,
	tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_RSA_WITH_RC4_128_SHA,
}

// Config is a listener's, with the certificate that the Keeper has when a client comes.
func (k *Keeper) Config(o Offer) *tls.Config {
	c := &tls.Config{
		GetCertificate: k.Certificate, NextProtos: o.Protocols, MinVersion: tls.VersionTLS12,
		DynamicRecordSizingDisabled: true, // packets are gathered: a record for each would be waste
	}
	if o.OldClients {
		c.MinVersion, c.CipherSuites = tls.VersionTLS10, oldCiphers
	}
	return c
}
