package server

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/sample"
)

const (
	clubPassword = "Circle of L1fe"
	streamer     = "NSPlayer/9.0.0.2980"
)

// guarded is a configuration with an open folder and a club of one member, mufasa.
func guarded(t *testing.T) *config.Config {
	t.Helper()
	films := t.TempDir()
	if err := os.WriteFile(filepath.Join(films, "film.wmv"), sample.Welcome, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := testConfig(config.Point{Name: "open", Path: films}, config.Point{Name: "club", Path: films},
		config.Point{Name: "one.wmv", Path: filepath.Join(films, "film.wmv")})
	cfg.Points[1].Access.Play = []string{"group:members"}
	cfg.Points[2].Access.Play = []string{"group:members"}
	cfg.Data = filepath.Join(t.TempDir(), "data")
	a, err := OpenAccess(t.Context(), cfg, auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Accounts.Add(t.Context(), "mufasa", clubPassword, "members"); err != nil {
		t.Fatal(err)
	}
	if err := a.Accounts.Add(t.Context(), "scar", clubPassword); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// curl fetches a URL and returns the status and the body.
func curl(t *testing.T, args ...string) (status, body string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "body")
	b, err := exec.CommandContext(t.Context(), "curl", append([]string{"-s", "-m", "30", "-o", out, "-w", "%{http_code}"}, args...)...).Output()
	if err != nil {
		t.Fatalf("curl %q: %v", args, err)
	}
	text, err := os.ReadFile(out)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b), string(text)
}

// What is for members is for nobody else, by whatever scheme curl proves itself; and
// no secret is in any log of it.
func TestCurlProvesItself(t *testing.T) {
	cfg := guarded(t)
	s, log := start(t, cfg)
	base := "http://" + s.Addr().String()
	film := base + "/club/film.wmv?download"
	right, wrong := "mufasa:"+clubPassword, "mufasa:hakuna matata"
	for _, tt := range []struct {
		what, want string
		args       []string
	}{
		{"what is open", "200", []string{base + "/open/film.wmv?download"}},
		{"nobody", "401", []string{film}},
		{"Basic", "200", []string{"--basic", "-u", right, film}},
		{"Digest", "200", []string{"--digest", "-u", right, film}},
		{"NTLM", "200", []string{"--ntlm", "-u", `STUDIO\` + right, film}},
		{"NTLM, wrong", "401", []string{"--ntlm", "-u", wrong, film}},
		{"whatever is best", "200", []string{"--anyauth", "-u", right, film}},
		{"Basic, wrong", "401", []string{"--basic", "-u", wrong, film}},
		{"Digest, wrong", "401", []string{"--digest", "-u", wrong, film}},
		{"no member", "403", []string{"--digest", "-u", "scar:" + clubPassword, film}},
		{"an announcement, nobody", "401", []string{base + "/club/film.wmv.asx"}},
		{"a folder's announcement, nobody", "401", []string{base + "/club.asx"}},
		{"an announcement under a shorter name, nobody", "401", []string{base + "/one.asx"}},
		{"the same, Digest", "200", []string{"--digest", "-u", right, base + "/one.asx"}},
		{"an announcement, Digest", "200", []string{"--digest", "-u", right, base + "/club/film.wmv.asx"}},
		{"what is not there, nobody", "401", []string{base + "/club/none.wmv"}},
		{"what is not there, Basic", "404", []string{"--basic", "-u", right, base + "/club/none.wmv"}},
		{"a player that streams, nobody", "401", []string{"-A", streamer, base + "/club/film.wmv"}},
		{"a player that streams what is open", "200", []string{"-A", streamer, base + "/open/film.wmv"}},
		{"a player that streams, Basic", "200", []string{"-A", streamer, "--basic", "-u", right, base + "/club/film.wmv"}},
		{"a player that streams, Digest", "200", []string{"-A", streamer, "--digest", "-u", right, base + "/club/film.wmv"}},
		{"a player that streams, NTLM", "200", []string{"-A", streamer, "--ntlm", "-u", right, base + "/club/film.wmv"}},
		{"a player that streams, NTLM over HTTP 1.0", "200", []string{"-0", "-A", streamer, "--ntlm", "-u", right, base + "/club/film.wmv"}},
		{"a player that streams, whatever is best", "200", []string{"-A", streamer, "--anyauth", "-u", right, base + "/club/film.wmv"}},
		{"a player that streams, NTLM, wrong", "401", []string{"-A", streamer, "--ntlm", "-u", wrong, base + "/club/film.wmv"}},
		{"a player that streams, no member", "403", []string{"-A", streamer, "--digest", "-u", "scar:" + clubPassword, base + "/club/film.wmv"}},
		{"a player that streams what is not there", "401", []string{"-A", streamer, base + "/club/none.wmv"}},
		{"a player that plays, NTLM", "200", []string{"-A", streamer, "--ntlm", "-u", right, "-H", "Pragma: xPlayStrm=1", base + "/club/film.wmv"}},
	} {
		if got, body := curl(t, tt.args...); got != tt.want {
			t.Errorf("%s: %s, want %s: %.200s", tt.what, got, tt.want, body)
		}
	}
	if _, body := curl(t, "--digest", "-u", right, film); body != string(sample.Welcome) {
		t.Errorf("%d bytes came, not the film", len(body))
	}
	if _, page := curl(t, "-H", "Accept: text/html", base+"/"); strings.Contains(page, "club") || strings.Contains(page, "one.wmv") || !strings.Contains(page, "open/film.wmv") {
		t.Errorf("the page for nobody: %s", page)
	}
	shutdown(t, s)
	text := log.String()
	for _, scheme := range []string{"scheme=Basic", "scheme=Digest", "scheme=NTLM"} {
		if !strings.Contains(text, scheme) {
			t.Errorf("the log says nothing of a failure of %s", scheme)
		}
	}
	for _, secret := range secretsOf(t, cfg, "mufasa", "hakuna matata") {
		if strings.Contains(text, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// The API is for this machine, and for whom access.admin names; never for a page.
func TestAdminOverHTTP(t *testing.T) {
	cfg := guarded(t)
	cfg.Access.Admin = []string{"group:members"}
	s, _ := start(t, cfg)
	api := "http://" + s.AdminAddr().String() + "/api/points"
	right := "mufasa:" + clubPassword
	for _, tt := range []struct {
		what, want string
		args       []string
	}{
		{"this machine, which is not named", "401", []string{api}},
		{"a member", "200", []string{"--digest", "-u", right, api}},
		{"no member", "403", []string{"--basic", "-u", "scar:" + clubPassword, api}},
		{"a page of a member's browser, which has no session", "401", []string{"--basic", "-u", right, "-H", "Origin: https://foreign.example", api}},
	} {
		if got, body := curl(t, tt.args...); got != tt.want {
			t.Errorf("%s: %s, want %s: %s", tt.what, got, tt.want, body)
		}
	}
}

// A program decides, is asked once for a while, and a no is what it is when it
// does not answer.
func TestProgramDecides(t *testing.T) {
	var asked []map[string]any
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil || r.Header.Get("Authorization") != "Bearer tok3n" {
			t.Errorf("%s %v", b, r.Header)
		}
		asked = append(asked, m)
		switch {
		case m["account"] == "":
			io.WriteString(w, `{"verdict": "prove"}`)
		case m["account"] == "mufasa":
			io.WriteString(w, `{"verdict": "allow"}`)
		default:
			io.WriteString(w, `{"verdict": "deny", "reason": "the king says no"}`)
		}
	}))
	cfg := guarded(t)
	cfg.Points[0].Access.Ask = config.Ask{URL: program.URL, Token: "tok3n"}
	s, _ := start(t, cfg)
	film := "http://" + s.Addr().String() + "/open/film.wmv?download"
	for range 2 {
		for user, want := range map[string]string{"mufasa": "200", "scar": "403"} {
			if got, body := curl(t, "--digest", "-u", user+":"+clubPassword, film); got != want {
				t.Errorf("%s: %s, want %s: %s", user, got, want, body)
			}
		}
	}
	if len(asked) != 3 {
		t.Errorf("it was asked %d times: %v", len(asked), asked)
	}
	program.Close()
	if got, _ := curl(t, "-A", "other", film); got != "403" {
		t.Errorf("without the program: %s", got)
	}
}

// Accounts come and go while the server runs, by another process.
func TestAccountsChangeMeanwhile(t *testing.T) {
	cfg := guarded(t)
	s, _ := start(t, cfg)
	film := "http://" + s.Addr().String() + "/club/film.wmv?download"
	other, err := OpenAccess(t.Context(), cfg, auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	expect := func(user, want string) {
		t.Helper()
		for _, scheme := range []string{"--basic", "--digest", "--ntlm"} {
			if got, body := curl(t, scheme, "-u", user, film); got != want {
				t.Errorf("%s with %s: %s, want %s: %s", user, scheme, got, want, body)
			}
		}
	}
	if err := other.Accounts.Add(t.Context(), "nala", "first s3cret", "members"); err != nil {
		t.Fatal(err)
	}
	expect("nala:first s3cret", "200")
	if err := other.Accounts.SetPassword(t.Context(), "nala", "second s3cret"); err != nil {
		t.Fatal(err)
	}
	expect("nala:second s3cret", "200")
	if err := other.Accounts.SetGroups(t.Context(), "nala", nil); err != nil {
		t.Fatal(err)
	}
	expect("nala:second s3cret", "403")
	if err := other.Accounts.Remove(t.Context(), "nala"); err != nil {
		t.Fatal(err)
	}
	if got, _ := curl(t, "--basic", "-u", "nala:second s3cret", film); got != "401" {
		t.Errorf("an account that is no more: %s", got)
	}
}
