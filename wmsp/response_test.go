package wmsp

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"caracal/internal/head"
	"caracal/internal/vector"
)

// responseFacts names what the files of testdata/responses can expect.
func responseFacts(r *Response) map[string]string {
	p := r.Pragma()
	startup, ok := head.ParseStartupProfile(r.Header.Get("X-StartupProfile"))
	profile := string(startup.Append(nil))
	if !ok {
		profile = ""
	}
	return map[string]string{
		"status":    fmt.Sprintf("%d %s", r.Status, r.Reason),
		"version":   fmt.Sprintf("1.%d", r.Minor),
		"server":    r.Server().String(),
		"length":    strconv.FormatInt(r.ContentLength(), 10),
		"chunked":   strconv.FormatBool(r.Chunked()),
		"keepalive": strconv.FormatBool(r.KeepAlive()),
		"supported": r.Supported().String(),
		"pragma":    pragmaText(&p),
		"startup":   profile,
	}
}

func TestResponses(t *testing.T) {
	for _, file := range vector.Texts(t, "responses") {
		t.Run(file.Name, func(t *testing.T) {
			r, n, err := ParseResponse([]byte(file.Text + "$H"))
			if err != nil || n != len(file.Text) {
				t.Fatalf("took %d bytes, want %d: %v", n, len(file.Text), err)
			}
			file.Check(t, responseFacts(r))
			again, _, err := ParseResponse(r.AppendTo(nil))
			if err != nil || !reflect.DeepEqual(again, r) {
				t.Errorf("%+v became %+v, %v", r, again, err)
			}
		})
	}
}

func TestResponseAppend(t *testing.T) {
	r := NewResponse(1, 302)
	r.Add("Server", "Cougar/9.6.7600.16564")
	r.Add("Location", "http://h/\r\nSet-Cookie: a=b")
	r.AddDate(time.Date(2010, 3, 8, 19, 39, 44, 999, time.FixedZone("", 3600)))
	r.AddPragma(&Pragma{
		Present: TokenNoCache | TokenClientID | TokenFeatures, ClientID: 7, Features: ContentSeekable,
	})
	r.AddPragma(&Pragma{})
	r.AddInt("Content-Length", 0)
	want := "HTTP/1.1 302 Found\r\n" +
		"Server: Cougar/9.6.7600.16564\r\n" +
		"Location: http://h/  Set-Cookie: a=b\r\n" +
		"Date: Mon, 08 Mar 2010 18:39:44 GMT\r\n" +
		"Pragma: no-cache, client-id=7\r\n" +
		"Pragma: features=\"seekable\"\r\n" +
		"Content-Length: 0\r\n\r\n"
	if got := string(r.AppendTo([]byte("x"))); got != "x"+want {
		t.Errorf("got %q, want %q", got[1:], want)
	}
}

func TestReasonPhrase(t *testing.T) {
	for status, want := range map[int]string{
		200: "OK", 204: "No Content", 401: "Unauthorized", 299: "Success", 399: "Redirection",
		499: "Client Error", 599: "Server Error",
	} {
		if got := ReasonPhrase(status); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
	r := Response{Status: 404, Reason: "a\r\nb"}
	if got := string(r.AppendTo(nil)); got != "HTTP/1.0 404 Not Found\r\n\r\n" {
		t.Errorf("reason with a line break: %q", got)
	}
}

func TestResponseErrors(t *testing.T) {
	for _, in := range []string{
		"\r\n\r\nx\r\n\r\n",
		"HTTP/2.0 200 OK\r\n\r\n",
		"HTTP/1.0 20 OK\r\n\r\n",
		"HTTP/1.0 099 OK\r\n\r\n",
		"HTTP/1.0 2000 OK\r\n\r\n",
		"HTTP/1.0 2x0 OK\r\n\r\n",
		"ICY 200 OK\r\n\r\n",
	} {
		if r, _, err := ParseResponse([]byte(in)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %+v, %v", in, r, err)
		}
	}
	if _, _, err := ParseResponse([]byte("HTTP/1.0 200 OK\r\n")); !errors.Is(err, ErrNeedMore) {
		t.Errorf("half a head: %v", err)
	}
	r, _, err := ParseResponse([]byte("HTTP/1.0 200\r\nContent-Length: x\r\n\r\n"))
	if err != nil || r.Reason != "" || r.ContentLength() != -1 {
		t.Errorf("no reason, no length: %+v, %v", r, err)
	}
}

func FuzzParseResponse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nPragma: features=\"live\"\r\n a\r\nContent-Length: 5\r\n\r\n"))
	f.Add([]byte("HTTP 1.1  404\nTransfer-Encoding: chunked\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, err := ParseResponse(b)
		if err != nil {
			return
		}
		if n <= 0 || n > len(b) || n > MaxHead {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		again, _, err := ParseResponse(r.AppendTo(nil))
		if r.Reason == "" && err == nil {
			again.Reason = "" // AppendTo has put the usual one there
		}
		if err != nil || !reflect.DeepEqual(responseFacts(again), responseFacts(r)) {
			t.Fatalf("%+v became %+v, %v", r, again, err)
		}
	})
}
