package server

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// An eavesdropper knows what is secret, and what the server has said where.
type eavesdropper struct {
	mu      sync.Mutex
	secrets map[string]string           // what each is
	said    map[string]*strings.Builder // by where
	but     map[string]string           // where a secret has to be: "where what"
}

func newEavesdropper() *eavesdropper {
	return &eavesdropper{secrets: map[string]string{}, said: map[string]*strings.Builder{}, but: map[string]string{}}
}

// secret makes one that nothing else is like.
func (e *eavesdropper) secret(what string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := fmt.Sprintf("Sh! %03d ein Schlüssel", 101+len(e.secrets))
	e.secrets[s] = what
	return s
}

// word is a secret that can stand anywhere in a URL.
func (e *eavesdropper) word(what string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := fmt.Sprintf("sh%03dleaked", 101+len(e.secrets))
	e.secrets[s] = what
	return s
}

// hide says that a text is secret.
func (e *eavesdropper) hide(what string, texts ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range texts {
		e.secrets[s] = what
	}
}

// hear takes what was said somewhere.
func (e *eavesdropper) hear(where, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.said[where] == nil {
		e.said[where] = &strings.Builder{}
	}
	e.said[where].WriteString(text)
}

// allow says that a secret has to be somewhere.
func (e *eavesdropper) allow(where, secret string) { e.but[where+" "+secret] = e.secrets[secret] }

// ServeHTTP hears what is posted, without the headers, and lets everybody do everything.
func (e *eavesdropper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e.hear("posted to "+r.URL.Path, string(body))
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"verdict": "allow"}`)
}

// secretForms are how a secret might stand in a text.
func secretForms(secret string) []string {
	quoted, _ := json.Marshal(secret)
	list := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), strings.Trim(string(quoted), `"`),
		strings.ReplaceAll(secret, " ", "_"), hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)),
	}
	for _, name := range []string{"mufasa", "ada", "scar", "alice"} {
		list = append(list, base64.StdEncoding.EncodeToString([]byte(name+":"+secret)))
	}
	return list
}

// check fails for each secret in what was said, and where something was not said that
// shows that it was listened to.
func (e *eavesdropper) check(t *testing.T, shown map[string]string) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for where, text := range shown {
		if e.said[where] == nil || !strings.Contains(e.said[where].String(), text) {
			t.Errorf("%s does not say %s", where, text)
		}
	}
	for where, said := range e.said {
		text := said.String()
		for secret, what := range e.secrets {
			if e.but[where+" "+secret] != "" {
				continue
			}
			for _, form := range secretForms(secret) {
				if i := strings.Index(text, form); i >= 0 {
					t.Errorf("%s has %s, %q, in ...%s...", where, what, form, text[max(0, i-200):min(len(text), i+len(form)+60)])
					break
				}
			}
		}
	}
}
