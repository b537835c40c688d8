package wmsp

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"caracal/internal/head"
	"caracal/internal/vector"
)

// requestFacts names what the files of testdata/requests can expect.
func requestFacts(r *Request) map[string]string {
	agent := fmt.Sprintf("%s %d.%d", r.Agent.Token, r.Agent.Major, r.Agent.Minor)
	if r.Agent.Via {
		agent += " via"
	}
	switches, err := r.Pragma.Switches(false)
	selected := string(AppendSwitches(nil, switches))
	if err != nil {
		selected = err.Error()
	}
	start := r.Pragma.Start()
	return map[string]string{
		"kind":      r.Kind.String(),
		"path":      r.Path,
		"query":     r.Query,
		"target":    r.Target,
		"host":      r.Host,
		"version":   fmt.Sprintf("%d.%d", r.Major, r.Minor),
		"agent":     agent,
		"player":    strconv.FormatBool(r.Player()),
		"keepalive": strconv.FormatBool(r.KeepAlive()),
		"length":    strconv.FormatInt(r.ContentLength, 10),
		"supported": r.Supported.String(),
		"pragma":    pragmaText(&r.Pragma),
		"guid":      r.Pragma.ClientGUID,
		"log":       r.Pragma.LogLine,
		"switches":  selected,
		"start":     fmt.Sprintf("%d %d", start.By, start.Value),
	}
}

// pragmaText is what Append writes, the lines joined with "|".
func pragmaText(p *Pragma) string {
	text := strings.TrimSuffix(string(p.Append(nil)), "\r\n")
	return strings.ReplaceAll(strings.TrimPrefix(text, pragmaName), "\r\n"+pragmaName, "|")
}

func TestRequests(t *testing.T) {
	for _, file := range vector.Texts(t, "requests") {
		t.Run(file.Name, func(t *testing.T) {
			r, n, err := ParseRequest([]byte(file.Text + "body"))
			if err != nil {
				t.Fatal(err)
			}
			if n != len(file.Text) {
				t.Errorf("took %d bytes, want %d", n, len(file.Text))
			}
			file.Check(t, requestFacts(r))
			for cut := range file.Text {
				if _, _, err := ParseRequest([]byte(file.Text[:cut])); !errors.Is(err, ErrNeedMore) {
					t.Fatalf("%d of %d bytes: %v, want ErrNeedMore", cut, n, err)
				}
			}
			bare := strings.ReplaceAll(file.Text, "\r", "")
			same, _, err := ParseRequest([]byte(bare))
			if err != nil || !reflect.DeepEqual(same, r) {
				t.Errorf("with bare line feeds: %+v, %v", same, err)
			}
		})
	}
}

func TestRequestErrors(t *testing.T) {
	long := strings.Repeat("a", head.MaxTarget)
	tests := []struct {
		name, in string
		status   int
	}{
		{"no version", "GET /\r\n\r\n", 400},
		{"only a method", "GET\r\n\r\n", 400},
		{"HTTP 2", "PRI * HTTP/2.0\r\n\r\n", 505},
		{"version of letters", "GET / HTTP/a.b\r\n\r\n", 400},
		{"version too long", "GET / HTTP/1.100\r\n\r\n", 400},
		{"blank in the target", "GET /a b HTTP/1.0\r\n\r\n", 400},
		{"method of symbols", "G@T / HTTP/1.0\r\n\r\n", 400},
		{"another protocol", "\x16\x03\x01\x02\n\n", 400},
		{"authority as target", "CONNECT host:80 HTTP/1.1\r\n\r\n", 400},
		{"target too long", "GET /" + long + " HTTP/1.0\r\n\r\n", 414},
		{"endless request line", "GET /" + strings.Repeat("a", MaxHead), 414},
		{"endless head", "GET / HTTP/1.0\r\n" + strings.Repeat("A: b\r\n", MaxHead/6+1), 431},
		{"head too large", "GET / HTTP/1.0\r\nA: " + strings.Repeat("a", MaxHead) + "\r\n\r\n", 431},
		{"too many fields", "GET / HTTP/1.0\r\n" + strings.Repeat("A: b\r\n", head.MaxFields+1) + "\r\n", 431},
		{"field without a colon", "GET / HTTP/1.0\r\nPragma\r\n\r\n", 400},
		{"blank before the colon", "GET / HTTP/1.0\r\nPragma : a\r\n\r\n", 400},
		{"folded first field", "GET / HTTP/1.0\r\n a: b\r\n\r\n", 400},
		{"zero byte in a field", "GET / HTTP/1.0\r\na: b\x00\r\n\r\n", 400},
		{"carriage return in a field", "GET / HTTP/1.0\r\na: b\rc: d\r\n\r\n", 400},
		{"negative length", "POST / HTTP/1.0\r\nContent-Length: -1\r\n\r\n", 400},
		{"length with a sign", "POST / HTTP/1.0\r\nContent-Length: +1\r\n\r\n", 400},
		{"length too large", "POST / HTTP/1.0\r\nContent-Length: 1000000000000000000\r\n\r\n", 400},
		{"two lengths", "POST / HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
		{"empty length", "POST / HTTP/1.0\r\nContent-Length:\r\n\r\n", 400},
	}
	for _, test := range tests {
		_, _, err := ParseRequest([]byte(test.in))
		var syntax *head.SyntaxError
		if !errors.As(err, &syntax) || syntax.Status != test.status {
			t.Errorf("%s: %v, want status %d", test.name, err, test.status)
		}
	}
}

func TestRequestTolerance(t *testing.T) {
	tests := []struct{ name, in, key, want string }{
		{"blank lines before", "\r\n\r\nGET /a HTTP/1.0\r\n\r\n", "path", "/a"},
		{"more blanks in the line", "GET  /a  HTTP/1.0\r\n\r\n", "path", "/a"},
		{"same length twice", "POST / HTTP/1.0\r\nContent-Length: 3\r\ncontent-length: 3\r\n\r\n", "length", "3"},
		{"chunks override the length", "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "length", "-1"},
		{"no length", "POST / HTTP/1.0\r\n\r\n", "length", "-1"},
		{"HTTP 1.2", "GET / HTTP/1.2\r\n\r\n", "keepalive", "true"},
		{"connection list", "GET / HTTP/1.1\r\nConnection: TE, Close\r\n\r\n", "keepalive", "false"},
		{"HTTP 1.0 kept", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keepalive", "true"},
		{"player by token", "GET / HTTP/1.0\r\nPragma: xPlayStrm=0\r\n\r\n", "player", "true"},
		{"player by agent in any case", "GET / HTTP/1.0\r\nuser-agent: nsplayer-fork\r\n\r\n", "player", "true"},
		{"agent in the middle", "GET / HTTP/1.0\r\nUser-Agent: Mozilla/4.0 NSPlayer/9.0\r\n\r\n", "player", "false"},
		{"userinfo in the target", "GET rtsp://u:p@h:80?q HTTP/1.0\r\nHost: x\r\n\r\n", "host", "h:80"},
		{"query without a path", "GET http://h?MSWMExt=.asf HTTP/1.0\r\n\r\n", "query", "MSWMExt=.asf"},
	}
	for _, test := range tests {
		r, n, err := ParseRequest([]byte(test.in))
		if err != nil || n != len(test.in) {
			t.Errorf("%s: %d bytes, %v", test.name, n, err)
			continue
		}
		if got := requestFacts(r)[test.key]; got != test.want {
			t.Errorf("%s: %s = %q, want %q", test.name, test.key, got, test.want)
		}
	}
}

func TestRequestDoesNotAlias(t *testing.T) {
	in := []byte("GET /a HTTP/1.0\r\nUser-Agent: NSPlayer/9.0\r\n\r\n")
	r, _, err := ParseRequest(in)
	if err != nil {
		t.Fatal(err)
	}
	clear(in)
	if r.Method != "GET" || r.Path != "/a" || r.Agent.Token != "NSPlayer" {
		t.Errorf("changed with its input: %+v", r)
	}
}

func BenchmarkParseRequest(b *testing.B) {
	in := []byte("GET /a.wmv HTTP/1.1\r\nUser-Agent: NSPlayer/12.0.7724.0\r\nHost: h\r\n" +
		"Pragma: no-cache,rate=1.000,stream-time=0,packet-num=4294967295\r\nPragma: xPlayStrm=1\r\n" +
		"Pragma: stream-switch-count=2\r\nPragma: stream-switch-entry=ffff:1:0 ffff:2:0\r\n\r\n")
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := ParseRequest(in); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add([]byte("GET /%fc/..%2f HTTP/1.0\r\nPragma: log-line=a, b\r\n c\r\n\r\n"))
	f.Add([]byte("POST http://u@h/a?b HTTP/1.1\nContent-Length: 7\nContent-Type: text/plain\n\n"))
	f.Add([]byte("OPTIONS * HTTP/1.1\r\nPragma: stream-time=0Connection: Close\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, err := ParseRequest(b)
		if err != nil {
			return
		}
		if n <= 0 || n > len(b) || n > MaxHead {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		if !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "\\\x00\r\n") ||
			strings.Contains(r.Path+"/", "/../") || strings.Contains(r.Path, "//") {
			t.Fatalf("path %q", r.Path)
		}
		first := r.Method + " " + r.Target + fmt.Sprintf(" HTTP/%d.%d\r\n", r.Major, r.Minor)
		again, _, err := ParseRequest(append(r.Header.Append([]byte(first)), '\r', '\n'))
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Fatalf("%+v became %+v, %v", r, again, err)
		}
	})
}
