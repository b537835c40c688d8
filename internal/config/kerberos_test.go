package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestKerberos(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "caracal.yaml")
	text := "data: ./data\nkerberos: {keytab: http.keytab, realms: [EXAMPLE.COM, OTHER.EXAMPLE.COM], services: [HTTP/media.example.com]}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	k := c.Kerberos
	if k.Keytab != filepath.Join(folder, "http.keytab") || !slices.Equal(k.Services, []string{"HTTP/media.example.com"}) || len(k.Realms) != 2 {
		t.Errorf("%+v", k)
	}
}

func TestKerberosMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"kerberos: {keytab: k, realms: [R]}", "caracal.yaml:1: kerberos.keytab: tickets need accounts"},
		{"data: d\nkerberos:\n  keytab: k", "caracal.yaml:2: kerberos.realms: name the realms"},
		{"data: d\nkerberos:\n  realms: [alice@EXAMPLE.COM]", `caracal.yaml:3: kerberos.realms: "alice@EXAMPLE.COM" is not a realm`},
		{"kerberos: {realms: ['']}", `"" is not a realm`},
		{"kerberos: {realms: [a/b]}", `"a/b" is not a realm`},
		{"kerberos: {services: [HTTP]}", `"HTTP" is not the name of a service`},
		{"kerberos: {services: [HTTP/]}", `"HTTP/" is not the name of a service`},
		{"kerberos: {services: [HTTP/h@R]}", "without a realm"},
		{"kerberos: {keytab: \"a\\0b\"}", "is not the name of a file"},
		{"kerberos: {keytap: a}", `did you mean "keytab"?`},
	} {
		if _, err := Parse("caracal.yaml", []byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}
