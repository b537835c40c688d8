package wmsp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/auth/ntlm"
	"caracal/internal/credential"
	"caracal/internal/pull"
)

// door is a server that lets in who logs in as u with the password right.
type door struct {
	t        *testing.T
	offers   []string // challenges
	closes   bool     // the connection, behind each challenge
	each     bool     // wants NTLM for each request
	status   int      // 401, or 407 of a proxy
	inside   func(n int, r *Request) []byte
	dialogue map[int]*ntlm.Acceptor
	proved   map[int]bool
	said     []string // of each request: its connection, its kind, its scheme
}

// answer is that of a fakeServer.
func (d *door) answer(n int, r *Request, _ []byte) []byte {
	value := r.Header.Get(map[int]string{401: "Authorization", 407: "Proxy-Authorization"}[d.status])
	scheme, text, _ := strings.Cut(value, " ")
	line := strings.TrimSpace(fmt.Sprintf("%d %v %s", n, r.Kind, scheme))
	offers, right := d.offers, false
	token, _ := base64.StdEncoding.DecodeString(text)
	switch scheme {
	case "":
		right = d.proved[n]
	case "Basic":
		right = string(token) == "u:right"
	case "Digest":
		_, nonce, _ := strings.Cut(text, `nonce="`)
		nonce, _, _ = strings.Cut(nonce, `"`)
		line += " " + nonce
		right = slices.ContainsFunc(offers, func(s string) bool { return strings.Contains(s, `nonce="`+nonce+`"`) })
	case "NTLM":
		line += fmt.Sprint(" ", token[8])
		offers, right = d.ntlm(n, token)
	}
	d.said = append(d.said, line)
	if right && !d.each {
		d.proved[n] = scheme == "NTLM" || d.proved[n]
	}
	if right {
		return d.inside(n, r)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d No\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n", d.status)
	for _, s := range offers {
		fmt.Fprintf(&b, "%s: %s\r\n", map[int]string{401: "WWW-Authenticate", 407: "Proxy-Authenticate"}[d.status], s)
	}
	b.WriteString("\r\nsorry")
	if d.closes {
		return []byte(strings.Replace(b.String(), "Keep-Alive", "close", 1) + hangUp)
	}
	return []byte(b.String())
}

func (d *door) ntlm(n int, token []byte) (offers []string, right bool) {
	if d.dialogue[n] == nil {
		a, err := ntlm.NewAcceptor(ntlm.AcceptorOptions{
			Lookup: func(context.Context, string, string) ([16]byte, error) { return ntlm.NTHash("right"), nil },
			Now:    time.Now, Computer: "HOST", Domain: "HOST",
		})
		if err != nil {
			d.t.Fatal(err)
		}
		d.dialogue[n] = a
	}
	reply, done, err := d.dialogue[n].Step(d.t.Context(), token)
	if done || err != nil {
		delete(d.dialogue, n)
		return d.offers, done
	}
	return []string{"NTLM " + base64.StdEncoding.EncodeToString(reply)}, false
}

func newDoor(t *testing.T, offers ...string) *door {
	d := &door{t: t, offers: offers, status: 401, dialogue: map[int]*ntlm.Acceptor{}, proved: map[int]bool{}}
	d.inside = func(_ int, r *Request) []byte {
		if r.Kind == Play {
			return join(ok(0, "", nil), AppendHeader(nil, 0, testHeader()), frameD(0, "a"), AppendE(nil, ReasonDone), []byte(hangUp))
		}
		if r.Kind == Describe {
			return ok(0, "", AppendHeader(nil, 0, testHeader()), "Connection", "Keep-Alive")
		}
		return ok(0, "", []byte{})
	}
	return d
}

const digestOffer = `Digest realm="a", nonce="n1", qop="auth"`

// The requests of Describe, Play and Log, scheme by scheme: Basic and Digest prove each,
// NTLM each connection.
func TestClientLogsIn(t *testing.T) {
	tests := []struct {
		name   string
		offers []string
		closes bool
		each   bool
		want   string
	}{
		{"Basic", []string{"Negotiate", `Basic realm="a"`}, false, false,
			"1 Describe, 1 Describe Basic, 1 Play Basic, 2 Log Basic"},
		{"Digest", []string{`Basic realm="a", ` + digestOffer}, false, false,
			"1 Describe, 1 Describe Digest n1, 1 Play Digest n1, 2 Log Digest n1"},
		{"NTLM", []string{"Negotiate", "NTLM", digestOffer}, false, false,
			"1 Describe, 1 Describe NTLM 1, 1 Describe NTLM 3, 1 Play, 2 Log NTLM 1, 2 Log NTLM 3"},
		{"NTLM for each request", []string{"NTLM"}, false, true,
			"1 Describe, 1 Describe NTLM 1, 1 Describe NTLM 3, 1 Play, 1 Play NTLM 1, 1 Play NTLM 3, 2 Log NTLM 1, 2 Log NTLM 3"},
		{"connections that end", []string{"NTLM", `Basic realm="a"`}, true, false,
			"1 Describe, 2 Describe NTLM 1, 3 Describe Basic, 3 Play Basic, 4 Log Basic"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			d := newDoor(t, tt.offers...)
			d.closes, d.each = tt.closes, tt.each
			s := newFakeServer(t, d.answer)
			c := Client{Dial: s.dial}
			stream, err := c.Play(t.Context(), "http://u:right@server/a", PlayOptions{})
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if _, err := events(t, stream); err != nil {
				t.Error(err)
			}
			if err := stream.Description().Log(t.Context(), []byte("<a/>")); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			stream.Close()
			synctest.Wait()
			if got := strings.Join(d.said, ", "); !tt.closes && got != tt.want {
				t.Errorf("%s: %s,\nwant %s", tt.name, got, tt.want)
			} else if tt.closes && !strings.HasSuffix(got, "Describe Basic, 3 Play Basic, 4 Log Basic") {
				t.Errorf("%s: %s", tt.name, got)
			}
		})
	}
}

// A wrong password goes out once, and the error names the host and not the password;
// without one there is nothing to say but the status.
func TestClientIsRefused(t *testing.T) {
	for _, offer := range []string{`Basic realm="a"`, `Digest realm="a", nonce="gone"`, "NTLM"} {
		synctest.Test(t, func(t *testing.T) {
			d := newDoor(t, offer)
			answer := func(n int, r *Request, body []byte) []byte {
				b := d.answer(n, r, body)
				if strings.HasPrefix(offer, "Digest") {
					b = []byte("HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\nWWW-Authenticate: " + offer + "\r\n\r\n")
				}
				return b
			}
			s := newFakeServer(t, answer)
			c := Client{Dial: s.dial, Credentials: &credential.Book{}}
			var refused *StatusError
			if _, err := c.Describe(t.Context(), "http://server/a"); !errors.As(err, &refused) || refused.Login != nil || refused.Response.Status != 401 {
				t.Errorf("%s: nobody: %v", offer, err)
			}
			before := len(d.said)
			_, err := c.Describe(t.Context(), "http://u:s3cret@server/a")
			if !errors.Is(err, credential.ErrRefused) || !errors.As(err, &refused) || strings.Contains(err.Error(), "s3cret") ||
				!strings.Contains(err.Error(), "server:80") {
				t.Errorf("%s: %v", offer, err)
			}
			tried := 0
			for _, line := range d.said[before:] {
				if strings.HasSuffix(line, "Basic") || strings.HasSuffix(line, "gone") || strings.HasSuffix(line, "NTLM 3") {
					tried++
				}
			}
			if tried != 1 {
				t.Errorf("%s: %v", offer, d.said)
			}
			before = len(d.said)
			if _, err := c.Describe(t.Context(), "http://u:s3cret@server/b"); !errors.Is(err, credential.ErrHeld) || len(d.said) != before+1 {
				t.Errorf("%s: again: %v, %v", offer, err, d.said[before:])
			}
		})
	}
}

// A redirect to another host tells it nothing, and one to the same what there is to tell.
func TestClientLoginStaysWithItsHost(t *testing.T) {
	tests := []struct{ location, want string }{
		{"http://server/new", "server:80 /a, server:80 /a Basic, server:80 /new, server:80 /new Basic"},
		{"http://other/new", "server:80 /a, server:80 /a Basic, other:80 /new"},
		{"http://server:8080/new", "server:80 /a, server:80 /a Basic, server:8080 /new"},
		{"http://known/new", "server:80 /a, server:80 /a Basic, known:80 /new, known:80 /new Basic"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			d, address := newDoor(t, `Basic realm="a"`), ""
			var seen []string
			d.inside = func(_ int, r *Request) []byte {
				if r.Target == "/new" {
					return ok(0, "", AppendHeader(nil, 0, testHeader()))
				}
				return []byte("HTTP/1.0 302 Found\r\nContent-Length: 0\r\nLocation: " + tt.location + "\r\n\r\n")
			}
			s := newFakeServer(t, func(n int, r *Request, body []byte) []byte {
				scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
				seen = append(seen, strings.TrimSpace(address+" "+r.Target+" "+scheme))
				return d.answer(n, r, body)
			})
			book, err := credential.NewBook([]credential.Entry{{Origin: "known", Login: credential.Login{User: "u", Password: "right"}}})
			if err != nil {
				t.Fatal(err)
			}
			c := Client{Credentials: book, Dial: func(ctx context.Context, network, to string) (net.Conn, error) {
				address = to
				return s.dial(ctx, network, "server:80")
			}}
			if d, err := c.Describe(t.Context(), "http://u:right@server/a"); err == nil {
				d.Close()
			}
			if got := strings.Join(seen, ", "); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.location, got, tt.want)
			}
		})
	}
}

// A proxy that a server names has a login of its own, and is not told the server's.
func TestClientLogsInAtProxies(t *testing.T) {
	for _, offer := range []string{`Basic realm="a"`, digestOffer, "NTLM"} {
		synctest.Test(t, func(t *testing.T) {
			d, targets := newDoor(t, offer), map[string]bool{}
			d.status = 407
			s := newFakeServer(t, func(n int, r *Request, body []byte) []byte {
				if r.Header.Has("Authorization") {
					t.Errorf("the proxy is told %s", r.Header.Get("Authorization"))
				}
				if n == 1 {
					return []byte("HTTP/1.1 305 Use Proxy\r\nLocation: http://proxy:3128/\r\nContent-Length: 0\r\n\r\n")
				}
				targets[r.Target] = true
				return d.answer(n, r, body)
			})
			book, err := credential.NewBook([]credential.Entry{{Origin: "proxy:3128", Login: credential.Login{User: "u", Password: "right"}}})
			if err != nil {
				t.Fatal(err)
			}
			c := Client{Credentials: book, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return s.dial(ctx, network, "server:80")
			}}
			got, err := c.Describe(t.Context(), "http://x:y@server/a")
			if err != nil || !targets["http://server/a"] || len(targets) != 1 {
				t.Fatalf("%s: %v, %v", offer, err, targets)
			}
			got.Close()
		})
	}
}

// A nonce that has become old amid a stream: the requests behind are sent again.
func TestClientLogsInAmidAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, digestOffer)
		body := join(AppendHeader(nil, 0, testHeader()), frameD(0, "a"), AppendE(nil, ReasonEntryDone))
		d.inside = func(_ int, r *Request) []byte {
			switch r.Kind {
			case Describe:
				return ok(1, "pipeline-experiment=1", AppendHeader(nil, 0, testHeader()))
			case Pipeline:
				return nil // closes: no pipelining there
			}
			return join(ok(0, "", body), nil)
		}
		s := newFakeServer(t, d.answer)
		c := Client{Dial: s.dial}
		stream, err := c.Play(t.Context(), "http://u:right@server/a", PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		for range 3 { // header, packet, end
			if _, err := stream.Next(); err != nil {
				t.Fatal(err)
			}
		}
		d.offers = []string{`Digest realm="a", nonce="n2", qop="auth", stale=true`}
		stream.d.session.pipelined = true
		if err := stream.PlayNextEntry(testHeader(), PlayOptions{}); err != nil {
			t.Fatal(err)
		}
		e, err := stream.Next()
		if err != nil || e.Kind != GotHeader {
			t.Fatalf("%+v, %v", e, err)
		}
		if got := strings.Join(d.said, ", "); !strings.HasSuffix(got, "1 PlayNextEntry Digest n1, 1 PlayNextEntry Digest n2") {
			t.Error(got)
		}
	})
}

// Who is asked again and again gives up.
func TestClientTiresOfChallenges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		s := newFakeServer(t, func(int, *Request, []byte) []byte {
			n++
			return fmt.Appendf(nil, "HTTP/1.1 401 No\r\nContent-Length: 0\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"%d\", stale=true\r\n\r\n", n)
		})
		c := Client{Dial: s.dial}
		var refused *StatusError
		if _, err := c.Describe(t.Context(), "http://u:p@server/a"); !errors.As(err, &refused) || n != pull.MaxAuthRounds {
			t.Errorf("%v after %d", err, n)
		}
	})
}
