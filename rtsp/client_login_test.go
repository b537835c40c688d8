package rtsp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/internal/auth/ntlm"
	"caracal/internal/credential"
)

// door is before a fakeServer and lets in who logs in as u with the password right.
type door struct {
	t      *testing.T
	offers []string
	free   []string // methods that nobody is asked for

	mu       sync.Mutex
	dialogue map[net.Conn]*ntlm.Acceptor
	proved   map[net.Conn]bool
	said     []string // of each request: its method and the scheme
	cseqs    []int64
}

func behindDoor(t *testing.T, f *fakeServer, offers ...string) *door {
	d := &door{t: t, offers: offers, dialogue: map[net.Conn]*ntlm.Acceptor{}, proved: map[net.Conn]bool{}}
	f.handle = d.handle
	return d
}

// handle answers a request that has not logged in.
func (d *door) handle(conn net.Conn, r *Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token, _ := base64.StdEncoding.DecodeString(text)
	line, offers, right := strings.TrimSpace(r.Method+" "+scheme), d.offers, false
	switch scheme {
	case "":
		right = d.proved[conn] || slices.Contains(d.free, r.Method)
	case "Basic":
		right = string(token) == "u:right"
	case "Digest":
		_, nonce, _ := strings.Cut(text, `nonce="`)
		nonce, _, _ = strings.Cut(nonce, `"`)
		line += " " + nonce
		right = slices.ContainsFunc(offers, func(s string) bool { return strings.Contains(s, `nonce="`+nonce+`"`) })
	case "NTLM":
		line += fmt.Sprint(" ", token[8])
		offers, right = d.ntlm(conn, token)
	}
	d.said, d.cseqs = append(d.said, line), append(d.cseqs, r.CSeq)
	if right {
		return false
	}
	resp := r.Answer(401)
	for _, s := range offers {
		resp.Add("WWW-Authenticate", s)
	}
	conn.Write(resp.AppendTo(nil))
	return true
}

func (d *door) ntlm(conn net.Conn, token []byte) (offers []string, right bool) {
	if d.dialogue[conn] == nil {
		a, err := ntlm.NewAcceptor(ntlm.AcceptorOptions{
			Lookup: func(context.Context, string, string) ([16]byte, error) { return ntlm.NTHash("right"), nil },
			Now:    time.Now, Computer: "HOST", Domain: "HOST",
		})
		if err != nil {
			d.t.Error(err)
			return nil, false
		}
		d.dialogue[conn] = a
	}
	reply, done, err := d.dialogue[conn].Step(context.Background(), token)
	if done || err != nil {
		delete(d.dialogue, conn)
		d.proved[conn] = done
		return d.offers, done
	}
	return []string{"NTLM " + base64.StdEncoding.EncodeToString(reply)}, false
}

func (d *door) told() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.said, ", ")
}

const (
	loginURL = "rtsp://u:right@192.0.2.1:8554/welcome.wmv"
	offer1   = `Digest realm="a", nonce="n1", qop="auth"`
)

// [MS-RTSP] 4.4.6: the requests of a session, scheme by scheme.
func TestClientLogsIn(t *testing.T) {
	tests := []struct {
		name   string
		offers []string
		want   string
	}{
		{"Basic", []string{"Negotiate", `Basic realm="a"`}, "DESCRIBE, DESCRIBE Basic, SETUP Basic, SETUP Basic, PLAY Basic"},
		{"Digest", []string{`Basic realm="a"`, offer1},
			"DESCRIBE, DESCRIBE Digest n1, SETUP Digest n1, SETUP Digest n1, PLAY Digest n1"},
		{"NTLM", []string{"NTLM", offer1}, "DESCRIBE, DESCRIBE NTLM 1, DESCRIBE NTLM 3, SETUP, SETUP, PLAY"},
	}
	for _, tt := range tests {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			d := behindDoor(t, f, tt.offers...)
			s, err := c.Play(t.Context(), loginURL, PlayOptions{})
			if err != nil {
				t.Fatal(tt.name, err)
			}
			collect(t, s, f)
			s.Close()
			if got := d.told(); got != tt.want {
				t.Errorf("%s: %s,\nwant %s", tt.name, got, tt.want)
			}
			if !slices.IsSorted(d.cseqs) || len(slices.Compact(slices.Clone(d.cseqs))) != len(d.cseqs) {
				t.Errorf("%s: CSeq %d", tt.name, d.cseqs)
			}
		})
	}
}

// Who is asked only when it comes to SETUP, with requests under way, and again by Play
// with another nonce.
func TestClientLogsInLate(t *testing.T) {
	tests := []struct {
		offer, want string
	}{
		{`Basic realm="a"`, "DESCRIBE, SETUP, SETUP Basic, SETUP Basic, PLAY Basic"},
		{"NTLM", "DESCRIBE, SETUP, SETUP NTLM 1, SETUP NTLM 3, SETUP, PLAY"},
		{offer1, "DESCRIBE, SETUP, SETUP Digest n1, SETUP Digest n1, PLAY Digest n1, PLAY Digest n2"},
	}
	for _, tt := range tests {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			d := behindDoor(t, f, tt.offer)
			d.free = []string{MethodDescribe}
			f.answers[MethodSetup] = func(*Request) *Response {
				if d.offers[0] == offer1 && strings.Count(d.told(), "Digest") == 2 {
					d.mu.Lock()
					d.offers = []string{`Digest realm="a", nonce="n2", qop="auth", stale=true`}
					d.mu.Unlock()
				}
				return nil
			}
			s, err := c.Play(t.Context(), loginURL, PlayOptions{})
			if err != nil {
				t.Fatal(tt.offer, err)
			}
			collect(t, s, f)
			s.Close()
			if got := d.told(); got != tt.want {
				t.Errorf("%s: %s,\nwant %s", tt.offer, got, tt.want)
			}
		})
	}
}

// Requests that go out at once on a connection that is not proved wait for the one that
// proves it.
func TestClientProvesAConnectionOnce(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		d := behindDoor(t, f, "NTLM")
		described, err := c.Describe(t.Context(), loginURL)
		if err != nil {
			t.Fatal(err)
		}
		defer described.Close()
		d.mu.Lock()
		clear(d.proved) // the server has forgotten
		d.said = nil
		d.mu.Unlock()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := described.Do(t.Context(), ClientRequest{Method: MethodGetParameter}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := d.told(); strings.Count(got, "NTLM 1") != 1 || strings.Count(got, "NTLM 3") != 1 {
			t.Error(got)
		}
	})
}

// A wrong password goes out once, for all that ask at once, and is in no error.
func TestClientLoginIsRefused(t *testing.T) {
	for _, offer := range []string{`Basic realm="a"`, "NTLM", `Digest realm="a", nonce="n1"`} {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			d := behindDoor(t, f, offer)
			if strings.HasPrefix(offer, "Digest") {
				handle := d.handle
				f.handle = func(conn net.Conn, r *Request) bool { // it is never right
					d.offers = []string{strings.ReplaceAll(offer, "n1", fmt.Sprintf("n%d", len(d.said)+1))}
					return handle(conn, r)
				}
			}
			c.Credentials = &credential.Book{}
			var refused *StatusError
			if _, err := c.Describe(t.Context(), fakeURL); !errors.As(err, &refused) || refused.Login != nil {
				t.Errorf("%s: nobody: %v", offer, err)
			}
			url := strings.Replace(loginURL, "right", "s3cret", 1)
			_, err := c.Describe(t.Context(), url)
			if !errors.Is(err, credential.ErrRefused) || !errors.As(err, &refused) || strings.Contains(err.Error(), "s3cret") ||
				!strings.Contains(err.Error(), "192.0.2.1:8554") {
				t.Errorf("%s: %v", offer, err)
			}
			asked := len(d.said)
			if _, err := c.Describe(t.Context(), url); !errors.Is(err, credential.ErrHeld) || len(d.said) != asked+1 {
				t.Errorf("%s: again: %v, %s", offer, err, d.told())
			}
		})
	}
}

// A redirect to another host tells it nothing; a proxy logs in by itself.
func TestClientLoginStaysWithItsHost(t *testing.T) {
	tests := []struct {
		status   int
		location string
		want     string // Authorization and Proxy-Authorization of the request at the new address
	}{
		{302, "rtsp://192.0.2.1:8554/welcome.wmv", "Basic dTpyaWdodA=="},
		{302, "rtsp://192.0.2.9:8554/welcome.wmv", ""},
		{302, "rtsp://192.0.2.8:8554/welcome.wmv", "Basic azpwcm94eQ=="},
		{305, "rtsp://192.0.2.9:8554/", ""},
		{305, "rtsp://192.0.2.8:8554/", "proxy Basic azpwcm94eQ=="},
	}
	for _, tt := range tests {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			var last string
			moved := false
			f.handle = func(conn net.Conn, r *Request) bool {
				given, proxied := r.Header.Get("Authorization"), r.Header.Get("Proxy-Authorization")
				resp := r.Answer(401)
				switch {
				case moved:
					last = given
					if proxied != "" {
						last = "proxy " + proxied
					}
					if tt.status == 305 {
						resp = r.Answer(407)
					}
				case given != "":
					resp, moved = r.Answer(tt.status), true
					resp.Add("Location", tt.location)
				}
				resp.Add("WWW-Authenticate", `Basic realm="a"`)
				resp.Add("Proxy-Authenticate", `Basic realm="b"`)
				conn.Write(resp.AppendTo(nil))
				return true
			}
			book, err := credential.NewBook([]credential.Entry{{Origin: "192.0.2.8", Login: credential.Login{User: "k", Password: "proxy"}}})
			if err != nil {
				t.Fatal(err)
			}
			c.Credentials = book
			dial := c.Dial
			c.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return dial(ctx, network, "192.0.2.1:8554")
			}
			if _, err := c.Describe(t.Context(), loginURL); err == nil {
				t.Fatal("it is described")
			}
			if last != tt.want {
				t.Errorf("%d %s: %q, want %q", tt.status, tt.location, last, tt.want)
			}
		})
	}
}
