package ntlm

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/Azure/go-ntlmssp"
)

type connKey struct{}

// connAcceptor is the try that goes on on one connection.
type connAcceptor struct{ a *Acceptor }

// site answers who it is that asks, after NTLM over HTTP, which belongs to the
// connection. It is what a front-end will do.
func site(t *testing.T, o AcceptorOptions) *httptest.Server {
	handler := func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(connKey{}).(*connAcceptor)
		scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		token, err := base64.StdEncoding.DecodeString(text)
		if scheme != "NTLM" || err != nil {
			w.Header().Set("WWW-Authenticate", "NTLM")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if c.a == nil {
			c.a = newAcceptor(t, o)
		}
		reply, done, err := c.a.Step(r.Context(), token)
		if done {
			id := c.a.Identity()
			_, _ = io.WriteString(w, id.Domain+" "+id.User+" "+id.Method.String())
			return
		}
		answer := "NTLM"
		if err == nil {
			answer += " " + base64.StdEncoding.EncodeToString(reply)
		} else {
			c.a = nil
		}
		w.Header().Set("WWW-Authenticate", answer)
		w.WriteHeader(http.StatusUnauthorized)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(handler))
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, new(connAcceptor))
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
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
