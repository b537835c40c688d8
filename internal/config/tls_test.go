package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTLS(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "c.yaml")
	text := "http: {public_host: 'media.example:99', tls: {address: ':8443', certificate: cert.pem, key: /abs/key.pem}}\n" +
		"rtsp: {tls: {address: ':322', certificate: r.pem, key: r.key, old_clients: true}}\n" +
		"admin: {hosts: [a.example, b.example], tls: {certificate: a.pem, key: a.key}}\n" +
		"trusted_proxies: [127.0.0.1, 10.0.0.0/8]\noutgoing: {roots: ca.pem}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	want := []Pair{
		{"http.tls", in("cert.pem"), "/abs/key.pem", []string{"media.example"}},
		{"rtsp.tls", in("r.pem"), in("r.key"), []string{"media.example"}},
		{"admin.tls", in("a.pem"), in("a.key"), []string{"a.example", "b.example"}},
	}
	same := func(a, b Pair) bool {
		return a.Key == b.Key && a.Certificate == b.Certificate && a.Secret == b.Secret && slices.Equal(a.Names, b.Names)
	}
	if got := c.Pairs(); !slices.EqualFunc(got, want, same) {
		t.Errorf("%+v", got)
	}
	if !c.RTSP.TLS.OldClients || c.HTTP.TLS.OldClients || c.Outgoing.Roots != in("ca.pem") {
		t.Errorf("%+v, %+v", c.RTSP.TLS, c.Outgoing)
	}
	if list, err := c.Proxies(); err != nil || len(list) != 2 || list[0].Bits() != 32 {
		t.Errorf("%v, %v", list, err)
	}
	if got := Default().Pairs(); got != nil {
		t.Errorf("without TLS: %+v", got)
	}
}

func TestTLSProblems(t *testing.T) {
	tests := []struct{ text, key, part string }{
		{"http: {tls: {address: ':8443', key: k}}", "http.tls.certificate", "is missing"},
		{"rtsp: {tls: {address: ':322', certificate: c}}", "rtsp.tls.key", "is missing"},
		{"admin: {tls: {key: k}}", "admin.tls.certificate", "is missing"},
		{"http: {tls: {address: here, certificate: c, key: k}}", "http.tls.address", "is not an address"},
		{"http: {tls: {address: ':8080', certificate: c, key: k}}", "http.tls.address", "is http.address too"},
		{"http: {tls: {address: ':1', certificate: c, key: k}}\nrtsp: {tls: {address: ':1', certificate: c, key: k}}", "rtsp.tls.address", "is http.tls.address too"},
		{"trusted_proxies: [nginx]", "trusted_proxies", "write addresses"},
		{"trusted_proxies: [0.0.0.0/0]", "trusted_proxies", "everybody"},
	}
	for _, tt := range tests {
		_, err := Parse("c.yaml", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), "c.yaml:") || !strings.Contains(err.Error(), tt.key) || !strings.Contains(err.Error(), tt.part) {
			t.Errorf("%s: %v", tt.text, err)
		}
	}
}
