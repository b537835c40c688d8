package negotiate

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/authtest"
	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/ntlm"
)

// site answers who it is that asks by Negotiate.
func site(t *testing.T, o Options) string {
	s := authtest.Site(t, "Negotiate", func() *Acceptor { return newAcceptor(t, o) }, whois)
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
