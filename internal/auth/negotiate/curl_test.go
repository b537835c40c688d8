package negotiate

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/ntlm"
)

type connKey struct{}

// connAcceptor is the try that goes on on one connection.
type connAcceptor struct{ a *Acceptor }

// site answers who it is that asks, after Negotiate over HTTP, RFC 4559. It is
// what a front-end will do.
func site(t *testing.T, o Options) string {
	handler := func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(connKey{}).(*connAcceptor)
		scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		token, err := base64.StdEncoding.DecodeString(text)
		if scheme != "Negotiate" || err != nil {
			w.Header().Set("WWW-Authenticate", "Negotiate")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if c.a == nil {
			c.a = newAcceptor(t, o)
		}
		reply, done, err := c.a.Step(r.Context(), token)
		answer := "Negotiate"
		if len(reply) > 0 {
			answer += " " + base64.StdEncoding.EncodeToString(reply)
		}
		w.Header().Set("WWW-Authenticate", answer)
		if !done {
			if err != nil {
				c.a = nil
			}
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, whois(c.a))
		c.a = nil
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(handler))
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, new(connAcceptor))
	}
	s.Start()
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

// whois tells the mechanism and the name.
func whois(a *Acceptor) string {
	if k := a.Kerberos(); k != nil {
		return "Kerberos " + k.Identity().Account
	}
	id := a.NTLM().Identity()
	return "NTLM " + id.Domain + " " + id.User + " " + id.Method.String()
}

func curl(t *testing.T, env []string, url string, args ...string) string {
	t.Helper()
	args = append([]string{"-sS", "--noproxy", "*", "--negotiate", "-u", ":", "-w", " %{http_code}", url}, args...)
	cmd := exec.CommandContext(t.Context(), "curl", args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("curl: %q, %v", out, err)
	}
	return string(out)
}

// curl with a ticket of MIT's KDC.
func TestCurlKerberos(t *testing.T) {
	k := kdctest.Start(t)
	both := site(t, Options{Kerberos: service(t, k.File("http.keytab")), NTLM: accounts()})
	for _, want := range []string{"Kerberos alice 200", "Kerberos alice 200"} {
		if got := curl(t, k.Env, both); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	alone := site(t, Options{Kerberos: service(t, k.File("http.keytab"))})
	if got := curl(t, k.Env, alone); got != "Kerberos alice 200" {
		t.Errorf("without NTLM: %q", got)
	}
	other := site(t, Options{Kerberos: service(t, kdctest.NewHouse(t, 18).Keytab)})
	if got := curl(t, k.Env, other); got != " 401" {
		t.Errorf("with another key: %q", got)
	}
	k.Run(t, "", "kdestroy")
	if got := curl(t, k.Env, both); got != " 401" {
		t.Errorf("without a ticket: %q", got)
	}
}

// curl with NTLM inside the negotiation, by the library of gss-ntlmssp.
func TestCurlNTLM(t *testing.T) {
	dir := t.TempDir()
	users, conf := filepath.Join(dir, "users"), filepath.Join(dir, "krb5.conf")
	if err := os.WriteFile(conf, []byte("[libdefaults]\ndefault_realm = "+kdctest.Realm+"\ndns_lookup_kdc = false\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "KRB5_CONFIG="+conf, "KRB5CCNAME=FILE:"+filepath.Join(dir, "none"), "NTLM_USER_FILE="+users, "LC_ALL=C")
	withKerberos := Options{Kerberos: service(t, kdctest.NewHouse(t, 18).Keytab), NTLM: accounts()}
	noTime := *accounts()
	noTime.NoTimestamp = true
	for name, o := range map[string]Options{"alone": {NTLM: accounts()}, "beside Kerberos": withKerberos, "without MIC": {NTLM: &noTime}} {
		url := site(t, o)
		for password, want := range map[ntlm.Password]string{"builder": "NTLM HOUSE bob NTLMv2 200", "Builder": " 401"} {
			if err := os.WriteFile(users, []byte("HOUSE:bob:"+string(password)+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := curl(t, env, url); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
}
