package ntlm

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/Azure/go-ntlmssp"

	"caracal/internal/auth/authtest"
)

// site answers who it is that asks by NTLM.
func site(t *testing.T, o AcceptorOptions) *httptest.Server {
	return authtest.Site(t, "NTLM", func() *Acceptor { return newAcceptor(t, o) }, func(a *Acceptor) string {
		id := a.Identity()
		return id.Domain + " " + id.User + " " + id.Method.String()
	})
}

// Another implementation's client: no MIC, and an AUTHENTICATE of its own shape.
func TestGoNTLMSSP(t *testing.T) {
	for _, noTime := range []bool{false, true} {
		s := site(t, AcceptorOptions{NoTimestamp: noTime, MaxSkew: -1})
		for password, want := range map[string]int{"Password": http.StatusOK, "password": http.StatusUnauthorized} {
			client := http.Client{Transport: ntlmssp.Negotiator{RoundTripper: &http.Transport{}}}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.SetBasicAuth(`Domain\User`, password)
			answer, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode != want || want == http.StatusOK && string(body) != "Domain User NTLMv2" {
				t.Errorf("%s: %s %q", password, answer.Status, body)
			}
			client.CloseIdleConnections()
		}
	}
}

func TestCurl(t *testing.T) {
	s := site(t, AcceptorOptions{MaxSkew: -1})
	for account, want := range map[string]string{
		`Domain\User:Password`: "Domain User NTLMv2 200",
		`User:Password`:        " User NTLMv2 200",
		`Domain\User:password`: " 401",
		`Domain\Uses:Password`: " 401",
	} {
		cmd := exec.CommandContext(t.Context(), "curl", "-sS", "--noproxy", "*", "--ntlm", "-u", account, "-w", " %{http_code}", s.URL)
		out, err := cmd.CombinedOutput()
		if err != nil || string(out) != want {
			t.Errorf("%s: %q, %v", account, out, err)
		}
	}
}
