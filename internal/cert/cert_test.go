package cert

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"caracal/internal/certtest"
)

// write makes a pair of files in a folder.
func write(t *testing.T, o certtest.Options) Files {
	t.Helper()
	f := Files{filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")}
	certtest.New(t, o).Write(t, f.Certificate, f.Key)
	return f
}

func TestLoad(t *testing.T) {
	good, other := write(t, certtest.Options{}), write(t, certtest.Options{RSA: true})
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, []byte("-----BEGIN"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(t.TempDir(), "long")
	if err := os.WriteFile(long, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		files Files
		want  error
		text  string
	}{
		{good, nil, ""},
		{other, nil, ""},
		{Files{good.Certificate, other.Key}, ErrMismatch, other.Key},
		{Files{good.Certificate, write(t, certtest.Options{}).Key}, ErrMismatch, good.Certificate},
		{Files{good.Key, good.Certificate}, nil, "cert: "},
		{Files{junk, good.Key}, nil, junk},
		{Files{long, good.Key}, ErrTooLong, long},
		{Files{good.Certificate, "nothing"}, fs.ErrNotExist, "nothing"},
	}
	for i, tt := range tests {
		pair, err := tt.files.Load()
		if tt.text == "" {
			if err != nil || pair.Leaf == nil {
				t.Errorf("%d: %v", i, err)
			}
			continue
		}
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%d: %v, want %v with %q", i, err, tt.want, tt.text)
		}
	}
}

func TestFaults(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	pair, err := write(t, certtest.Options{
		Names: []string{"media.example", "*.tv.example", "192.0.2.7"}, From: begin, To: begin.AddDate(0, 3, 0),
	}).Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		at    time.Time
		names []string
		want  []string
	}{
		{begin.AddDate(0, 1, 0), nil, nil},
		{begin.AddDate(0, 1, 0), []string{"", "MEDIA.example", "a.tv.example", "192.0.2.7"}, nil},
		{begin.AddDate(0, 1, 0), []string{"other.example", "[2001:db8::1]"}, []string{"not for other.example, but for media.example, *.tv.example, 192.0.2.7", "not for [2001:db8::1]"}},
		{begin.AddDate(0, 4, 0), []string{"other.example"}, []string{"expired on 2026-04-01", "not for"}},
		{begin.AddDate(0, 3, -5), nil, nil},
		{begin.AddDate(0, 0, -1), nil, []string{"not good before 2026-01-01"}},
	}
	for i, tt := range tests {
		got := Faults(pair.Leaf, tt.at, tt.names...)
		if !slices.EqualFunc(got, tt.want, strings.Contains) {
			t.Errorf("%d: %q, want %q", i, got, tt.want)
		}
		if soon := Soon(pair.Leaf, tt.at); (soon != "") != tt.at.Equal(begin.AddDate(0, 3, -5)) {
			t.Errorf("%d: %q", i, soon)
		}
	}
}

// A pair that is written while it is looked at, and one that stays broken.
func TestKeeperLooks(t *testing.T) {
	f := write(t, certtest.Options{})
	k, err := Open(f)
	if err != nil {
		t.Fatal(err)
	}
	first := k.Pair()
	next := certtest.New(t, certtest.Options{})
	step := func(name string, look func() (bool, error), changed bool, wrong error) {
		t.Helper()
		got, err := look()
		if got != changed || !errors.Is(err, wrong) || (err == nil) != (wrong == nil) {
			t.Errorf("%s: changed %t, %v; want %t, %v", name, got, err, changed, wrong)
		}
	}
	step("as it was", k.Look, false, nil)
	next.Write(t, f.Certificate, "")
	step("half of it", k.Look, false, nil)
	next.Write(t, "", f.Key)
	step("all of it", k.Look, true, nil)
	if k.Pair() == first || !k.Pair().Leaf.Equal(next.Leaf) {
		t.Error("the old pair is used")
	}
	second := k.Pair()
	os.Remove(f.Key)
	step("gone", k.Look, false, nil)
	step("still gone", k.Look, false, fs.ErrNotExist)
	step("gone for long", k.Look, false, nil)
	step("asked for", k.Reload, false, fs.ErrNotExist)
	certtest.New(t, certtest.Options{}).Write(t, "", f.Key)
	step("another key", k.Look, false, nil)
	step("still another key", k.Look, false, ErrMismatch)
	if k.Pair() != second {
		t.Error("a broken pair is used")
	}
	next.Write(t, "", f.Key)
	step("as before", k.Look, false, nil)
	certtest.New(t, certtest.Options{}).Write(t, f.Certificate, f.Key)
	step("another one", k.Reload, true, nil)
}

// The names may be links, which programs that renew certificates turn.
func TestKeeperFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	f := Files{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	turn := func(to string) {
		for _, name := range []string{f.Certificate, f.Key} {
			os.Remove(name)
			if err := os.Symlink(filepath.Join(dir, to+filepath.Base(name)), name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, n := range []string{"1", "2"} {
		certtest.New(t, certtest.Options{}).Write(t, filepath.Join(dir, n+"cert.pem"), filepath.Join(dir, n+"key.pem"))
	}
	turn("1")
	k, err := Open(f)
	if err != nil {
		t.Fatal(err)
	}
	turn("2")
	if changed, err := k.Look(); !changed || err != nil {
		t.Errorf("changed: %t, %v", changed, err)
	}
}

// What a client gets from an offer: the version and the cipher, or nothing.
func TestOffer(t *testing.T) {
	k, err := Open(write(t, certtest.Options{RSA: true}))
	if err != nil {
		t.Fatal(err)
	}
	only := func(version uint16, ciphers ...uint16) *tls.Config {
		return &tls.Config{MinVersion: version, MaxVersion: version, CipherSuites: ciphers, InsecureSkipVerify: true}
	}
	xp := []uint16{tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
	tests := []struct {
		name   string
		client *tls.Config
		usual  bool
		cipher uint16 // with old clients; 0: none
	}{
		{"1.3", only(tls.VersionTLS13), true, tls.TLS_AES_128_GCM_SHA256},
		{"1.2", only(tls.VersionTLS12), true, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		{"1.2 with RSA", only(tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256), false, tls.TLS_RSA_WITH_AES_128_GCM_SHA256},
		{"1.1", only(tls.VersionTLS11), false, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA},
		{"1.0", only(tls.VersionTLS10), false, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA},
		{"XP", only(tls.VersionTLS10, xp...), false, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA},
		{"XP without 3DES", only(tls.VersionTLS10, xp[0]), false, tls.TLS_RSA_WITH_RC4_128_SHA},
		{"other ALPN", &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}, false, 0},
	}
	for _, tt := range tests {
		offer := Offer{Protocols: []string{"http/1.1"}}
		if _, err := shake(k.Config(offer), tt.client); (err == nil) != tt.usual {
			t.Errorf("%s: %v, want it to work: %t", tt.name, err, tt.usual)
		}
		offer.OldClients = true
		if state, err := shake(k.Config(offer), tt.client); (err == nil) != (tt.cipher != 0) || state.CipherSuite != tt.cipher {
			t.Errorf("%s, with old clients: %s, %v", tt.name, tls.CipherSuiteName(state.CipherSuite), err)
		}
	}
}

func shake(server, client *tls.Config) (tls.ConnectionState, error) {
	s, c := net.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- tls.Server(s, server).Handshake()
		s.Close()
	}()
	t := tls.Client(c, client)
	err := t.Handshake()
	c.Close()
	if err = errors.Join(err, <-done); err != nil {
		return tls.ConnectionState{}, err
	}
	return t.ConnectionState(), nil
}
