package server

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"caracal/internal/config"
)

// outgoingTLS is how the server asks others over TLS; nil: as the system has it.
func outgoingTLS(cfg *config.Config) (*tls.Config, error) {
	if cfg.Outgoing.Roots == "" {
		return nil, nil
	}
	text, err := os.ReadFile(cfg.Outgoing.Roots)
	if err != nil {
		return nil, fmt.Errorf("outgoing.roots: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("outgoing.roots: %s has no certificate in PEM", cfg.Outgoing.Roots)
	}
	return &tls.Config{RootCAs: pool}, nil
}
