package wmsp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/credential"
	"caracal/internal/vector"
	"caracal/wmsp"
)

// client pushes to the server of a test.
func (s *pushServer) client() *wmsp.PushClient {
	return &wmsp.PushClient{Dial: s.Dial}
}

func mustPush(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The two roles against each other: one long request, and many short ones.
func TestPushClientAgainstServer(t *testing.T) {
	for _, length := range []int64{0, 200_000} {
		inPush(t, func(t *testing.T, s *pushServer) {
			c := s.client()
			c.Length = length
			p, err := c.Setup(t.Context(), "http://server/live")
			mustPush(t, err)
			mustPush(t, p.Start(t.Context(), testClip().Header))
			const rounds = 12
			for range rounds {
				for n := range 40 {
					mustPush(t, p.Send(testClip().Packet(n)))
				}
			}
			synctest.Wait()
			e, err := s.live.Open(t.Context(), "")
			mustPush(t, err)
			for n := range int64(40 * rounds) {
				b, err := e.Block(n, nil)
				if err != nil || !bytes.Equal(b.Packet(n), testClip().Packet(int(n%40))) {
					t.Fatalf("length %d: packet %d is another: %v", length, n, err)
				}
			}
			mustPush(t, p.Change(otherHeader()))
			mustPush(t, p.Send(testClip().Packet(7)))
			s.has(s.live, 7, 8)
			mustPush(t, p.End())
			s.dark(s.live)
		})
	}
}

// After a lost connection the session goes on where it was; when that has been
// over for too long, a new one begins.
func TestPushClientResumes(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		var conn net.Conn
		c := s.client()
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			var err error
			conn, err = s.Dial(ctx, network, address)
			return conn, err
		}
		p, err := c.Setup(t.Context(), "http://server/live")
		mustPush(t, err)
		mustPush(t, p.Start(t.Context(), testClip().Header))
		mustPush(t, p.Send(testClip().Packet(0)))
		s.has(s.live, 0, 1)
		conn.Close()
		if err := p.Send(testClip().Packet(1)); err == nil {
			t.Fatal("sent on a closed connection")
		}
		if err := p.Send(testClip().Packet(1)); !errors.Is(err, wmsp.ErrUnexpected) {
			t.Errorf("without a connection: %v", err)
		}
		time.Sleep(30 * time.Second)
		mustPush(t, p.Resume(t.Context()))
		mustPush(t, p.Send(testClip().Packet(1)))
		s.has(s.live, 0, 2)
		time.Sleep(2 * time.Minute)
		var status *wmsp.StatusError
		if err := p.Send(testClip().Packet(2)); !errors.As(err, &status) || status.Response.Status != 408 {
			t.Errorf("after the Idle-Timeout: %v", err)
		}
		mustPush(t, p.Resume(t.Context())) // it has no answer yet
		synctest.Wait()
		if err := p.Send(testClip().Packet(2)); !errors.As(err, &status) || status.Response.Status != 400 {
			t.Errorf("a session that is over: %v", err)
		}
		p.Close()
	})
}

// What a server says before the body is over ends the push.
func TestPushClientIsEnded(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		p, err := s.client().Setup(t.Context(), "http://server/live")
		mustPush(t, err)
		ctx, cancel := context.WithCancelCause(t.Context())
		mustPush(t, p.Start(ctx, testClip().Header))
		mustPush(t, p.Send(testClip().Packet(0)))
		synctest.Wait()
		s.push.Shutdown()
		synctest.Wait()
		var status *wmsp.StatusError
		if err := p.Send(testClip().Packet(1)); !errors.As(err, &status) || status.Response.Status != 503 {
			t.Errorf("got %v", err)
		}
		why := errors.New("no more")
		cancel(why)
		if err := p.Resume(ctx); err == nil {
			err = p.Send(testClip().Packet(1))
			if !errors.Is(err, why) {
				t.Errorf("got %v", err)
			}
		}
		p.Close()
	})
}

// A password for a server that asks for one, from the URL.
func TestPushClientAuthorizes(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		s.locked = true
		var status *wmsp.StatusError
		if _, err := s.client().Setup(t.Context(), "http://server/live"); !errors.As(err, &status) || status.Response.Status != 401 {
			t.Errorf("without a password: %v", err)
		}
		p, err := s.client().Setup(t.Context(), "http://x:y@server/live")
		mustPush(t, err)
		mustPush(t, p.Start(t.Context(), testClip().Header))
		s.has(s.live, 0, 0)
		if _, err := s.client().Setup(t.Context(), "http://x:y@server/nowhere"); !errors.As(err, &status) || status.Response.Status != 404 {
			t.Errorf("nowhere: %v", err)
		}
		mustPush(t, p.End())
	})
}

// pushTo serves a connection by hand: each step gets the head that the client
// sent and answers.
func pushTo(t *testing.T, steps ...func(c net.Conn, r *http.Request)) *wmsp.PushClient {
	left := make(chan func(net.Conn, *http.Request), len(steps))
	for _, step := range steps {
		left <- step
	}
	c := &wmsp.PushClient{}
	c.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
		client, server := net.Pipe()
		peer := &peer{Conn: server, t: t}
		go func() {
			defer server.Close()
			for len(left) > 0 {
				r, err := readRequest(peer)
				if err != nil {
					return
				}
				r.RemoteAddr = address
				(<-left)(server, r)
			}
			io.Copy(io.Discard, server)
		}()
		return client, nil
	}
	return c
}

// readRequest reads a head byte by byte: what follows belongs to others.
func readRequest(p *peer) (*http.Request, error) {
	var b []byte
	for !bytes.HasSuffix(b, []byte("\r\n\r\n")) {
		one := make([]byte, 1)
		if _, err := p.Read(one); err != nil {
			return nil, err
		}
		b = append(b, one...)
	}
	r, _, err := wmsp.ParseRequest(b)
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	for _, f := range r.Header {
		h.Add(f.Name, f.Value)
	}
	return &http.Request{Method: r.Method, RequestURI: r.Target, Header: h, ContentLength: r.ContentLength}, nil
}

const pushOK = "HTTP/1.1 204 No Content\r\nServer: Cougar/9.01.01.3814\r\nSet-Cookie: push-id=77\r\n"

// Redirections, cookies of others, proxies: [MS-WMHTTP] 3.1.5.1.
func TestPushClientFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var seen []string
		say := func(answer string) func(net.Conn, *http.Request) {
			return func(c net.Conn, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, fmt.Sprintf("%s %s %s %s", r.RemoteAddr, r.RequestURI, r.Header.Get("Cookie"), r.Header.Get("Host")))
				io.WriteString(c, answer+"\r\n")
			}
		}
		c := pushTo(t,
			say("HTTP/1.1 302 Found\r\nLocation: http://b.example:81/pub\r\nContent-Length: 0\r\n"),
			say("HTTP/1.1 305 Use Proxy\r\nLocation: http://proxy.example:3128/\r\nContent-Length: 0\r\n"),
			say(pushOK+"Set-Cookie: a=b; path=/\r\nVia: 1.1 proxy\r\n"),
			func(conn net.Conn, r *http.Request) {
				say("")(conn, r)
				if r.ContentLength != 64_000/8*60 {
					t.Errorf("through a proxy a request has %d bytes", r.ContentLength)
				}
			})
		p, err := c.Setup(t.Context(), "http://a.example/live")
		mustPush(t, err)
		header := bytes.Clone(testClip().Header)
		i := bytes.Index(header, []byte{0x40, 0x9C, 0, 0}) // 40,000 bits a second
		header[i], header[i+1] = 64_000&0xFF, 64_000>>8
		mustPush(t, p.Start(t.Context(), header))
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		want := []string{
			"a.example:80 /live push-id=0 a.example",
			"b.example:81 /pub push-id=0 b.example:81",
			"proxy.example:3128 http://b.example:81/pub push-id=0 b.example:81",
			"proxy.example:3128 http://b.example:81/pub push-id=77; a=b b.example:81",
		}
		if strings.Join(seen, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
		}
		p.Close()
	})
}

// Cookies of others are sent back as they were set last.
func TestPushClientCookies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		step := func(cookie string) func(net.Conn, *http.Request) {
			return func(c net.Conn, r *http.Request) {
				seen = append(seen, r.Header.Get("Cookie"))
				io.CopyN(io.Discard, c, r.ContentLength)
				io.WriteString(c, pushOK+"Set-Cookie: "+cookie+"; path=/\r\n\r\n")
			}
		}
		c := pushTo(t, step("a=1"), step("ab=2"), step("a=3"), step("a=4"))
		c.Length = 1 // the least that there may be
		p, err := c.Setup(t.Context(), "http://h/live")
		mustPush(t, err)
		mustPush(t, p.Start(t.Context(), testClip().Header))
		synctest.Wait()
		for n := 0; len(seen) < 4; n++ {
			mustPush(t, p.Send(testClip().Packet(n%40)))
			synctest.Wait()
		}
		p.Close()
		want := []string{"push-id=0", "push-id=77; a=1", "push-id=77; a=1; ab=2", "push-id=77; a=3; ab=2"}
		if strings.Join(seen, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s", strings.Join(seen, "\n"))
		}
	})
}

// Redirections to nowhere, and in a circle, are the server's last word.
func TestPushClientGoesNowhere(t *testing.T) {
	for _, location := range []string{"", "http://", ":"} {
		for status, text := range map[int]string{302: "302 Found", 305: "305 Use Proxy"} {
			synctest.Test(t, func(t *testing.T) {
				c := pushTo(t, func(conn net.Conn, _ *http.Request) {
					io.WriteString(conn, "HTTP/1.1 "+text+"\r\nLocation: "+location+"\r\nContent-Length: 0\r\n\r\n")
				})
				var answer *wmsp.StatusError
				if _, err := c.Setup(t.Context(), "http://a.example/live"); !errors.As(err, &answer) || answer.Response.Status != status {
					t.Errorf("%d to %q: %v", status, location, err)
				}
			})
		}
	}
	synctest.Test(t, func(t *testing.T) {
		circle := func(conn net.Conn, _ *http.Request) {
			io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /live\r\nContent-Length: 0\r\n\r\n")
		}
		c := pushTo(t, circle, circle, circle, circle, circle, circle, circle, circle, circle, circle, circle, circle)
		if _, err := c.Setup(t.Context(), "http://a.example/live"); !errors.Is(err, wmsp.ErrRedirects) {
			t.Error(err)
		}
	})
}

func mustBook(t *testing.T, list ...credential.Entry) *credential.Book {
	b, err := credential.NewBook(list)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Where a redirection leads gets no password that is another host's, asked for or
// not.
func TestPushClientKeepsItsPassword(t *testing.T) {
	for name, book := range map[string]*credential.Book{
		"http://a.example/live":     mustBook(t, credential.Entry{Origin: "a.example", Login: credential.Login{User: "x", Password: "y"}}),
		"http://x:y@a.example/live": nil,
	} {
		synctest.Test(t, func(t *testing.T) {
			const ask = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nSet-Cookie: push-id=5\r\nContent-Length: 0\r\n\r\n"
			var seen []string
			say := func(answer string) func(net.Conn, *http.Request) {
				return func(c net.Conn, r *http.Request) {
					seen = append(seen, fmt.Sprintf("%s%s%s", r.RemoteAddr, r.Header["Authorization"], r.Header["Cookie"]))
					io.WriteString(c, answer)
				}
			}
			c := pushTo(t, say(ask), say("HTTP/1.1 302 Found\r\nLocation: http://b.example/live\r\nContent-Length: 0\r\n\r\n"), say(ask))
			c.Credentials = book
			var status *wmsp.StatusError
			if _, err := c.Setup(t.Context(), name); !errors.As(err, &status) || status.Response.Status != 401 {
				t.Errorf("%s: %v", name, err)
			}
			synctest.Wait()
			want := []string{"a.example:80[][push-id=0]", "a.example:80[Basic eDp5][push-id=5]", "b.example:80[][push-id=0]"}
			if strings.Join(seen, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s: got\n%s", name, strings.Join(seen, "\n"))
			}
		})
	}
}

// An ordinary web server takes anything.
func TestPushClientRefusesWebServers(t *testing.T) {
	for _, server := range []string{"", "Server: Apache\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			c := pushTo(t, func(conn net.Conn, _ *http.Request) {
				io.WriteString(conn, "HTTP/1.1 204 No Content\r\n"+server+"\r\n")
			})
			if _, err := c.Setup(t.Context(), "http://web/live"); !errors.Is(err, wmsp.ErrNotServer) {
				t.Errorf("%q: %v", server, err)
			}
		})
	}
	if _, err := (&wmsp.PushClient{}).Setup(t.Context(), "ftp://h/x"); err == nil {
		t.Error("ftp is taken")
	}
}

// What the client sends, byte by byte, against a file that was written by hand
// from the specification: both roles could be wrong in the same way.
func TestPushClientVector(t *testing.T) {
	v := vector.Read(t, "push_client.txt")[0]
	got := pushedBytes(t, nil)
	if err := samePush(got, v.Bytes(t, "hex")); err != nil {
		t.Error(err)
	}
}

// The deliberate faults: what checks the client's bytes must notice each.
func TestPushClientFaultsAreNoticed(t *testing.T) {
	v := vector.Read(t, "push_client.txt")[0]
	want := v.Bytes(t, "hex")
	faults := map[string]func([]byte) []byte{
		"a length that counts the Framing Header": func(b []byte) []byte { b[2] += 4; return b },
		"the head of [MS-WMSP] before a payload": func(b []byte) []byte {
			return append(b[:4:4], append(make([]byte, 8), b[4:]...)...)
		},
		"another PacketID":  func(b []byte) []byte { b[1] = 'M'; return b },
		"B set":             func(b []byte) []byte { b[0] |= 0x80; return b },
		"the end is lost":   func(b []byte) []byte { return b[:len(b)-8] },
		"S_FALSE at an end": func(b []byte) []byte { b[len(b)-4] = 1; return b },
	}
	for name, fault := range faults {
		if err := samePush(pushedBytes(t, fault), want); err == nil {
			t.Errorf("%s: nobody noticed", name)
		}
	}
}

func samePush(got, want []byte) error {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Errorf("byte %d is %#02x, want %#02x", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("%d bytes, want %d", len(got), len(want))
	}
	return nil
}

// pushedBytes returns the body of a push of the vector's header and packets,
// which fault may change.
func pushedBytes(t *testing.T, fault func([]byte) []byte) []byte {
	v := vector.Read(t, "push_client.txt")[1]
	var body bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		c := pushTo(t, func(conn net.Conn, _ *http.Request) { io.WriteString(conn, pushOK+"\r\n") },
			func(conn net.Conn, _ *http.Request) { io.Copy(&body, conn) })
		p, err := c.Setup(t.Context(), "http://h/live")
		mustPush(t, err)
		mustPush(t, p.Start(t.Context(), v.Bytes(t, "header")))
		mustPush(t, p.Send(v.Bytes(t, "packet")))
		mustPush(t, p.Change(v.Bytes(t, "header")))
		mustPush(t, p.End())
		synctest.Wait()
	})
	if fault == nil {
		return body.Bytes()
	}
	return fault(bytes.Clone(body.Bytes()))
}
