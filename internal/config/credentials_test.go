package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCredentials(t *testing.T) {
	const one = "credentials: [{origin: %, user: a, password: s3cret}]"
	at := func(origin string) string { return strings.Replace(one, "%", origin, 1) }
	tests := []struct{ text, problem string }{
		{at("origin.example"), ""},
		{at("'[::1]:8080'"), ""},
		{at("'https://origin.example:444/'"), ""},
		{`credentials: [{origin: h, user: 'DOMAIN\relay', password_file: p}]`, ""},
		{at("''"), "credentials[0].origin: this is no server"},
		{at("'http://u:s3cret@h'"), "this is no server"},
		{at("h/films"), "this is no server"},
		{at("'h:x'"), "this is no server"},
		{"credentials: [{origin: h, password: s3cret}]", "credentials[0].user: who logs in there?"},
		{"credentials: [{origin: h, user: a}]", "either a password or a password_file"},
		{"credentials: [{origin: h, user: a, password: s3cret, password_file: p}]", "either a password or a password_file"},
		{`credentials: [{origin: h, user: a, password: "s3cret\n"}]`, "control characters"},
		{"credentials: [{origin: h, user: a, password: s3cret}, {origin: H, user: A, password: s3cret}]", "credentials 1 are for this server and user too"},
		{"credentials: [{origin: h, user: a, password: s3cret}, {origin: h, user: b, password: s3cret}]", ""},
		{"credentials: [{origin: h, name: a}]", "credentials[0].name: unknown key"},
	}
	for _, tt := range tests {
		_, err := Parse("c.yaml", []byte(tt.text))
		if (err == nil) != (tt.problem == "") || err != nil && (!strings.Contains(err.Error(), tt.problem) || !strings.Contains(err.Error(), "c.yaml:1")) {
			t.Errorf("%s: %v", tt.text, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the password is in %v", tt.text, err)
		}
	}
}

// A password file is found from the folder of the configuration.
func TestCredentialsFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "c.yaml")
	if err := os.WriteFile(file, []byte("credentials: [{origin: h, user: a, password_file: ./relay.secret}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil || c.Credentials[0].PasswordFile != filepath.Join(dir, "relay.secret") {
		t.Errorf("%+v, %v", c, err)
	}
}
