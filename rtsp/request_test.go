package rtsp

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/head"
	"caracal/internal/vector"
)

func TestRequestErrors(t *testing.T) {
	const cseq = " RTSP/1.0\r\nCSeq: 7\r\n\r\n"
	long := strings.Repeat("a", head.MaxTarget)
	tests := []struct {
		name, in string
		status   int
		cseq     int64
		goesOn   bool
	}{
		{"no version", "OPTIONS *\r\n\r\n", 400, -1, true},
		{"only a method", "OPTIONS\r\nCSeq: 7\r\n\r\n", 400, 7, true},
		{"RTSP 2", "OPTIONS * RTSP/2.0\r\nCSeq: 7\r\n\r\n", 505, 7, true},
		{"RTSP 2 with a body", "PLAY * RTSP/2.0\r\nCSeq: 7\r\nContent-Length: 1\r\n\r\na", 505, 7, true},
		{"HTTP", "GET / HTTP/1.0\r\n\r\n", 400, -1, true},
		{"version of letters", "OPTIONS * RTSP/a.b\r\n\r\n", 400, -1, true},
		{"version too long", "OPTIONS * RTSP/1.100\r\n\r\n", 400, -1, true},
		{"method of symbols", "O@T *" + cseq, 400, 7, true},
		{"no scheme", "OPTIONS host" + cseq, 400, 7, true},
		{"upwards", "DESCRIBE rtsp://h/a/%2e%2e/b" + cseq, 400, 7, true},
		{"backslash", "DESCRIBE rtsp://h/a%5cb" + cseq, 400, 7, true},
		{"zero byte", "DESCRIBE rtsp://h/a%00" + cseq, 400, 7, true},
		{"half an escape", "DESCRIBE rtsp://h/a%2" + cseq, 400, 7, true},
		{"not an escape", "DESCRIBE rtsp://h/a%zz" + cseq, 400, 7, true},
		{"neither UTF-8 nor Windows-1252", "DESCRIBE rtsp://h/%81%ff" + cseq, 400, 7, true},
		{"target too long", "DESCRIBE rtsp://h/" + long + cseq, 414, 7, true},
		{"another protocol", "\x16\x03\x01\x02\n\n", 400, -1, false},
		{"endless request line", "DESCRIBE /" + strings.Repeat("a", MaxHead), 414, -1, false},
		{"endless head", "OPTIONS * RTSP/1.0\r\n" + strings.Repeat("A: b\r\n", MaxHead/6+1), 413, -1, false},
		{"head too large", "OPTIONS * RTSP/1.0\r\nA: " + strings.Repeat("a", MaxHead) + "\r\n\r\n", 413, -1, false},
		{"too many fields", "OPTIONS * RTSP/1.0\r\n" + strings.Repeat("A: b\r\n", head.MaxFields+1) + "\r\n", 413, -1, false},
		{"field without a colon", "OPTIONS * RTSP/1.0\r\nCSeq\r\n\r\n", 400, -1, false},
		{"blank before the colon", "OPTIONS * RTSP/1.0\r\nCSeq : 1\r\n\r\n", 400, -1, false},
		{"folded first field", "OPTIONS * RTSP/1.0\r\n a: b\r\n\r\n", 400, -1, false},
		{"zero byte in a field", "OPTIONS * RTSP/1.0\r\na: b\x00\r\n\r\n", 400, -1, false},
		{"negative length", "OPTIONS * RTSP/1.0\r\nCSeq: 7\r\nContent-Length: -1\r\n\r\n", 400, 7, false},
		{"empty length", "OPTIONS * RTSP/1.0\r\nCSeq: 7\r\nContent-Length:\r\n\r\n", 400, 7, false},
		{"two lengths", "OPTIONS * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, -1, false},
		{"body too large", "OPTIONS * RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 65537\r\n\r\n", 413, 7, false},
	}
	for _, test := range tests {
		_, n, err := ParseRequest([]byte(test.in), MaxRequestBody)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Status != test.status || syntax.CSeq != test.cseq {
			t.Errorf("%s: %v, want status %d for CSeq %d", test.name, err, test.status, test.cseq)
		}
		if want := len(test.in); test.goesOn && n != want || !test.goesOn && n != 0 {
			t.Errorf("%s: took %d of %d bytes", test.name, n, want)
		}
	}
}

func TestResponseErrors(t *testing.T) {
	for _, in := range []string{
		"RTSP/2.0 200 OK\r\n\r\n", "RTSP/1.0 20 OK\r\n\r\n", "RTSP/1.0 abc OK\r\n\r\n", "RTSP/1.0\r\n\r\n",
		"RTSP/1.0 099 OK\r\n\r\n", "RTSP/1.0 200 OK\r\nContent-Length: 9999999999\r\n\r\n",
	} {
		var syntax *SyntaxError
		if _, _, err := ParseResponse([]byte(in), MaxResponseBody); !errors.As(err, &syntax) {
			t.Errorf("%q: %v", in, err)
		}
	}
	r, n, err := ParseResponse([]byte("RTSP/1.0 200\r\n\r\n"), 0)
	if err != nil || n != 16 || !r.OK() || r.Reason != "" || r.CSeq != -1 {
		t.Errorf("without a reason: %+v, %d, %v", r, n, err)
	}
}

func TestAppendResponse(t *testing.T) {
	r, _, err := ParseRequest([]byte("PLAY rtsp://h/a RTSP/1.0\r\nCSeq: 4294967295\r\n\r\n"), 0)
	if err != nil {
		t.Fatal(err)
	}
	answer := r.Answer(454)
	answer.Add("Session", "1\r\nX: y")
	answer.Body = []byte{}
	const want = "RTSP/1.0 454 Session Not Found\r\nCSeq: 4294967295\r\nSession: 1  X: y\r\nContent-Length: 0\r\n\r\n"
	if got := string(answer.AppendTo(nil)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	odd := NewResponse(299, -1)
	odd.Major, odd.Minor, odd.Reason = 1, 1, "a\nb"
	if got := string(odd.AppendTo(nil)); got != "RTSP/1.1 299 a b\r\n\r\n" {
		t.Errorf("%q", got)
	}
	for status, want := range map[int]string{299: "Success", 399: "Redirection", 499: "Client Error", 599: "Server Error"} {
		if got := ReasonPhrase(status); got != want {
			t.Errorf("%d %s, want %s", status, got, want)
		}
	}
}

func TestWindows1252Target(t *testing.T) {
	for in, want := range map[string]string{"/m%fcsik": "/müsik", "/\x80uro\x96\xe9": "/€uro–é", "/m%C3%BCsik": "/müsik"} {
		r, _, err := ParseRequest([]byte("DESCRIBE rtsp://h"+in+" RTSP/1.0\r\nCSeq: 1\r\n\r\n"), 0)
		if err != nil || r.Target.Path != want {
			t.Errorf("%q: %+v, %v, want %s", in, r, err, want)
		}
	}
}

func BenchmarkParseRequest(b *testing.B) {
	in := []byte("SETUP rtsp://h/a.wmv/audio RTSP/1.0\r\nUser-Agent: WMPlayer/12.0.7601.17514 guid/B64345F5-8C45-4818-8A1A-4775F0923FAC\r\n" +
		"Accept-Charset: UTF-8, *;q=0.1\r\nX-Accept-Authentication: Negotiate, NTLM, Digest\r\nCSeq: 3\r\n" +
		"Supported: com.microsoft.wm.srvppair, com.microsoft.wm.sswitch\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n")
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := ParseRequest(in, MaxRequestBody); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	for _, file := range vector.Texts(f, "messages") {
		f.Add([]byte(file.Text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, err := ParseRequest(b, MaxRequestBody)
		if err != nil {
			return
		}
		if n <= 0 || n > len(b) || len(r.Body) > MaxRequestBody {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		if p := r.Target.Path; !strings.HasPrefix(p, "/") || strings.ContainsAny(p, "\\\x00\r\n") ||
			strings.Contains(p+"/", "/../") || strings.Contains(p, "//") {
			t.Fatalf("path %q", p)
		}
		again := r.AppendTo(nil)
		same, n, err := ParseRequest(again, MaxRequestBody)
		if err != nil || n != len(again) {
			t.Fatalf("%q: %d of %d bytes, %v", again, n, len(again), err)
		}
		dropAdded(&r.Header, &same.Header)
		if !reflect.DeepEqual(same, r) {
			t.Fatalf("%+v became %+v", r, same)
		}
	})
}

// dropAdded takes the CSeq and Content-Length off that AppendTo added.
func dropAdded(before, after *head.Fields) {
	for _, name := range []string{"CSeq", "Content-Length"} {
		if !before.Has(name) {
			kept := make(head.Fields, 0, len(*after))
			for _, field := range *after {
				if !strings.EqualFold(field.Name, name) {
					kept = append(kept, field)
				}
			}
			*after = kept
		}
	}
}

func FuzzParseResponse(f *testing.F) {
	for _, file := range vector.Texts(f, "messages") {
		f.Add([]byte(file.Text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, err := ParseResponse(b, MaxRequestBody)
		if err != nil {
			return
		}
		if n <= 0 || n > len(b) {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		if r.Reason == "" {
			r.Reason = ReasonPhrase(r.Status)
		}
		same, _, err := ParseResponse(r.AppendTo(nil), MaxRequestBody)
		if err != nil {
			t.Fatal(err)
		}
		dropAdded(&r.Header, &same.Header)
		same.Reason, r.Reason = "", "" // a tab in it becomes a blank
		if !reflect.DeepEqual(same, r) {
			t.Fatalf("%+v became %+v", r, same)
		}
	})
}

func FuzzBodies(f *testing.F) {
	f.Add([]byte("SSEntry: 7 6 0 rtsp://h/a rtsp://h/b\r\n"))
	f.Add([]byte("SSEntry: 4294967295 2 1 rtsp://h/b"))
	f.Add([]byte("5 4294967295 9 rtsp://h/a"))
	f.Add([]byte("Session: 1;x\nEOF: true\nRecedingEos: true\n"))
	f.Add([]byte("type: high-entropy-packetpair variable-size"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := ParseStreamSwitch(b); err == nil {
			again, err := ParseStreamSwitch(s.Append(nil))
			if err != nil || again != s {
				t.Fatalf("%+v became %+v, %v", s, again, err)
			}
		}
		e := ParseEndOfStream(b)
		if again := ParseEndOfStream(e.Append(nil)); again != e {
			t.Fatalf("%+v became %+v", e, again)
		}
		if variable, err := ParsePacketPair(b); err == nil {
			if again, err := ParsePacketPair(AppendPacketPair(nil, variable)); err != nil || again != variable {
				t.Fatalf("%v became %v, %v", variable, again, err)
			}
		}
	})
}
