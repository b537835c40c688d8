// Package certtest makes certificates for tests.
package certtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Options are a certificate's; the zero value is good for localhost, for a day.
type Options struct {
	Names    []string // host names and addresses; nil: localhost, 127.0.0.1 and ::1
	From, To time.Time
	RSA      bool // else ECDSA
}

// Pair is a certificate that hangs on none but itself.
type Pair struct {
	Leaf             *x509.Certificate
	Certificate, Key []byte // PEM
}

// New makes a pair.
func New(t testing.TB, o Options) *Pair {
	t.Helper()
	if o.Names == nil {
		o.Names = []string{"localhost", "127.0.0.1", "::1"}
	}
	if o.To.IsZero() {
		o.From, o.To = time.Now().Add(-time.Hour), time.Now().AddDate(0, 2, 0)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	check(t, err)
	c := &x509.Certificate{
		SerialNumber: serial, NotBefore: o.From, NotAfter: o.To, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range o.Names {
		if ip := net.ParseIP(name); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, name)
		}
	}
	key := newKey(t, o.RSA)
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	check(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	p := &Pair{
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
	}
	p.Leaf, err = x509.ParseCertificate(der)
	check(t, err)
	return p
}

func newKey(t testing.TB, isRSA bool) crypto.Signer {
	t.Helper()
	if isRSA {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		check(t, err)
		return key
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return key
}

// Write writes the files; "" leaves one out. Each takes its place at once.
func (p *Pair) Write(t testing.TB, certificate, key string) {
	t.Helper()
	for name, b := range map[string][]byte{certificate: p.Certificate, key: p.Key} {
		if name != "" {
			check(t, os.WriteFile(name+".new", b, 0o600))
			check(t, os.Rename(name+".new", name))
		}
	}
}

// Files writes the pair into a folder of the test.
func (p *Pair) Files(t testing.TB) (certificate, key string) {
	t.Helper()
	dir := t.TempDir()
	certificate, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	p.Write(t, certificate, key)
	return certificate, key
}

// Roots has this certificate trusted.
func (p *Pair) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(p.Leaf)
	return pool
}

// TLS is the pair as a server has it.
func (p *Pair) TLS(t testing.TB) tls.Certificate {
	t.Helper()
	c, err := tls.X509KeyPair(p.Certificate, p.Key)
	check(t, err)
	return c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
