package server

import (
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/go-ntlmssp"

	"caracal/internal/auth"
	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/negotiate"
	"caracal/internal/auth/spnego"
	"caracal/internal/config"
)

// ticketed is guarded with alice as a second member, and with a keytab.
func ticketed(t *testing.T, keytab string) *config.Config {
	t.Helper()
	cfg := guarded(t)
	a, err := OpenAccess(t.Context(), cfg, auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Accounts.Add(t.Context(), "alice", "she has a t1cket", "members"); err != nil {
		t.Fatal(err)
	}
	cfg.Kerberos = config.Kerberos{Keytab: keytab, Realms: []string{kdctest.Realm}, Services: []string{"HTTP/localhost"}}
	return cfg
}

// clubFilm is the URL of what members may play, at a host that tickets are for.
func clubFilm(s *Server) string {
	_, port, _ := strings.Cut(s.Addr().String(), ":")
	return "http://localhost:" + port + "/club/film.wmv?download"
}

// curlAs has curl prove itself by what an environment has, and returns the status and
// the last token of the server.
func curlAs(t *testing.T, env []string, url string, args ...string) (status, token string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "curl", append(args, "-s", "-m", "30", "--noproxy", "*", "--negotiate", "-u", ":", "-o", os.DevNull,
		"-w", "%{http_code} %header{www-authenticate}", url)...)
	cmd.Env = env
	b, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	status, header, _ := strings.Cut(string(b), " ")
	return status, strings.TrimPrefix(header, "Negotiate ")
}

// Tickets of MIT's KDC let accounts in, by the keys that the keytab has now.
func TestCurlHasTickets(t *testing.T) {
	k := kdctest.Start(t)
	keytab := k.File("http.keytab")
	cfg := ticketed(t, keytab)
	cfg.Access.Admin = []string{"group:members"}
	s, log := start(t, cfg)
	film := clubFilm(s)
	expect := func(what, want string) {
		t.Helper()
		status, token := curlAs(t, k.Env, film)
		if status != want {
			t.Errorf("%s: %s, want %s", what, status, want)
		}
		if b, err := base64.StdEncoding.DecodeString(token); status == "200" && (err != nil || len(b) == 0) {
			t.Errorf("%s: the server has not proved itself: %q", what, token)
		}
	}
	login := func(user string) { k.Run(t, "a password\n", "kinit", user) }
	for _, user := range []string{"scar", "carol"} {
		k.Run(t, "", "kadmin.local", "-q", "addprinc -pw \"a password\" "+user)
	}
	expect("a member", "200")
	if status, token := curlAs(t, k.Env, film, "-A", streamer); status != "200" || token == "" {
		t.Errorf("a player that streams: %s, and %q of the server", status, token)
	}
	_, port, _ := strings.Cut(s.AdminAddr().String(), ":")
	if status, _ := curlAs(t, k.Env, "http://localhost:"+port+"/api/points"); status != "200" {
		t.Errorf("the admin API: %s", status)
	}
	login("scar")
	expect("an account that is no member", "403")
	login("carol")
	expect("a principal without an account", "401")
	k.Run(t, "", "kdestroy")
	expect("without a ticket", "401")

	next := k.File("next.keytab")
	k.Run(t, "wonderland\n", "kinit", "alice")
	expect("the old key", "200")
	k.Run(t, "", "kadmin.local", "-q", "ktadd -k "+next+" HTTP/localhost") // a new key
	if err := os.Rename(next, keytab); err != nil {
		t.Fatal(err)
	}
	expect("a ticket for a key that is no more", "401")
	k.Run(t, "wonderland\n", "kinit", "alice")
	expect("a ticket for the new key", "200")
	if err := os.Remove(keytab); err != nil {
		t.Fatal(err)
	}
	expect("while there is no keytab", "200")
	shutdown(t, s)
	for _, want := range []string{kerberos.ErrNoKey.Error(), "the keytab cannot be read", "scheme=Negotiate"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q", want)
		}
	}
}

// Who has no ticket proves a password by NTLM inside the negotiation.
func TestCurlNegotiatesNTLM(t *testing.T) {
	dir := t.TempDir()
	users, conf := filepath.Join(dir, "users"), filepath.Join(dir, "krb5.conf")
	if err := os.WriteFile(conf, []byte("[libdefaults]\ndefault_realm = "+kdctest.Realm+"\ndns_lookup_kdc = false\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "KRB5_CONFIG="+conf, "KRB5CCNAME=FILE:"+filepath.Join(dir, "none"), "NTLM_USER_FILE="+users, "LC_ALL=C")
	s, _ := start(t, ticketed(t, kdctest.NewHouse(t, kerberos.AES256SHA1).Keytab))
	for password, want := range map[string]string{clubPassword: "200", "hakuna matata": "401"} {
		if err := os.WriteFile(users, []byte("STUDIO:mufasa:"+password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := curlAs(t, env, clubFilm(s)); got != want {
			t.Errorf("%q: %s, want %s", password, got, want)
		}
	}
}

// exchange sends tokens over one connection until the server has none to answer, and
// returns the status and its last token.
func exchange(t *testing.T, url, scheme string, step func(reply []byte) []byte) (status int, reply []byte) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for range 8 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", scheme+" "+base64.StdEncoding.EncodeToString(step(reply)))
		a, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, a.Body)
		a.Body.Close()
		text, ok := strings.CutPrefix(a.Header.Get("WWW-Authenticate"), scheme+" ")
		if reply, err = base64.StdEncoding.DecodeString(text); !ok || err != nil {
			reply = nil
		}
		if a.StatusCode != http.StatusUnauthorized || reply == nil {
			return a.StatusCode, reply
		}
	}
	t.Fatal("it has no end")
	return 0, nil
}

// Our own initiator believes the server by the token that comes with the film.
func TestServerProvesItself(t *testing.T) {
	house := kdctest.NewHouse(t, kerberos.AES256SHA1)
	s, _ := start(t, ticketed(t, house.Keytab))
	for user, want := range map[string]int{"alice": http.StatusOK, "ALICE": http.StatusOK, "scar": http.StatusForbidden, "carol": http.StatusUnauthorized} {
		m := negotiate.KerberosInitiator(house.Ticket(t, kerberos.AES256SHA1, user, kdctest.Realm))
		i, err := spnego.NewInitiator(spnego.InitiatorOptions{Mechanisms: []spnego.Mechanism{m}})
		if err != nil {
			t.Fatal(err)
		}
		step := func(reply []byte) []byte {
			token, _, err := i.Step(t.Context(), reply)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		status, last := exchange(t, clubFilm(s), "Negotiate", step)
		if status != want {
			t.Errorf("%s: %d, want %d", user, status, want)
		}
		if status != http.StatusOK {
			continue
		}
		if _, done, err := i.Step(t.Context(), last); err != nil || !done {
			t.Errorf("%s: the server has not proved itself: %v", user, err)
		}
	}
}

// ntlmAuth is Samba's ntlm_auth as a client that knows a password.
func ntlmAuth(t *testing.T, protocol, user, password string) func(reply []byte) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ntlm_auth", "--helper-protocol="+protocol, "--configfile="+os.DevNull,
		"--username="+user, "--password="+password, "--domain=STUDIO")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	return func(reply []byte) []byte {
		question := "YR"
		if reply != nil {
			question = "TT " + base64.StdEncoding.EncodeToString(reply)
		}
		if _, err := io.WriteString(in, question+"\n"); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 64<<10)
		n, err := out.Read(b) // it answers each line by one write
		if err != nil {
			t.Fatal(err)
		}
		kind, token, _ := strings.Cut(strings.TrimSpace(string(b[:n])), " ")
		answer, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			t.Fatalf("%s says %s %s: %v", protocol, kind, token, err)
		}
		return answer
	}
}

func TestSambaProvesItself(t *testing.T) {
	cfg := ticketed(t, kdctest.NewHouse(t, kerberos.AES256SHA1).Keytab)
	s, _ := start(t, cfg)
	for _, tt := range []struct {
		protocol, scheme, password string
		want                       int
	}{
		{"ntlmssp-client-1", "NTLM", clubPassword, http.StatusOK},
		{"ntlmssp-client-1", "NTLM", "hakuna matata", http.StatusUnauthorized},
		{"ntlmssp-client-1", "Negotiate", clubPassword, http.StatusOK},
		{"gss-spnego-client", "Negotiate", clubPassword, http.StatusOK},
		{"gss-spnego-client", "Negotiate", "hakuna matata", http.StatusUnauthorized},
	} {
		if got, _ := exchange(t, clubFilm(s), tt.scheme, ntlmAuth(t, tt.protocol, "mufasa", tt.password)); got != tt.want {
			t.Errorf("%s by %s with %q: %d, want %d", tt.scheme, tt.protocol, tt.password, got, tt.want)
		}
	}
}

// go-ntlmssp takes NTLM, or Negotiate with NTLM's messages as they are.
func TestGoNTLMSSPProvesItself(t *testing.T) {
	for _, scheme := range []string{"NTLM", "Negotiate"} {
		cfg := ticketed(t, kdctest.NewHouse(t, kerberos.AES256SHA1).Keytab)
		cfg.Auth.Schemes = []string{scheme}
		s, _ := start(t, cfg)
		for password, want := range map[string]int{clubPassword: http.StatusOK, "hakuna matata": http.StatusUnauthorized} {
			client := http.Client{Transport: ntlmssp.Negotiator{RoundTripper: &http.Transport{}}, Timeout: 30 * time.Second}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, clubFilm(s), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.SetBasicAuth(`STUDIO\mufasa`, password)
			a, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			a.Body.Close()
			client.CloseIdleConnections()
			if a.StatusCode != want {
				t.Errorf("%s: %s, want %d", scheme, a.Status, want)
			}
		}
	}
}

// A server does not begin without the keytab that it is to have, and who looks after
// accounts does.
func TestKeytabThatCannotBeRead(t *testing.T) {
	house := kdctest.NewHouse(t, kerberos.AES256SHA1)
	none := filepath.Join(t.TempDir(), "none")
	for want, k := range map[string]config.Kerberos{
		"kerberos.keytab: ":    {Keytab: none, Realms: []string{kdctest.Realm}},
		"no key of HTTP/other": {Keytab: house.Keytab, Realms: []string{kdctest.Realm}, Services: []string{"HTTP/other"}},
	} {
		cfg := guarded(t)
		cfg.Kerberos = k
		if s, err := New(cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
			s.Close()
		}
		a, err := OpenAccess(t.Context(), cfg, auth.Options{})
		if err != nil || a.Tickets() == nil {
			t.Fatal(err, a)
		}
		if err := a.Accounts.SetPassword(t.Context(), "mufasa", "another s3cret"); err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}
