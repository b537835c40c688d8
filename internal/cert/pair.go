package cert

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// maxFile is the largest file of a pair, bytes.
const maxFile = 1 << 20

// SoonTime is how long before its end a certificate wants to be replaced.
const SoonTime = 14 * 24 * time.Hour

// What is wrong with a pair, besides what cannot be read at all.
var (
	ErrMismatch = errors.New("cert: the key is not that of the certificate")
	ErrTooLong  = errors.New("cert: larger than 1 MiB: is this the file?")
)

// Files are the names of a pair: PEM, the certificate with those that it hangs on
// behind it.
type Files struct{ Certificate, Key string }

// text is what the two files hold.
type text struct{ certificate, key []byte }

func (t *text) same(o *text) bool {
	return bytes.Equal(t.certificate, o.certificate) && bytes.Equal(t.key, o.key)
}

// read reads both files. Errors name the file, and have nothing of a key.
func (f Files) read() (t text, err error) {
	if t.certificate, err = readFile(f.Certificate); err != nil {
		return t, err
	}
	t.key, err = readFile(f.Key)
	return t, err
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("%s: %w", name, ErrTooLong)
	}
	return b, err
}

// parse makes a pair of what the files hold.
func (f Files) parse(t *text) (*tls.Certificate, error) {
	pair, err := tls.X509KeyPair(t.certificate, t.key)
	switch {
	case err == nil:
		return &pair, nil
	case strings.Contains(err.Error(), "does not match"):
		return nil, fmt.Errorf("%w: %s, %s", ErrMismatch, f.Certificate, f.Key)
	}
	return nil, fmt.Errorf("cert: %s, %s: %w", f.Certificate, f.Key, err)
}

// Load reads a pair.
func (f Files) Load() (*tls.Certificate, error) {
	t, err := f.read()
	if err != nil {
		return nil, err
	}
	return f.parse(&t)
}

// Faults say in words for people what players will mind about a certificate that can
// be used: that it is not good now, or not for one of the names, "" left out.
func Faults(leaf *x509.Certificate, now time.Time, names ...string) []string {
	var list []string
	switch {
	case now.After(leaf.NotAfter):
		list = append(list, "it expired on "+timeText(leaf.NotAfter))
	case now.Before(leaf.NotBefore):
		list = append(list, "it is not good before "+timeText(leaf.NotBefore))
	}
	for _, name := range names {
		if name != "" && leaf.VerifyHostname(strings.Trim(name, "[]")) != nil {
			list = append(list, fmt.Sprintf("it is not for %s, but for %s", name, namesOf(leaf)))
		}
	}
	return list
}

// Soon says that a certificate which is good now wants to be replaced; "" says that it
// does not.
func Soon(leaf *x509.Certificate, now time.Time) string {
	if now.After(leaf.NotAfter) || now.Add(SoonTime).Before(leaf.NotAfter) {
		return ""
	}
	return "it expires soon, on " + timeText(leaf.NotAfter)
}

func timeText(t time.Time) string { return t.UTC().Format(time.DateTime) + " (UTC)" }

// maxNames is how many of a certificate's names people are told.
const maxNames = 5

func namesOf(leaf *x509.Certificate) string {
	names := append([]string(nil), leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return "no name at all"
	case len(names) > maxNames:
		names = append(names[:maxNames], "others")
	}
	return strings.Join(names, ", ")
}
